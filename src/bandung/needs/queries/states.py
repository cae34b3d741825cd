"""One state: where it stands in each emergency and sector, and what it submitted."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.needs.queries.filters import LineFilter
from bandung.needs.queries.reporting import Reporting, reporting
from bandung.needs.queries.submissions import SubmissionRow, submission_rows
from bandung.needs.queries.totals import ItemTotal, totals


@dataclass(frozen=True)
class StatePage:
    """A state as this reader may see it; submissions newest first, the unpublished ones for the
    state and the staff. Its lines are `published_lines` with a filter of the state."""

    state: str
    name: str
    reporting: tuple[Reporting, ...]
    submissions: tuple[SubmissionRow, ...]
    totals: tuple[ItemTotal, ...]


def state_page(reader: Reader, state: str, now: datetime) -> StatePage | None:
    """The state's page; None if the register has no such state. Constant queries."""
    party: Party | None = Party.objects.filter(code=state, kind=Party.Kind.STATE).first()
    if party is None:
        return None
    return StatePage(
        state=state,
        name=party.name,
        reporting=reporting(reader, now, state=state),
        submissions=submission_rows(reader, now, Q(state=state)),
        totals=tuple(totals(reader, LineFilter(state=state))),
    )
