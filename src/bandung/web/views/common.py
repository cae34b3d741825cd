"""What the public pages share."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bandung.movement.access import PUBLIC, Reader
from bandung.needs.queries import may_see_sealed

View = Callable[..., HttpResponse]
PAGE_SIZE = 50
CODE = re.compile(r"[A-Za-z0-9_./@-]{1,60}", re.ASCII)


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


def code_asked(request: HttpRequest, name: str) -> str:
    """A code among the query's parameters; empty where it is none that could be."""
    found = request.GET.get(name, "")
    return found if CODE.fullmatch(found) else ""


def query_of(values: Mapping[str, Any], *left_out: str) -> str:
    """These parameters as a query, without `?`, those that say nothing left out."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return urlencode({name: value for name, value in said.items() if name not in left_out})
