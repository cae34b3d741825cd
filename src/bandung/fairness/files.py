"""Reads claimants.csv and lots.csv; everything wrong with them is named at its line and column.

The columns are those of issue 3: claimant,need,received,weight,cap,groups,accepts,minimum and
lot,product,quantity,pack,for,not_for,expires_on; only claimant, need, lot and quantity must be
there. UTF-8; between the cells commas, semicolons or tabs, as the first line has them; between the
names of a list `;` or `|`.
"""

import csv
import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.columns import (
    CapColumn,
    DayColumn,
    ListColumn,
    TextColumn,
    WeightColumn,
    WholeColumn,
)
from bandung.fairness.doubts import Doubt, doubts
from bandung.fairness.problem import BadProblem, Problem
from bandung.fairness.rules import (
    MOST_FAULTS,
    Claims,
    Kinds,
    Lot,
    problem_of,
    unknown_name,
)

Progress = Callable[[int, int], None]
CHUNK = 50_000
LONGEST_HEADER = 10_000
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin, the older ones second."""
MOST_GROUPS = 100


@dataclass(frozen=True)
class FileFault:
    """One thing wrong with a file; line 0 is the file as a whole."""

    file: str
    line: int
    column: str
    code: str
    seen: str
    message: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.file}" + (f", line {self.line}" if self.line else "")
        where += f", {self.column}" if self.column else ""
        seen = f" ({self.seen})" if self.seen else ""
        return f"{where}: {self.message}{seen}. {self.hint}".strip()


class BadFile(ValueError):
    """Files that cannot be used as they stand; `more` counts faults beyond those kept."""

    def __init__(self, faults: Sequence[FileFault], more: int = 0) -> None:
        self.faults, self.more = tuple(faults), more
        super().__init__("\n".join(map(str, self.faults)))


WORDS = {
    "no-file": ("there is no such file", "Check its name and folder."),
    "unreadable": ("the file cannot be read", "Check that it is a file and that you may read it."),
    "folder": ("this is a folder", "Name a file in it."),
    "workbook": ("this is a workbook, not a text", "Open it and save the sheet as CSV in UTF-8."),
    "not-utf-8": ("the text is not UTF-8", "Save it in UTF-8."),
    "table-not-utf-8": ("the text is not UTF-8", "Save it as CSV in UTF-8."),
    "empty-file": ("the file is empty", "Its first line names the columns."),
    "no-rows": ("no row follows the names of the columns", "Add a line for each {table}."),
    "separator": (
        "what separates the cells is not clear: {message}",
        "Put the same between all: commas, semicolons or tabs.",
    ),
    "quotes": ("a quotation mark is not closed or stands within a cell", 'Double it: "".'),
    "unknown-column": ("{message}", "The columns are {columns}."),
    "column-twice": ("the column stands twice", "Keep one of them."),
    "missing-column": ("the column is missing", "Add it; the columns are {columns}."),
    "cells": ("the line has {count}, the names of the columns are {width}", "{hint}"),
    "missing": ("is missing", "Fill it in."),
    "grouped": ("a number with separators", "Write its digits only, such as 1200."),
    "not-whole": ("a whole number is needed", "Write it in the smallest unit, such as 1200."),
    "not-a-number": ("a whole number is needed", "Write digits only, such as 1200."),
    "negative": ("below zero", "Write {least} or more."),
    "zero": ("must be above zero", "Write 1 or more, or leave {blank}."),
    "weight": ("a fraction above zero is needed", "Write it like 5/4 or 1.25."),
    "date": ("a day is needed", "Write it like 2026-11-22."),
    "beyond-64-bits": ("beyond 64 bits", "Count in a larger unit."),
    "sum-beyond-64-bits": ("{message}", "Count in a larger unit."),
    "with-cap-beyond-64-bits": ("{message}", "Count in a larger unit, or lower the cap."),
    "weights-beyond-64-bits": ("{message}", "Use simpler weights, or count in a larger unit."),
    "duplicate": ("stands twice", "Give each line a name of its own."),
    "unseen-mark": ("{message}", "Type the name again."),
    "unknown-name": ("{message}", "Write a name of claimants.csv as it stands there."),
    "not-for-nobody": (
        "{message}",
        "Write a name of claimants.csv, or leave it out: only who stands there receives anything.",
    ),
    "pack-above-lot": ("a pack is larger than the lot", "Check both numbers."),
}


def fault_of(
    file: str, line: int, column: str, code: str, seen: str = "", **facts: Any
) -> FileFault:
    """A fault with the words of its code."""
    message, hint = (text.format(**facts) for text in WORDS[code])
    return FileFault(file, line, column, code, seen[:80], message, hint)


@dataclass
class Table:
    """A file as it is read: its columns, the line of each row, what is wrong, and whether every
    line became a row."""

    path: Path
    what: str
    columns: dict[str, Any]
    needed: tuple[str, ...]
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    faults: list[FileFault] = field(default_factory=list)
    more: int = 0
    is_whole: bool = True
    separator: str = ","
    skipped: int = 0

    def complain(self, line: int, column: str, code: str, seen: str = "", **facts: Any) -> None:
        """Keeps a fault, or counts it where very many are kept already."""
        if len(self.faults) >= MOST_FAULTS:
            self.more += 1
            return
        given = self.columns.get(column)
        own = {
            "table": self.what,
            "columns": ", ".join(self.columns),
            "least": getattr(given, "least", 0),
            "blank": "the line out" if getattr(given, "default", None) is None else "it blank",
        }
        self.faults.append(fault_of(called(self.path), line, column, code, seen, **own | facts))


def called(path: Path) -> str:
    """The name of a file, or the whole path where it has none, such as `.`."""
    return path.name or str(path)


def text_of(path: Path, is_table: bool = False) -> str:
    """The file's text, equal letters equally written. Refuses, as BadFile, what is not UTF-8."""
    name, code = called(path), "table-not-utf-8" if is_table else "not-utf-8"
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BadFile([fault_of(name, 0, "", "no-file")]) from error
    except OSError as error:
        wrong, seen = ("folder", "") if path.is_dir() else ("unreadable", error.strerror or "")
        raise BadFile([fault_of(name, 0, "", wrong, seen)]) from error
    if is_table and content.startswith(WORKBOOKS):
        raise BadFile([fault_of(name, 0, "", "workbook")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        seen = repr(content[error.start : error.start + 1])[2:-1]
        raise BadFile([fault_of(name, line, "", code, seen)]) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadFile([fault_of(name, line, "", code, "\\x00")])
    return unicodedata.normalize("NFC", text)


def _read(table: Table, progress: Progress | None) -> None:
    """Reads all rows of a file into its columns."""
    try:
        text = text_of(table.path, is_table=True)
    except BadFile as bad:
        table.faults += bad.faults
        return
    stream = StringIO(text, newline="")
    table.separator, table.skipped = _separator(table, text)
    for _line in range(table.skipped):
        stream.readline()
    reader = csv.reader(stream, delimiter=table.separator, strict=True)
    try:
        header = [] if table.faults else _header(table, next(reader, None))
        total = text.count("\n") + 1
        while header:
            last, rows = reader.line_num, [*islice(reader, CHUNK)]
            if not rows:
                break
            _take(table, header, rows, last + table.skipped, reader.line_num + table.skipped)
            if progress:
                progress(reader.line_num + table.skipped, total)
    except csv.Error:
        table.complain(reader.line_num + table.skipped, "", "quotes")
        return
    if header and not table.lines and not table.faults:
        table.complain(0, "", "no-rows")


def _separator(table: Table, text: str) -> tuple[str, int]:
    """What stands between the cells, and how many lines come before the names of the columns.

    A spreadsheet may say it in a first line such as `sep=;`; else the names of the columns do.
    """
    first = re.split("[\r\n]", text[:LONGEST_HEADER], maxsplit=1)[0]
    found = re.fullmatch(r"sep=(.?)", first.strip('"'), re.IGNORECASE)
    if found and found[1] in SEPARATORS:
        return found[1], 1
    if found:
        table.complain(1, "", "separator", first, message="the first line names another")
        return ",", 1
    used = [each for each in SEPARATORS if each in first]
    if len(used) > 1:
        words = " and ".join(SEPARATORS[each] for each in used)
        table.complain(1, "", "separator", first, message=f"the first line has {words}")
    return (used or [","])[0], 0


def _header(table: Table, cells: list[str] | None) -> list[str]:
    """The columns as they stand in the file; nothing if they cannot be used."""
    line = table.skipped + 1
    if cells is None or not any(map(str.strip, cells)):
        table.complain(0, "", "empty-file")
        return []
    names = [cell.strip().casefold() for cell in cells]
    for at, name in enumerate(names):
        if name not in table.columns:
            _code, _seen, message = unknown_name(name, table.columns)
            table.complain(line, f"column {at + 1}", "unknown-column", cells[at], message=message)
        elif name in names[:at]:
            table.complain(line, name, "column-twice")
    for name in table.needed:
        if name not in names:
            table.complain(line, name, "missing-column")
    return [] if table.faults else names


def _take(table: Table, header: list[str], rows: list[list[str]], last: int, end: int) -> None:
    """One chunk of rows into the columns, from after the line `last` to the line `end`."""
    lines: Sequence[int] = (
        range(last + 1, end + 1) if end - last == len(rows) else _lines(rows, last)
    )
    is_even = set(map(len, rows)) == {len(header)}
    if not is_even or not all(row[0] and not row[0].isspace() for row in rows):
        kept = []
        for line, row in zip(lines, rows, strict=True):
            if not any(map(str.strip, row)):
                continue
            if len(row) == len(header):
                kept.append((line, row))
            else:
                table.is_whole = False
                table.complain(
                    line, "", "cells", table.separator.join(row), **_cells(table, row, header)
                )
        lines, rows = [line for line, _row in kept], [row for _line, row in kept]
    if not rows:
        return
    table.lines.extend(lines)
    for name, cells in zip(header, zip(*rows, strict=True), strict=True):
        for at, code in table.columns[name].take(cells):
            table.complain(lines[at], name, code, cells[at])
    for name in table.columns.keys() - set(header):
        table.columns[name].blank(len(rows))


def _cells(table: Table, row: list[str], header: list[str]) -> dict[str, str]:
    """How many cells a line has and should have, and how to mend it."""
    count = "one cell" if len(row) == 1 else f"{len(row)} cells"
    hint = f'Put cells that hold {SEPARATORS[table.separator]} in "".'
    if len(row) < len(header):
        hint = f"Add {SEPARATORS[table.separator]} for cells that are blank."
    elif table.separator == ";":
        hint = 'Put a list in "", or write | between its names.'
    return {"count": count, "width": str(len(header)), "hint": hint}


def _lines(rows: list[list[str]], last: int) -> list[int]:
    """The line on which each row begins; a cell in quotation marks may hold several."""
    found = []
    for row in rows:
        found.append(last + 1)
        last += 1 + sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for cell in row)
    return found


@dataclass(frozen=True)
class Inputs:
    """A problem as read from its files, the groups of its claimants, and what is hardly meant."""

    problem: Problem
    kinds: Kinds
    warnings: tuple[FileFault, ...] = ()

    @cached_property
    def groups(self) -> dict[str, npt.NDArray[np.bool_]]:
        """By group, which claimants belong to it; nothing where there are very many groups."""
        some = [frozenset(names) for names in self.kinds.distinct]
        names = sorted(frozenset().union(*some))
        if len(names) > MOST_GROUPS:
            return {}
        return {name: np.array([name in each for each in some])[self.kinds.of] for name in names}


def read_inputs(claimants: Path, lots: Path, progress: Progress | None = None) -> Inputs:
    """The problem that two files describe; `progress` is told (lines done, lines) of the larger.

    Refuses, as BadFile, with all that is wrong in both files at once.
    """
    people = Table(
        claimants,
        "claimant",
        {
            "claimant": TextColumn(must=True),
            "need": WholeColumn(least=1, default=None),
            "received": WholeColumn(),
            "weight": WeightColumn(),
            "cap": CapColumn(),
            "groups": ListColumn(),
            "accepts": ListColumn(),
            "minimum": WholeColumn(),
        },
        ("claimant", "need"),
    )
    stock = Table(
        lots,
        "lot",
        {
            "lot": TextColumn(must=True),
            "product": TextColumn(),
            "quantity": WholeColumn(default=None),
            "pack": WholeColumn(least=1, default=1),
            "for": ListColumn(),
            "not_for": ListColumn(),
            "expires_on": DayColumn(),
        },
        ("lot", "quantity"),
    )
    _read(people, progress)
    _read(stock, None)
    return _joined(people, stock)


def _joined(people: Table, stock: Table) -> Inputs:
    problem, lots = None, _lots(stock.columns)
    if people.lines and stock.lines:
        try:
            problem = problem_of(_claims(people.columns), lots)
        except BadProblem as bad:
            _locate(bad, {"claimants": people, "lots": stock})
    faults = people.faults + stock.faults
    if faults or problem is None:
        raise BadFile(faults, people.more + stock.more)
    found = doubts(problem, _kinds(people.columns["accepts"]), lots)
    warnings = tuple(_warning(people, each) for each in found)
    return Inputs(problem, _kinds(people.columns["groups"]), warnings)


def _warning(people: Table, doubt: Doubt) -> FileFault:
    line = people.lines[doubt.row]
    words = (doubt.column, doubt.code, doubt.seen[:80], doubt.message, doubt.hint)
    return FileFault(called(people.path), line, *words)


def _claims(columns: dict[str, Any]) -> Claims:
    def numbers(values: "array[int]") -> npt.NDArray[np.int64]:
        return np.frombuffer(values, np.int64)

    weights = columns["weight"]
    return Claims(
        names=columns["claimant"].values,
        need=numbers(columns["need"].values),
        received=numbers(columns["received"].values),
        weight=(numbers(weights.above), numbers(weights.below)),
        cap=columns["cap"].given,
        groups=_kinds(columns["groups"]),
        accepts=_kinds(columns["accepts"]),
        minimum=numbers(columns["minimum"].values),
    )


def _kinds(column: ListColumn) -> Kinds:
    return Kinds(column.distinct, np.frombuffer(column.of, np.int64))


def _lots(columns: dict[str, Any]) -> list[Lot]:
    values = (columns[name].values for name in ("lot", "product", "quantity", "pack", "for"))
    more = (columns[name].values for name in ("not_for", "expires_on"))
    return [Lot(*row) for row in zip(*values, *more, strict=True)]


def _locate(bad: BadProblem, tables: dict[str, Table]) -> None:
    """What is wrong with the problem, at its lines; a line that is wrong already is left alone.

    A name that is not known may stand on a line that could not be read.
    """
    known = {name: {fault.line for fault in table.faults} for name, table in tables.items()}
    for fault in bad.faults:
        table = tables[fault.table]
        line = table.lines[fault.row] if 0 <= fault.row < len(table.lines) else 0
        is_doubtful = fault.code == "unknown-name" and not tables["claimants"].is_whole
        if line not in known[fault.table] and not is_doubtful:
            is_excluded = (fault.code, fault.column) == ("unknown-name", "not_for")
            code = "not-for-nobody" if is_excluded else fault.code
            table.complain(line, fault.column, code, fault.seen, message=fault.message)
