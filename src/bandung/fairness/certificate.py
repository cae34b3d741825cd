"""Checks the certificate: the level of every lot and the flow between lots and classes.

A level per lot explains every share: (a) a lot with a finite level is used up; (b) a claimant's
level is the highest among its lots; (c) its share is clip(level x need x weight - received, 0,
cap); (d) it draws only on lots of that level, unless its own cap holds it; (e) the flow adds up.

The exception in (d) needs a guard. One who is held by its cap and draws on a lot in demand, while
a lot of a higher level is open to it, keeps others from a better division, and all five
conditions may hold nevertheless: needs 10, 10, 10, the first capped at 3; lot 1 (5 units) for the
first two, lot 2 (7 units) for the first and the third. Shares 3, 5, 4 with levels 0.5 and 0.4
pass, and 3, 4.5, 4.5 is better. So the levels are first lowered as far as the flow asks: a lot
open to a class counts for no more than the lots that this class draws on. (a) to (d) must hold
for those levels too, then (d) without exception, and that is sufficient.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import inf, lcm
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bandung.fairness.acceleration import LARGE, compiled, has_numba
from bandung.fairness.problem import Integers, Problem

Floats = npt.NDArray[np.float64]
Level = Fraction | float
Ratio = tuple[int, int]
Deferred = Sequence[tuple[int, int]]
UNLIMITED = 1 << 60
"""Rank of an infinite level."""
ROUNDING = 4e-15
"""Generous bound on the relative error of level x slope in double precision."""
MOST = 20
"""So many claimants are named for one condition; one is enough to refuse a result."""


@dataclass(frozen=True)
class Violation:
    """One thing that does not hold; `claimant` and `lot` are rows of the problem."""

    code: str
    claimant: int | None
    lot: int | None
    message: str


class Flows(Protocol):
    """What each lot pours into each class of claimants with the same eligible lots."""

    @property
    def class_of(self) -> Integers: ...
    @property
    def pours(self) -> Sequence[tuple[int, int, Fraction]]: ...


class Certified(Protocol):
    """What a result must publish for its certificate to be checked."""

    @property
    def lot_level(self) -> Sequence[Level]: ...
    @property
    def deferred(self) -> Deferred: ...
    @property
    def certificate(self) -> Any: ...
    @property
    def shares_array(self) -> Floats: ...


@dataclass(frozen=True)
class Eligibility:
    """The problem's (lot, class) pairs; whoever was deferred from a lot is a class of its own.

    Those classes follow the problem's, by claimant row, as in `Flows.class_of`.
    """

    class_of: Integers
    classes: int
    edge_lot: Integers
    edge_class: Integers

    @classmethod
    def of(cls, problem: Problem, deferred: Deferred) -> "Eligibility":
        """Refuses nothing: pairs that name no claimant are left to `check`."""
        edge_lot = np.repeat(np.arange(problem.lots), np.diff(problem.lot_start))
        pairs = {(row, lot) for row, lot in deferred if 0 <= row < problem.size}
        if not pairs:
            return cls(problem.class_of, problem.classes, edge_lot, problem.lot_class)
        rows = sorted({row for row, _ in pairs})
        class_of = problem.class_of.copy()
        class_of[rows] = problem.classes + np.arange(len(rows))
        lots: list[int] = []
        classes: list[int] = []
        for place, row in enumerate(rows):
            own = edge_lot[problem.lot_class == problem.class_of[row]].tolist()
            kept = [lot for lot in own if (row, lot) not in pairs]
            lots += kept
            classes += [problem.classes + place] * len(kept)
        edge_lot = np.concatenate([edge_lot, np.array(lots, np.int64)])
        edge_class = np.concatenate([problem.lot_class, np.array(classes, np.int64)])
        return cls(class_of, problem.classes + len(rows), edge_lot, edge_class)

    def holds(self, lot: Integers, of_class: Integers) -> npt.NDArray[np.bool_]:
        """Whether each lot may serve each class."""
        return _among(self.edge_lot, self.edge_class, lot, of_class, self.classes)


def _among(
    lots: Integers, classes: Integers, lot: Integers, of_class: Integers, size: int
) -> npt.NDArray[np.bool_]:
    """Which of the pairs (`lot`, `of_class`) stand among the pairs (`lots`, `classes`)."""
    known = lots * max(size, 1) + classes
    if bool((known[1:] < known[:-1]).any()):
        known = np.sort(known)
    if not len(known):
        return np.zeros(len(lot), bool)
    keys = lot * max(size, 1) + of_class
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: npt.NDArray[np.bool_] = known[at] == keys
    return found


@dataclass(frozen=True)
class Ranks:
    """The distinct levels of lots in rising order, and the place of each lot among them."""

    levels: list[Level]
    of_lot: Integers

    @classmethod
    def of(cls, lot_level: Iterable[Level]) -> "Ranks":
        keys = [
            (each, 1) if isinstance(each, float) and each == inf else each.as_integer_ratio()
            for each in lot_level
        ]
        distinct = {key: inf if key[0] == inf else Fraction(*key) for key in keys}
        rough = sorted(distinct, key=lambda key: key[0] / key[1])
        is_tight = any(
            other[0] / other[1] - one[0] / one[1] <= 1e-14 * (one[0] / one[1])
            for one, other in pairwise(rough)
            if other[0] != inf
        )
        ordered = sorted(distinct, key=lambda key: distinct[key]) if is_tight else rough
        rank = {key: UNLIMITED if key[0] == inf else at for at, key in enumerate(ordered)}
        return cls([distinct[key] for key in ordered], np.array([rank[key] for key in keys], int))

    def level(self, rank: int) -> Level | None:
        """The level of this rank; None for -1, where no lot may serve."""
        return None if rank < 0 else inf if rank >= UNLIMITED else self.levels[rank]


@dataclass(frozen=True)
class Pairs:
    """The (lot, class) pairs of the certificate's own classes."""

    classes: int
    lot: Integers
    of_class: Integers

    def highest(self, of_lot: Integers) -> Integers:
        """The highest rank among each class's lots; -1 for none, and for the place after the last,
        which stands for whoever no lot may serve."""
        found = np.full(self.classes + 1, -1)
        np.maximum.at(found, self.of_class, of_lot[self.lot])
        return found

    def holds(self, lot: Integers, of_class: Integers) -> npt.NDArray[np.bool_]:
        """Whether each lot may serve each class."""
        return _among(self.lot, self.of_class, lot, of_class, self.classes)

    def lowered(self, of_lot: Integers, lot: Integers, of_class: Integers) -> Integers:
        """The ranks after each class has pulled down every lot open to it to the lowest of those
        (`lot`, `of_class`) that it draws on, again and again until nothing moves."""
        while True:
            drawn = np.full(self.classes, UNLIMITED)
            np.minimum.at(drawn, of_class, of_lot[lot])
            found = of_lot.copy()
            np.minimum.at(found, self.lot, drawn[self.of_class])
            if bool((found == of_lot).all()):
                return found
            of_lot = found


def levels_of_claimants(problem: Problem, result: Certified) -> list[Level | None]:
    """Condition (b): the highest level among each claimant's lots; None where it has none."""
    eligible = Eligibility.of(problem, result.deferred)
    ranks = Ranks.of(result.lot_level)
    pairs = Pairs(eligible.classes, eligible.edge_lot, eligible.edge_class)
    known = [ranks.level(each) for each in pairs.highest(ranks.of_lot).tolist()]
    return [known[each] for each in eligible.class_of.tolist()]


def check_certificate(problem: Problem, result: Certified) -> list[Violation]:
    """Checks (a) to (e) by class, in whole numbers and fractions, in one pass over the claimants.

    Shares themselves are compared in floating point here, and exactly by `check`.
    """
    if len(result.lot_level) != problem.lots:
        return [Violation("length", None, None, "as many levels as lots are needed")]
    eligible = Eligibility.of(problem, result.deferred)
    faults, pairs = _pairs(eligible, np.asarray(result.certificate.class_of, np.int64))
    if pairs is None:
        return faults
    work = _Certificate(problem, result, eligible, pairs)
    return [*work.flow_faults()] or [*work.violations()]


def _pairs(eligible: Eligibility, given: Integers) -> tuple[list[Violation], Pairs | None]:
    """The pairs of the certificate's classes, or why they are none."""
    is_filled = np.zeros(eligible.classes, bool)
    is_filled[eligible.class_of] = True
    if len(given) != len(is_filled):
        return [_fault("e", "the certificate needs a class for each class of the problem")], None
    is_open = is_filled[eligible.edge_class]
    lot, own = eligible.edge_lot[is_open], given[eligible.edge_class[is_open]]
    if len(own) and own.min() < 0:
        return [_fault("e", "the certificate leaves out a class that lots may serve")], None
    given = given[is_filled]
    classes = int(given.max(initial=-1)) + 1
    keys = lot * max(classes, 1) + own
    counts = np.ones(len(keys), np.int64)
    if bool((keys[1:] <= keys[:-1]).any()):
        keys, counts = np.unique(keys, return_counts=True)
        lot, own = np.divmod(keys, max(classes, 1))
    if (counts != np.bincount(given[given >= 0], minlength=classes)[own]).any():
        return [_fault("e", "a class of the certificate mixes claimants of different lots")], None
    return [], Pairs(classes, lot, own)


def _fault(
    condition: str, message: str, claimant: int | None = None, lot: int | None = None
) -> Violation:
    return Violation(f"certificate-{condition}", claimant, lot, message)


@dataclass(frozen=True)
class _Sums:
    """By class: the caps of those at their caps, receipts and slopes of those at the level."""

    capped: Integers
    received: Integers
    slope: Integers

    def exactly(self, levels: Sequence[Ratio | None]) -> list[Ratio]:
        """What each class receives at its level, in units of 1 / weight_lcm."""
        columns = (each.tolist() for each in (self.capped, self.received, self.slope))
        return [
            ((capped - received) * level[1] + level[0] * slope, level[1])
            if level and slope
            else (capped, 1)
            for level, capped, received, slope in zip(levels, *columns, strict=True)
        ]


class _Certificate:
    """The work on one certificate."""

    def __init__(
        self, problem: Problem, result: Certified, eligible: Eligibility, pairs: Pairs
    ) -> None:
        self.problem, self.result, self.pairs = problem, result, pairs
        self.ranks = Ranks.of(result.lot_level)
        self.class_of = eligible.class_of
        self.number = np.asarray(result.certificate.class_of, np.int64)
        pours: Sequence[tuple[int, int, Fraction]] = result.certificate.pours
        self.to = np.array([each for each, _, _ in pours], np.int64)
        self.lot = np.array([lot for _, lot, _ in pours], np.int64)
        self.amounts = [amount.as_integer_ratio() for _, _, amount in pours]

    @cached_property
    def own(self) -> Integers:
        """Each claimant's class in the certificate; -1 where no lot may serve it."""
        return self.number[self.class_of]

    def flow_faults(self) -> Iterator[Violation]:
        """Whether the flow runs only where it may, forwards."""
        for name, column, size in (
            ("class", self.to, self.pairs.classes), ("lot", self.lot, self.problem.lots),
        ):  # fmt: skip
            if len(column) and not 0 <= int(column.min()) <= int(column.max()) < size:
                yield _fault("e", f"the flow names a {name} that is not there")
                return
        is_open = self.pairs.holds(self.lot, self.to).tolist()
        for lot, may_serve, (above, _) in zip(
            self.lot.tolist(), is_open, self.amounts, strict=True
        ):
            if not may_serve:
                yield _fault("e", "the flow serves a class that this lot may not serve", lot=lot)
            elif above < 0:
                yield _fault("e", "the flow runs backwards", lot=lot)

    def violations(self) -> Iterator[Violation]:
        """(a), (c), (d) and (e) of a flow that runs where it may."""
        rank = self.pairs.highest(self.ranks.of_lot)
        wrong, shares = self._shares(rank)
        for row in wrong:
            yield _fault("c", "the share is not what the level and the cap give", row)
        for each, (wanted, poured) in enumerate(
            zip(shares, _totals(self.pairs.classes, self.to, self.amounts), strict=True)
        ):
            if not _is_equal(wanted, poured):
                row = int(np.flatnonzero(self.own == each)[0])
                seen, due = Fraction(*poured), Fraction(*wanted)
                words = f"the flow brings {seen} to the claimants with the same lots, not {due}"
                yield _fault("e", words, row)
        placed = _totals(self.problem.lots, self.lot, self.amounts)
        for lot, (supply, poured) in enumerate(
            zip(self.problem.supply.tolist(), placed, strict=True)
        ):
            left = supply * poured[1] - poured[0]
            if left < 0:
                words = f"the flow takes {Fraction(*poured)} from a lot of {supply}"
                yield _fault("e", words, lot=lot)
            elif left > 0 and self.ranks.of_lot[lot] < UNLIMITED:
                words = f"{Fraction(left, poured[1])} are left of a lot in demand"
                yield _fault("a", words, lot=lot)
        yield from self._guard(rank, shares, placed)

    def _guard(
        self, rank: Integers, shares: list[Ratio], placed: list[Ratio]
    ) -> Iterator[Violation]:
        """(d) without exception: at the lowered levels nothing else may follow."""
        is_used = np.array([above > 0 for above, _ in self.amounts], bool)
        of_lot = self.pairs.lowered(self.ranks.of_lot, self.lot[is_used], self.to[is_used])
        for lot in np.flatnonzero((of_lot < UNLIMITED) & (self.ranks.of_lot >= UNLIMITED)).tolist():
            if placed[lot][0] < int(self.problem.supply[lot]) * placed[lot][1]:
                words = "units are left of a lot that could relieve another, which is in demand"
                yield _fault("d", words, lot=lot)
        lowered = self.pairs.highest(of_lot)
        is_moved = (lowered != rank)[:-1]
        if not is_moved.any():
            return
        rows = np.flatnonzero(np.append(is_moved, False)[self.own])
        _wrong, again = self._shares(lowered, rows)
        for each in np.flatnonzero(is_moved).tolist():
            if not _is_equal(again[each], shares[each]):
                row = int(np.flatnonzero(self.own == each)[0])
                words = "a lot of a higher level could relieve those that this claimant draws on"
                yield _fault("d", words, row)

    def _shares(
        self, rank: Integers, rows: Integers | None = None
    ) -> tuple[list[int], list[Ratio]]:
        """Rows whose share is not what its level gives, and what each class receives in all.

        With `rows`, of those only, and their shares are not compared.
        """
        known = {each: self._ratio(each) for each in set(rank.tolist())}
        levels = [known[each] for each in rank.tolist()]
        rough = {each: _rough(each, level) for each, level in known.items()}
        sums, wrong, close = self._tally(np.array([rough[each] for each in rank.tolist()]), rows)
        problem = self.problem
        for row in close.tolist():
            each = int(self.number[self.class_of[row]])
            above, below = levels[each] or (0, 1)
            reached = above * int(problem.slope[row])
            received, cap = int(problem.received[row]), int(problem.cap[row])
            if reached >= below * (received + cap):
                sums.capped[each] += cap
            elif reached > below * received:
                sums.received[each] += received
                sums.slope[each] += problem.slope[row]
        return wrong[:MOST].tolist(), sums.exactly(levels)[:-1]

    def _ratio(self, rank: int) -> Ratio | None:
        """The level of a rank in units of 1 / weight_lcm; None for none, and for infinity."""
        level = self.ranks.level(rank)
        if level is None or isinstance(level, float):
            return None
        return level.numerator, level.denominator * self.problem.weight_lcm

    def _tally(self, level: Floats, rows: Integers | None) -> tuple[_Sums, Integers, Integers]:
        """The sums of all that are not close to a bend; rows that are wrong; rows too close."""
        problem = self.problem
        columns: list[Any] = [self.class_of, problem.slope, problem.received, problem.cap]
        given = self.result.shares_array
        if rows is not None:
            columns, given = [each[rows] for each in columns], np.zeros(0)
        sums = _Sums(*(np.zeros(len(level), np.int64) for _ in range(3)))
        columns += [self.number, level, given, sums.capped, sums.received, sums.slope]
        if len(columns[0]) >= LARGE and has_numba():
            wrong, close = (np.empty(len(columns[0]), np.int64) for _ in range(2))
            counts = compiled(_tally)(*columns, wrong, close)
            wrong, close = wrong[: counts[0]], close[: counts[1]]
        else:
            wrong, close = _tally_plainly(*columns)
        return (sums, wrong, close) if rows is None else (sums, rows[wrong], rows[close])


def _rough(rank: int, level: Ratio | None) -> float:
    if level is None:
        return 0.0 if rank < 0 else inf
    return level[0] / level[1]


def _is_equal(one: Ratio, other: Ratio) -> bool:
    return one[0] * other[1] == other[0] * one[1]


def _totals(size: int, keys: Integers, amounts: Sequence[Ratio]) -> list[Ratio]:
    """The exact sum of the amounts of each key."""
    totals, belows = [0] * size, [1] * size
    for key, (above, below) in zip(keys.tolist(), amounts, strict=True):
        common = belows[key]
        if common % below:
            belows[key] = lcm(common, below)
            totals[key] *= belows[key] // common
            common = belows[key]
        totals[key] += above * (common // below)
    return list(zip(totals, belows, strict=True))


def _tally(
    class_of: Any, slope: Any, received: Any, cap: Any, number: Any, level: Any, given: Any,
    capped_sum: Any, received_sum: Any, slope_sum: Any, wrong: Any, close: Any,
) -> tuple[int, int]:  # fmt: skip
    wrongs, closes = 0, 0
    is_compared = len(given) > 0
    for row in range(len(class_of)):
        each = number[class_of[row]]
        first, most = float(received[row]), float(cap[row])
        end = float(received[row] + cap[row])
        reach = level[each] * slope[row]
        share = min(max(reach - first, 0.0), most)
        if is_compared and not abs(share - given[row]) <= 1e-14 * end:
            wrong[wrongs] = row
            wrongs += 1
        if cap[row] == 0 or reach == 0.0:
            continue
        if abs(reach - first) <= ROUNDING * first or abs(reach - end) <= ROUNDING * end:
            close[closes] = row
            closes += 1
        elif reach > end:
            capped_sum[each] += cap[row]
        elif reach > first:
            received_sum[each] += received[row]
            slope_sum[each] += slope[row]
    return wrongs, closes


def _tally_plainly(
    class_of: Any, slope: Any, received: Any, cap: Any, number: Any, level: Any, given: Any,
    capped_sum: Any, received_sum: Any, slope_sum: Any,
) -> tuple[Integers, Integers]:  # fmt: skip
    own, end = number[class_of], received + cap
    reach = level[own] * slope
    wrong = np.zeros(0, np.int64)
    if len(given):
        share = np.clip(reach - received, 0.0, cap)
        wrong = np.flatnonzero(~(np.abs(share - given) <= 1e-14 * end))
    is_open = (cap > 0) & (reach > 0)
    with np.errstate(invalid="ignore"):
        near = np.abs(reach - received) <= ROUNDING * received
        near |= np.abs(reach - end) <= ROUNDING * end
    sure = is_open & ~near
    capped = np.flatnonzero(sure & (reach > end))
    active = np.flatnonzero(sure & (reach > received) & (reach <= end))
    np.add.at(capped_sum, own[capped], cap[capped])
    np.add.at(received_sum, own[active], received[active])
    np.add.at(slope_sum, own[active], slope[active])
    return wrong, np.flatnonzero(is_open & near)
