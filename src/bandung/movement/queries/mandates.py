"""Who holds, or held, which mandate. Days are those of UTC; `until` is the first day without it."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from itertools import starmap
from typing import Any

from django.db.models import CharField, PositiveBigIntegerField

from bandung.ledger.act import print_key, read_key
from bandung.ledger.models import Instance
from bandung.ledger.prepared import Given, Prepared
from bandung.movement.models import FOUNDING_KEY, Appointment

COOLING_MONTHS = 12  # TRUST: who spoke for a state judges nothing of that state for so long


@dataclass(frozen=True)
class MandateRow:
    """A mandate as recorded; `sectors` empty means all, `party` empty the movement itself."""

    key: int
    person: str
    party: str
    function: str
    sectors: frozenset[str]
    since: date
    until: date | None
    ended_at: datetime | None
    ended_by: int | None
    reference: str

    @property
    def code(self) -> str:
        """Its printed key, such as 345.1."""
        return print_key(self.key)

    def is_in_force(self, at: datetime) -> bool:
        """Whether it covers the instant `at`, as far as this row knows."""
        day = at.astimezone(UTC).date()
        is_begun = self.since <= day and (self.until is None or day < self.until)
        return is_begun and (self.ended_at is None or at < self.ended_at)

    def meets(self, since: date, until: date | None) -> bool:
        """Whether its days meet `since`..`until` (exclusive), an early end aside."""
        is_early_enough = until is None or self.since < until
        return is_early_enough and (self.until is None or since < self.until)

    def was_held(self, since: datetime, at: datetime) -> bool:
        """Whether it was in force at some instant from `since` to `at`, both included."""
        start = datetime.combine(self.since, datetime.min.time(), UTC)
        ends = [datetime.combine(self.until, datetime.min.time(), UTC)] if self.until else []
        ends += [self.ended_at] if self.ended_at else []
        return start <= at and all(start < end and since < end for end in ends)

    def as_fields(self) -> dict[str, Any]:
        """The columns of its row."""
        return vars(self) | {"sectors": sorted(self.sectors)}


_COLUMNS = [each.name for each in fields(MandateRow)]
_WITH_KEY = Prepared(
    lambda: (
        Appointment.objects.order_by()
        .filter(key=Given("key", PositiveBigIntegerField()))
        .values_list(*_COLUMNS)
    )
)
_EVERY = Prepared(
    lambda: Appointment.objects.exclude(key=FOUNDING_KEY).order_by("key").values_list(*_COLUMNS)
)
_OF_PERSON = Prepared(
    lambda: (
        Appointment.objects.exclude(key=FOUNDING_KEY)
        .filter(person=Given("person", CharField()))
        .order_by("key")
        .values_list(*_COLUMNS)
    )
)
_FOUNDED = Prepared(lambda: Instance.objects.order_by().values_list("founded_at", "administrator"))


def founding_mandate() -> MandateRow | None:
    """The mandate 1.1, which the founding act gives its administrator; None before that act.

    It has a row of its own only once an act has ended it.
    """
    ended = _with_key(FOUNDING_KEY)
    if ended is not None:
        return ended
    instance = _FOUNDED.first()
    if instance is None:
        return None
    founded_at, administrator = instance
    since = founded_at.astimezone(UTC).date()
    return MandateRow(
        FOUNDING_KEY,
        administrator,
        party="",
        function="administrator",
        sectors=frozenset(),
        since=since,
        until=None,
        ended_at=None,
        ended_by=None,
        reference="",
    )


def mandate_rows(person: str = "") -> tuple[MandateRow, ...]:
    """Every mandate ever given, or that `person` was ever given, ended ones too, oldest first."""
    founding = founding_mandate()
    is_theirs = founding is not None and person in ("", founding.person)
    given = _OF_PERSON.rows(person=person) if person else _EVERY.rows()
    return (*((founding,) if founding and is_theirs else ()), *starmap(_row, given))


def find_mandate(code: str) -> MandateRow | None:
    """The mandate with this code, such as 345.1, ended or not; None if there is none."""
    try:
        key = read_key(code)
    except ValueError:
        return None
    if key == FOUNDING_KEY:
        return founding_mandate()
    return _with_key(key)


def states_of_person(person: str, at: datetime, months: int = COOLING_MONTHS) -> frozenset[str]:
    """Parties for which `person` holds, or within `months` before `at` held, a mandate.

    Every function but partner_reader counts, a reviewer or secretariat member lent by a state
    included: the rule looks at the person (ARCHITECTURE, "Who may"). `months` are calendar
    months: twelve before 2024-02-29 begin at the same time on 2023-02-28; 0 asks about now only.
    """
    since = months_before(at, months)
    return frozenset(
        each.party
        for each in mandate_rows(person)
        if each.party and each.function != "partner_reader" and each.was_held(since, at)
    )


def had_state_mandate(person: str, state: str, at: datetime, months: int = COOLING_MONTHS) -> bool:
    """Whether `person` holds, or within `months` calendar months before `at` held, a mandate for
    `state`, and so may not review, return or publish what it says."""
    return state in states_of_person(person, at, months)


def months_before(at: datetime, months: int) -> datetime:
    """The same time of day so many calendar months earlier, on the month's last day if need be."""
    count = at.year * 12 + at.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def _with_key(key: int) -> MandateRow | None:
    found = _WITH_KEY.first(key=key)
    return _row(*found) if found else None


def _row(
    key: int, person: str, party: str, function: str, sectors: Sequence[str], *rest: Any
) -> MandateRow:
    return MandateRow(key, person, party, function, frozenset(sectors), *rest)
