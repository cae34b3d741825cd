"""The main navigation of every page: (URL name, label, whether the reader is there)."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bandung.movement.access import PUBLIC

Entry = tuple[str, Promise, bool]
PLACES: tuple[tuple[str, Promise, frozenset[str]], ...] = (
    ("overview", _("Overview"), frozenset()),
    ("needs", _("Needs"), frozenset({"line"})),
    ("states", _("States"), frozenset({"state"})),
    ("items", _("Items"), frozenset({"item", "item_edit", "item_new", "indicator"})),
    ("record", _("Record"), frozenset({"act"})),
    ("about", _("About"), frozenset()),
)
SIGNED_IN: tuple[tuple[str, Promise, frozenset[str]], ...] = (
    ("desk", _("Desk"), frozenset({"submit", "submission", "review"})),
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context of every page: `navigation`."""
    return {"navigation": SimpleLazyObject(lambda: _entries(request))}


def _entries(request: HttpRequest) -> list[Entry]:
    reader = getattr(request, "reader", PUBLIC)
    here = request.resolver_match.url_name if request.resolver_match else ""
    places = (*PLACES, *SIGNED_IN) if reader.is_signed_in else PLACES
    return [
        (name, label, here == name or here in inner)
        for name, label, inner in places
        if _exists(name)
    ]


def _exists(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False
