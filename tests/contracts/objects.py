"""How the addresses of the matrix are filled, and what its POSTs send.

ARGUMENTS: for an address with parts such as <str:token>, their values, from the cast and from the
owner's objects. FORMS: what a valid POST sends, so that a refusal is for want of a mandate and
not for a mistake in the form. QUERIES: questions a reader can put to an address, without "?"; the
crawl asks them. An address without parts, form or questions has no entry.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bandung.ledger.act import print_key
from bandung.ledger.queries import last_touch
from bandung.needs.drafts import new_draft
from bandung.needs.models import Draft
from tests.contracts.canaries import canary
from tests.contracts.cast import GROUP, INDICATOR, ITEM_OF, OWNERS, PASSWORD, Cast, Objects
from tests.factories import EMERGENCY, GLOVES, reader

Values = Mapping[str, Any]

ARGUMENTS: dict[str, Callable[[Cast, Objects], Values]] = {
    "account_invitation": lambda cast, objects: {"token": cast.token},
    "api:state": lambda cast, objects: {"iso3": objects.state},
    "api:group": lambda cast, objects: {"code": GROUP},
    "api:item": lambda cast, objects: {"code": ITEM_OF[objects.state]},
    "api:line": lambda cast, objects: {"line_id": print_key(objects.line)},
    "api:act": lambda cast, objects: {"number": objects.act},
    "state": lambda cast, objects: {"iso3": objects.state},
    "item": lambda cast, objects: {"code": ITEM_OF[objects.state]},
    "item_edit": lambda cast, objects: {"code": ITEM_OF[objects.state]},
    "indicator": lambda cast, objects: {"code": INDICATOR},
    "line": lambda cast, objects: {"line_id": print_key(objects.line)},
    "act": lambda cast, objects: {"number": objects.act},
    "act_entry": lambda cast, objects: {"number": objects.act},
    "act_block": lambda cast, objects: {"number": objects.act, "label": "public"},
    "submission": lambda cast, objects: {"number": objects.act},
    "receipt": lambda cast, objects: {"number": objects.act},
    "review": lambda cast, objects: {"number": objects.act},
    "submission_original": lambda cast, objects: {"number": objects.act},
    "submission_document": lambda cast, objects: {"number": objects.act, "position": 1},
    "submission_publish": lambda cast, objects: {"number": objects.accepted},
    "submission_withdraw": lambda cast, objects: {"number": objects.published},
    "line_mark": lambda cast, objects: {"number": objects.act, "row": 1},
    "draft": lambda cast, objects: {"number": draft_of(cast, objects).pk},
    "draft_delete": lambda cast, objects: {"number": draft_of(cast, objects).pk},
    "draft_documents": lambda cast, objects: {"number": draft_of(cast, objects).pk},
    "draft_items": lambda cast, objects: {"number": draft_of(cast, objects).pk},
    "draft_line": lambda cast, objects: {"number": draft_of(cast, objects).pk, "row": 1},
    "draft_check": lambda cast, objects: {"number": draft_of(cast, objects).pk},
    "draft_upload": lambda cast, objects: {"number": draft_of(cast, objects, TABLE).pk},
    "needs_export": lambda cast, objects: {"format_": "csv"},
    "totals_export": lambda cast, objects: {"format_": "csv"},
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
    "language": lambda cast, objects: {"language": "fr", "next": "/about/"},
    "item_edit": lambda cast, objects: {
        "what": "withdraw",
        "key": "matrix",
        "based_on": str(last_touch(f"catalogue.item/{ITEM_OF[objects.state]}")),
        "reason": "test",
    },
    "item_new": lambda cast, objects: {
        "key": "matrix",
        "code": "MED-NEW",
        "category": "medical/ppe",
        "kind": "goods",
        "unit": "EA",
        "label_en": "new",
        "source": "test",
    },
    "review": lambda cast, objects: {**on(objects.act), "move": "accept"},
    "submission_publish": lambda cast, objects: on(objects.accepted),
    "submission_withdraw": lambda cast, objects: {**on(objects.published), "sectors": "medical"},
    "line_mark": lambda cast, objects: {**on(objects.act), "note": "counted twice"},
    "upload": lambda cast, objects: {
        "state": objects.state,
        "file": SimpleUploadedFile("needs.csv", TABLE),
        "note_verbale": SimpleUploadedFile("note.pdf", NOTE),
    },
    "draft_new": lambda cast, objects: {"state": objects.state, "start": "empty"},
    "draft": lambda cast, objects: {**version(cast, objects), "sector_medical": "nil"},
    "draft_items": lambda cast, objects: {**version(cast, objects), "item": GLOVES},
    "draft_line": lambda cast, objects: {**version(cast, objects), "quantity": "many"},
    "draft_check": lambda cast, objects: {**version(cast, objects), "key": "matrix"},
    "draft_documents": lambda cast, objects: {"document": SimpleUploadedFile("a.pdf", NOTE)},
    "draft_upload": lambda cast, objects: {"file": SimpleUploadedFile("needs.csv", TABLE)},
}

QUERIES: dict[str, Callable[[Cast, Objects], Sequence[str]]] = {
    "api:needs": lambda cast, objects: [
        f"state={objects.state}",
        f"item={ITEM_OF[objects.state]}",
        "since=0",
        f"known_at={objects.act}",
    ],
    "overview": lambda cast, objects: ["emergency=COVID-19"],
    "needs": lambda cast, objects: [
        f"state={objects.state}",
        f"item={ITEM_OF[objects.state]}&priority=1",
        f"group={GROUP}",
        "since=0",
        f"known_at={objects.act}",
        "as_of=2030-01-01",
    ],
    "states": lambda cast, objects: ["on=2010-01-01", "sector=medical&status=reported"],
    "items": lambda cast, objects: ["sector=medical"],
    "record": lambda cast, objects: [f"before={objects.act + 1}"],
    "api:totals": lambda cast, objects: [f"state={objects.state}", f"group={GROUP}", "since=0"],
}


TABLE = b"Item,Quantity\n"
NOTE = b"%PDF-1.4 a letter"


def on(number: int) -> Values:
    """What a form about a submission carries."""
    return {"based_on": last_touch(f"needs.submission/{number}") or number, "key": "matrix"}


def draft_of(cast: Cast, objects: Objects, upload: bytes | None = None) -> Draft:
    """The owner's draft with one line, or with a file; begun when it is first asked for."""
    found = Draft.objects.filter(state=objects.state, upload__isnull=upload is None).first()
    if found:
        return found
    speaking = reader(cast.world.focal_point(objects.state))
    line = {"item": ITEM_OF[objects.state], "justification": canary(objects.state, "pending")}
    content = {"scope": ["medical"], "lines": [line]}
    now = timezone.now()
    return new_draft(speaking, objects.state, EMERGENCY, now, content, "en", upload, "needs.csv")


def version(cast: Cast, objects: Objects) -> Values:
    """Which version of the draft a form was made from."""
    return {"saved_at": draft_of(cast, objects).saved_at.isoformat(), "window": ""}


def objects_of(cast: Cast, words: str) -> Objects:
    """The objects named in a row: `ZMB`, `ZMB withheld`; those of the first owner for `-`."""
    owner, _space, which = words.partition(" ")
    found = cast.objects[owner if owner in OWNERS else OWNERS[0]]
    return replace(found, which=which) if which else found
