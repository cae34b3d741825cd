"""Small workbooks and tables for the tests, written cell by cell."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from bandung.exchange.columns import CODES, COLUMNS, headers

LANGUAGES = ("en", "fr", "es", "ar")
GLOVES = {
    "item": "MED-IPC-05",
    "quantity": 100,
    "counted_in": "PR",
    "priority": 1,
    "basis": "measured",
}
Row = Mapping[str, Any]


def header(code: str, language: str) -> str:
    """The header of a column; its code where the language has none."""
    known = headers(CODES if language == "codes" else language)
    return next((c.header(language) for c in known.values() if c.code == code), "") or code


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The columns that the rows name, in the template's order, others last."""
    order = [column.code for column in COLUMNS]
    named = {code for row in rows for code in row}
    return sorted(named, key=lambda code: (order.index(code) if code in order else 99, code))


def grid(rows: Sequence[Row], language: str = "en") -> list[list[Any]]:
    """Header and rows as a list of lists."""
    columns = columns_of(rows)
    names = [header(code, language) for code in columns]
    return [names, *([row.get(code) for code in columns] for row in rows)]


def xlsx(cells: Sequence[Sequence[Any]], name: str = "Sheet1", first_row: int = 0) -> bytes:
    """A workbook of one sheet."""
    return book({name: cells}, first_row=first_row)


def book(
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    hidden: Sequence[str] = (),
    merged: Mapping[str, Sequence[tuple[int, int, int, int, str]]] | None = None,
    first_row: int = 0,
) -> bytes:
    """A workbook of several sheets; merged blocks are (row, column, row, column, text) from 0."""
    buffer = BytesIO()
    written = xlsxwriter.Workbook(buffer, {"in_memory": True, "nan_inf_to_errors": True})
    day = written.add_format({"num_format": "yyyy-mm-dd"})
    for name, cells in sheets.items():
        sheet = written.add_worksheet(name)
        for r, row in enumerate(cells, start=first_row):
            for c, value in enumerate(row):
                write(sheet, r, c, value, day)
        for block in (merged or {}).get(name, ()):
            sheet.merge_range(*block)
        if name in hidden:
            sheet.hide()
        else:
            sheet.activate()
    written.close()
    return buffer.getvalue()


class Formula(str):
    """A formula whose result was not stored."""


def write(sheet: Any, r: int, c: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        sheet.write_formula(r, c, value, None, "")
    elif isinstance(value, date):
        sheet.write_datetime(r, c, value, day)
    elif isinstance(value, bool):
        sheet.write_boolean(r, c, value)
    elif isinstance(value, int | float):
        sheet.write_number(r, c, value)
    else:
        sheet.write_string(r, c, str(value))


def csv_of(cells: Sequence[Sequence[Any]], delimiter: str = ",") -> bytes:
    """The same as CSV in UTF-8."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["" if value is None else value for value in row] for row in cells])
    return out.getvalue().encode()
