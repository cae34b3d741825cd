"""Reads claimants.csv and lots.csv; everything wrong with them is named at its line and column.

The columns are those of issue 3: claimant,need,received,weight,cap,groups,accepts,minimum and
lot,product,quantity,pack,for,not_for,expires_on; only claimant, need, lot and quantity must be
there. UTF-8, commas between cells, `;` between the names of a list.
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
    "not-utf-8": ("the text is not UTF-8", "Save it as CSV in UTF-8."),
    "empty-file": ("the file is empty", "Its first line names the columns."),
    "no-rows": ("no row follows the names of the columns", "Add a line for each {table}."),
    "separator": ("the cells are not separated by commas", "Save it as CSV with commas."),
    "quotes": ("a quotation mark is not closed or stands within a cell", 'Double it: "".'),
    "unknown-column": ("{message}", "The columns are {columns}."),
    "column-twice": ("the column stands twice", "Keep one of them."),
    "missing-column": ("the column is missing", "Add it; the columns are {columns}."),
    "cells": ("the line has {count} cells, the first line {width}", 'Put cells with commas in "".'),
    "missing": ("is missing", "Fill it in."),
    "grouped": ("a number with separators", "Write its digits only, such as 1200."),
    "not-whole": ("a whole number is needed", "Write it in the smallest unit, such as 1200."),
    "not-a-number": ("a whole number is needed", "Write digits only, such as 1200."),
    "negative": ("below zero", "Write 0 or more."),
    "zero": ("must be above zero", "Write 1 or more, or leave the line out."),
    "weight": ("a fraction above zero is needed", "Write it like 5/4 or 1.25."),
    "date": ("a day is needed", "Write it like 2026-11-22."),
    "beyond-64-bits": ("beyond 64 bits", "Count in a larger unit."),
    "sum-beyond-64-bits": ("{message}", "Count in a larger unit."),
    "with-cap-beyond-64-bits": ("{message}", "Count in a larger unit, or lower the cap."),
    "weights-beyond-64-bits": ("{message}", "Use simpler weights, or count in a larger unit."),
    "duplicate": ("stands twice", "Give each line a name of its own."),
    "unseen-mark": ("{message}", "Type the name again."),
    "unknown-name": ("{message}", "Write a name of claimants.csv as it stands there."),
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

    def complain(self, line: int, column: str, code: str, seen: str = "", **facts: Any) -> None:
        """Keeps a fault, or counts it where very many are kept already."""
        if len(self.faults) >= MOST_FAULTS:
            self.more += 1
            return
        names = ", ".join(self.columns)
        facts = {"table": self.what, "columns": names, **facts}
        self.faults.append(fault_of(self.path.name, line, column, code, seen, **facts))


def text_of(path: Path) -> str:
    """The file's text, equal letters equally written. Refuses, as BadFile, what is not UTF-8."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BadFile([fault_of(path.name, 0, "", "no-file")]) from error
    except OSError as error:
        seen = error.strerror or ""
        raise BadFile([fault_of(path.name, 0, "", "unreadable", seen)]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        seen = repr(content[error.start : error.start + 1])[2:-1]
        raise BadFile([fault_of(path.name, line, "", "not-utf-8", seen)]) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BadFile([fault_of(path.name, line, "", "not-utf-8", "\\x00")])
    return unicodedata.normalize("NFC", text)


def _read(table: Table, progress: Progress | None) -> None:
    """Reads all rows of a file into its columns."""
    try:
        text = text_of(table.path)
    except BadFile as bad:
        table.faults += bad.faults
        return
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = _header(table, next(reader, None))
        total = text.count("\n") + 1
        while header:
            last, rows = reader.line_num, [*islice(reader, CHUNK)]
            if not rows:
                break
            _take(table, header, rows, last, reader.line_num)
            if progress:
                progress(reader.line_num, total)
    except csv.Error:
        table.complain(reader.line_num, "", "quotes")
        return
    if header and not table.lines and not table.faults:
        table.complain(0, "", "no-rows")


def _header(table: Table, cells: list[str] | None) -> list[str]:
    """The columns as they stand in the file; nothing if they cannot be used."""
    if cells is None or not any(map(str.strip, cells)):
        table.complain(0, "", "empty-file")
        return []
    names = [cell.strip().casefold() for cell in cells]
    if len(names) == 1 and re.search("[;\t]", names[0]):
        table.complain(1, "", "separator", cells[0])
        return []
    for at, name in enumerate(names):
        if name not in table.columns:
            _code, _seen, message = unknown_name(name, table.columns)
            table.complain(1, f"column {at + 1}", "unknown-column", cells[at], message=message)
        elif name in names[:at]:
            table.complain(1, name, "column-twice")
    for name in table.needed:
        if name not in names:
            table.complain(1, name, "missing-column")
    return [] if table.faults else names


def _take(table: Table, header: list[str], rows: list[list[str]], last: int, end: int) -> None:
    """One chunk of rows into the columns, from after the line `last` to the line `end`."""
    lines: Sequence[int] = (
        range(last + 1, end + 1) if end - last == len(rows) else _lines(rows, last)
    )
    if set(map(len, rows)) != {len(header)} or not all(map(any, rows)):
        kept = []
        for line, row in zip(lines, rows, strict=True):
            if any(row) and len(row) != len(header):
                counts = {"count": len(row), "width": len(header)}
                table.is_whole = False
                table.complain(line, "", "cells", ",".join(row), **counts)
            elif any(row):
                kept.append((line, row))
        lines, rows = [line for line, _row in kept], [row for _line, row in kept]
    if not rows:
        return
    table.lines.extend(lines)
    for name, cells in zip(header, zip(*rows, strict=True), strict=True):
        for at, code in table.columns[name].take(cells):
            table.complain(lines[at], name, code, cells[at])
    for name in table.columns.keys() - set(header):
        table.columns[name].blank(len(rows))


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
    return FileFault(people.path.name, line, *words)


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
            table.complain(line, fault.column, fault.code, fault.seen, message=fault.message)
