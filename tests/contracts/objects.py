"""How the addresses of the matrix are filled, and what its POSTs send.

ARGUMENTS: for an address with parts such as <str:token>, their values, from the cast and from the
owner's objects. FORMS: what a valid POST sends, so that a refusal is for want of a mandate and
not for a mistake in the form. QUERIES: questions a reader can put to an address, without "?"; the
crawl asks them. An address without parts, form or questions has no entry.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bandung.ledger.act import print_key
from tests.contracts.cast import GROUP, ITEM_OF, OWNERS, PASSWORD, Cast, Objects

Values = Mapping[str, Any]

ARGUMENTS: dict[str, Callable[[Cast, Objects], Values]] = {
    "account_invitation": lambda cast, objects: {"token": cast.token},
    "api:state": lambda cast, objects: {"iso3": objects.state},
    "api:group": lambda cast, objects: {"code": GROUP},
    "api:item": lambda cast, objects: {"code": ITEM_OF[objects.state]},
    "api:line": lambda cast, objects: {"line_id": print_key(objects.line)},
    "api:act": lambda cast, objects: {"number": objects.act},
}

FORMS: dict[str, Callable[[Cast, Objects], Values]] = {
    "account_login": lambda cast, objects: {"username": "nobody", "password": "not a password"},
    "account_code": lambda cast, objects: {"code": "000000"},
    "account_exercise": lambda cast, objects: {"function": "secretariat"},
    "account_password": lambda cast, objects: {
        "password": PASSWORD,
        "new_password": "seven quiet herons at dawn",
        "again": "seven quiet herons at dawn",
    },
    "account_recovery_codes": lambda cast, objects: {"code": "000000"},
}

QUERIES: dict[str, Callable[[Cast, Objects], Sequence[str]]] = {
    "api:needs": lambda cast, objects: [
        f"state={objects.state}",
        f"item={ITEM_OF[objects.state]}",
        "since=0",
        f"known_at={objects.act}",
    ],
    "api:totals": lambda cast, objects: [f"state={objects.state}", f"group={GROUP}", "since=0"],
}


def objects_of(cast: Cast, words: str) -> Objects:
    """The objects named in a row: `ZMB`, `ZMB withheld`; those of the first owner for `-`."""
    owner, _space, which = words.partition(" ")
    found = cast.objects[owner if owner in OWNERS else OWNERS[0]]
    return replace(found, which=which) if which else found
