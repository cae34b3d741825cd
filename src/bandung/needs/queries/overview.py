"""The figures of the overview page, for one emergency."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from bandung.ledger.models import Entry
from bandung.movement.access import Reader
from bandung.needs.models import Dispute, Emergency, ScopeSector, Sector
from bandung.needs.queries.filters import LineFilter, lines_of
from bandung.needs.queries.reporting import Reporting, ReportingStatus, reporting

WEEK = timedelta(days=7)
CHANGES_SHOWN = 20


@dataclass(frozen=True)
class SectorOverview:
    """One sector: how many member states stand where, and how many lines are in force.

    `spoken` states reported, said zero or withheld what they need; `hidden_lines` are in force
    and not shown to this reader. Lines are those of all states, observers included.
    """

    sector: str
    statuses: Mapping[ReportingStatus, int]
    spoken: int
    lines: int
    hidden_lines: int


@dataclass(frozen=True)
class Change:
    """An open act of the week; `verb` as in the ledger, `sectors` those it touched."""

    number: int
    at: datetime
    verb: str
    state: str
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class Week:
    """What changed in the seven days before `now`: acts after act `since`."""

    since: int
    publications: int
    withdrawals: int
    disputes: int
    changed_lines: int
    latest: tuple[Change, ...]


@dataclass(frozen=True)
class Overview:
    """An emergency at a glance; `members` is the number of member states on the day of `now`.

    `spoken` counts the members that spoke in any sector.
    """

    emergency: str
    name: str
    opened_on: date
    closed_on: date | None
    due_on: date | None
    members: int
    spoken: int
    lines: int
    sectors: tuple[SectorOverview, ...]
    week: Week


SPOKEN = frozenset({ReportingStatus.REPORTED, ReportingStatus.SAID_ZERO, ReportingStatus.WITHHELD})


def overview(reader: Reader, emergency: str, now: datetime) -> Overview | None:
    """The figures of the overview page; None if there is no such emergency. Constant queries."""
    found: Emergency | None = Emergency.objects.filter(pk=emergency).first()
    if found is None:
        return None
    rows = reporting(reader, now, emergency=emergency)
    members = [row for row in rows if row.is_member]
    sectors = tuple(_sector(sector, rows) for sector in Sector.values)
    return Overview(
        emergency=found.code,
        name=found.name,
        opened_on=found.opened_on,
        closed_on=found.closed_on,
        due_on=found.due_on,
        members=len({row.state for row in members}),
        spoken=len({row.state for row in members if row.status in SPOKEN}),
        lines=sum(each.lines for each in sectors),
        sectors=sectors,
        week=_week(reader, emergency, now),
    )


def _sector(sector: str, rows: tuple[Reporting, ...]) -> SectorOverview:
    chosen = [row for row in rows if row.sector == sector]
    statuses = Counter(row.status for row in chosen if row.is_member)
    return SectorOverview(
        sector=sector,
        statuses={status: statuses[status] for status in ReportingStatus},
        spoken=sum(statuses[status] for status in SPOKEN),
        lines=sum(row.lines for row in chosen),
        hidden_lines=sum(row.hidden_lines for row in chosen),
    )


def _week(reader: Reader, emergency: str, now: datetime) -> Week:
    before = Entry.objects.filter(at__lt=now - WEEK).order_by("-number")
    since = before.values_list("number", flat=True).first() or 0
    changes = _changes(emergency, since)
    verbs = Counter(verb for _number, verb in changes)
    chosen = LineFilter(emergency=emergency, since=since)
    latest = sorted(changes, reverse=True)[:CHANGES_SHOWN]
    times = dict(
        Entry.objects.filter(number__in=[number for number, _verb in latest]).values_list(
            "number", "at"
        )
    )
    return Week(
        since=since,
        publications=verbs["needs.published"],
        withdrawals=verbs["needs.publication_withdrawn"],
        disputes=verbs["needs.line_disputed"],
        changed_lines=lines_of(reader, chosen).count(),
        latest=tuple(
            Change(number, times[number], verb, *changes[number, verb]) for number, verb in latest
        ),
    )


def _changes(emergency: str, since: int) -> dict[tuple[int, str], tuple[str, tuple[str, ...]]]:
    """State and sectors of each open act on this emergency's publications after `since`."""
    changes: dict[tuple[int, str], tuple[str, tuple[str, ...]]] = {}

    def note(number: int | None, verb: str, state: str, sector: str) -> None:
        if number is not None and number > since:
            sectors = changes.get((number, verb), (state, ()))[1]
            changes[number, verb] = state, tuple(sorted({*sectors, sector}))

    sectors = ScopeSector.objects.filter(
        Q(published_by__gt=since) | Q(withdrawn_by__gt=since), emergency=emergency
    )
    for state, sector, published, withdrawn in sectors.values_list(
        "state", "sector", "published_by", "withdrawn_by"
    ):
        note(published, "needs.published", state, sector)
        note(withdrawn, "needs.publication_withdrawn", state, sector)
    marks = Dispute.objects.filter(
        Q(number__gt=since) | Q(lifted_by__gt=since), line__scope__emergency=emergency
    )
    for state, sector, marked, lifted in marks.values_list(
        "line__scope__state", "line__scope__sector", "number", "lifted_by"
    ):
        note(marked, "needs.line_disputed", state, sector)
        note(lifted, "needs.dispute_lifted", state, sector)
    return changes
