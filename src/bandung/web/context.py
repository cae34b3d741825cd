"""The main navigation of every page: (address, label, whether the reader is there)."""

from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
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
    addressed = [
        (_address(name, get_urlconf()), name, label, inner) for name, label, inner in places
    ]
    return [
        (address, label, here == name or here in inner)
        for address, name, label, inner in addressed
        if address
    ]


@cache
def _address(name: str, urlconf: str | None) -> str:
    """Where a place is; "" where a table of addresses does not have it."""
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""
