"""The record: every act in order, each with its proof, and the latest checkpoint."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bandung.ledger.models import Instance
from bandung.ledger.queries import (
    NoSuchAct,
    checkpoint,
    entry_view,
    latest,
    opened_blocks,
    opened_by,
    proof_of,
    stored_text,
)
from bandung.needs.lexicon import Lexicon
from bandung.web.proof import PublicLines, checks
from bandung.web.views.common import PAGE_SIZE, public_page, sees

LARGEST_NUMBER = 2**53 - 1


@public_page
def record(request: HttpRequest) -> HttpResponse:
    """Acts, the newest first."""
    before = _before(request)
    rows = latest(before, PAGE_SIZE + 1, sees(request))
    page = rows[:PAGE_SIZE]
    return render(
        request,
        "web/record.html",
        {
            "acts": page,
            "next": page[-1].number if len(rows) > PAGE_SIZE else None,
            "is_continued": before is not None,
            "checkpoint": checkpoint() if Instance.objects.exists() else None,
        },
    )


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise Http404
    return int(text)


@public_page
def act(request: HttpRequest, number: int) -> HttpResponse:
    """One act: what it says, and why that cannot have been changed since."""
    view, proof, stored = _known(request, number)
    opened = opened_blocks(number)
    found = checks(stored, proof, opened)
    words = Lexicon()
    return render(
        request,
        "web/act.html",
        {
            "act": view,
            "proof": proof,
            "stored": stored,
            "checks": found,
            "is_sound": all(each.is_sound for each in found),
            "opened": [PublicLines.of(each) for each in opened],
            "opened_here": opened_by(number),
            "sealed": [each for each in view.blocks if each.opened_by is None],
            "party": words.party(view.party) if view.party else "",
            "checkpoint": checkpoint(),
            "previous": number - 1 or None,
            "following": number + 1 if number < proof.size else None,
        },
    )


def _known(request: HttpRequest, number: int) -> tuple[Any, Any, str]:
    if not 0 < number <= LARGEST_NUMBER:
        raise Http404
    try:
        return entry_view(number, sees(request)), proof_of(number), stored_text(number)
    except NoSuchAct as error:
        raise Http404 from error


@public_page
def act_entry(request: HttpRequest, number: int) -> HttpResponse:
    """The stored bytes, as they are hashed."""
    if not 0 < number <= LARGEST_NUMBER:
        raise Http404
    try:
        content = stored_text(number).encode()
    except NoSuchAct as error:
        raise Http404 from error
    return _download(content, f"act-{number}.json")


@public_page
def act_block(request: HttpRequest, number: int, label: str) -> HttpResponse:
    """The bytes of a block that an act made public."""
    if not 0 < number <= LARGEST_NUMBER:
        raise Http404
    found = next((each for each in opened_blocks(number) if each.label == label), None)
    if found is None:
        raise Http404
    return _download(found.content, f"act-{number}-{label}.json")


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/json", headers=headers)
