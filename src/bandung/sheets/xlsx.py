"""An XLSX workbook: its sheets in order, and the parts they refer to. Runs in the child only."""

import posixpath
from collections.abc import Iterator
from typing import IO

from bandung.sheets.archive import Archive
from bandung.sheets.budget import Budget
from bandung.sheets.encoding import Line
from bandung.sheets.errors import unreadable
from bandung.sheets.grid import Book
from bandung.sheets.limits import Limits
from bandung.sheets.markup import Attributes, attribute, elements
from bandung.sheets.rows import read_rows
from bandung.sheets.strings import read_strings
from bandung.sheets.styles import read_styles

Links = dict[str, tuple[str, str]]  # relation id -> kind, part


def read_xlsx(file: IO[bytes], limits: Limits) -> Iterator[Line]:
    """The lines of all sheets of a workbook."""
    archive = Archive(file, limits)
    main = main_part(archive)
    links = read_links(archive, main)
    sheets, from_1904 = read_outline(archive, main)
    if len(sheets) > limits.sheets:
        raise unreadable("too_many_sheets", sheets=len(sheets), limit=limits.sheets)
    parts = {kind: part for kind, part in links.values() if archive.has(part)}
    strings = read_strings(archive, parts["sharedStrings"]) if "sharedStrings" in parts else []
    kinds = read_styles(archive, parts["styles"]) if "styles" in parts else {}
    book, budget = Book(strings, kinds, from_1904), Budget(limits)
    for name, state, relation in sheets:
        kind, part = links.get(relation, ("worksheet", name))
        if kind == "worksheet":  # sheets of charts and dialogs have no cells
            yield ["sheet", name, state]
            budget.open_sheet(name)
            yield from read_rows(archive, part, book, budget)


def main_part(archive: Archive) -> str:
    """The part that lists the sheets, by the relation that names it."""
    for kind, part in read_links(archive, "").values():
        if kind == "officeDocument":
            return part
    return "xl/workbook.xml"


def read_links(archive: Archive, part: str) -> Links:
    """Where the relations of a part lead; those out of the workbook are left out."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", name + ".rels")
    links: Links = {}

    def start(element: str, attributes: Attributes) -> None:
        if element != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "").replace("\\", "/")
        links[attributes.get("Id", "")] = (
            kind,
            posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
        )

    if archive.has(source):
        elements(archive.open(source), source, start)
    return links


def read_outline(archive: Archive, part: str) -> tuple[list[tuple[str, str, str]], bool]:
    """Name, state and relation of each sheet in order, and whether days count from 1904."""
    sheets: list[tuple[str, str, str]] = []
    from_1904 = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal from_1904
        if element == "sheet":
            state = "visible" if attributes.get("state", "visible") == "visible" else "hidden"
            sheets.append((attributes.get("name", ""), state, attribute(attributes, "id") or ""))
        elif element == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")

    elements(archive.open(part), part, start)
    return sheets, from_1904
