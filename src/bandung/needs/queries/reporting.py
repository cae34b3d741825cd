"""Who said what, and who said nothing: one answer per state, emergency and sector.

Said zero, silent, withheld and withdrawn are different things. A statement that is submitted and
not yet published is known to its state and the staff alone; to others that state is silent, or
awaited before the due day.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from bandung.movement.access import Reader
from bandung.movement.models import Membership, holds_on
from bandung.needs.models import Emergency, ScopeSector, Sector, Submission
from bandung.needs.queries.filters import visible_to


class ReportingStatus(TextChoices):
    REPORTED = "reported", _("reported")
    SAID_ZERO = "said_zero", _("said zero")
    WITHHELD = "withheld", _("withheld")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUBMITTED = "submitted", _("submitted, not yet published")
    SILENT = "silent", _("silent")
    AWAITED = "awaited", _("awaited")


class Reporting(NamedTuple):
    """What a state said for an emergency in a sector, as far as this reader may know.

    `submission`, `act` and `as_of` are those of the publication that decides the status (`act`
    published or withdrew it); `hidden_lines` of it are not shown to this reader. `pending` is a
    submission that waits for a decision, for its state and the staff.
    """

    state: str
    emergency: str
    sector: str
    status: ReportingStatus
    is_member: bool
    submission: int | None = None
    act: int | None = None
    as_of: date | None = None
    lines: int = 0
    hidden_lines: int = 0
    pending: int | None = None


class _Spoken(NamedTuple):
    """A publication in force, or the withdrawal of one."""

    state: str
    emergency: str
    sector: str
    submission: int
    as_of: date
    published_by: int | None
    withdrawn_by: int | None
    is_nil: bool
    lines: int
    visible: int


Place = tuple[str, str, str]  # state, emergency, sector


def reporting(
    reader: Reader, now: datetime, emergency: str = "", state: str = ""
) -> tuple[Reporting, ...]:
    """A row for each member state (and each other state that spoke), emergency and sector.

    In the order of states, emergencies and sectors; `now` decides who is a member and what is
    overdue. Four queries, for any number of states.
    """
    day = now.astimezone(UTC).date()
    members = set(_members(day, state))
    due = dict(_emergencies(emergency).values_list("code", "due_on"))
    spoken = _spoken(reader, emergency, state)
    pending = _pending(reader, emergency, state)
    states = members | {place[0] for place in (*spoken, *pending)}
    places = [
        (each, code, sector) for each in sorted(states) for code in due for sector in Sector.values
    ]
    return tuple(
        _row(place, spoken.get(place), pending.get(place), place[0] in members, due[place[1]], day)
        for place in places
        if place[0] in members or place in spoken or place in pending
    )


def _row(
    place: Place,
    spoken: _Spoken | None,
    pending: int | None,
    is_member: bool,
    due_on: date | None,
    day: date,
) -> Reporting:
    if spoken is None:
        return Reporting(
            *place, _unspoken(pending, due_on, day), is_member=is_member, pending=pending
        )
    is_withdrawn = spoken.withdrawn_by is not None
    return Reporting(
        *place,
        _status(spoken),
        is_member=is_member,
        submission=spoken.submission,
        act=spoken.withdrawn_by if is_withdrawn else spoken.published_by,
        as_of=spoken.as_of,
        lines=0 if is_withdrawn else spoken.visible,
        hidden_lines=0 if is_withdrawn else spoken.lines - spoken.visible,
        pending=pending,
    )


def _status(spoken: _Spoken) -> ReportingStatus:
    if spoken.withdrawn_by is not None:
        return ReportingStatus.WITHDRAWN
    if spoken.is_nil:
        return ReportingStatus.SAID_ZERO
    return ReportingStatus.REPORTED if spoken.visible else ReportingStatus.WITHHELD


def _unspoken(pending: int | None, due_on: date | None, day: date) -> ReportingStatus:
    if pending is not None:
        return ReportingStatus.SUBMITTED
    is_overdue = due_on is not None and day > due_on
    return ReportingStatus.SILENT if is_overdue else ReportingStatus.AWAITED


def _members(day: date, state: str) -> list[str]:
    members = Membership.objects.filter(holds_on(day), kind=Membership.Kind.MEMBER)
    if state:
        members = members.filter(party=state)
    return list(members.values_list("party_id", flat=True))


def _emergencies(emergency: str) -> QuerySet[Emergency]:
    found = Emergency.objects.order_by("code")
    return found.filter(code=emergency) if emergency else found


def _spoken(reader: Reader, emergency: str, state: str) -> dict[Place, _Spoken]:
    """The last publication of each place that nothing replaced; it may be withdrawn."""
    rows = ScopeSector.objects.filter(
        _chosen(emergency, state), published_by__isnull=False, replaced_by=None
    ).annotate(
        line_count=Count("lines"),
        visible_count=Count("lines", filter=visible_to(reader, "lines__", "state")),
    )
    spoken = (
        _Spoken(*row)
        for row in rows.order_by("published_by").values_list(
            "state",
            "emergency",
            "sector",
            "submission_id",
            "submission__as_of",
            "published_by",
            "withdrawn_by",
            "is_nil",
            "line_count",
            "visible_count",
        )
    )
    return {(each.state, each.emergency, each.sector): each for each in spoken}


def _pending(reader: Reader, emergency: str, state: str) -> dict[Place, int]:
    """Submissions that wait for a decision, where this reader may know of them."""
    if not (reader.is_staff or reader.states):
        return {}
    waiting = ScopeSector.objects.filter(
        _chosen(emergency, state), submission__in=Submission.objects.undecided()
    )
    if not reader.is_staff:
        waiting = waiting.filter(state__in=reader.states)
    rows = waiting.order_by("submission").values_list(
        "state", "emergency", "sector", "submission_id"
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _chosen(emergency: str, state: str) -> Q:
    columns = {"emergency": emergency, "state": state}
    return Q(**{column: value for column, value in columns.items() if value})
