"""Rows become lines of a statement; each problem stands at its cell, a bad row makes no line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from bandung.catalogue.models import ItemVersion
from bandung.exchange.choices import Measure
from bandung.exchange.columns import CODES, COLUMNS
from bandung.exchange.importing.cells import Cells, is_blank, plain_decimal
from bandung.exchange.importing.layout import Layout
from bandung.exchange.importing.personal import Contacts
from bandung.exchange.importing.problems import Place, Problems, Wrong
from bandung.movement.models import Party
from bandung.needs.models import Emergency
from bandung.needs.statement import MAX_LINES, NeedLine
from bandung.sheets.errors import Explained
from bandung.sheets.model import Row, Value

T = TypeVar("T")
LISTS = {column.code: column.code_list for column in COLUMNS if column.code_list}
NUMBERED = frozenset({"priority", "severity"})
ENDED = frozenset({"superseded", "withdrawn"})
SILENT = frozenset({"row_key", "state", "emergency", "status", "derived"})  # alone they make no row


@dataclass(frozen=True)
class ReadRow:
    """A row that was read: where it stands, its line if it is good, what it was before.

    `item` is as a message names it, `code` the item's in the catalogue, empty if it is unknown.
    """

    number: int
    item: str
    code: str
    sector: str
    line: NeedLine | None
    key: str


class RowReader:
    """Reads the rows of one table."""

    def __init__(
        self,
        layout: Layout,
        cells: Cells,
        problems: Problems,
        state: Party,
        emergency: Emergency,
        contacts: Contacts,
        keeps_personal: bool,
    ) -> None:
        self.layout, self.cells, self.problems = layout, cells, problems
        self.state, self.emergency = state, emergency
        self.contacts, self.keeps_personal = contacts, keeps_personal
        self.index = {column.code: index for index, column in layout.columns.items()}
        self.telling = [
            index for index, column in layout.columns.items() if column.kind not in SILENT
        ]
        self.amounts_in_base = layout.language == CODES and "stock_in" not in self.index
        self.standing_in: dict[tuple[str, date | None, int | None], int] = {}
        self.row = Row(0, ())
        self.values: dict[str, Value] = {}

    def read_all(self) -> list[ReadRow]:
        """Every row that says anything. At most 65,535 lines are taken."""
        found: list[ReadRow] = []
        for row in self.layout.rows():
            if all(is_blank(row.value(index)) for index in self.telling):
                continue
            if len(found) == MAX_LINES:
                place = Place(self.layout.sheet.name, row.address(0))
                self.problems.error("too-many-lines", place, limit=MAX_LINES)
                break
            found.append(self.read(row, len(found) + 1))
        return found

    def read(self, row: Row, n: int) -> ReadRow:
        """One row; `n` is the line's number in the statement."""
        self.row = row
        self.values = {code: row.value(index) for code, index in self.index.items()}
        self._check_owner()
        item = self._item()
        fields = self._fields(item)
        key = self._value("line_id")
        line = None
        if item is not None and row.number not in self.problems.bad_rows:
            self._refuse_double(item, fields)
        if item is not None and row.number not in self.problems.bad_rows:
            line = self._line(n, item, fields)
        shown = str(self._value("item") or "")
        name = self.cells.catalogue.item_choice(item, self.cells.language) if item else shown
        code, sector = (item.item_id, item.sector) if item else ("", "")
        return ReadRow(row.number, name, code, sector, line, str(key or ""))

    # --- cells of the row at hand ---

    def _value(self, code: str) -> Value:
        return self.values.get(code)

    def _place(self, code: str) -> Place:
        """The cell of a column in the row at hand."""
        cell = self.row.address(self.index.get(code, 0))
        return Place(self.layout.sheet.name, cell, self.row.number)

    def _wrong(self, key: str, code: str, **facts: object) -> None:
        self.problems.error(key, self._place(code), **facts)

    def _take(self, code: str, read: Callable[[Value], T]) -> T | None:
        """The cell's value, None where it is empty; a problem at the cell where it is wrong."""
        value = self._value(code)
        if is_blank(value):
            return None
        try:
            return read(value)
        except Wrong as wrong:
            self.problems.error(wrong.key, self._place(code), **wrong.facts)
        except Explained as refusal:
            self.problems.explained(refusal, self._place(code))
        return None

    # --- the parts of a line ---

    def _check_owner(self) -> None:
        """A row that names its state or emergency names this one, and no line that has ended."""
        state = self._take("state", self.cells.state)
        if state is not None and state.code != self.state.code:
            names = {"seen": state.code, "state": self.state.code}
            self._wrong("other-state.row", "state", **names)
        emergency = self._value("emergency")
        if not is_blank(emergency) and str(emergency).strip() != self.emergency.code:
            names = {"seen": str(emergency)[:60], "emergency": self.emergency.code}
            self._wrong("other-emergency.row", "emergency", **names)

        status = str(self._value("status") or "").strip()
        if status in ENDED:
            self._wrong("ended-line", "status", seen=status)

    def _item(self) -> ItemVersion | None:
        if is_blank(self._value("item")):
            self._wrong("item-missing", "item")
            return None
        item = self._take("item", self.cells.item)
        if item is not None and self.cells.has_other_words(self._value("item"), item):
            seen = str(self._value("item"))[:60]
            read = self.cells.catalogue.item_choice(item, self.cells.language)
            self.problems.warning("item-other-words", self._place("item"), seen=seen, read=read)
        return item

    def _fields(self, item: ItemVersion | None) -> dict[str, Any]:
        """All fields but the item; those that were wrong are missing, and the row is bad."""
        fields: dict[str, Any] = {name: self._code(name, source) for name, source in LISTS.items()}
        fields["needed_by"] = self._take("needed_by", self.cells.day)
        for name in ("people_in_need", "people_targeted"):
            fields[name] = self._take(name, self.cells.count)
        for name in ("justification", "channel_reference"):
            fields[name] = self._text(name)
        if fields["channel"] == "other" and not fields["channel_reference"]:
            seen = self.cells.catalogue.choice_of("channel", "other", self.cells.language)
            self._wrong("reference-missing", "channel_reference", seen=seen)
        return fields | self._quantities(item)

    def _code(self, name: str, source: str) -> str | int | None:
        if is_blank(self._value(name)):
            if name in ("priority", "basis") and name in self.index:
                choices = self.cells.code_choices(source)
                self._wrong("code-missing", name, choices=choices)
            return "public" if name == "visibility" else "" if name == "channel" else None
        code = self._take(name, lambda value: self.cells.code(value, source))
        return int(code) if code is not None and name in NUMBERED else code

    def _text(self, code: str) -> str:
        """A text; one that holds a contact is left out with a warning, unless asked for."""
        read = self._take(code, lambda value: self.cells.text(value, code))
        if read is None:
            return ""
        text, notices = read
        for notice in notices:
            self.problems.notice(notice, self._place(code))
        contact = self.contacts.find(text)
        if not contact:
            return text
        key = "personal-data.kept" if self.keeps_personal else "personal-data"
        self.problems.warning(key, self._place(code), contact=contact, seen=contact)
        return text if self.keeps_personal else ""

    def _quantities(self, item: ItemVersion | None) -> dict[str, Any]:
        """Quantity, stock and monthly use, also in base units."""
        number = self._number("quantity")
        counted = self._counted_in(item)
        stock_in = self._take("stock_in", lambda value: self._measure(value, item)) or counted
        if self.amounts_in_base and item is not None:
            stock_in = self.cells.catalogue.base_measure(item)
        fields: dict[str, Any] = {
            name: self._amount(name, stock_in, item) for name in ("stock", "monthly_use")
        }
        if number is not None and counted is not None and item is not None:
            base = self._take(
                "quantity", lambda value: self.cells.in_base_units(number, counted, item, value)
            )
            fields |= {"quantity": plain_decimal(number), "base_quantity": base}
            fields |= {"unit": counted.unit, "pack": counted.pack}
        return fields

    def _amount(self, code: str, measure: Measure | None, item: ItemVersion | None) -> int | None:
        """An amount of what the stock is counted in, in base units."""

        def in_base_units(value: Value) -> int | None:
            number = self.cells.number(value)
            if measure is None or item is None:
                return None
            return self.cells.in_base_units(number, measure, item, value)

        return self._take(code, in_base_units)

    def _number(self, code: str) -> Any:
        if code in self.index and is_blank(self._value(code)):
            try:
                self.cells.number(None)
            except Explained as refusal:
                self.problems.explained(refusal, self._place(code))
        return self._take(code, self.cells.number)

    def _counted_in(self, item: ItemVersion | None) -> Measure | None:
        """The unit or pack of the row, from one column or from a column each."""
        filled = [
            code for code in ("counted_in", "unit", "pack") if not is_blank(self._value(code))
        ]
        if not filled:
            column = next(
                (code for code in ("counted_in", "unit", "pack") if code in self.index), ""
            )
            if item is not None and column:
                self._wrong("unit-missing", column, choices=self.cells.choices(item))
            return None
        if len(filled) > 1:
            self._wrong("unit-and-pack", filled[-1])
            return None
        return self._take(filled[0], lambda value: self._measure(value, item))

    def _measure(self, value: Value, item: ItemVersion | None) -> Measure | None:
        return self.cells.measure(value, item) if item is not None else None

    def _refuse_double(self, item: ItemVersion, fields: dict[str, Any]) -> None:
        """The same need stands in one row (as `NeedLine.need` says)."""
        double = (item.item_id, fields["needed_by"], fields["priority"])
        other = self.standing_in.setdefault(double, self.row.number)
        if other != self.row.number:
            name = self.cells.catalogue.item_choice(item, self.cells.language)
            self._wrong("duplicate-line", "item", item=name, other=other, seen=name)

    def _line(self, n: int, item: ItemVersion, fields: dict[str, Any]) -> NeedLine | None:
        try:
            return NeedLine(
                n=n,
                item=item.item_id,
                item_version=item.version,
                base_unit=item.base_unit_id,
                **fields,
            )
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            self._wrong("unfit", "item", seen=f"{where}: {error.errors()[0]['msg']}")
            return None
