"""The overview: what is needed now, who has spoken, what changed this week."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bandung.catalogue.models import ItemVersion
from bandung.ledger.models import Instance
from bandung.ledger.queries import checkpoint, latest
from bandung.movement.queries import chair_on
from bandung.needs.lexicon import Lexicon, ShownTotal, not_recorded
from bandung.needs.queries import (
    ItemTotal,
    LineFilter,
    Overview,
    ReportingStatus,
    SectorOverview,
    extent,
    totals,
)
from bandung.needs.queries import overview as overview_of
from bandung.web.pictures import Squares, squares
from bandung.web.views.common import code_asked, public_page, reader_of, sees, today

TOP_ITEMS = 8
LATEST_ACTS = 5
ORDER = (  # spoken first, then the absences
    ReportingStatus.REPORTED,
    ReportingStatus.SAID_ZERO,
    ReportingStatus.WITHHELD,
    ReportingStatus.WITHDRAWN,
    ReportingStatus.SUBMITTED,
    ReportingStatus.AWAITED,
    ReportingStatus.SILENT,
)


@dataclass(frozen=True)
class TopItems:
    """The items of one kind that most states ask for; amounts of different units never meet."""

    kind: str
    rows: Sequence[ShownTotal]
    items: int


@dataclass(frozen=True)
class Place:
    """One sector: the figures, their picture, and how many items are asked for."""

    figures: SectorOverview
    picture: Squares
    items: int
    states: int


@dataclass(frozen=True)
class StatusRow:
    """How many member states have one status, sector by sector."""

    status: ReportingStatus
    counts: tuple[tuple[str, int], ...]


@public_page
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    words = Lexicon()
    codes = words.emergencies()
    code = code_asked(request, "emergency") or (codes[0] if codes else "")
    if code not in codes and request.GET.get("emergency"):
        raise Http404
    found = overview_of(reader_of(request), code, timezone.now()) if code else None
    if found is None:
        return render(request, "web/overview_empty.html", _record(request))
    context = _figures(request, found, words) | _record(request)
    choices = [(each, words.emergency(each)) for each in codes]
    return render(request, "web/overview.html", context | {"emergencies": choices})


def _figures(request: HttpRequest, found: Overview, words: Lexicon) -> dict[str, Any]:
    reader, chosen = reader_of(request), LineFilter(emergency=found.emergency)
    rows = totals(reader, chosen)
    statuses = [status for status in ORDER if any(each.statuses[status] for each in found.sectors)]
    return {
        "overview": found,
        "extent": extent(reader, chosen),
        "places": [_place(each, rows) for each in found.sectors],
        "hidden_lines": sum(each.hidden_lines for each in found.sectors),
        "statuses": [
            StatusRow(status, tuple((each.sector, each.statuses[status]) for each in found.sectors))
            for status in statuses
        ],
        "tops": _tops(rows, words),
        "week": [(each, words.party(each.state)) for each in found.week.latest],
        "chair": chair_on(today()),
        "met": not_recorded(),
        "on": today(),
    }


def _place(figures: SectorOverview, rows: Sequence[ItemTotal]) -> Place:
    own = [row for row in rows if row.sector == figures.sector]
    counts = [(str(status), figures.statuses[status]) for status in ORDER]
    reported = figures.statuses[ReportingStatus.REPORTED]
    return Place(figures, squares(counts), len(own), reported)


def _tops(rows: Sequence[ItemTotal], words: Lexicon) -> list[TopItems]:
    """By kind, the items most states ask for first: quantities of two items do not compare."""
    kinds = list(ItemVersion.Kind.values)
    ordered = sorted(
        rows, key=lambda row: (kinds.index(row.kind), -row.states, -row.lines, row.item)
    )
    found = []
    for kind, group in groupby(ordered, key=lambda row: row.kind):
        own = list(group)
        found.append(TopItems(kind, words.totals(own[:TOP_ITEMS]), len(own)))
    return found


def _record(request: HttpRequest) -> dict[str, Any]:
    is_founded = Instance.objects.exists()
    return {
        "acts": latest(limit=LATEST_ACTS, sees=sees(request)),
        "checkpoint": checkpoint() if is_founded else None,
    }
