"""Every address of the site, as its URL table has it: nothing is listed by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """One entry of the URL table; `name` is its full name, or its route where it has none."""

    name: str
    route: str
    view: Callable[..., Any]
    is_named: bool

    @property
    def is_public(self) -> bool:
        """Whether LoginRequiredMiddleware lets an anonymous visitor through."""
        return not getattr(self.view, "login_required", True)

    @property
    def is_csrf_exempt(self) -> bool:
        return bool(getattr(self.view, "csrf_exempt", False))


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, route: str, space: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        path = route + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = ":".join(filter(None, [space, each.namespace]))
            yield from _walk(each, path, inner)
        elif isinstance(each, URLPattern):
            name = ":".join(filter(None, [space, each.name])) if each.name else f"/{path}"
            yield Address(name, path, each.callback, bool(each.name))
