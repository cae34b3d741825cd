"""The lines of a draft: an item is chosen from the catalogue, then the line is typed."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from bandung.catalogue.models import ItemVersion
from bandung.exchange.beginning import LINE_BEFORE
from bandung.exchange.choices import Catalogue
from bandung.exchange.drafting import FIELDS, MOST_LINES, effect_of, reading_language, statement_of
from bandung.exchange.forms import LineForm
from bandung.exchange.importing import Problem
from bandung.exchange.importing.cells import Cells
from bandung.exchange.standing import SECTORS
from bandung.exchange.views.common import (
    find_draft,
    form_page,
    language,
    new_window,
    remarks_for,
    save,
    sectors_of,
)
from bandung.needs.drafts import DraftMoved
from bandung.needs.models import Draft
from bandung.needs.numbers import written
from bandung.needs.refusals import http_status
from bandung.sheets.text import folded

LONGEST = 5_000  # signs of one field that a draft keeps
NEW_LINE = {"visibility": "public"}


@form_page
def items(request: HttpRequest, number: int) -> HttpResponse:
    """The catalogue to choose from, by sector and by words; a button begins the line."""
    found = _typed_draft(request, number)
    refused = None
    if request.method == "POST":
        try:
            row = _add(request, found, request.POST.get("item", ""))
            return redirect("draft_line", number, row)
        except DraftMoved as moved:
            refused = moved
    offered = sectors_of(request.reader, found.state_id)
    asked = request.GET.get("sector", "")
    sectors = [asked] if asked in offered else list(offered)
    wanted = request.GET.get("q", "")[:100]
    rows = _matching(Catalogue().items_in(sectors), wanted)
    shown = {
        "draft": found,
        "window": new_window(),
        "sectors": offered,
        "sector": asked if asked in offered else "",
        "q": wanted,
        "groups": [
            (category, list(each)) for category, each in groupby(rows, key=lambda row: row.category)
        ],
        "refused": refused,
    }
    name = "exchange/_items.html" if request.htmx else "exchange/items.html"
    return render(request, name, shown, status=http_status(refused) if refused else 200)


def _matching(rows: Iterable[ItemVersion], wanted: str) -> list[ItemVersion]:
    """Items whose code or label holds every word, by category."""
    words = folded(wanted).split()

    def holds(row: ItemVersion) -> bool:
        text = folded(f"{row.item_id} {row.label} {row.label_en} {row.category.label}")
        return all(word in text for word in words)

    found = [row for row in rows if holds(row)]
    order = {sector: place for place, sector in enumerate(SECTORS)}
    return sorted(found, key=lambda row: (order[row.sector], row.category_id, row.item_id))


def _add(request: HttpRequest, found: Draft, code: str) -> int:
    """Adds a line of the item in its usual unit; returns its number."""
    item = Catalogue().items.get(code)
    lines = found.content.get("lines", [])
    if item is None or len(lines) >= MOST_LINES:
        raise Http404
    line = {"item": code, "counted_in": item.unit_id, **NEW_LINE}
    scope = {*found.content.get("scope", ()), item.sector}
    nil = [each for each in found.content.get("nil", ()) if each != item.sector]
    content = {**found.content, "lines": [*lines, line], "nil": nil}
    content["scope"] = [each for each in SECTORS if each in scope]
    save(request, found, content)
    return len(lines) + 1


@form_page
def line(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """One line, typed; saved on each change or by a button, with whatever is still wrong."""
    found = _typed_draft(request, number)
    lines = found.content.get("lines", [])
    if not 0 < row <= len(lines):
        raise Http404
    if request.method != "POST":
        problems = _problems(request, found, row) if "check" in request.GET else ()
        return _page(request, found, row, lines[row - 1], problems)
    typed = _typed(request, lines[row - 1])
    is_removed = request.POST.get("move") == "remove"
    kept = [] if is_removed else [typed]
    content = {**found.content, "lines": [*lines[: row - 1], *kept, *lines[row:]]}
    try:
        save(request, found, content)
    except DraftMoved as refused:
        if request.htmx:
            return _saved(request, found, typed, refused)
        return _page(request, found, row, typed, refused=refused)
    if request.htmx:
        return _saved(request, found, typed)
    return _after(request, found, row, typed, is_removed)


def _after(
    request: HttpRequest, found: Draft, row: int, typed: Mapping[str, str], is_removed: bool
) -> HttpResponse:
    """On to the next line or back to the draft; back to this line if something is wrong in it."""
    problems = () if is_removed else _problems(request, found, row)
    if any(each.severity == "error" for each in problems):
        return _page(request, found, row, typed, problems)
    if request.POST.get("move") == "another":
        return redirect("draft_items", found.pk)
    return redirect(f"{reverse('draft', args=[found.pk])}#lines")


def _typed_draft(request: HttpRequest, number: int) -> Draft:
    found = find_draft(request, number)
    if found.upload is not None:
        raise Http404
    return found


def _typed(request: HttpRequest, before: Mapping[str, str]) -> dict[str, str]:
    """The line with what was sent; its item, and what it came from, stay."""
    kept = {name: before[name] for name in ("item", "line_id", LINE_BEFORE) if before.get(name)}
    sent = {
        column.code: request.POST.get(column.code, "").replace("\0", "").strip()[:LONGEST]
        for column in FIELDS
        if column.kind != "item"
    }
    return kept | {name: text for name, text in sent.items() if text}


def _problems(request: HttpRequest, found: Draft, row: int) -> tuple[Problem, ...]:
    today = timezone.now().date()
    _statement, problems = statement_of(found, request.reader, language(), today)
    return tuple(each for each in problems if each.row == row)


def _effect(typed: Mapping[str, str], catalogue: Catalogue, found: Draft) -> str:
    effect = effect_of(typed, Cells(catalogue, language(), reading_language(found)))
    return f"= {written(effect[0])} {effect[1]}" if effect else ""


def _saved(
    request: HttpRequest, found: Draft, typed: Mapping[str, str], refused: DraftMoved | None = None
) -> HttpResponse:
    shown = {
        "draft": found,
        "refused": refused,
        "effect": _effect(typed, Catalogue(), found),
        "has_effect": True,
    }
    return render(request, "exchange/_saved.html", shown)


def _page(
    request: HttpRequest,
    found: Draft,
    row: int,
    typed: Mapping[str, str],
    problems: Iterable[Problem] = (),
    refused: DraftMoved | None = None,
) -> HttpResponse:
    catalogue, code = Catalogue(), language()
    item = catalogue.items.get(typed.get("item", ""))
    errors = [each for each in problems if each.severity == "error"]
    form = LineForm(typed, item, catalogue, code, errors)
    if refused:
        form.add_error(None, str(refused))
    shown: dict[str, Any] = {
        "draft": found,
        "row": row,
        "item": item,
        "code": typed.get("item", ""),
        "form": form,
        "effect": _effect(typed, catalogue, found),
        "remarks": remarks_for(request, found).get(typed.get(LINE_BEFORE, "-"), []),
        "warnings": [each for each in problems if each.severity == "warning"],
        "window": new_window(),
        "reads": reading_language(found),
        "language": code,
        "count": len(found.content.get("lines", ())),
    }
    status = http_status(refused) if refused else 422 if errors else 200
    return render(request, "exchange/line.html", shown, status=status)
