"""docs/api.md: what the API's OpenAPI description says."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pages.markdown import Pages, page, table
from pages.schemas import kind


def api() -> Pages:
    """The page of the API, from its OpenAPI description; nothing while there is no API."""
    schema = openapi()
    if schema is None:
        return {}
    sections = [
        _operation(method, path, each)
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]
    return {"api.md": page("API", API_INTRO, *sections, source="the API's OpenAPI description")}


API_INTRO = """\
The API only reads. It answers in JSON, needs no key for what is public, and describes itself in
OpenAPI at `/api/v1/openapi.json`. Days are written `2023-03-02`. Every base quantity is a whole
number; so is every sum of them."""


def openapi() -> dict[str, Any] | None:
    """The OpenAPI description of the API that the root addresses reach, if there is one."""
    from django.conf import settings
    from ninja import NinjaAPI

    import_module(settings.ROOT_URLCONF)
    found = {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("bandung.")
        for value in vars(module).values()
        if isinstance(value, NinjaAPI)
    }
    if len(found) > 1:
        raise SystemExit("write_docs knows one API; there are several now")
    return next((dict(each.get_openapi_schema()) for each in found.values()), None)


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = [
        (f"`{each['name']}`", each["in"], _parameter(each))
        for each in operation.get("parameters", [])
    ]
    parts = [f"## {method.upper()} {path}", operation.get("description") or operation["summary"]]
    return "\n\n".join([*parts, *([table(("name", "in", "meaning"), rows)] if rows else [])])


def _parameter(parameter: Mapping[str, Any]) -> str:
    schema = parameter.get("schema", {})
    meaning = parameter.get("description") or schema.get("description", "")
    needed = "; required" if parameter.get("required") else ""
    return f"{kind(_given(schema))}{needed}" + (f". {meaning}" if meaning else "")


def _given(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a parameter may be when it is given: without the null that stands for its absence."""
    choices = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return choices[0] if len(choices) == 1 else schema
