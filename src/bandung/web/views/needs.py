"""Published lines, their totals, and one line with everything said in it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bandung.ledger.act import print_key, read_key
from bandung.needs.lexicon import Amount, Lexicon, ShownLine, not_recorded
from bandung.needs.models import ScopeSector
from bandung.needs.queries import (
    LineFilter,
    LineRow,
    extent,
    line_view,
    occurring,
    published_lines,
    totals,
)
from bandung.web.forms import NeedsFilter
from bandung.web.views.common import PAGE_SIZE, public_page, query_of, reader_of

TOTALS_SHOWN = 10


@public_page
def needs(request: HttpRequest) -> HttpResponse:
    """The lines that the filter chooses, with the totals of the same lines."""
    words, reader = Lexicon(), reader_of(request)
    form = NeedsFilter(request.GET, words=words, occurring=occurring(reader))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        context |= _found(request, form.chosen(), words)
        context["query"] = query_of(form.cleaned_data)
        context["has_api"] = form.cleaned_data["priority"] is None  # no parameter of the API
    return render(request, "web/needs.html", context)


def _found(request: HttpRequest, chosen: LineFilter, words: Lexicon) -> dict[str, Any]:
    reader, after = reader_of(request), _after(request)
    rows = published_lines(reader, chosen, after, PAGE_SIZE + 1)
    page = rows[:PAGE_SIZE]
    shown = words.totals(totals(reader, chosen)) if not after else []
    return {
        "extent": extent(reader, chosen),
        "lines": words.lines(page),
        "totals": shown[:TOTALS_SHOWN],
        "more_totals": shown[TOTALS_SHOWN:],
        "next": print_key(page[-1].key) if len(rows) > PAGE_SIZE else "",
        "is_continued": bool(after),
        "met": not_recorded(),
    }


def _after(request: HttpRequest) -> int:
    """The key after which the page begins; a line number that cannot be is no such page."""
    after = request.GET.get("after", "")
    try:
        return read_key(after[:20]) if after else 0
    except ValueError as error:
        raise Http404 from error


@public_page
def line(request: HttpRequest, line_id: str) -> HttpResponse:
    """One line: what was said, what became of it, the acts that prove it."""
    try:
        found = line_view(reader_of(request), read_key(line_id))
    except ValueError as error:
        raise Http404 from error
    if found is None or found.line.line_id != line_id:
        raise Http404
    words, row = Lexicon(), found.line
    scope = ScopeSector.objects.get(submission=row.submission, sector=row.sector)
    return render(
        request,
        "web/line.html",
        {
            "line": ShownLine.of(row, words),
            "scope": scope,
            "said": _said(row, words),
            "acts": found.acts,
            "met": not_recorded(),
        },
    )


def _said(row: LineRow, words: Lexicon) -> dict[str, Any]:
    """The parts of the line that are words or amounts, by name."""

    def amount(base_quantity: int | None) -> Amount | None:
        if base_quantity is None:
            return None
        return words.amount(base_quantity, row.base_unit, row.item)

    return {
        "base": Amount(*words.amount_in(row.base_quantity, row.base_unit, row.base_unit)),
        "stock": amount(row.stock),
        "monthly_use": amount(row.monthly_use),
        "severity": words.code("severity", row.severity) if row.severity else "",
        "basis": words.code("basis", row.basis),
        "confidence": words.code("confidence", row.confidence) if row.confidence else "",
        "channel": words.code("channel", row.channel) if row.channel else "",
        "visibility": words.code("visibility", row.visibility),
        "kind": words.code("kind", row.kind),
    }
