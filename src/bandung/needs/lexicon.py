"""The words a page needs for codes: names of states, units, items, entries of code lists.

One question to each table, and only to those a page asks for; in the reader's language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bandung.catalogue.models import (
    LANGUAGES,
    Category,
    Code,
    Indicator,
    ItemVersion,
    Pack,
    Unit,
)
from bandung.movement.models import Group, Party
from bandung.needs.models import Emergency
from bandung.needs.numbers import in_display_unit, is_short_in, written
from bandung.needs.queries import ItemTotal, LineRow

FIRST_EMERGENCY = "COVID-19"


class Amount(NamedTuple):
    """A quantity in words: the number, and the unit or pack that stands beside it."""

    number: str
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


@dataclass(frozen=True)
class ItemWords:
    """An item's label and the unit in which its totals are shown."""

    label: str
    unit: str


class UnitWords(NamedTuple):
    """A unit's label, its base unit, and how many of those it is."""

    label: str
    base: str
    base_per_unit: int


def _worded(rows: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Rows as tuples of the facts and, last, the words in the reader's language.

    The last column is what the words' columns begin with, `menu name` where the first may be
    empty; English where the language has none.
    """
    language = (get_language() or "en")[:2]
    language = language if language in LANGUAGES else "en"
    *facts, words = columns
    sought = dict.fromkeys(f"{each}_{lang}" for lang in (language, "en") for each in words.split())
    for row in rows.values_list(*facts, *sought):
        found = next(filter(None, row[len(facts) :]), "")
        yield (*row[: len(facts)], found)


class Lexicon:
    """Words by code; what is not known is printed as its code."""

    @cached_property
    def _parties(self) -> dict[str, str]:
        return dict(_worded(Party.objects.all(), "code", "menu name"))

    @cached_property
    def _formal_names(self) -> dict[str, str]:
        return dict(_worded(Party.objects.all(), "code", "name"))

    @cached_property
    def _units(self) -> dict[str, UnitWords]:
        rows = _worded(Unit.objects.all(), "code", "base_id", "base_per_unit", "label")
        return {code: UnitWords(label, base, factor) for code, base, factor, label in rows}

    @cached_property
    def _packs(self) -> dict[str, str]:
        return dict(_worded(Pack.objects.all(), "code", "label"))

    @cached_property
    def _codes(self) -> dict[str, str]:
        return dict(_worded(Code.objects.all(), "key", "label"))

    @cached_property
    def _categories(self) -> dict[str, str]:
        return dict(_worded(Category.objects.all(), "code", "label"))

    @cached_property
    def _emergencies(self) -> dict[str, str]:
        rows = list(_worded(Emergency.objects.order_by("-opened_on", "code"), "code", "name"))
        return dict(sorted(rows, key=lambda row: row[0] != FIRST_EMERGENCY))

    @cached_property
    def _groups(self) -> dict[str, str]:
        return dict(_worded(Group.objects.all(), "code", "name"))

    @cached_property
    def _items(self) -> dict[str, ItemWords]:
        current = ItemVersion.objects.filter(item__current=F("key"))
        rows = _worded(current, "item_id", "unit_id", "label")
        return {code: ItemWords(label, unit) for code, unit, label in rows}

    @cached_property
    def _indicators(self) -> dict[str, str]:
        return dict(_worded(Indicator.objects.all(), "code", "label"))

    def party(self, code: str) -> str:
        """The name of a state or organisation for lists and maps."""
        return self._parties.get(code, code)

    def formal_name(self, code: str) -> str:
        """The name of a state or organisation for documents, such as a submission."""
        return self._formal_names.get(code, code)

    def unit(self, code: str) -> str:
        return self._units[code].label if code in self._units else code

    def pack(self, code: str) -> str:
        return self._packs.get(code, code)

    def code(self, name: str, code: object) -> str:
        """The label of an entry of the code list `name`."""
        return self._codes.get(f"{name}/{code}", str(code))

    def category(self, code: str) -> str:
        return self._categories.get(code, code)

    def emergency(self, code: str) -> str:
        return self._emergencies.get(code, code)

    def emergencies(self) -> list[str]:
        """Their codes, that of COVID-19 first, then the latest opened."""
        return list(self._emergencies)

    def groups(self) -> list[str]:
        """Their codes, in order."""
        return list(self._groups)

    def group(self, code: str) -> str:
        return self._groups.get(code, code)

    def indicator(self, code: str) -> str:
        return self._indicators.get(code, code)

    def item(self, code: str) -> str:
        return self._items[code].label if code in self._items else code

    def amount(self, base_quantity: int, base_unit: str, item: str = "") -> Amount:
        """The quantity in the item's own unit where that is exact and short, else in base units."""
        unit = self._items[item].unit if item in self._items else base_unit
        return self.amount_in(base_quantity, base_unit, unit)

    def amount_in(self, base_quantity: int, base_unit: str, unit: str) -> Amount:
        """The quantity in `unit` where that is exact and short, else in base units."""
        row = self._units.get(unit)
        if row and row.base == base_unit and is_short_in(base_quantity, row.base_per_unit):
            return Amount(in_display_unit(base_quantity, row.base_per_unit), row.label)
        return Amount(written(base_quantity), self.unit(base_unit))

    def typed(self, line: LineRow) -> Amount:
        """The quantity as the state typed it, in its unit or pack."""
        beside = self.pack(line.pack) if line.pack else self.unit(line.unit or line.base_unit)
        return Amount(written(Decimal(line.quantity)), beside)

    def lines(self, rows: Iterable[LineRow]) -> list["ShownLine"]:
        """Lines with their words."""
        return [ShownLine.of(row, self) for row in rows]

    def totals(self, rows: Iterable[ItemTotal]) -> list["ShownTotal"]:
        """Totals with their words."""
        return [ShownTotal.of(row, self) for row in rows]


@dataclass(frozen=True)
class ShownLine:
    """A line with the words printed beside its codes."""

    row: LineRow
    state: str
    emergency: str
    amount: Amount
    typed: Amount
    priority: str

    @classmethod
    def of(cls, row: LineRow, words: Lexicon) -> "ShownLine":
        return cls(
            row=row,
            state=words.party(row.state),
            emergency=words.emergency(row.emergency),
            amount=words.amount(row.base_quantity, row.base_unit, row.item),
            typed=words.typed(row),
            priority=words.code("priority", row.priority),
        )

    @property
    def is_counted_otherwise(self) -> bool:
        """Whether it was typed in another unit or pack than the one shown."""
        return self.typed != self.amount


@dataclass(frozen=True)
class ShownTotal:
    """A total of one item with its words; what is disputed stands apart."""

    row: ItemTotal
    amount: Amount
    disputed: Amount | None
    category: str

    @classmethod
    def of(cls, row: ItemTotal, words: Lexicon) -> "ShownTotal":
        disputed = words.amount(row.disputed_quantity, row.base_unit, row.item)
        return cls(
            row=row,
            amount=words.amount(row.base_quantity, row.base_unit, row.item),
            disputed=disputed if row.disputed_lines else None,
            category=words.category(row.category),
        )


def not_recorded() -> str:
    """What stands where deliveries would be counted, until there are any; never 0 %."""
    return _("not yet recorded")
