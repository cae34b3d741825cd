"""docs/acts/: what the class of each act says."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from pages.markdown import Pages, first_paragraph, page, table
from pages.schemas import fields


def acts() -> Pages:
    """One page for each registered act, and their index."""
    from bandung.ledger.registry import load_acts

    ours = (each for each in load_acts().items() if each[1].__module__.startswith("bandung."))
    known = dict(sorted(ours))
    rows = [
        (f"[{verb}]({verb}.md)", _public_record(cls), first_paragraph(cls.__doc__))
        for verb, cls in known.items()
    ]
    index = page("Acts", ACTS_INTRO, table(("act", "public record", "what it says"), rows))
    return {"acts/README.md": index} | {f"acts/{v}.md": _act_page(c) for v, c in known.items()}


ACTS_INTRO = """\
Every official change is one of these acts. A page says what the act's class in `src/bandung` says:
its fields with their limits, and the refusals that its `authorise` and `check` can raise. On top of
these, the door refuses any act without a mandate in force (`not-allowed`), on an object that has
moved since it was seen (`moved`), under a key that came with other content (`key-reused`), with
something an entry cannot hold (`not-writable`), or while the clock is behind the last act
(`clock-behind`)."""


def _public_record(cls: Any) -> str:
    return "sealed" if cls.sealed else "open"


def _act_page(cls: Any) -> str:
    schema = cls.model_json_schema()
    refusals = list(_refusals(cls))
    nested = [
        f"### {name}\n\n{first_paragraph(inner.get('description'))}\n\n{fields(inner)}"
        for name, inner in schema.get("$defs", {}).items()
    ]
    return page(
        cls.verb,
        inspect.cleandoc(cls.__doc__),
        table(("", ""), _facts(cls)),
        "## Fields",
        fields(schema, left_out=("based_on",)),
        *nested,
        "## Refusals" if refusals else "",
        table(("code", "when"), refusals) if refusals else "",
        source=f"`{cls.__module__}.{cls.__name__}`",
    )


def _facts(cls: Any) -> list[tuple[str, str]]:
    who = next(each for each in cls.__mro__ if "authorise" in vars(each))
    facts = [
        ("version", str(cls.version)),
        ("public record", f"{_public_record(cls)}: {PUBLIC_RECORD[cls.sealed]}"),
        ("mandate", "needed" if cls.needs_mandate else "none: this act comes first, once"),
        ("who may", f"decided by `{who.__module__}.{who.__name__}.authorise`"),
        ("object", OBJECT[cls.on_existing]),
    ]
    if cls.labels:
        facts.append(("blocks", ", ".join(f"`{label}`" for label in cls.labels)))
    if "opens" in {name for each in cls.__mro__[:-1] for name in vars(each) if _is_ours(each)}:
        facts.append(("makes public", "blocks of an earlier act, as its `opens` says"))
    return facts


PUBLIC_RECORD = {
    True: "number, time and commitments alone",
    False: "the whole act; blocks as commitments",
}
OBJECT = {
    True: "exists already; `based_on` must be the number of the last act on it that was seen",
    False: "need not have been seen before",
}


def _is_ours(cls: type) -> bool:
    from bandung.ledger.act import Act

    return issubclass(cls, Act) and cls is not Act


def _refusals(cls: Any) -> Iterator[tuple[str, str]]:
    """Code and meaning of every Refused that `authorise` and `check` raise, as far as they call
    functions of this project by name."""
    found: dict[type, list[str]] = {}
    seen: set[FunctionType] = set()
    for name in ("authorise", "check"):
        _search(getattr(cls, name), cls, found, seen)
    for refusal, reasons in found.items():
        said = ", ".join(f"“{reason}”" for reason in dict.fromkeys(reasons))
        meaning = first_paragraph(refusal.__doc__)
        yield f"`{refusal.code}`", f"{meaning.rstrip('.')}: {said}." if said else meaning


def _search(function: Any, cls: Any, found: dict[type, list[str]], seen: set[FunctionType]) -> None:
    from bandung.core.refused import Refused

    function = inspect.unwrap(getattr(function, "__func__", function))
    if not isinstance(function, FunctionType) or function in seen:
        return
    if not function.__module__.startswith("bandung."):
        return
    seen.add(function)
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            for refusal in _named(node.exc, function, cls):
                if isinstance(refusal, type) and issubclass(refusal, Refused):
                    found.setdefault(refusal, []).extend(_reasons(node.exc))
        if isinstance(node, ast.Call):
            for called in _named(node.func, function, cls):
                _search(called, cls, found, seen)


def _named(node: ast.expr, function: FunctionType, cls: Any) -> Iterator[Any]:
    """What a name, a call of it, `self.name` or `module.name` stands for."""
    node = node.func if isinstance(node, ast.Call) else node
    if isinstance(node, ast.Name) and node.id in function.__globals__:
        yield function.__globals__[node.id]
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = cls if node.value.id in ("self", "cls") else function.__globals__.get(node.value.id)
        if hasattr(owner, node.attr):
            yield inspect.getattr_static(owner, node.attr, None)  # a proxy has it not itself


def _reasons(node: ast.expr) -> list[str]:
    """The texts given as `reason=` to a refusal."""
    given = node.keywords if isinstance(node, ast.Call) else []
    return [
        each.value
        for keyword in given
        if keyword.arg == "reason"
        for each in ast.walk(keyword.value)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
