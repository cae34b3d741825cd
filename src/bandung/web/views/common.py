"""What the public pages share."""

from collections.abc import Callable
from datetime import UTC, date
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_safe

from bandung.movement.access import PUBLIC, Reader
from bandung.needs.queries import may_see_sealed

View = Callable[..., HttpResponse]
PAGE_SIZE = 50


def public_page(view: View) -> View:
    """A page that anybody may read, and that changes nothing."""
    return login_not_required(require_safe(view))


def reader_of(request: HttpRequest) -> Reader:
    """Who reads."""
    return getattr(request, "reader", PUBLIC)


def sees(request: HttpRequest) -> Callable[[str], bool]:
    """Whose sealed entries this reader may read, as the ledger's queries ask."""
    return partial(may_see_sealed, reader_of(request))


def today() -> date:
    """The day in UTC."""
    return timezone.now().astimezone(UTC).date()


def address(request: HttpRequest, **changed: Any) -> str:
    """This page's query with some parameters changed, or left out where None; without `?`."""
    query: QueryDict = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()


def filled(request: HttpRequest, *left_out: str) -> str:
    """The parameters of this query that say something, without the ones left out."""
    query = QueryDict(mutable=True)
    for name, value in request.GET.items():
        if value and name not in left_out:
            query[name] = value
    return query.urlencode()
