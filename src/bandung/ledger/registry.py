"""All acts of all apps, loaded when an entry is first read, whichever page or command runs."""

from collections.abc import Mapping
from functools import cache

from django.utils.module_loading import autodiscover_modules

from bandung.ledger.act import REGISTRY, Act
from bandung.ledger.act import read_act as _read_act
from bandung.ledger.entry import Statement


@cache
def load_acts() -> Mapping[str, type[Act]]:
    """Every official act by its verb: imports the `acts` module of each installed app."""
    autodiscover_modules("acts")
    return REGISTRY


def read_act(said: Statement) -> Act:
    """The act that an entry's statement says. Raises KeyError for an unknown verb or version."""
    load_acts()
    return _read_act(said.verb, said.version, said.act)
