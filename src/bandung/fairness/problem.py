"""What is divided among whom: claimants, lots, who may use which; checked, in whole numbers."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from math import lcm
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = Sequence[int] | npt.NDArray[Any]
Weights: TypeAlias = Sequence[Fraction | int] | tuple[Whole, Whole] | None

MOST = 2**63 - 1
NEVER = date.max.toordinal()


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: `table` is claimants or lots, `row` counts from 0."""

    table: str
    row: int
    column: str
    code: str
    seen: str
    message: str


class BadProblem(ValueError):
    """The input cannot be divided as it stands; `faults` name every row and the reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(
                f"{each.table} row {each.row}, {each.column}: {each.message} ({each.seen})"
                for each in self.faults[:10]
            )
        )


WITH_CAP = "with-cap-beyond-64-bits"
MOST_CLASSES = 1_000_000
"""So many classes may be numbered whatever the claimants: each takes a little memory."""
REASONS = {
    "not-whole": "a whole number is needed",
    "negative": "below zero",
    "zero": "must be above zero",
    "beyond-64-bits": "beyond 64 bits",
    "sum-beyond-64-bits": "the sum goes beyond 64 bits",
    WITH_CAP: "received and cap go beyond 64 bits together",
    "weights-beyond-64-bits": "the weights' common denominator, times needs, goes beyond 64 bits",
    "class-too-large": "classes are numbered from 0, below twice their claimants or a million",
    "pack-above-lot": "a pack is larger than the lot",
    "unknown-class": "no such class of claimants",
    "unknown-claimant": "no such claimant",
    "unknown-lot": "no such lot",
    "length": "as many entries as claimants or lots are needed",
    "duplicate": "stands twice",
    "per-claimant-rate": "a conversion rate belongs to a lot, never to one claimant",
    "weight": "a fraction above zero is needed, such as 5/4",
    "date": "a day is needed, such as 2026-11-22",
    "missing": "is missing",
    "not-a-pair": "a pair of a claimant's row and a lot's row is needed",
    "not-a-list": "a list is needed",
    "not-by-row": "a mapping from rows to whole numbers is needed",
}


def fault(table: str, row: int, column: str, code: str, seen: object = "") -> Fault:
    """A fault with the English words of its code."""
    return Fault(table, row, column, code, str(seen), REASONS[code])


def is_row(each: object, size: int) -> bool:
    """Whether this is one of the rows 0 .. size - 1, as a whole number."""
    is_whole = isinstance(each, int | np.integer) and not isinstance(each, bool)
    return is_whole and 0 <= each < size  # type: ignore[operator]


def _column(given: Any) -> npt.NDArray[Any]:
    """A column as an array, its entries as they are where NumPy would turn them into others."""
    if isinstance(given, np.ma.MaskedArray):
        return np.array(given.tolist(), object)  # None where masked
    if not isinstance(given, list | tuple) or {int}.issuperset(map(type, given)):
        return np.asarray(given)
    found = np.empty(len(given), object)
    for row, each in enumerate(given):
        found[row] = each
    return found


def _is_sized(given: Any) -> bool:
    return hasattr(given, "__len__") and hasattr(given, "__iter__")


class _Reader:
    """Reads columns into 64-bit integers and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def whole(self, table: str, column: str, given: Any, least: int, size: int = -1) -> Integers:
        """A column of whole numbers, none below `least`."""
        array = _column(given)
        if array.ndim != 1 or (size >= 0 and len(array) != size):
            code = "length" if array.ndim else "not-a-list"
            self.faults.append(
                fault(
                    table,
                    len(array) if array.ndim else 0,
                    column,
                    code,
                    "" if array.ndim else array,
                )
            )
            return np.ones(max(size, 0), np.int64)
        if array.dtype.kind not in "iu" or array.dtype == np.uint64:
            array = self._one_by_one(table, column, array.tolist())
        for row in np.flatnonzero(array < least)[:10].tolist():
            code = "zero" if array[row] == 0 else "negative"
            self.faults.append(fault(table, row, column, code, array[row]))
        return np.ascontiguousarray(array, np.int64)

    def _one_by_one(self, table: str, column: str, given: list[Any]) -> Integers:
        read = np.ones(len(given), np.int64)
        for row, each in enumerate(given):
            is_whole = isinstance(each, int | np.integer) and not isinstance(each, bool)
            if (isinstance(each, float) and each.is_integer()) or (
                isinstance(each, Fraction) and each.denominator == 1
            ):
                each, is_whole = int(each), True
            if not is_whole:
                self.faults.append(fault(table, row, column, "not-whole", each))
            elif abs(each) > MOST:
                self.faults.append(fault(table, row, column, "beyond-64-bits", each))
            else:
                read[row] = each
        return read

    def changes(
        self, table: str, column: str, given: Mapping[int, Any], least: int, size: int
    ) -> dict[int, int]:
        """New whole numbers by row, each of a row that is there."""
        unknown, found = f"unknown-{table.removesuffix('s')}", {}
        if not isinstance(given, Mapping):
            self.faults.append(fault(table, 0, column, "not-by-row", given))
            return {}
        for row, each in given.items():
            if not is_row(row, size):
                place = row if isinstance(row, int) else 0
                self.faults.append(fault(table, place, column, unknown, repr(row)))
                continue
            alone = _Reader()
            (found[int(row)],) = alone.whole(table, column, [each], least).tolist()
            self.faults += [replace(each, row=int(row)) for each in alone.faults]
        return found

    def weights(self, given: Any, size: int) -> tuple[Integers, Integers]:
        """Numerators and denominators, in lowest terms."""
        if given is None:
            return np.ones(size, np.int64), np.ones(size, np.int64)
        if isinstance(given, tuple) and len(given) == 2 and np.ndim(given[0]) == 1:
            above = self.whole("claimants", "weight", given[0], 1, size)
            below = self.whole("claimants", "weight", given[1], 1, size)
            common = np.gcd(above, below) if not self.faults else np.ones(size, np.int64)
            return above // common, below // common
        if not _is_sized(given) or len(given) != size:
            row = len(given) if _is_sized(given) else 0
            self.faults.append(fault("claimants", row, "weight", "length"))
            return np.ones(size, np.int64), np.ones(size, np.int64)
        tops, bottoms = [1] * size, [1] * size
        for row, each in enumerate(given):
            is_ratio = isinstance(each, int | np.integer | Fraction) and not isinstance(each, bool)
            if is_ratio and each > 0 and max(Fraction(each).as_integer_ratio()) <= MOST:
                tops[row], bottoms[row] = Fraction(each).as_integer_ratio()
            else:
                self.faults.append(fault("claimants", row, "weight", "weight", each))
        return np.array(tops, np.int64), np.array(bottoms, np.int64)

    def names(self, table: str, given: Any, size: int) -> tuple[str, ...] | None:
        """Unique names, or None where none were given."""
        if given is None:
            return None
        if isinstance(given, str) or not _is_sized(given):
            self.faults.append(fault(table, 0, "id", "not-a-list", given))
            return None
        names = tuple(map(str, given))
        if len(names) != size:
            self.faults.append(fault(table, len(names), "id", "length"))
        if len(set(names)) != len(names):
            seen: set[str] = set()
            for row, name in enumerate(names):
                if name in seen:
                    self.faults.append(fault(table, row, "id", "duplicate", name))
                seen.add(name)
        return names

    def days(self, given: Any, size: int) -> Integers:
        """Days as ordinals; a lot that does not expire comes last."""
        if given is None:
            return np.full(size, NEVER, np.int64)
        if not _is_sized(given) or len(given) != size:
            row = len(given) if _is_sized(given) else 0
            self.faults.append(fault("lots", row, "expiry", "length"))
            return np.full(size, NEVER, np.int64)
        days = np.full(size, NEVER, np.int64)
        for row, each in enumerate(given):
            if isinstance(each, date):
                days[row] = each.toordinal()
            elif isinstance(each, int | np.integer) and not isinstance(each, bool):
                if abs(int(each)) > MOST:
                    self.faults.append(fault("lots", row, "expiry", "date", each))
                    continue
                days[row] = int(each)
            elif each is not None:
                self.faults.append(fault("lots", row, "expiry", "date", each))
        return days

    def sums(self, table: str, columns: Mapping[str, Integers]) -> None:
        """Every column adds up within 64 bits."""
        for name, column in columns.items():
            if found := self.sum_beyond(table, name, column):
                self.faults.append(found)

    def sum_beyond(self, table: str, name: str, column: Integers) -> Fault | None:
        """The first row at which a column's sum goes beyond 64 bits."""
        if not len(column) or float(column.max()) * len(column) < 2.0**62:
            return None
        for row, total in enumerate(accumulate(column.tolist())):
            if total > MOST:
                return fault(table, row, name, "sum-beyond-64-bits", total)
        return None


class Problem:
    """Claimants, lots and classes of eligibility, in whole units.

    `need` > 0, `received` >= 0, `cap` >= 0 and `minimum` >= 0 are in base units; a `weight` is a
    `Fraction` or a pair of integer arrays (numerators, denominators). `class_of[i]` is claimant
    i's class; `lot_classes[j]` lists the classes that may use lot j, whose `supply` comes in
    packs of `pack` units. `received`, `weight`, `cap` and `pack` may be None: 0, 1, what is still
    needed, 1. Refuses, as BadProblem, what ALLOCATION calls bad input, naming each row.
    """

    def __init__(
        self,
        need: Whole,
        received: Whole | None,
        weight: Weights,
        cap: Whole | None,
        class_of: Whole,
        supply: Whole,
        pack: Whole | None,
        lot_classes: Sequence[Iterable[int]],
        minimum: Whole | None = None,
        expiry: Sequence[date | int | None] | None = None,
        ids: Sequence[str] | None = None,
        lot_ids: Sequence[str] | None = None,
    ) -> None:
        read = _Reader()
        self.need = read.whole("claimants", "need", need, 1)
        if any(each.code in ("length", "not-a-list") for each in read.faults):
            # all else is measured by it
            raise BadProblem(read.faults)
        size = len(self.need)
        none = np.zeros(size, np.int64)
        self.received = (
            none if received is None else read.whole("claimants", "received", received, 0, size)
        )
        self.weight_above, self.weight_below = read.weights(weight, size)
        self.has_own_cap = cap is not None
        self.cap = (
            np.maximum(0, self.need - self.received)
            if cap is None
            else read.whole("claimants", "cap", cap, 0, size)
        )
        self.minimum = (
            none if minimum is None else read.whole("claimants", "minimum", minimum, 0, size)
        )
        self.class_of = read.whole("claimants", "class_of", class_of, 0, size)
        self.supply = read.whole("lots", "supply", supply, 0)
        lots = len(self.supply)
        self.pack = (
            np.ones(lots, np.int64) if pack is None else read.whole("lots", "pack", pack, 1, lots)
        )
        self.expiry = read.days(expiry, lots)
        self.ids = read.names("claimants", ids, size)
        self.lot_ids = read.names("lots", lot_ids, lots)
        self._read_classes(read, lot_classes, lots)
        if not read.faults:
            self._check_together(read)
        if read.faults:
            raise BadProblem(read.faults)
        for each in vars(self).values():
            if isinstance(each, np.ndarray):
                each.flags.writeable = False

    def _read_classes(self, read: _Reader, given: Sequence[Iterable[int]], lots: int) -> None:
        most = max(MOST_CLASSES, 2 * self.size)
        for row in np.flatnonzero(self.class_of >= most)[:10].tolist():
            seen = self.class_of[row]
            read.faults.append(fault("claimants", row, "class_of", "class-too-large", seen))
        self.classes = (int(self.class_of.max()) if len(self.class_of) else -1) + 1
        if not _is_sized(given) or len(given) != lots:
            row = len(given) if _is_sized(given) else 0
            read.faults.append(fault("lots", row, "lot_classes", "length"))
            given = [[]] * lots
        classes = [self._classes_of(read, row, each) for row, each in enumerate(given)]
        if read.faults:
            classes = [[]] * lots
        self.lot_start = np.concatenate([[0], np.cumsum([len(each) for each in classes])]).astype(
            np.int64
        )
        self.lot_class = np.array([each for some in classes for each in some], np.int64)

    def _classes_of(self, read: _Reader, row: int, given: Any) -> list[int]:
        """The distinct classes that may use one lot."""
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            read.faults.append(fault("lots", row, "lot_classes", "not-a-list", repr(given)))
            return []
        some = given if isinstance(given, np.ndarray) else [*given]
        for each in some:
            if not is_row(each, self.classes):
                read.faults.append(fault("lots", row, "lot_classes", "unknown-class", each))
                return []
        found: list[int] = np.unique(np.asarray(some, np.int64)).tolist()
        return found

    def _check_together(self, read: _Reader) -> None:
        for row in np.flatnonzero((self.pack > self.supply) & (self.supply > 0))[:10].tolist():
            seen = f"{self.pack[row]} > {self.supply[row]}"
            read.faults.append(fault("lots", row, "pack", "pack-above-lot", seen))
        read.sums("lots", {"supply": self.supply})
        beyond = self._beyond(read)
        read.faults += [beyond] if beyond else []

    def _beyond(self, read: _Reader) -> Fault | None:
        """The first sum of the claimants' figures that goes beyond 64 bits; others follow from it.

        No column is added to another before it is known that they fit.
        """
        for name in ("need", "received", "cap"):
            if found := read.sum_beyond("claimants", name, getattr(self, name)):
                return found
        too_large = np.flatnonzero(self.received > MOST - self.cap)
        if len(too_large):
            row = int(too_large[0])
            seen = int(self.received[row]) + int(self.cap[row])
            return fault("claimants", row, "received", WITH_CAP, seen)
        held = self.received + self.cap
        if found := read.sum_beyond("claimants", "received", held):
            return replace(found, code=WITH_CAP, message=REASONS[WITH_CAP])
        below = np.unique(self.weight_below)
        common = 1
        for each in below.tolist():
            common = lcm(common, each)
            if common > MOST:
                row = int(np.flatnonzero(self.weight_below == each)[0])
                return fault("claimants", row, "weight", "weights-beyond-64-bits")
        slopes = self.need.astype(np.float64) * self.weight_above * (common / self.weight_below)
        if len(slopes) and float(slopes.sum()) > 2.0**62.9:
            row = int(np.argmax(slopes))
            if common == 1 == int(self.weight_above.max()):
                return fault("claimants", row, "need", "sum-beyond-64-bits")
            return fault("claimants", row, "weight", "weights-beyond-64-bits")
        return None

    @property
    def size(self) -> int:
        """How many claimants there are."""
        return len(self.need)

    @property
    def lots(self) -> int:
        """How many lots there are."""
        return len(self.supply)

    @cached_property
    def weight_lcm(self) -> int:
        """The least common multiple of the weights' denominators."""
        return lcm(*np.unique(self.weight_below).tolist()) if self.size else 1

    @cached_property
    def slope(self) -> Integers:
        """need x weight x weight_lcm: whole numbers in the ratio of the weighted needs."""
        factor = self.weight_lcm // self.weight_below
        return self.need * self.weight_above * factor

    def name(self, claimant: int) -> str:
        """The claimant's id, or its row number."""
        return self.ids[claimant] if self.ids else str(claimant)

    def lot_name(self, lot: int) -> str:
        """The lot's id, or its row number."""
        return self.lot_ids[lot] if self.lot_ids else str(lot)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides the result, in hexadecimal."""
        found = sha256(b"bandung.fairness problem 1\n")
        for name in (
            "need", "received", "weight_above", "weight_below", "cap", "minimum", "class_of",
            "supply", "pack", "expiry", "lot_start", "lot_class",
        ):  # fmt: skip
            column = getattr(self, name)
            found.update(f"{name} {len(column)}\n".encode())
            found.update(column.astype("<i8", copy=False).tobytes())
        for names in (self.ids, self.lot_ids):
            found.update(repr(names).encode())
        return found.hexdigest()

    def with_changed(self, need: Mapping[int, int], supply: Mapping[int, int]) -> "Problem":
        """The same claimants, lots and eligibility with other needs and supplies of some rows.

        Refuses, as BadProblem, rows that do not exist and what the constructor would refuse.
        """
        changed = copy.copy(self)
        for made in ("digest", "slope"):
            vars(changed).pop(made, None)
        read = _Reader()
        changed.need, changed.supply = self.need.copy(), self.supply.copy()
        needs = read.changes("claimants", "need", need, 1, self.size)
        supplies = read.changes("lots", "supply", supply, 0, self.lots)
        changed.need[[*needs]], changed.supply[[*supplies]] = (
            [*needs.values()],
            [*supplies.values()],
        )
        if not self.has_own_cap:
            changed.cap = np.maximum(0, changed.need - changed.received)
        if not read.faults:
            changed._check_together(read)
        if read.faults:
            raise BadProblem(read.faults)
        return changed

    @classmethod
    def from_pairs(
        cls,
        need: Whole,
        received: Whole | None,
        weight: Weights,
        cap: Whole | None,
        supply: Whole,
        pack: Whole | None,
        pairs: Iterable[tuple[int, int]],
        **more: Any,
    ) -> "Problem":
        """A problem whose eligibility is listed as (claimant, lot) pairs.

        A pair with a third entry is a conversion rate of its own, which is refused: it would
        break the structure that makes the rule exact.
        """
        size, lots = (len(each) if _is_sized(each) else 0 for each in (need, supply))
        eligible: list[list[int]] = [[] for _ in range(lots)]
        faults = []
        if not hasattr(pairs, "__iter__"):
            faults.append(fault("pairs", 0, "pair", "not-a-list", pairs))
        for row, pair in enumerate(pairs if not faults else ()):
            if isinstance(pair, str) or not _is_sized(pair) or len(pair) < 2:
                faults.append(fault("pairs", row, "pair", "not-a-pair", repr(pair)))
            elif len(pair) != 2:
                faults.append(fault("pairs", row, "rate", "per-claimant-rate", pair))
            elif not is_row(pair[0], size):
                faults.append(fault("pairs", row, "claimant", "unknown-claimant", pair[0]))
            elif not is_row(pair[1], lots):
                faults.append(fault("pairs", row, "lot", "unknown-lot", pair[1]))
            else:
                eligible[pair[1]].append(pair[0])
        if faults:
            raise BadProblem(faults)
        return cls(need, received, weight, cap, np.arange(size), supply, pack, eligible, **more)

    @classmethod
    def from_rules(cls, claimants: Iterable[Any], lots: Iterable[Any]) -> "Problem":
        """A problem from groups, names, accepted products and exclusions; see rules.py."""
        from bandung.fairness.rules import problem_from_rules

        return problem_from_rules(claimants, lots)
