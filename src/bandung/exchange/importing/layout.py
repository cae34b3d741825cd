"""Finding the table: which sheet, which header rows, which column is which, in which language."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bandung.exchange.columns import (
    CODES,
    LANGUAGES,
    REQUIRED,
    Column,
    HeaderLanguage,
    Language,
    headers,
    plain_header,
)
from bandung.exchange.importing.problems import Place, Problems
from bandung.exchange.marks import LIST_SHEET, META_SHEET
from bandung.sheets.addresses import address, column_letters
from bandung.sheets.model import Row, Sheet, Workbook
from bandung.sheets.text import closest

LAST_HEADER_ROW = 60
MOST_HEADER_ROWS = 3
MOST_COLUMNS = 1_000
MOST_WARNINGS = 30
OWN_SHEETS = frozenset({LIST_SHEET, META_SHEET})
LABEL_REACH = 3  # a label may be merged over as many cells
COUNTED = ("counted_in", "unit", "pack")  # any of these says in what is counted


@dataclass(frozen=True)
class ColumnSeen:
    """A header of the sheet and what it was taken for; `code` is empty if it was not read."""

    letters: str
    header: str
    code: str
    is_read: bool


@dataclass(frozen=True)
class Layout:
    """The table that was found: its sheet, header rows (from..to), language and columns."""

    sheet: Sheet
    first_header_row: int
    last_header_row: int
    language: HeaderLanguage
    columns: dict[int, Column]
    cells: dict[int, tuple[int, str]]  # column index -> row and text of its header

    @property
    def score(self) -> tuple[int, int]:
        """How many required columns, and how many columns, were found."""
        return len(REQUIRED) - len(self.missing()), len(self.columns)

    def missing(self) -> list[str]:
        """Required columns that are not there."""
        codes = {column.code for column in self.columns.values()}
        if codes.intersection(COUNTED):
            codes.add("counted_in")
        return [code for code in REQUIRED if code not in codes]

    def rows(self) -> Iterator[Row]:
        """The rows below the header."""
        return (row for row in self.sheet.rows if row.number > self.last_header_row)

    def index_of(self, code: str) -> int | None:
        """The index of a column, None if it is not there."""
        return next((index for index, each in self.columns.items() if each.code == code), None)

    def seen(self) -> tuple[ColumnSeen, ...]:
        """Every header of the sheet with what it was taken for."""
        return tuple(
            ColumnSeen(
                column_letters(index),
                text,
                self.columns[index].code if index in self.columns else "",
                index in self.columns and self.columns[index].kind != "derived",
            )
            for index, (_row, text) in sorted(self.cells.items())
        )


def find_layout(book: Workbook, preferred: Sequence[Language]) -> tuple[Layout | None, list[str]]:
    """The table whose headers fit best, visible sheets first; and other sheets that fit too.

    One language holds for a whole sheet. `preferred` decides between languages that fit alike.
    """
    found: list[Layout] = []
    sheets = [sheet for sheet in book.sheets if sheet.name not in OWN_SHEETS]
    for sheet in sorted(sheets, key=lambda sheet: sheet.state != "visible"):
        best = max(_candidates(sheet, preferred), key=lambda each: each.score, default=None)
        if best is not None:
            found.append(best)
    if not found:
        return None, []
    best = max(found, key=lambda each: each.score)
    others = [
        each.sheet.name
        for each in found
        if each is not best and not each.missing() and any(each.rows())
    ]
    return best, others


def _candidates(sheet: Sheet, preferred: Sequence[Language]) -> Iterator[Layout]:
    """Tables with an item or quantity column; single header rows and preferred languages first."""
    texts = _header_texts(sheet)
    languages: list[HeaderLanguage] = list(dict.fromkeys((*preferred, *LANGUAGES, CODES)))
    for height in range(1, MOST_HEADER_ROWS + 1):
        for first in sorted(texts):
            window = [texts.get(first + offset, {}) for offset in range(height)]
            if height > 1 and not all(window):
                continue
            for language in languages:
                layout = _match(sheet, first, window, language)
                codes = {column.code for column in layout.columns.values()}
                if len(codes) > 1 and codes & {"item", "quantity"}:
                    yield layout


def _header_texts(sheet: Sheet) -> dict[int, dict[int, tuple[str, bool]]]:
    """Row number -> column index -> text and whether it is the cell's own, for the first rows.

    The text of merged cells stands in all of them: downwards as their own, sideways as a heading
    of the columns below.
    """
    texts: dict[int, dict[int, tuple[str, bool]]] = {}
    for row in sheet.rows:
        if row.number > LAST_HEADER_ROW:
            break
        for index, value in enumerate(row.cells[:MOST_COLUMNS]):
            if isinstance(value, str) and len(value) <= 200:
                texts.setdefault(row.number, {})[index] = (value, True)
    for block in sheet.merged:
        head = texts.get(block.first_row, {}).get(block.first_index)
        if head is None:
            continue
        for number in range(block.first_row, min(block.last_row, LAST_HEADER_ROW) + 1):
            for index in range(block.first_index, min(block.last_index, MOST_COLUMNS) + 1):
                is_own = index == block.first_index
                texts.setdefault(number, {}).setdefault(index, (head[0], is_own))
    return texts


def _match(
    sheet: Sheet,
    first: int,
    window: list[dict[int, tuple[str, bool]]],
    language: HeaderLanguage,
) -> Layout:
    """What these rows say if they are the header: the lowest cell that is a header decides."""
    known = headers(language)
    columns: dict[int, Column] = {}
    cells: dict[int, tuple[int, str]] = {}
    for index in sorted({index for texts in window for index in texts}):
        stack = [
            (first + offset, *texts[index]) for offset, texts in enumerate(window) if index in texts
        ]
        cells[index] = stack[-1][:2]
        joined = " ".join(dict.fromkeys(text for _number, text, _own in stack))
        tries = [(number, text) for number, text, is_own in reversed(stack) if is_own]
        for number, text in (*tries, (stack[-1][0], joined)):
            if (column := known.get(plain_header(text))) and _is_named(column, text, language):
                columns[index], cells[index] = column, (number, text)
                break
    last = max([first + len(window) - 1, *_merged_ends(sheet, cells, columns)])
    return Layout(sheet, first, last, language, columns, cells)


def _is_named(column: Column, text: str, language: HeaderLanguage) -> bool:
    """Names of exports count only as exports write them: `Unit` and `Stock` may be anybody's."""
    return language != CODES or text.strip() == column.code


def _merged_ends(
    sheet: Sheet, cells: dict[int, tuple[int, str]], columns: dict[int, Column]
) -> Iterator[int]:
    """Where header cells that are merged downwards end."""
    for block in sheet.merged:
        for index in range(block.first_index, min(block.last_index, MOST_COLUMNS) + 1):
            if index in columns and block.first_row <= cells[index][0] <= block.last_row:
                yield block.last_row


def without_doubles(layout: Layout, problems: Problems) -> Layout:
    """The layout with the first of each column; a second one is a problem."""
    taken: dict[str, int] = {}
    for index, column in sorted(layout.columns.items()):
        if column.code in taken:
            problems.error(
                "duplicate-header",
                Place(layout.sheet.name, address(layout.cells[index][0], index)),
                column=layout.cells[index][1],
                other=column_letters(taken[column.code]),
                seen=layout.cells[index][1],
            )
        else:
            taken[column.code] = index
    return replace(layout, columns={index: layout.columns[index] for index in taken.values()})


def check_columns(layout: Layout, problems: Problems) -> None:
    """Required columns that are missing, and columns that are not read: proposed, never taken."""
    unread = {
        index: cell
        for index, cell in layout.cells.items()
        if index not in layout.columns and cell[1].strip()
    }
    proposals = _proposals(layout, unread)
    for code in layout.missing():
        wanted = _header(layout, code)
        like = next((index for index, header in proposals.items() if header == wanted), None)
        if like is None:
            place = Place(layout.sheet.name, address(layout.last_header_row, 0))
            problems.error("missing-column", place, column=wanted)
        else:
            row, seen = unread.pop(like)
            place = Place(layout.sheet.name, address(row, like))
            problems.error("missing-column.like", place, column=wanted, seen=seen)
    _warn_unread(layout, unread, proposals, problems)


def _header(layout: Layout, code: str) -> str:
    known = headers(layout.language)
    wanted = next(
        (column for column in known.values() if column.code == code),
        None,
    )
    return wanted.header(layout.language) if wanted else code


def _proposals(layout: Layout, unread: dict[int, tuple[int, str]]) -> dict[int, str]:
    """For unread headers, the free column they resemble or name in another language."""
    taken = {column.code for column in layout.columns.values()}
    free = {
        column.header(layout.language): column.code
        for column in headers(layout.language).values()
        if column.code not in taken and column.kind != "derived"
    }
    others = {
        plain: column.code for language in LANGUAGES for plain, column in headers(language).items()
    }
    by_code = {code: header for header, code in free.items()}
    found: dict[int, str] = {}
    for index in sorted(unread)[: 2 * MOST_WARNINGS]:
        text = unread[index][1]
        foreign = by_code.get(others.get(plain_header(text), ""))
        near = [foreign] if foreign else closest(text, free, 1)
        if near:
            found[index] = near[0]
    return found


def _warn_unread(
    layout: Layout,
    unread: dict[int, tuple[int, str]],
    proposals: dict[int, str],
    problems: Problems,
) -> None:
    sheet = layout.sheet.name
    for index in sorted(unread)[:MOST_WARNINGS]:
        row, seen = unread[index]
        place, like = Place(sheet, address(row, index)), proposals.get(index)
        if like:
            problems.warning("column-not-read.like", place, seen=seen, column=like)
        else:
            problems.warning("column-not-read", place, seen=seen)
    if (more := len(unread) - MOST_WARNINGS) > 0:
        cell = address(layout.last_header_row, sorted(unread)[MOST_WARNINGS])
        problems.warning("column-not-read.more", Place(sheet, cell), count=more)


def labelled_cell(layout: Layout, labels: Iterable[str]) -> tuple[Row, int] | None:
    """The cell beside a label above the table, such as the day after “Situation as of”."""
    wanted = {plain_header(label) for label in labels}
    for row in layout.sheet.rows:
        if row.number >= layout.first_header_row:
            return None
        for index, value in enumerate(row.cells[:MOST_COLUMNS]):
            if isinstance(value, str) and plain_header(value) in wanted:
                beside = range(index + 1, index + 1 + LABEL_REACH)
                return row, next(
                    (each for each in beside if row.value(each) is not None), beside[0]
                )
    return None
