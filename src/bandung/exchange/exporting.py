"""Published lines and totals as CSV, XLSX and JSON: the same rows and column names as page and API.

CSV is UTF-8 with a byte order mark, so that spreadsheet programs read its letters. Text cells are
neutralised; numbers stay numbers. An exercise says so in a last column `note` of every row. A
longer export is one view: it shows what the ledger said when it began.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Literal

import xlsxwriter
from django.utils import translation

from bandung.exchange.columns import Language, word
from bandung.exchange.filling import EXACT_DIGITS
from bandung.exchange.templates import MADE_AT
from bandung.ledger.models import Head, Instance
from bandung.movement.access import Reader
from bandung.needs.queries import LINE_COLUMNS, ItemTotal, LineFilter, published_lines, totals
from bandung.sheets.text import neutralise

Format = Literal["csv", "xlsx", "json"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
BATCH = 2_000
NOTE = "note"
DECIMALS = frozenset({"quantity"})  # text in the rows, as typed; a number in a sheet
Cells = Sequence[Any]
Rows = Iterable[Cells]


def export_name(subject: Literal["needs", "totals"], format_: Format) -> str:
    """The file name of a download; it too says if this is an exercise."""
    return f"bandung-{subject}{'-exercise' if _is_exercise() else ''}.{format_}"


def export_lines(
    reader: Reader, chosen: LineFilter, format_: Format, language: Language = "en"
) -> Iterator[bytes]:
    """The lines that `published_lines` lists for `reader`, in the order of their keys."""
    columns = list(LINE_COLUMNS)
    return _write(format_, columns, _lines(reader, _pinned(chosen), language), language)


def export_totals(
    reader: Reader, chosen: LineFilter, format_: Format, language: Language = "en"
) -> Iterator[bytes]:
    """The totals of those lines, by item; disputed quantities apart."""
    with translation.override(language):
        rows = totals(reader, _pinned(chosen))
    return _write(format_, list(ItemTotal._fields), rows, language)


def _pinned(chosen: LineFilter) -> LineFilter:
    """The same filter at one moment of the ledger, so that all batches agree."""
    if chosen.known_at is not None:
        return chosen
    return replace(chosen, known_at=Head.objects.values_list("size", flat=True).get(id=1))


def _lines(reader: Reader, chosen: LineFilter, language: Language) -> Iterator[Cells]:
    after = 0
    while True:
        with translation.override(language):
            batch = published_lines(reader, chosen, after, BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1].key


def _is_exercise() -> bool:
    return bool(Instance.objects.filter(is_exercise=True).exists())


def _write(format_: Format, columns: list[str], rows: Rows, language: Language) -> Iterator[bytes]:
    if _is_exercise():
        note = word("head.exercise", language)
        columns = [*columns, NOTE]
        rows = ((*row, note) for row in rows)
    writers: dict[Format, Callable[[list[str], Rows], Iterator[bytes]]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "json": _json,
    }
    return writers[format_](columns, rows)


def _csv(columns: list[str], rows: Rows) -> Iterator[bytes]:
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow(["" if value is None else neutralise(value) for value in row])
        if number % BATCH == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _json(columns: list[str], rows: Rows) -> Iterator[bytes]:
    """An array of objects, one a row."""
    encode = json.JSONEncoder(ensure_ascii=False, default=_as_text).encode
    separator = "[\n"
    for row in rows:
        yield (separator + encode(dict(zip(columns, row, strict=True)))).encode()
        separator = ",\n"
    yield b"\n]\n" if separator != "[\n" else b"[]\n"


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _xlsx(columns: list[str], rows: Rows) -> Iterator[bytes]:
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": MADE_AT, "title": "Bandung"})
    sheet = book.add_worksheet("bandung")
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column, bold)
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            _write_cell(sheet, number, index, _typed(columns[index], value), day)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 16)
    book.close()
    yield buffer.getvalue()


def _typed(column: str, value: Any) -> Any:
    return Decimal(value) if column in DECIMALS and isinstance(value, str) else value


def _write_cell(sheet: Any, row: int, index: int, value: Any, day: Any) -> None:
    """A cell of the value's own type; numbers that a spreadsheet cannot hold exactly as text."""
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, index, value, day)
    elif isinstance(value, int | Decimal):
        if len(Decimal(value).as_tuple().digits) > EXACT_DIGITS:
            sheet.write_string(
                row, index, f"{value:f}" if isinstance(value, Decimal) else str(value)
            )
        else:
            sheet.write_number(row, index, int(value) if value == int(value) else float(value))
    else:
        sheet.write_string(row, index, neutralise(str(value)))
