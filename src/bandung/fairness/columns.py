"""Columns of a file: the cells of each as whole numbers, exact fractions, names, lists or days."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol

from bandung.fairness.problem import MOST
from bandung.fairness.rules import Names, names_of

NUMBER = re.compile(r"([+-]?)(\d+)(?:\.0)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ .,'’_\u00a0\u202f\u066c]\d{3})+")
DECIMAL = re.compile(r"[+-]?\d*[.,\u066b]\d+")
WEIGHT = re.compile(r"(\d+)\s*/\s*(\d+)|\d+(?:\.\d+)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NOT_DIGITS = re.compile(r"[^0-9\n]")


class Column(Protocol):
    """Turns the cells of a column into values, chunk by chunk."""

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        """(place in the chunk, code) of each cell that cannot be read."""
        ...

    def blank(self, count: int) -> None:
        """So many rows of a file without this column."""
        ...


@dataclass
class WholeColumn:
    """Whole numbers of at least `least`; `default` where nothing stands, None: must be there."""

    least: int = 0
    default: int | None = 0
    values: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        given = cells if all(cells) else [cell for cell in cells if cell]
        is_plain = self.default is not None or len(given) == len(cells)
        if is_plain and not NOT_DIGITS.search("\n".join(given)) and max(map(len, cells)) < 19:
            numbers = [int(cell) if cell else self.default or 0 for cell in cells]
            if not self.least or min(numbers) >= self.least:
                self.values.extend(numbers)
                return
        for at, cell in enumerate(cells):
            number, code = whole(cell.strip(), self.least, self.default)
            self.values.append(number)
            if code:
                yield at, code

    def blank(self, count: int) -> None:
        self.values.extend([self.default or 0] * count)


def whole(text: str, least: int, default: int | None) -> tuple[int, str]:
    """(number, "") or (a number that stands in for it, code of what is wrong)."""
    if not text:
        return (1, "missing") if default is None else (default, "")
    found = NUMBER.fullmatch(text)
    if not found:
        wrong = (GROUPED.fullmatch(text) and "grouped") or (DECIMAL.fullmatch(text) and "not-whole")
        return 1, wrong or "not-a-number"
    if len(found[2]) > 30 or int(found[2]) > MOST:
        return 1, "beyond-64-bits"
    number = int(found[1] + found[2])
    if number < least:
        return 1, "negative" if number < 0 else "zero"
    return number, ""


@dataclass
class WeightColumn:
    """Exact fractions above zero, by numerator and denominator; equal cells are read once."""

    above: "array[int]" = field(default_factory=lambda: array("q"))
    below: "array[int]" = field(default_factory=lambda: array("q"))
    known: dict[str, tuple[int, int] | None] = field(default_factory=lambda: {"": (1, 1)})

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        for cell in set(cells) - self.known.keys():
            self.known[cell] = weight(cell.strip())
        ratios = [self.known[cell] for cell in cells]
        self.above.extend([ratio[0] if ratio else 1 for ratio in ratios])
        self.below.extend([ratio[1] if ratio else 1 for ratio in ratios])
        yield from ((at, "weight") for at, ratio in enumerate(ratios) if ratio is None)

    def blank(self, count: int) -> None:
        self.above.extend([1] * count)
        self.below.extend([1] * count)


def weight(text: str) -> tuple[int, int] | None:
    """A weight like 5/4, 1.25 or 2 in lowest terms, nothing if it is none."""
    if not text:
        return 1, 1
    found = WEIGHT.fullmatch(text) if len(text) <= 40 else None
    if not found or (found[2] and not int(found[2])):
        return None
    ratio = Fraction(int(found[1]), int(found[2])) if found[1] else Fraction(text)
    return ratio.as_integer_ratio() if ratio > 0 and max(ratio.as_integer_ratio()) <= MOST else None


@dataclass
class TextColumn:
    """Names, without the spaces around them."""

    must: bool = False
    values: list[str] = field(default_factory=list)

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        stripped = [cell.strip() for cell in cells]
        self.values += stripped
        if self.must and "" in stripped:
            yield from ((at, "missing") for at, cell in enumerate(stripped) if not cell)

    def blank(self, count: int) -> None:
        self.values += [""] * count


@dataclass
class ListColumn:
    """Lists of names with `;` between them; equal cells are read once."""

    distinct: list[Names] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    of: "array[int]" = field(default_factory=lambda: array("q"))

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        numbers = self.numbers
        for cell in cells:
            if cell not in numbers:
                numbers[cell] = len(numbers)
                self.distinct.append(names_of(cell))
        self.of.extend([numbers[cell] for cell in cells])
        yield from ()

    def blank(self, count: int) -> None:
        list(self.take([""] * count))

    @property
    def values(self) -> list[Names]:
        """The list of each row."""
        return [self.distinct[number] for number in self.of]


@dataclass
class DayColumn:
    """Days, or nothing."""

    values: list[date | None] = field(default_factory=list)

    def take(self, cells: Sequence[str]) -> Iterator[tuple[int, str]]:
        for at, cell in enumerate(map(str.strip, cells)):
            day = None
            if cell:
                try:
                    day = date.fromisoformat(cell) if DAY.fullmatch(cell) else None
                except ValueError:
                    day = None
                if day is None:
                    yield at, "date"
            self.values.append(day)

    def blank(self, count: int) -> None:
        self.values += [None] * count


@dataclass
class CapColumn(WholeColumn):
    """Caps; -1 stands for none given."""

    default: int | None = -1

    @property
    def given(self) -> list[int | None] | None:
        """The caps, None where none is given; None if nobody gives one."""
        if max(self.values, default=-1) < 0:
            return None
        return [None if each < 0 else each for each in self.values]
