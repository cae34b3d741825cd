"""The read API, `/api/v1/`: the same queries as the pages, for programs. OpenAPI 3.1 describes it.

It is public: who is signed in sees through it what their pages show them, nobody else sees more.
"""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from bandung.ledger.queries import NoSuchAct
from bandung.web.api import catalogue, ledger, needs, register
from bandung.web.api.shapes import WrongQuery


class _ReadAPI(NinjaAPI):
    def get_openapi_schema(self, **_where: Any) -> OpenAPISchema:
        """The description, made once: it takes a tenth of a second."""
        return _description(self)


@cache
def _description(of: NinjaAPI) -> OpenAPISchema:
    return NinjaAPI.get_openapi_schema(of)


api = _ReadAPI(
    title="Bandung",
    version="1",
    description=(
        "What states said they need, who said it, when, and the act that proves it. "
        "Quantities are whole numbers of base units."
    ),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", register.router)
api.add_router("", catalogue.router)
api.add_router("", needs.router)
api.add_router("", ledger.router)


@api.exception_handler(WrongQuery)
def _wrong_query(request: HttpRequest, error: WrongQuery) -> HttpResponse:
    return api.create_response(request, {"detail": [error.problem]}, status=error.status)


@api.exception_handler(NoSuchAct)
def _no_such_act(request: HttpRequest, error: NoSuchAct) -> HttpResponse:
    return api.create_response(request, {"detail": str(error)}, status=404)


def urls() -> tuple[list[URLPattern | URLResolver], Any, Any]:
    """The API's addresses, all of them open to readers who are not signed in."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns, app_name, namespace
