"""A draft in the form: what it covers, its lines, its documents."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from bandung.core.addresses import post_only
from bandung.exchange.beginning import (
    LINE_BEFORE,
    begin_correction,
    begin_empty,
    begin_published,
)
from bandung.exchange.choices import Catalogue
from bandung.exchange.drafting import effect_of, reading_language
from bandung.exchange.forms import MAX_DOCUMENTS, NEEDS, NIL, NONE, DocumentForm, DraftForm
from bandung.exchange.importing.cells import Cells
from bandung.exchange.standing import SECTORS
from bandung.exchange.views.choosing import Choice
from bandung.exchange.views.common import (
    find_draft,
    form_page,
    language,
    new_window,
    remarks_for,
    require_author,
    save,
    sectors_of,
)
from bandung.needs.drafts import DraftMoved, delete_draft
from bandung.needs.models import Draft
from bandung.needs.numbers import written
from bandung.needs.refusals import http_status


@dataclass(frozen=True)
class ShownLine:
    """A line of a draft as its list shows it; `effect` is empty where it cannot be read."""

    number: int
    label: str
    code: str
    sector: str
    quantity: str
    counted_in: str
    effect: str
    priority: str
    needed_by: str
    remarks: Sequence[tuple[str, str]]


@post_only
def draft_new(request: HttpRequest) -> HttpResponse:
    """Begins a draft: empty, with what is published, or from a returned submission."""
    reader = request.reader
    require_author(reader)
    choice = Choice.of(request)
    if choice is None:
        raise PermissionDenied
    now, code = timezone.now(), language()
    if choice.corrects:
        begun = begin_correction(reader, choice.corrects, code, now)
    else:
        begin = begin_published if request.POST.get("start") == "published" else begin_empty
        scope = choice.scope or sectors_of(reader, choice.state.code)
        begun = begin(reader, choice.state.code, choice.emergency.code, scope, code, now)
    return redirect("draft", begun.pk)


@form_page
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """What the statement covers, and its lines; saved on each change or by a button."""
    found = find_draft(request, number)
    if found.upload is not None:
        return redirect("draft_check", number)
    if request.method != "POST":
        return draft_page(request, found)
    try:
        save(request, found, _covered(request, found))
    except DraftMoved as refused:
        if request.htmx:
            return _saved(request, found, refused)
        return draft_page(request, found, refused)
    if request.htmx:
        return _saved(request, found)
    return redirect("draft_check" if request.POST.get("move") == "check" else "draft", number)


def _covered(request: HttpRequest, found: Draft) -> dict[str, Any]:
    """The draft's content with what the form says of sectors and day.

    Sectors that this reader's mandate does not cover stay as they are.
    """
    said = {each: request.POST.get(f"sector_{each}") for each in SECTORS}
    offered = sectors_of(request.reader, found.state_id)
    scope, nil = set(found.content.get("scope", ())), set(found.content.get("nil", ()))
    for sector in offered:
        if said[sector] is None:
            continue
        scope, nil = scope - {sector}, nil - {sector}
        scope |= {sector} if said[sector] in (NEEDS, NIL) else set()
        nil |= {sector} if said[sector] == NIL else set()
    return {
        **found.content,
        "scope": [each for each in SECTORS if each in scope],
        "nil": [each for each in SECTORS if each in nil],
        "as_of": request.POST.get("as_of", "")[:20],
    }


def _saved(request: HttpRequest, found: Draft, refused: DraftMoved | None = None) -> HttpResponse:
    return render(request, "exchange/_saved.html", {"draft": found, "refused": refused})


def draft_page(
    request: HttpRequest,
    found: Draft,
    refused: DraftMoved | None = None,
    document_form: DocumentForm | None = None,
) -> HttpResponse:
    """The page; after a refusal what was typed is kept, beside what was saved elsewhere."""
    offered = sectors_of(request.reader, found.state_id)
    values: Mapping[str, Any] = request.POST if refused else _values(found)
    form = DraftForm(values, sectors=offered)
    if refused:
        form.add_error(None, str(refused))
    if document_form is not None and document_form.errors:
        status = 422
    else:
        status = http_status(refused) if refused else 200
    lines = shown_lines(request, found)
    shown = {
        "draft": found,
        "form": form,
        "lines": lines,
        "counts": Counter(line.sector for line in lines),
        "documents": found.documents.all(),
        "document_form": document_form or DocumentForm(),
        "can_attach": found.documents.count() < MAX_DOCUMENTS,
        "remarks": remarks_for(request, found).get("", []),
        "window": new_window(),
        "reads": reading_language(found),
        "language": language(),
    }
    return render(request, "exchange/draft.html", shown, status=status)


def _values(found: Draft) -> dict[str, str]:
    scope, nil = found.content.get("scope", ()), found.content.get("nil", ())
    values = {
        f"sector_{each}": NIL if each in nil else NEEDS if each in scope else NONE
        for each in SECTORS
    }
    return {**values, "as_of": found.content.get("as_of", "")}


def shown_lines(request: HttpRequest, found: Draft) -> list[ShownLine]:
    """The draft's lines with labels, and what each comes to."""
    catalogue, code = Catalogue(), language()
    cells = Cells(catalogue, code, reading_language(found))
    remarks = remarks_for(request, found)
    return [
        _shown(number, line, cells, remarks.get(line.get(LINE_BEFORE, ""), ()))
        for number, line in enumerate(found.content.get("lines", ()), start=1)
    ]


def _shown(
    number: int, line: Mapping[str, str], cells: Cells, remarks: Sequence[tuple[str, str]]
) -> ShownLine:
    catalogue, code = cells.catalogue, cells.language
    item = catalogue.items.get(line.get("item", ""))
    measures = catalogue.measures(item) if item else ()
    counted = next((each for each in measures if each.code == line.get("counted_in")), None)
    effect = effect_of(line, cells)
    priority = line.get("priority", "")
    return ShownLine(
        number=number,
        label=item.label_in(code) if item else line.get("item", ""),
        code=line.get("item", ""),
        sector=item.sector if item else "",
        quantity=line.get("quantity", ""),
        counted_in=counted.label(code) if counted else line.get("counted_in", ""),
        effect=f"{written(effect[0])} {effect[1]}" if effect else "",
        priority=catalogue.choice_of("priority", priority, code) if priority else "",
        needed_by=line.get("needed_by", ""),
        remarks=remarks,
    )


@post_only
def draft_delete(request: HttpRequest, number: int) -> HttpResponse:
    """Removes a draft; nothing official changes."""
    find_draft(request, number)
    delete_draft(request.reader, number)
    messages.success(request, _("Draft %(number)s is deleted.") % {"number": number})
    return redirect("desk")
