"""How equal a division is, and what its whole packs and its minima cost.

Coverage is (received + allocated) / (need x weight). Sums have an order of their own, so that the
figures are the same on every machine; what is printed has 12 significant digits. Nothing here
decides who receives what.
Sources: C. Gini 1912 and M. O. Lorenz 1905 (weighted by need); R. Jain, D. Chiu, W. Hawe 1984.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil, inf
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bandung.fairness.levels import ACTIVE, CAPPED
from bandung.fairness.optimum import Optimum, solve
from bandung.fairness.problem import MOST, Integers, Problem

if TYPE_CHECKING:
    from bandung.fairness.allocation import Allocation

Floats = npt.NDArray[np.float64]
Groups = Mapping[str, npt.NDArray[np.bool_]]

LORENZ_STEPS = 10
NOISE = 1e-14
"""Claimants on one level differ by no more than this part of it in floating point."""


def measure(
    problem: Problem, allocation: "Allocation", groups: Groups | None = None
) -> dict[str, object]:
    """All figures of an allocation; `groups` names sets of claimants, as one mask of rows each."""
    received = problem.weight_lcm * (problem.received / problem.slope)
    after = spread(problem.need, allocation.coverage_array)
    found: dict[str, object] = {
        "before": spread(problem.need, received).figures(),
        "after": after.figures(),
        "blocks": blocks(problem, allocation),
        "not_served": not_served(problem),
    }
    if allocation.rule != "continuous":
        worst = _worst(problem, allocation.coverage_array)
        packed = Outcome(worst, after.gini, int(np.asarray(allocation.placed).sum()))
        found["price_of_packs"] = _of_shares(problem, allocation).price(packed)
    if problem.minimum.any():
        free = allocation
        if allocation.deferred:
            free = replace(allocation, deferred=(), optimum=solve(problem))
        shares = _of_shares(problem, allocation)
        found["price_of_minimum"] = _of_shares(problem, free).price(shares)
    if groups:
        found["groups"] = gaps(problem.need, allocation.coverage_array, groups)
    return found


@dataclass(frozen=True)
class Spread:
    """Coverages in rising order and the needs that go with them."""

    coverage: Floats
    need: Integers

    @property
    def lowest(self) -> float:
        """The worst coverage."""
        return float(self.coverage[0])

    @property
    def highest(self) -> float:
        """The best coverage."""
        return float(self.coverage[-1])

    def at(self, part: Fraction) -> float:
        """The least coverage that at least this part of the claimants do not exceed."""
        return float(self.coverage[max(0, ceil(len(self.coverage) * part) - 1)])

    @cached_property
    def _needed(self) -> Integers:
        """The need up to each claimant."""
        return np.cumsum(self.need)

    @cached_property
    def _own(self) -> Floats:
        """The covered need of each claimant."""
        return self.need * self.coverage

    @cached_property
    def _covered(self) -> float:
        """The covered need of all."""
        return total(self._own)

    @property
    def mean(self) -> float:
        """The mean coverage, each claimant counting by its need."""
        return self._covered / int(self._needed[-1])

    @cached_property
    def gini(self) -> float:
        """0 if all are covered alike, towards 1 if few hold all; weighted by need."""
        if not self._covered:
            return 0.0
        middle: Floats = np.multiply(self.need, -0.5, dtype=np.float64)
        middle += self._needed
        middle *= self._own
        return max(0.0, 2 * total(middle) / (self._covered * int(self._needed[-1])) - 1)

    def lorenz(self) -> list[float]:
        """The part of all covered need that the lowest 0, 1, .. 10 tenths of need hold."""
        found, covered, last = [0.0], 0.0, 0
        for step in range(1, LORENZ_STEPS):
            target = Fraction(int(self._needed[-1]) * step, LORENZ_STEPS)
            place = int(np.searchsorted(self._needed, ceil(target)))
            covered, last = covered + total(self._own[last : place + 1]), place + 1
            beyond = float(int(self._needed[place]) - target) * float(self.coverage[place])
            part = (covered - beyond) / self._covered if self._covered else step / LORENZ_STEPS
            found.append(part)
        return [*found, 1.0]

    @property
    def jain(self) -> float:
        """1 if all are covered alike, 1/n if one of n holds all; every claimant counts once."""
        squares = total(self.coverage * self.coverage)
        if not squares:
            return 1.0
        return total(self.coverage) ** 2 / (len(self.coverage) * squares)

    def figures(self) -> dict[str, object]:
        """What is printed; None where there are no claimants."""
        if not len(self.coverage):
            return dict.fromkeys(
                ("min", "p5", "median", "mean", "max", "gini", "jain", "lorenz"), None
            )
        return {
            "min": rounded(self.lowest),
            "p5": rounded(self.at(Fraction(1, 20))),
            "median": rounded(self.at(Fraction(1, 2))),
            "mean": rounded(self.mean),
            "max": rounded(self.highest),
            "gini": rounded(self.gini),
            "jain": rounded(self.jain),
            "lorenz": [rounded(each) for each in self.lorenz()],
        }


def spread(need: Integers, coverage: Floats) -> Spread:
    """The coverages of all claimants, in order."""
    order = rising(coverage)
    return Spread(coverage[order], need[order])


def rising(values: Floats) -> Integers:
    """The order that sorts values of 0 or more; differences below NOISE do not count.

    Sorts whole numbers made of the leading bits of a value and its row, which is several times
    faster than sorting rows by value, and then puts right what those bits cannot tell apart.
    """
    rows = (1 << len(values).bit_length()) - 1
    keys = np.ascontiguousarray(values, np.float64).view(np.int64) & (MOST - rows)
    keys |= np.arange(len(values))
    keys.sort()
    keys &= rows
    ordered = values[keys]
    if (ordered[1:] < ordered[:-1] * (1 - NOISE)).any():
        return keys[np.argsort(ordered, kind="stable")]
    return keys


def rounded(value: float) -> float:
    """12 significant digits."""
    return float(f"{value:.12g}")


def apart(one: float, other: float) -> float:
    """A difference to 12 places, so that what lies below floating point shows as none."""
    return round(one - other, 12) + 0.0


def total(values: Floats) -> float:
    """The sum, added half upon half: NumPy's own sum groups its terms as the machine likes."""
    if not len(values):
        return 0.0
    while len(values) > 1:
        half = len(values) // 2
        folded = values[:half] + values[half : 2 * half]
        if len(values) % 2:
            folded[0] += values[-1]
        values = folded
    return float(values[0])


@dataclass(frozen=True)
class Outcome:
    """The worst coverage of all whom a lot may serve, the Gini of all, and the units placed."""

    worst: float
    gini: float
    placed: int | Fraction

    def price(self, other: "Outcome") -> dict[str, object]:
        """What the other outcome costs against this one; above zero is a loss."""
        units = Fraction(self.placed - other.placed)
        return {
            "worst": apart(self.worst, other.worst),
            "units": int(units) if units.denominator == 1 else str(units),
            "gini": apart(other.gini, self.gini),
        }


def _of_shares(problem: Problem, allocation: "Allocation") -> Outcome:
    """The outcome of the exact shares."""
    worst = _worst(problem, allocation.share_coverage_array)
    return Outcome(worst, _by_level(problem, allocation).gini, shared(allocation.optimum))


def _worst(problem: Problem, coverage: Floats) -> float:
    """The lowest coverage of those whom a lot may serve; 0 if there are none."""
    served = coverage[_is_open(problem)]
    return float(served.min()) if len(served) else 0.0


def _is_open(problem: Problem) -> npt.NDArray[np.bool_]:
    """Whether some lot may serve each claimant, minima aside."""
    is_open = np.zeros(problem.classes, np.bool_)
    is_open[problem.lot_class] = True
    return is_open[problem.class_of]


def not_served(problem: Problem) -> dict[str, int]:
    """How many claimants no lot may serve, and what they need."""
    need = problem.need[~_is_open(problem)]
    return {"claimants": len(need), "need": int(need.sum())}


def shared(optimum: Optimum) -> int | Fraction:
    """The sum of all exact shares."""
    claims, state = optimum.claims, optimum.standing.state
    total = int(claims.cap[state == CAPPED].sum()) - int(claims.received[state == ACTIVE].sum())
    moved = Fraction(0)
    for level, slope in zip(optimum.standing.levels, optimum.active_slope, strict=True):
        if slope and level is not None:
            moved += Fraction(level[0] * slope, level[1])
    return total + moved


def _levels(allocation: "Allocation") -> list[float]:
    """The level of each block."""
    at = dict(zip(allocation.lot_block.tolist(), allocation.lot_level, strict=True))
    return [float(at[block]) for block in range(max(at, default=-1) + 1)]


def _by_level(problem: Problem, allocation: "Allocation") -> Spread:
    """The spread of the exact shares, in which those on one level count as one with all their need.

    Only a few are left to be sorted: those below or above the level of their block.
    """
    coverage, levels = allocation.share_coverage_array, np.array([*_levels(allocation), -1.0])
    is_on = np.abs(coverage - levels[allocation.block]) < NOISE * coverage
    need = np.zeros(len(levels), np.int64)
    np.add.at(need, allocation.block[is_on], problem.need[is_on])
    is_some = need > 0
    return spread(
        np.append(problem.need[~is_on], need[is_some]), np.append(coverage[~is_on], levels[is_some])
    )


def blocks(problem: Problem, allocation: "Allocation") -> dict[str, object]:
    """How many blocks there are, and by rising level their lots, claimants and need.

    The level of the last may be "inf": its lots cover all who may use them up to their caps.
    """
    of_lot, of_claimant = allocation.lot_block, allocation.block
    count = int(of_lot.max(initial=-1)) + 1
    lots = np.bincount(of_lot + 1, minlength=count + 1)[1:]
    claimants = np.bincount(of_claimant + 1, minlength=count + 1)[1:]
    need = np.zeros(count + 1, np.int64)
    np.add.at(need, of_claimant + 1, problem.need)
    level = ["inf" if each == inf else rounded(each) for each in _levels(allocation)]
    columns = (level, lots.tolist(), claimants.tolist(), need[1:].tolist())
    names = ("level", "lots", "claimants", "need")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return {"count": count, "each": rows}


def gaps(need: Integers, coverage: Floats, groups: Groups) -> dict[str, dict[str, float | None]]:
    """The need-weighted mean coverage of each group, of all others, and the gap between them."""
    found = {}
    for name, is_in in groups.items():
        own, others = (_mean(need[mask], coverage[mask]) for mask in (is_in, ~is_in))
        gap = None if own is None or others is None else apart(own, others)
        found[name] = {
            "group": None if own is None else rounded(own),
            "others": None if others is None else rounded(others),
            "gap": gap,
        }
    return found


def _mean(need: Integers, coverage: Floats) -> float | None:
    if not len(need):
        return None
    return total(need * coverage) / int(need.sum())


@dataclass(frozen=True)
class Excess:
    """Stock beyond need, by claimant, and its ratio to what the others lack (None: nothing)."""

    by_claimant: tuple[Fraction, ...]
    lacking: int
    ratio: Fraction | None

    @property
    def total(self) -> Fraction:
        """All stock in excess of need."""
        return sum(self.by_claimant, Fraction(0))


def excess(
    stock: Sequence[int], orders: Sequence[int], need: Sequence[int], buffer: Fraction | int = 0
) -> Excess:
    """X_i = max(0, stock + firm orders - need (1 + buffer)), and H = sum X / the others' gaps.

    Whole units; `buffer` is the part of need that may be kept in reserve, such as 1/4. The gap of
    a claimant that has no excess is max(0, need - stock - orders).
    """
    if buffer < 0:
        raise ValueError(f"a buffer cannot be below zero: {buffer}")
    by_claimant, lacking = [], 0
    for held, ordered, needed in zip(stock, orders, need, strict=True):
        beyond = Fraction(int(held) + int(ordered)) - int(needed) * (1 + Fraction(buffer))
        by_claimant.append(max(Fraction(0), beyond))
        lacking += max(0, int(needed) - int(held) - int(ordered))
    total = sum(by_claimant, Fraction(0))
    return Excess(tuple(by_claimant), lacking, total / lacking if lacking else None)
