"""Who may: mandates as the ledger's door asks for them, and the reader as a page sees them.

A mandate is in force from its first day to its last (exclusive), until an act ends it. Which
function an act needs stands in the act's `authorise`; here is only who holds what, and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.ledger.act import Mandate
from bandung.movement.models import STATE_FUNCTIONS, Appointment
from bandung.movement.queries.mandates import MandateRow, find_mandate, mandate_rows

FUNCTIONS = Appointment.Function


class NoSuchMandate(Refused):
    """No act granted a mandate with this code."""

    code = "no-such-mandate"
    template = _("There is no mandate %(code)s.")
    hint_template = _("A mandate's code is the number of the act that granted it, such as 12.1.")


@dataclass(frozen=True)
class HeldMandate:
    """A mandate as the door sees it; `code` is the act that granted it, such as `12.1`.

    `1.1` is the founding administrator's. No `sectors` means all.
    """

    code: str
    person: str
    party: str
    function: str
    sectors: frozenset[str]

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force, asked of the tables anew."""
        row = find_mandate(self.code)
        return row is not None and row.person == self.person and row.is_in_force(at)


def _held(row: MandateRow) -> HeldMandate:
    return HeldMandate(row.code, row.person, row.party, row.function, row.sectors)


def mandate(code: str) -> Mandate:
    """The mandate with this code, in force or not.

    Refuses, as NoSuchMandate, a code under which none was granted.
    """
    row = find_mandate(code)
    if row is None:
        raise NoSuchMandate(code=code)
    return _held(row)


def mandates_of(person: str, at: datetime) -> tuple[Mandate, ...]:
    """The mandates of a person in force at `at`, oldest first."""
    if not person:
        return ()
    return tuple(_held(row) for row in mandate_rows(person) if row.is_in_force(at))


@dataclass(frozen=True)
class Reader:
    """Whoever looks at a page: a person with mandates in force, or the public."""

    person: str = ""
    mandates: tuple[Mandate, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        return bool(self.person)

    @property
    def may_review(self) -> bool:
        return self._has(FUNCTIONS.REVIEWER)

    @property
    def may_publish(self) -> bool:
        return self._has(FUNCTIONS.SECRETARIAT)

    @property
    def is_staff(self) -> bool:
        return self.may_review or self.may_publish

    @property
    def is_partner(self) -> bool:
        return self._has(FUNCTIONS.PARTNER_READER)

    @property
    def is_administrator(self) -> bool:
        return self._has(FUNCTIONS.ADMINISTRATOR)

    @property
    def states(self) -> frozenset[str]:
        """The states this reader speaks for, in any sector."""
        return frozenset(each.party for each in self.mandates if each.function in STATE_FUNCTIONS)

    def speaks_for(self, state: str) -> bool:
        """Whether this reader is focal point or head of delegation of `state`."""
        return state in self.states

    def mandate_for(
        self, function: str, party: str = "", sectors: Iterable[str] = ()
    ) -> Mandate | None:
        """The oldest mandate in this function that covers `sectors`, of `party` where named.

        A person with several mandates acts under the one that fits the act. A mandate without
        sectors covers them all. The act's own `authorise` has the last word.
        """
        wanted = frozenset(sectors)
        for each in self.mandates:
            fits = each.function == function and party in ("", each.party)
            if fits and (not each.sectors or not wanted or wanted <= each.sectors):
                return each
        return None

    def _has(self, function: str) -> bool:
        return any(each.function == function for each in self.mandates)


PUBLIC = Reader()


def reader_of(person: str, at: datetime) -> Reader:
    """The reader that a person is at `at`: with the mandates in force then, perhaps none."""
    return Reader(person, mandates_of(person, at))
