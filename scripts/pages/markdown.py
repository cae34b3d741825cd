"""Markdown in the few shapes that the generated pages use."""

import inspect

Pages = dict[str, str]  # name below docs/ -> text
WRITTEN = "*Written by `make docs`{source}; a change made here by hand is lost.*"


def page(title: str, *parts: str, source: str = "") -> str:
    """A page under its title, saying where it comes from; empty parts are left out."""
    head = WRITTEN.format(source=source and f" from {source}")
    return "\n\n".join([f"# {title}", head, *filter(None, parts)]) + "\n"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table with one line for each row."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def first_paragraph(text: str | None) -> str:
    """The first paragraph of a documentation string, on one line."""
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split())
