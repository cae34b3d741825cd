"""JSON schemas in words."""

from collections.abc import Collection, Mapping
from typing import Any

from pages.markdown import table


def fields(schema: Mapping[str, Any], left_out: Collection[str] = ()) -> str:
    """A table of an object's fields, without those left out."""
    needed = schema.get("required", [])
    rows = [
        (f"`{name}`", kind(each), "yes" if name in needed else "no")
        for name, each in schema.get("properties", {}).items()
        if name not in left_out
    ]
    return table(("field", "type and limits", "required"), rows) if rows else "None."


def kind(schema: Mapping[str, Any]) -> str:
    """A JSON schema in words."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(kind(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(
            f"`{each or '(empty)'}`" for each in schema.get("enum", [schema.get("const")])
        )
    name = schema.get("type", "anything")
    if name == "array":
        return f"list{_range(schema, 'minItems', 'maxItems')} of: {kind(schema.get('items', {}))}"
    if name == "integer":
        return "whole number" + _range(schema, "minimum", "maximum")
    if name == "string" and "format" in schema:
        return {"date": "day", "date-time": "instant"}.get(schema["format"], schema["format"])
    if name == "string":
        pattern = f", matching `{schema['pattern']}`" if "pattern" in schema else ""
        return "text" + _range(schema, "minLength", "maxLength", " characters") + pattern
    return {"boolean": "yes or no", "null": "nothing"}.get(name, name)


def _range(schema: Mapping[str, Any], low: str, high: str, unit: str = "") -> str:
    least, most = schema.get(low), schema.get(high)
    if least is None and most is None:
        return ""
    if most is None:
        return f", at least {least:,}{unit}"
    return f", {least:,} to {most:,}{unit}" if least is not None else f", at most {most:,}{unit}"
