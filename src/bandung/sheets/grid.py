"""The cells of one XLSX sheet, gathered row by row as far as they hold a value.

Runs in the child only. Only filled cells cost memory, so that a sheet with a million blank rows, or
with two cells at opposite corners, is read like any other.
"""

from typing import NamedTuple

from bandung.sheets import encoding
from bandung.sheets.addresses import LAST_ROW, address, column_index, split
from bandung.sheets.budget import Budget
from bandung.sheets.encoding import Line, Sent
from bandung.sheets.errors import unreadable
from bandung.sheets.markup import Attributes, local
from bandung.sheets.styles import NUMBER
from bandung.sheets.values import iso_day, numeric, unescape

LONGEST_FORMULA = 200


class Book(NamedTuple):
    """What the cells of all sheets refer to."""

    strings: list[str]
    kinds: dict[str, int]
    from_1904: bool


class Grid:
    """Gathers filled rows while expat walks through the sheet.

    Attributes arrive as flat lists, and are looked into only where a cell holds something.
    """

    def __init__(self, book: Book, budget: Budget) -> None:
        self.book, self.budget = book, budget
        self.lines: list[Line] = []
        self.merged: list[list[int]] = []
        self.columns: dict[str, int] = {}
        self.pieces: list[str] = []
        self.c = self.v = self.row_name = ""
        self.filled = 0  # number of the last row with a value
        self.row, self.row_text, self.cut = 0, "0", -1
        self.cells: list[Sent] = []
        self.before: int | list[str] = -1  # index, or attributes of a blank cell
        self.attributes: list[str] = []  # of the cell at hand
        self.value: str | None = None
        self.formula: str | None = None
        self.phonetic = False

    def start(self, name: str, attributes: list[str]) -> None:
        if name == self.c:
            self.attributes = attributes
        elif name == self.v:
            self.pieces.clear()
        elif name == self.row_name:
            self.open_row(attributes)
        else:
            self.start_rare(local(name), name, attributes)

    def start_rare(self, short: str, name: str, attributes: list[str]) -> None:
        self.pieces.clear()
        if short == "sheetData":
            prefix = name[: -len(short)]
            self.c, self.v, self.row_name = prefix + "c", prefix + "v", prefix + "row"
        elif short == "mergeCell":
            self.merge(paired(attributes).get("ref", ""))
        elif short == "f":
            self.formula = ""
        elif short == "rPh":
            self.phonetic = True

    def end(self, name: str) -> None:
        if name == self.c:
            if self.value is not None or self.formula is not None:
                self.fill()
                self.value = self.formula = None
            else:
                self.skip()
        elif name == self.v:
            self.value = "".join(self.pieces)
        elif name == self.row_name:
            self.close_row()
        else:
            self.end_rare(local(name))

    def end_rare(self, short: str) -> None:
        if short == "t" and not self.phonetic:
            self.value = (self.value or "") + "".join(self.pieces)
            if len(self.value) > self.budget.limits.cell_text:
                self.budget.take_text(self.row, self.value)
        elif short == "f":
            self.formula = "".join(self.pieces)[:LONGEST_FORMULA]
        elif short == "rPh":
            self.phonetic = False
        elif short == "sheetData":
            self.c = self.v = self.row_name = ""
        self.pieces.clear()

    def open_row(self, attributes: list[str]) -> None:
        self.pieces.clear()
        is_first = len(attributes) > 1 and attributes[0] == "r"
        text = attributes[1] if is_first else paired(attributes).get("r") or str(self.row + 1)
        is_number = len(text) <= 7 and text.isascii() and text.isdigit() and text[0] != "0"
        self.begin(int(text) if is_number else 0, text)

    def begin(self, number: int, text: str) -> None:
        self.row, self.row_text, self.cut = number, text, -len(text)
        self.before = -1

    def follows(self, number: int) -> bool:
        """Whether a filled row may have this number; the order of blank ones tells nothing."""
        return self.filled < number <= LAST_ROW

    def close_row(self) -> None:
        if self.cells:
            self.filled = self.row
            self.budget.take_row(self.row, self.cells)
            self.lines.append([self.row, self.cells])
            self.cells = []

    def fill(self) -> None:
        """Put the cell just ended where it stands, if something is seen in it."""
        attributes = paired(self.attributes)
        kind, style = attributes.get("t", "n"), attributes.get("s", "")
        sent = self.sent(kind, style, self.value, self.formula)
        if sent is None:
            self.skip()
            return
        reference = attributes.get("r")
        self.before = self.next_index() if reference is None else self.index_of(reference)
        self.put(self.before, sent)

    def skip(self) -> None:
        """Pass a blank cell: its address matters only to a next cell that has none."""
        is_addressed = "r" in self.attributes[::2]
        self.before = self.attributes if is_addressed else self.next_index()

    def put(self, index: int, sent: Sent) -> None:
        """Add a value to the row, after the gap before it. Refuses cells that are out of order."""
        if not self.follows(self.row):
            raise self.damaged(self.row_text)
        gap = index - len(self.cells)
        if gap < 0:
            raise self.damaged(address(self.row, index))
        if gap:
            self.cells.extend([None] * gap)
        self.cells.append(sent)

    def index_of(self, reference: str) -> int:
        """The column index of a cell of this row. Refuses addresses of other rows, or none."""
        if reference[self.cut :] != self.row_text:
            raise self.damaged(reference)
        letters = reference[: self.cut]
        index = self.columns.get(letters)
        if index is None:
            try:
                index = self.columns[letters] = column_index(letters)
            except ValueError:
                raise self.damaged(reference) from None
        return index

    def next_index(self) -> int:
        """Where a cell without an address stands: right of the one before."""
        if isinstance(self.before, list):
            self.before = self.index_of(paired(self.before).get("r", ""))
        return self.before + 1

    def sent(self, kind: str, style: str, text: str | None, formula: str | None) -> Sent:
        """The value of a cell; None where nothing is seen in it."""
        if kind == "s" and text:
            return self.text_of(self.shared(text))
        if kind in ("str", "inlineStr") and text is not None:
            return self.text_of(unescape(text))
        if not text:
            return None if formula is None else {encoding.FORMULA: "=" + formula[:LONGEST_FORMULA]}
        if kind == "n":
            shown_as = self.book.kinds.get(style, NUMBER)
            return self.short(numeric(text, shown_as, self.book.from_1904))
        if kind == "b":
            return text in ("1", "true")
        if kind == "e":
            return {encoding.ERROR: text[:40]}
        return self.short(iso_day(text)) if kind == "d" else self.text_of(text)

    def shared(self, text: str) -> str:
        """The shared string with this number. Refuses numbers of no string."""
        if (
            text.isascii()
            and text.isdigit()
            and len(text) < 9
            and int(text) < len(self.book.strings)
        ):
            return self.book.strings[int(text)]
        raise self.damaged(f"{self.row_text}: {text[:20]}")

    def short(self, sent: Sent) -> Sent:
        return self.text_of(sent) if isinstance(sent, str) else sent

    def text_of(self, text: str) -> str | None:
        """The text, counted; None where it is blank."""
        if not text or text.isspace():
            return None
        self.budget.take_text(self.row, text)
        return text

    def merge(self, reference: str) -> None:
        self.budget.take_cells(1)
        first, _, last = reference.partition(":")
        try:
            self.merged.append([*split(first), *split(last or first)])
        except ValueError:
            raise self.damaged(reference) from None

    def damaged(self, seen: str) -> Exception:
        return unreadable("damaged_cell", sheet=self.budget.sheet, seen=seen[:40])


def paired(attributes: list[str]) -> Attributes:
    """Names and values, from their flat list."""
    names = iter(attributes)
    return dict(zip(names, names))  # noqa: B905  `strict` costs as much again
