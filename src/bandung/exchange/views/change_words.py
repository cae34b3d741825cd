"""What a statement would add, change and remove, in the reader's words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from bandung.exchange.choices import Catalogue
from bandung.exchange.columns import COLUMNS, Language
from bandung.exchange.importing import Understanding
from bandung.exchange.importing.changes import LineChange
from bandung.needs.numbers import written
from bandung.needs.statement import NeedLine

MOST_SHOWN = 200  # changes of each kind on one page
FIELD_WORDS = {
    "base_quantity": _("in base units"),
    "unit": _("unit"),
    "pack": _("pack"),
    "item_version": _("version of the item"),
    "base_unit": _("base unit"),
}


class ChangeWords:
    """The changes of one draft or upload."""

    def __init__(self, understood: Understanding, language: Language) -> None:
        self.understood, self.language = understood, language
        self.catalogue = Catalogue()
        said = understood.statement
        lines = said.lines if said else ()
        self.rows = {line.n: row for line, row in zip(lines, understood.rows, strict=False)}

    def all(self) -> Mapping[str, Any]:
        """Everything that the page shows of them."""
        changes, said = self.understood.changes, self.understood.statement
        return {
            "added": [self._line(line) for line in changes.added[:MOST_SHOWN]],
            "changed": [
                (self._line(each.line, each.row), self._fields(each))
                for each in changes.changed[:MOST_SHOWN]
            ],
            "removed": [self._line(each.line) for each in changes.removed[:MOST_SHOWN]],
            "open": [self._line(each.line) for each in changes.open[:MOST_SHOWN]],
            "added_count": len(changes.added),
            "changed_count": len(changes.changed),
            "removed_count": len(changes.removed),
            "unchanged": changes.unchanged,
            "nil": said.nil if said else (),
            "as_of": said.as_of if said else None,
            "lines": len(said.lines) if said else 0,
        }

    def _line(self, line: NeedLine, row: int | None = None) -> Mapping[str, Any]:
        item = self.catalogue.items.get(line.item)
        return {
            "label": item.label_in(self.language) if item else line.item,
            "sector": item.sector if item else "",
            "quantity": written(Decimal(line.quantity)),
            "row": row or self.rows.get(line.n),
            **self._counted(line),
        }

    def _counted(self, line: NeedLine) -> Mapping[str, str]:
        """The unit or pack, and the base quantity where that is another number."""
        item, code = self.catalogue.items.get(line.item), line.pack or line.unit
        measures = self.catalogue.measures(item) if item else ()
        measure = next((each for each in measures if each.code == code), None)
        if item is None or measure is None:
            return {"unit": str(code), "base": ""}
        label = measure.label(self.language)
        if measure.base == 1:
            return {"unit": label, "base": ""}
        base = f"{written(line.base_quantity)} {self.catalogue.base_label(item, self.language)}"
        return {"unit": label, "base": base}

    def _fields(self, change: LineChange) -> list[tuple[Any, Any, Any]]:
        """Which fields of the line say something else: name, before, after."""
        names = {each.code: each.header(self.language) for each in COLUMNS}
        return [
            (
                names.get(each.field) or FIELD_WORDS.get(each.field, each.field),
                self._value(each.field, each.before),
                self._value(each.field, each.after),
            )
            for each in change.fields
        ]

    def _value(self, field: str, value: Any) -> Any:
        if value is None or value == "":
            return "–"
        if field == "quantity":
            return written(Decimal(value))
        lists = {each.code: each.code_list for each in COLUMNS if each.code_list}
        if field in lists:
            return self.catalogue.choice_of(lists[field], str(value), self.language)
        return written(value) if isinstance(value, int) else value
