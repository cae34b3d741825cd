"""What the pages of drafts share: finding one, saving one, saying who may."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from bandung.exchange.columns import LANGUAGES, Language
from bandung.exchange.standing import SECTORS, in_order
from bandung.movement.access import Reader
from bandung.needs.drafts import DraftMoved, drafts_of, save_draft
from bandung.needs.lexicon import Lexicon
from bandung.needs.models import Draft
from bandung.needs.queries import remarks_on

form_page = require_http_methods(["GET", "HEAD", "POST"])
MORE = "window"  # in a draft's content: which page saved it last


def language() -> Language:
    """The reader's language."""
    wanted = (get_language() or "en")[:2]
    return next((each for each in LANGUAGES if each == wanted), "en")


def require_author(reader: Reader) -> None:
    """403 for all but focal points and the secretariat."""
    if not (reader.mandate_for("focal_point") or reader.may_publish):
        raise PermissionDenied


def sectors_of(reader: Reader, state: str) -> tuple[str, ...]:
    """The sectors in which this reader may write for `state`: those of the mandates."""
    held = [
        each for each in reader.mandates if each.function == "focal_point" and each.party == state
    ]
    if not held or any(not each.sectors for each in held):
        return SECTORS
    return in_order(sector for each in held for sector in each.sectors)


def find_draft(request: HttpRequest, number: int) -> Draft:
    """The draft, for its state's focal points and, if they prepared it, the secretariat."""
    found = drafts_of(request.reader).select_related("state", "emergency").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def new_window() -> str:
    """A name for one page that is open now."""
    return token_urlsafe(9)


def save(request: HttpRequest, draft: Draft, content: Mapping[str, Any]) -> None:
    """Saves over the version that the page was made from, or that this same page saved last.

    Refuses, as DraftMoved, if somebody else has saved meanwhile.
    """
    window = request.POST.get("window", "")
    is_own = bool(window) and draft.content.get(MORE) == window
    try:
        seen_at = parse_datetime(request.POST.get("saved_at", ""))
    except ValueError:
        seen_at = None
    if not is_own and seen_at != draft.saved_at:
        raise DraftMoved
    content = {**content, MORE: window}
    now = timezone.now()
    draft.saved_at = save_draft(request.reader, draft.pk, draft.saved_at, content, now)
    draft.content = content


def remarks_for(request: HttpRequest, draft: Draft) -> dict[str, list[tuple[str, str]]]:
    """What was remarked on the submission that the draft corrects: line -> (reason, note)."""
    corrects = draft.content.get("corrects")
    words, found = Lexicon(), {}
    for each in remarks_on(request.reader, corrects) if corrects else ():
        said = words.code("return_reason", each.reason), each.note
        found.setdefault(each.line_id, []).append(said)
    return found
