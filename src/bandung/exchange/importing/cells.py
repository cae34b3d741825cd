"""Single cells become items, units, codes, numbers, days and texts; exactly or not at all."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from bandung.catalogue.models import Item, ItemVersion
from bandung.exchange.choices import Catalogue, Measure, plain_name
from bandung.exchange.columns import LONGEST_TEXT, Language
from bandung.exchange.importing.problems import Wrong
from bandung.exchange.parties import States
from bandung.ledger.canonical import MAX_WHOLE
from bandung.movement.models import Party
from bandung.sheets.cells import quoted, refuse_markers
from bandung.sheets.dates import parse_day
from bandung.sheets.errors import BadText
from bandung.sheets.model import NotFinite, Value
from bandung.sheets.numbers import parse_quantity
from bandung.sheets.text import DIGITS, Notice, clean_text, neutralise

T = TypeVar("T")
MOST_DECIMALS = 9


def is_blank(value: Value) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Value, longest: int = 10_000) -> tuple[str, tuple[Notice, ...]]:
    """A cell as text. Refuses (BadText) formulas without result, errors and control characters."""
    refuse_markers(value, BadText)
    if isinstance(value, NotFinite):
        return value.shown, ()
    if isinstance(value, date | datetime):
        return value.isoformat(), ()
    if not isinstance(value, str):
        return f"{value:f}" if isinstance(value, Decimal) else str(value), ()
    text, notices = clean_text(value, longest)
    return as_typed(text), notices


def as_typed(text: str) -> str:
    """The text without the apostrophe that our exports put before what begins like a formula."""
    return text[1:] if text.startswith("'") and neutralise(text[1:]) == text else text


def plain_decimal(number: Decimal) -> str:
    """The one way in which statements write a quantity: no exponent, no closing zeros."""
    return f"{number:f}" if number == int(number) else f"{number.normalize():f}"


def as_seen(value: Value, number: Decimal) -> str:
    """A number as its cell shows it: a text as it was typed."""
    return quoted(value.strip()) if isinstance(value, str) else plain_decimal(number)


class Cells:
    """Reads cells of one upload: its language, and a snapshot of what cells may name."""

    def __init__(self, catalogue: Catalogue, language: Language, reads: Language) -> None:
        """`language` is that of the answers, `reads` that of the file's numbers and days."""
        self.catalogue, self.language, self.reads = catalogue, language, reads
        self.states = States()
        self._known: dict[tuple[str, str], object] = {}

    def _once(self, kind: str, value: Value, read: Callable[[str], T]) -> T:
        """What a text cell means is worked out once for all rows; a refusal anew each time."""
        if not isinstance(value, str):
            return read(text_of(value)[0])
        key = (kind, value)
        if key not in self._known:
            self._known[key] = read(text_of(value)[0])
        return self._known[key]  # type: ignore[return-value]

    # --- items ---

    def item(self, value: Value) -> ItemVersion:
        """The current version of the item that a code, a choice or an exact label names."""
        return self._once("item", value, self._item)

    def _item(self, text: str) -> ItemVersion:
        code = text.partition("·")[0].strip().upper()
        if found := self.catalogue.items.get(code):
            self._refuse_other_item(text, found)
            return found
        codes = self.catalogue.items_by_name.get(plain_name(text), set())
        if len(codes) == 1:
            return self.catalogue.items[next(iter(codes))]
        if Item.objects.filter(pk=code).exclude(withdrawn_by=None).exists():
            raise Wrong("item-withdrawn", seen=code)
        near = sorted(codes) or self.catalogue.items_like(text, self.language)
        if near:
            raise Wrong("unknown-item.like", seen=quoted(text), proposals="; ".join(near))
        raise Wrong("unknown-item", seen=quoted(text))

    def _refuse_other_item(self, text: str, item: ItemVersion) -> None:
        label = text.partition("·")[2].strip()
        codes = self.catalogue.items_by_name.get(plain_name(label), set())
        if codes and item.item_id not in codes:
            other = self.catalogue.item_choice(self.catalogue.items[min(codes)], self.language)
            raise Wrong(
                "item-two-names", seen=quoted(text), code=item.item_id, label=label, other=other
            )

    def has_other_words(self, value: Value, item: ItemVersion) -> bool:
        """Whether a code stands beside words that are not the item's label."""
        return self._once(f"words {item.item_id}", value, lambda text: self._differs(text, item))

    def _differs(self, text: str, item: ItemVersion) -> bool:
        label = text.partition("·")[2]
        codes = self.catalogue.items_by_name.get(plain_name(label), set())
        return bool(label.strip()) and item.item_id not in codes

    # --- units and packs ---

    def measure(self, value: Value, item: ItemVersion) -> Measure:
        """The unit or pack, among those in which `item` can be counted, that a cell names."""
        return self._once(f"measure {item.item_id}", value, lambda text: self._measure(text, item))

    def _measure(self, text: str, item: ItemVersion) -> Measure:
        wanted = plain_name(text)
        measures = self.catalogue.measures(item)
        exact = [each for each in measures if text.strip() == each.code]
        fitting = exact or [
            each for each in measures if wanted in {plain_name(name) for name in each.names()}
        ]
        if len(fitting) == 1:
            return fitting[0]
        choices = self.choices(item)
        if wanted in self.catalogue.measure_names:
            name = self.catalogue.item_choice(item, self.language)
            raise Wrong("unit-unfit", seen=quoted(text), item=name, choices=choices)
        near = self.catalogue.measures_like(text, item, self.language)
        if near:
            raise Wrong(
                "unknown-unit.like", seen=quoted(text), proposals="”, “".join(near), choices=choices
            )
        raise Wrong("unknown-unit", seen=quoted(text), choices=choices)

    def choices(self, item: ItemVersion) -> str:
        """In what an item can be counted, as a message names it."""
        return "; ".join(each.label(self.language) for each in self.catalogue.measures(item))

    # --- code lists ---

    def code(self, value: Value, name: str) -> str:
        """The code that a cell names by code or label."""
        return self._once(f"code {name}", value, lambda text: self._code(text, name))

    def _code(self, text: str, name: str) -> str:
        plain = plain_name(text.translate(DIGITS))
        found = self.catalogue.codes_by_name[name].get(plain)
        if found is None:
            raise Wrong("unknown-code", seen=quoted(text), choices=self.code_choices(name))
        return found

    def code_choices(self, name: str) -> str:
        """The entries of a code list, as a message names them."""
        return "; ".join(self.catalogue.code_choices(name, self.language))

    # --- numbers and days ---

    def number(self, value: Value) -> Decimal:
        """A number from zero on, with at most nine decimals."""
        if type(value) is int and 0 <= value <= MAX_WHOLE:
            return Decimal(value)
        number = parse_quantity(value, self.reads)
        seen = as_seen(value, number)
        if number < 0:
            raise Wrong("negative", seen=seen)
        if number > MAX_WHOLE:
            raise Wrong("too-large", seen=seen, limit=MAX_WHOLE)
        if number.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator]
            number = number.normalize()
            if number.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator]
                raise Wrong("too-precise", seen=seen)
        return number

    def count(self, value: Value) -> int:
        """A whole number from zero on, such as of people."""
        number = self.number(value)
        if number != int(number):
            lower, seen = int(number), as_seen(value, number)
            raise Wrong("not-whole.count", seen=seen, lower=lower, upper=lower + 1)
        return int(number)

    def in_base_units(
        self, number: Decimal, measure: Measure, item: ItemVersion, typed: Value = None
    ) -> int:
        """The whole number of base units; refuses a remainder, naming the nearest whole ones.

        `typed` is the cell, for the message to quote.
        """
        if (whole := int(number)) == number and whole * measure.base <= MAX_WHOLE:
            return whole * measure.base
        exact = Fraction(number) * measure.base
        if exact.denominator != 1:
            lower = exact.numerator // exact.denominator
            raise Wrong(
                "not-whole" if measure.base > 1 else "not-whole.base",
                seen=as_seen(typed, number),
                measure=measure.label(self.language),
                base=plain_decimal(Decimal(exact.numerator) / Decimal(exact.denominator)),
                base_unit=self.catalogue.base_label(item, self.language),
                lower=lower,
                upper=lower + 1,
            )
        if exact.numerator > MAX_WHOLE:
            raise Wrong("too-large", seen=as_seen(typed, number), limit=MAX_WHOLE)
        return exact.numerator

    def day(self, value: Value) -> date:
        return parse_day(value, self.reads)

    # --- texts and states ---

    def text(self, value: Value, code: str) -> tuple[str, tuple[Notice, ...]]:
        """A text to be stored, with notices of what was cleaned."""
        return text_of(value, LONGEST_TEXT[code])

    def state(self, value: Value) -> Party:
        """The state that a cell names exactly."""
        return self._once("state", value, self._state)

    def _state(self, text: str) -> Party:
        if found := self.states.find(text):
            return found
        near = [f"{each.code} ({each.name_in(self.language)})" for each in self.states.like(text)]
        if near:
            raise Wrong("state-unknown.like", seen=quoted(text), proposals=", ".join(near))
        raise Wrong("state-unknown", seen=quoted(text), state="ZMB")
