"""How much each class asks for at a level: sums of clip(level x slope - received, 0, cap).

Floating point, for searching only; what the search finds is settled in whole numbers elsewhere.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.acceleration import LARGE, compiled, has_numba
from bandung.fairness.ordering import stretches
from bandung.fairness.problem import Integers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curves:
    """The claimants whose part of the curve still bends, by class, and the sum of the others.

    `start` (classes + 1) cuts `slope`, `received` and `cap`; the others add
    `straight` x level + `fixed` to their class.
    """

    start: Integers
    slope: Integers
    received: Integers
    cap: Integers
    straight: Floats
    fixed: Floats

    @classmethod
    def of(cls, start: Integers, slope: Integers, received: Integers, cap: Integers) -> "Curves":
        none = np.zeros(len(start) - 1)
        return cls(start, slope, received, cap, none, none)

    def at(self, level: Floats, is_asked: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """What each class asks for at its own level, and how fast that grows."""
        if len(self.slope) >= LARGE and has_numba():
            total, growth = np.zeros(len(level)), np.zeros(len(level))
            columns = (self.start, self.slope, self.received, self.cap, level, is_asked)
            compiled(_totals, is_loose=True)(*columns, total, growth)
        else:
            total, growth = self._at(level)
        with np.errstate(invalid="ignore"):
            total += np.where(self.straight > 0, self.straight * level, 0) + self.fixed
        return total, growth + self.straight

    def _at(self, level: Floats) -> tuple[Floats, Floats]:
        given = np.repeat(level, np.diff(self.start)) * self.slope
        given -= self.received
        bends = (given > 0) & (given < self.cap)
        np.clip(given, 0, self.cap, out=given)
        return sums(given, self.start), sums(self.slope * bends, self.start).astype(np.float64)

    def folded(self, kept: Integers, low: Floats, high: Floats) -> "Curves":
        """The curves of the kept classes for levels from `low` to `high`, with fewer claimants."""
        if len(self.slope) >= LARGE and has_numba():
            return self._folded_fast(kept, low, high)
        slope, received, cap, start = self._rows(kept)
        counts = np.diff(start)
        lowest, highest = np.repeat(low, counts) * slope, np.repeat(high, counts) * slope
        end = received + cap
        is_capped = lowest >= end
        is_straight = ~is_capped & (lowest >= received) & (highest <= end)
        bends = ~is_capped & ~is_straight & (highest > received)
        straight = self.straight[kept] + sums(slope * is_straight, start)
        fixed = self.fixed[kept] + sums(cap * is_capped - received * is_straight, start)
        left = np.concatenate([[0], np.cumsum(sums(bends.astype(np.int64), start))])
        return Curves(left, slope[bends], received[bends], cap[bends], straight, fixed)

    def _folded_fast(self, kept: Integers, low: Floats, high: Floats) -> "Curves":
        start = np.zeros(len(kept) + 1, np.int64)
        straight, fixed = self.straight[kept], self.fixed[kept]
        size = int((self.start[kept + 1] - self.start[kept]).sum())
        columns = [np.empty(size, np.int64) for _ in range(3)]
        loop: Any = compiled(_fold)
        before = (kept, self.start, self.slope, self.received, self.cap, low, high)
        size = loop(*before, start, *columns, straight, fixed)
        slope, received, cap = (each[:size] for each in columns)
        return Curves(start, slope, received, cap, straight, fixed)

    def _rows(self, kept: Integers) -> tuple[Integers, Integers, Integers, Integers]:
        if len(kept) == len(self.start) - 1:
            return self.slope, self.received, self.cap, self.start
        rows, start = stretches(self.start, kept)
        return self.slope[rows], self.received[rows], self.cap[rows], start


def sums(values: npt.NDArray[Any], start: Integers) -> npt.NDArray[Any]:
    """The sum of each stretch of `values`, cut by `start`; 0 where a stretch is empty."""
    found = np.zeros(len(start) - 1, values.dtype)
    is_filled = start[1:] > start[:-1]
    if is_filled.any():
        found[is_filled] = np.add.reduceat(values, start[:-1][is_filled])
    return found


def _totals(
    start: Any,
    slope: Any,
    received: Any,
    cap: Any,
    level: Any,
    is_asked: Any,
    total: Any,
    growth: Any,
) -> None:
    for each in range(len(start) - 1):
        if not is_asked[each]:
            continue
        at, asked, rise = level[each], 0.0, 0.0
        for row in range(start[each], start[each + 1]):
            given = at * slope[row] - received[row]
            most = float(cap[row])
            inside = 0.0 < given < most
            asked += min(max(given, 0.0), most)
            rise += slope[row] if inside else 0.0
        total[each], growth[each] = asked, rise


def _fold(
    kept: Any,
    start: Any,
    slope: Any,
    received: Any,
    cap: Any,
    low: Any,
    high: Any,
    new_start: Any,
    new_slope: Any,
    new_received: Any,
    new_cap: Any,
    straight: Any,
    fixed: Any,
) -> int:
    size = 0
    for each in range(len(kept)):
        lowest, highest = low[each], high[each]
        even, rise = 0, 0
        for row in range(start[kept[each]], start[kept[each] + 1]):
            steep, first = slope[row], received[row]
            end = first + cap[row]
            is_capped = lowest * steep >= end
            is_straight = not is_capped and lowest * steep >= first and highest * steep <= end
            bends = not is_capped and not is_straight and highest * steep > first
            even += cap[row] if is_capped else (-first if is_straight else 0)
            rise += steep if is_straight else 0
            new_slope[size], new_received[size], new_cap[size] = steep, first, cap[row]
            size += bends
        straight[each] += rise
        fixed[each] += even
        new_start[each + 1] = size
    return size
