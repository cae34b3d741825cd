"""A CSV file: strictly UTF-8, its delimiter found by trying. Runs in the child only."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import IO

from bandung.sheets.budget import Budget
from bandung.sheets.encoding import Line, Sent
from bandung.sheets.errors import unreadable
from bandung.sheets.limits import Limits

DELIMITERS = (",", ";", "\t")
SAMPLE = 25  # records
SAMPLE_TEXT = 200_000  # characters
SHEET = "CSV"


def read_csv(file: IO[bytes], limits: Limits) -> Iterator[Line]:
    """The lines of a CSV; each record is a row, as spreadsheet programs number them."""
    text = decoded(file.read())
    csv.field_size_limit(limits.cell_text)
    delimiter = find_delimiter(text)
    budget = Budget(limits)
    budget.open_sheet(SHEET)
    yield ["sheet", SHEET, "visible"]
    yield ["delimiter", delimiter]
    for number, record in enumerate(records(text, delimiter, limits), start=1):
        cells = trimmed(record)
        if not cells:
            continue
        budget.take_row(number, cells)
        for cell in cells:
            if isinstance(cell, str):
                budget.take_text(number, cell)
        yield [number, cells]
    yield ["merged", []]


def decoded(content: bytes) -> str:
    """The text without its byte order mark.

    Refuses null bytes and what is not UTF-8, saying where.
    """
    null = content.find(b"\0")
    if null >= 0:
        raise unreadable("null_bytes", line=content.count(b"\n", 0, null) + 1, byte=null + 1)
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise unreadable("not_utf8", line=line, byte=error.start + 1) from None


def find_delimiter(text: str) -> str:
    """The delimiter by which most of the first records have the same number of cells, above one.

    Comma where none divides anything.
    """
    best, best_score = DELIMITERS[0], (0.0, 0)
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:SAMPLE_TEXT], newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            widths.update(len(record) for record in islice(reader, SAMPLE) if record)
        except csv.Error:
            continue
        width, count = max(widths.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        score = (count / max(widths.total(), 1), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def records(text: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    """The records. Refuses quotation marks that do not close, and cells that are too long."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        if "field limit" in str(error):
            where = reader.line_num
            raise unreadable(
                "cell_too_long", sheet=SHEET, row=where, limit=limits.cell_text
            ) from None
        raise unreadable("damaged_csv", line=reader.line_num) from None


def trimmed(record: list[str]) -> list[Sent]:
    """The cells up to the last filled one; blank ones are None."""
    cells: list[Sent] = [None if not cell or cell.isspace() else cell for cell in record]
    while cells and cells[-1] is None:
        cells.pop()
    return cells
