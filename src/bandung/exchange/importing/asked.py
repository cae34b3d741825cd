"""What an uploader says beside the file."""

from dataclasses import dataclass
from datetime import date

from bandung.exchange.columns import Language
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.models import Emergency


@dataclass(frozen=True)
class Asked:
    """For whom the file is read; `scope`, `as_of` and `language` are empty where not said.

    `within` are the sectors that the file may speak of, all where empty; `scope` those it must.
    """

    state: Party
    emergency: Emergency
    reader: Reader
    scope: tuple[str, ...]
    as_of: date | None
    language: Language | None
    keeps_personal: bool
    today: date
    within: tuple[str, ...] = ()
