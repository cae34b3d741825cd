"""States of the movement on a day, and one state: what it says, and what the register says."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from bandung.catalogue.queries import figures
from bandung.movement.models import GroupMember, holds_on
from bandung.movement.queries import StateRow, register_on
from bandung.movement.queries import state as register_state
from bandung.needs.lexicon import Amount, Lexicon, ShownLine, not_recorded
from bandung.needs.models import Sector
from bandung.needs.numbers import written
from bandung.needs.queries import (
    LineFilter,
    Reporting,
    ReportingStatus,
    extent,
    published_lines,
    reporting,
    state_page,
)
from bandung.web.forms import DayForm
from bandung.web.views.common import code_asked, public_page, reader_of, today

LINES_SHOWN = 20


@dataclass(frozen=True)
class StateLine:
    """A state in the list, with what it said in each sector, if that was asked for."""

    row: StateRow
    said: tuple[Reporting, ...]


@dataclass(frozen=True)
class Choice:
    """What the list of states is narrowed to."""

    group: str
    sector: str
    status: str
    kind: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Choice":
        return cls(*(code_asked(request, name) for name in ("group", "sector", "status", "kind")))

    @property
    def is_made(self) -> bool:
        return bool(self.group or self.status or self.kind)


@public_page
def states(request: HttpRequest) -> HttpResponse:
    """Members and observers on a day; what they said is of today alone."""
    words, now, choice = Lexicon(), timezone.now(), Choice.of(request)
    form = DayForm(request.GET)
    day = form.day(today())
    codes = words.emergencies()
    emergency = code_asked(request, "emergency") or (codes[0] if codes else "")
    is_now = day == today() and emergency in codes
    register = register_on(day)
    said = _said(reporting(reader_of(request), now, emergency)) if is_now else {}
    rows = [StateLine(row, said.get(row.code, ())) for row in register.states]
    rows.sort(key=lambda each: each.row.party.menu_name.casefold())
    return render(
        request,
        "web/states.html",
        {
            "form": form,
            "day": day,
            "is_now": is_now,
            "emergency": words.emergency(emergency) if is_now else "",
            "sectors": Sector.values,
            "counts": register.counts,
            "rows": [each for each in rows if _is_chosen(each, choice)],
            "choice": choice,
            "choice_group": words.group(choice.group) if choice.group else "",
            "choice_status": _status_label(choice.status),
            "groups": register.groups,
        },
    )


def _said(rows: Sequence[Reporting]) -> dict[str, tuple[Reporting, ...]]:
    by_state: dict[str, list[Reporting]] = defaultdict(list)
    for row in rows:
        by_state[row.state].append(row)
    order = Sector.values
    return {
        state: tuple(sorted(own, key=lambda row: order.index(row.sector)))
        for state, own in by_state.items()
    }


def _status_label(status: str) -> Any:
    return ReportingStatus(status).label if status in ReportingStatus.values else ""


def _is_chosen(line: StateLine, choice: Choice) -> bool:
    if choice.group and choice.group not in line.row.groups:
        return False
    if choice.kind and choice.kind != line.row.kind:
        return False
    if not choice.status:
        return True
    return any(
        each.status == choice.status and choice.sector in ("", each.sector) for each in line.said
    )


@dataclass(frozen=True)
class DerivedFigure:
    """A figure computed from published sources, with all that must be printed beside it."""

    indicator: str
    label: str
    sector: str
    amount: Amount
    formula: str
    source: str
    part_of: str


@dataclass(frozen=True)
class GroupDays:
    """A period in a group, the act that recorded it, whether it holds today."""

    row: GroupMember
    name: str
    act: int
    is_now: bool


@public_page
def state(request: HttpRequest, iso3: str) -> HttpResponse:
    """One state; a code in small letters leads to its page."""
    if iso3 != iso3.upper():
        return redirect("state", iso3.upper(), permanent=True)
    words, reader, now = Lexicon(), reader_of(request), timezone.now()
    found, said = register_state(iso3, today()), state_page(reader, iso3, now)
    if found is None or said is None:
        raise Http404
    chosen = LineFilter(state=iso3)
    lines = published_lines(reader, chosen, limit=LINES_SHOWN)
    return render(
        request,
        "web/state.html",
        {
            "state": found,
            "name": found.party.menu_name,
            "said": said,
            "reporting": [(row, words.emergency(row.emergency)) for row in said.reporting],
            "extent": extent(reader, chosen),
            "lines": [ShownLine.of(row, words) for row in lines],
            "derived": _derived(iso3, words),
            "group_days": _group_days(iso3, words),
            "history": [
                (row, words.emergency(row.emergency))
                for row in said.submissions
                if row.published_by
            ],
            "met": not_recorded(),
            "on": today(),
        },
    )


def _derived(iso3: str, words: Lexicon) -> list[DerivedFigure]:
    return [
        DerivedFigure(
            indicator=row.indicator,
            label=row.label,
            sector=row.sector,
            amount=Amount(written(row.quantity), words.unit(row.unit)),
            formula=row.formula,
            source=row.source,
            part_of=words.indicator(row.part_of) if row.part_of else "",
        )
        for row in sorted(figures(state=iso3), key=_by_sector)
    ]


def _by_sector(row: Any) -> tuple[int, str]:
    return Sector.values.index(row.sector), row.indicator


def _group_days(iso3: str, words: Lexicon) -> list[GroupDays]:
    rows = GroupMember.objects.filter(party=iso3).order_by("group", "since", "key")
    holding = set(rows.filter(holds_on(today())).values_list("key", flat=True))
    return [
        GroupDays(row, words.group(row.group_id), row.key >> 16, row.key in holding) for row in rows
    ]
