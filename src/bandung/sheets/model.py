"""What a spreadsheet becomes: sheets, rows, values, and markers for cells that hold no value."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from bandung.sheets.addresses import address


@dataclass(frozen=True, slots=True)
class FormulaWithoutValue:
    """A formula whose result was never stored."""

    formula: str


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell that shows an error, such as #N/A."""

    shown: str


@dataclass(frozen=True, slots=True)
class NotFinite:
    """A numeric cell that holds NaN or an infinity."""

    shown: str


Value = (
    str
    | int
    | Decimal
    | bool
    | date
    | datetime
    | FormulaWithoutValue
    | ErrorValue
    | NotFinite
    | None
)
Language = Literal["en", "fr", "es", "ar"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number from 1, and its cells from column A to the last filled one."""

    number: int
    cells: tuple[Value, ...]

    def value(self, index: int) -> Value:
        """The value in the column with this index from 0.

        None to the right of the last filled cell.
        """
        return self.cells[index] if index < len(self.cells) else None

    def address(self, index: int) -> str:
        """Where that cell stands, such as C7."""
        return address(self.number, index)


@dataclass(frozen=True, slots=True)
class Merged:
    """A block of merged cells; rows from 1, column indexes from 0, both ends included.

    Only its first cell has a value.
    """

    first_row: int
    first_index: int
    last_row: int
    last_index: int

    @property
    def address(self) -> str:
        """Both corners, such as A1:C1."""
        return (
            f"{address(self.first_row, self.first_index)}:{address(self.last_row, self.last_index)}"
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; blank rows are left out, row numbers are those of the file."""

    name: str
    state: Literal["visible", "hidden"]
    rows: tuple[Row, ...]
    merged: tuple[Merged, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of one file in their order.

    A CSV has one sheet named CSV and says which delimiter was found.
    """

    format: Literal["xlsx", "csv"]
    sheets: tuple[Sheet, ...]
    delimiter: str | None = None
