"""What a cell may name: items, units, packs, entries of code lists, by code or label.

One snapshot of the catalogue, taken once for a template or an import. A label is matched whole, in
any of the four languages; what only resembles is proposed and never taken.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from bandung.catalogue import queries
from bandung.catalogue.models import Code, ItemVersion, LabelledModel, Pack, Unit
from bandung.exchange.columns import COLUMNS, LANGUAGES, Language
from bandung.sheets.text import closest

SEPARATOR = " · "
LISTS = tuple(dict.fromkeys(column.code_list for column in COLUMNS if column.code_list))


def plain_name(text: str) -> str:
    """A label for comparing: NFKC, one case, single spaces, one kind of apostrophe."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.replace("'", "’")


@dataclass(frozen=True)
class Measure:
    """A unit or a pack in which an item is counted; `base` base units make one."""

    code: str
    base: int
    is_pack: bool
    labels: Mapping[str, str]
    ucum: str = ""

    def label(self, language: Language) -> str:
        return self.labels[language]

    @property
    def unit(self) -> str | None:
        return None if self.is_pack else self.code

    @property
    def pack(self) -> str | None:
        return self.code if self.is_pack else None

    def names(self) -> Iterable[str]:
        """Every way to write it: code, the pack's own part of it, UCUM, the labels."""
        yield self.code
        if self.is_pack:
            yield self.code.partition("/")[2]
        if self.ucum:
            yield self.ucum
        yield from self.labels.values()


def _labels(row: LabelledModel) -> dict[str, str]:
    return {language: row.label_in(language) for language in LANGUAGES}


def _of_unit(unit: Unit) -> Measure:
    return Measure(unit.code, unit.base_per_unit, False, _labels(unit), unit.ucum)


def _of_pack(pack: Pack) -> Measure:
    return Measure(pack.code, pack.base_per_pack, True, _labels(pack))


class Catalogue:
    """Items, units, packs and code lists as they are now."""

    def __init__(self) -> None:
        self.items = {each.item_id: each for each in queries.current_items()}
        self.units = {each.code: each for each in queries.units()}
        self.packs: dict[str, list[Pack]] = defaultdict(list)
        for pack in queries.packs_of():
            self.packs[pack.item_id].append(pack)
        self.codes: dict[str, list[Code]] = {name: queries.codes(name) for name in LISTS}
        self.codes["sector"] = queries.codes("sector")
        self._measures: dict[str, tuple[Measure, ...]] = {}
        self._base_labels: dict[str, Mapping[str, str]] = {}

    # --- items ---

    @cached_property
    def items_by_name(self) -> dict[str, set[str]]:
        """Codes of items by plain label, in all languages."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, item in self.items.items():
            for label in _labels(item).values():
                found[plain_name(label)].add(code)
        return found

    def item_choice(self, item: ItemVersion, language: Language) -> str:
        """How an item stands in the drop-down: `MED-IPC-05 · Gloves examination`."""
        return f"{item.item_id}{SEPARATOR}{item.label_in(language)}"

    def items_like(self, text: str, language: Language) -> list[str]:
        """Up to three items whose code or label resembles, to be proposed."""
        labels = {item.label_in(language): item for item in self.items.values()}
        for item in self.items.values():
            labels.setdefault(item.item_id, item)
            labels.setdefault(item.label_en, item)
        near = (labels[name] for name in closest(text, labels))
        return list(dict.fromkeys(self.item_choice(item, language) for item in near))

    def items_in(self, sectors: Iterable[str]) -> list[ItemVersion]:
        """Items of these sectors, in the order of their codes."""
        wanted = set(sectors)
        return [item for item in self.items.values() if item.sector in wanted]

    # --- units and packs ---

    def measures(self, item: ItemVersion) -> tuple[Measure, ...]:
        """In what an item can be counted: its usual unit, its packs, other units of its base."""
        known = self._measures.get(item.item_id)
        if known is None:
            units = [unit for unit in self.units.values() if unit.base_id == item.base_unit_id]
            units.sort(key=lambda unit: (unit.code != item.unit_id, unit.code))
            packs = [_of_pack(pack) for pack in self.packs[item.item_id]]
            first, *others = [_of_unit(unit) for unit in units]
            known = self._measures[item.item_id] = (first, *packs, *others)
        return known

    def measures_like(self, text: str, item: ItemVersion, language: Language) -> list[str]:
        """Units and packs of the item whose name resembles, to be proposed."""
        names = {name: each for each in self.measures(item) for name in each.names()}
        near = (names[name].label(language) for name in closest(text, names))
        return list(dict.fromkeys(near))

    @cached_property
    def measure_names(self) -> dict[str, str]:
        """Plain names of all units and packs, to tell the unknown from the unfitting."""
        every = [_of_unit(unit) for unit in self.units.values()]
        every += [_of_pack(pack) for packs in self.packs.values() for pack in packs]
        return {plain_name(name): each.code for each in every for name in each.names()}

    def base_measure(self, item: ItemVersion) -> Measure:
        """The item's base unit."""
        return next(
            each
            for each in self.measures(item)
            if each.base == 1 and each.code == item.base_unit_id
        )

    @staticmethod
    def withdrawn_pack(code: str) -> Measure:
        """A pack that can no longer be chosen, for a line that was counted in it."""
        return _of_pack(Pack.objects.get(pk=code))

    def base_label(self, item: ItemVersion, language: Language) -> str:
        """The label of an item's base unit."""
        return self.units[item.base_unit_id].label_in(language)

    # --- code lists ---

    def code_choice(self, entry: Code, language: Language) -> str:
        """How an entry stands in the drop-down: `1 · life-saving now`, or its label alone."""
        label = entry.label_in(language)
        return f"{entry.code}{SEPARATOR}{label}" if entry.code.isdigit() else label

    def code_choices(self, name: str, language: Language) -> list[str]:
        """The drop-down of a code list."""
        return [self.code_choice(entry, language) for entry in self.codes[name]]

    @cached_property
    def codes_by_name(self) -> dict[str, dict[str, str]]:
        """For each list: code by plain code, label and choice, in all languages."""
        found: dict[str, dict[str, str]] = {name: {} for name in self.codes}
        for name, entries in self.codes.items():
            for entry in entries:
                for label in _labels(entry).values():
                    found[name][plain_name(label)] = entry.code
                    found[name][plain_name(f"{entry.code}{SEPARATOR}{label}")] = entry.code
            for entry in entries:
                found[name][plain_name(entry.code)] = entry.code
        return found

    def choice_of(self, name: str, code: str, language: Language) -> str:
        """The drop-down text of one entry; the code itself if the list does not hold it."""
        for entry in self.codes[name]:
            if entry.code == code:
                return self.code_choice(entry, language)
        return code

    def is_confirmed(self, items: Iterable[ItemVersion], language: Language) -> bool:
        """Whether a person has confirmed every label that a workbook of these items uses."""
        if language == "en":
            return True
        every: list[LabelledModel] = [*items, *self.units.values()]
        every += [pack for packs in self.packs.values() for pack in packs]
        every += [entry for entries in self.codes.values() for entry in entries]
        return all(row.is_confirmed for row in every)
