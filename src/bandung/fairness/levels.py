"""At which level a block of classes asks for exactly what its lots hold.

`search` finds it in floating point, for all blocks at once; `settle` turns that into an exact
fraction, and decides in whole numbers who stands on which side of it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.acceleration import LARGE, compiled, has_numba
from bandung.fairness.curves import Curves, Floats, sums
from bandung.fairness.problem import Integers

Ratio = tuple[int, int]
ZERO, ACTIVE, CAPPED = 0, 1, 2
ROUNDING = 4e-15
"""Generous bound on the relative error of level x slope in double precision."""
CLOSE = 1e-10
"""Whoever is as near to the level as this, in proportion, is decided in whole numbers."""


def search(
    curves: Curves, block_of: Integers, supply: Floats, start: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """The level of each block, near enough for `settle`, and what each class asks for there;
    `low` and `high` bracket the levels.

    Newton's method on a curve that only rises, kept within its bracket and halved when it stalls.
    """
    level, low, high = start.copy(), low.copy(), high.copy()
    is_open, asked = np.ones(len(supply), bool), np.zeros(len(block_of))
    for turn in range(200):
        is_meant = is_open[block_of]
        given, growth = curves.at(level[block_of], is_meant)
        asked = np.where(is_meant, given, asked)
        total = np.bincount(block_of, asked, len(supply))
        rise = np.bincount(block_of, growth, len(supply))
        gap = supply - total
        low = np.where(is_open & (gap >= 0), level, low)
        high = np.where(is_open & (gap <= 0), level, high)
        is_open &= (np.abs(gap) > 1e-15 * supply) & (high - low > 1e-15 * low)
        with np.errstate(divide="ignore", invalid="ignore"):
            new = level + gap / rise
            halved = np.where(np.isfinite(high), (low + high) / 2, 2 * low + 1e-300)
        is_within = (rise > 0) & (new > low) & (new < high) & (turn % 8 != 7)
        moved = np.where(is_within, new, halved)
        is_open &= moved != level
        if not is_open.any():
            break
        level = np.where(is_open, moved, level)
    return level, asked


@dataclass(frozen=True)
class Claims:
    """The served claimants in class order: whole numbers, cut into classes by `start`."""

    start: Integers
    slope: Integers
    received: Integers
    cap: Integers

    def rows(self, of_class: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A figure of each class, for each of its claimants."""
        return np.repeat(of_class, np.diff(self.start))


@dataclass(frozen=True)
class Standing:
    """Where every claimant stands at its block's exact level: below it, on it, or at its cap.

    `levels` has one for each block, in units of 1 / weight_lcm, None where all are at their caps.
    By class: the caps of the capped, what the active have received, and their slopes.
    """

    state: npt.NDArray[np.uint8]
    levels: list[Ratio | None]
    capped: Integers
    received: Integers
    slope: Integers


def settle(claims: Claims, block_of: Integers, supply: list[int], level: Floats) -> Standing:
    """The exact level of each block, near `level` (inf: all at their caps)."""
    ratios: list[Ratio | None] = [
        None if each == np.inf else each.as_integer_ratio() for each in level.tolist()
    ]
    sides = _Sides(claims, block_of, ratios)
    for _turn in range(6):
        standing = sides.at(ratios)
        found = _levels(claims, block_of, supply, standing)
        if found == ratios:
            return standing
        ratios = found
    for block, ratio in enumerate(ratios):
        if ratio is not None:
            ratios[block] = exact_level(claims, np.flatnonzero(block_of == block), supply[block])
    return sides.at(ratios)


class _Sides:
    """On which side of its block's level each claimant stands.

    Floating point tells for all but those close to the level. They are decided in whole numbers,
    and again when the level moves by so little that nobody else can change sides.
    """

    def __init__(self, claims: Claims, block_of: Integers, ratios: list[Ratio | None]) -> None:
        self.claims, self.block_of = claims, block_of
        self._look(_rough(ratios))

    def _look(self, level: Floats) -> None:
        self.level = level
        self.state, self.sums, self.close = _stand(self.claims, level[self.block_of])
        claims, rows = self.claims, self.close
        self.of_class = np.searchsorted(claims.start, rows, side="right") - 1
        columns = (
            rows, self.of_class, self.block_of[self.of_class],
            claims.slope[rows], claims.received[rows], claims.cap[rows],
        )  # fmt: skip
        self.lines = list(zip(*(each.tolist() for each in columns), strict=True))

    def at(self, ratios: list[Ratio | None]) -> Standing:
        """Everybody's side at these exact levels."""
        level = _rough(ratios)
        with np.errstate(invalid="ignore"):
            is_near = np.abs(level - self.level) <= CLOSE / 4 * self.level
        if not (is_near | (level == self.level)).all():
            self._look(level)
        capped, had, rise = (each.copy() for each in self.sums)
        for row, each, block, slope, received, cap in self.lines:
            above, below = ratios[block] or (1, 0)
            reached = above * slope
            if reached >= below * (received + cap):
                self.state[row] = CAPPED
                capped[each] += cap
            elif reached > below * received:
                self.state[row] = ACTIVE
                had[each] += received
                rise[each] += slope
            else:
                self.state[row] = ZERO
        return Standing(self.state, ratios, capped, had, rise)


def _rough(ratios: list[Ratio | None]) -> Floats:
    return np.array([np.inf if each is None else each[0] / each[1] for each in ratios])


def _stand(
    claims: Claims, level: Floats
) -> tuple[npt.NDArray[np.uint8], tuple[Integers, Integers, Integers], Integers]:
    """The sides in floating point; by class, the caps of the capped, what the active have received
    and their slopes; and the rows close to the level, which are not in these sums."""
    if len(claims.slope) >= LARGE and has_numba():
        state, close = np.empty(len(claims.slope), np.uint8), np.empty(len(claims.slope), np.int64)
        found = (*(np.zeros(len(level), np.int64) for _ in range(3)),)
        columns = (claims.start, claims.slope, claims.received, claims.cap, level, CLOSE)
        size = compiled(_stand_and_add)(*columns, state, close, *found)
        return state, found, close[:size]  # type: ignore[return-value]
    reach = claims.rows(level) * claims.slope
    end = claims.received + claims.cap
    state = (reach > claims.received).astype(np.uint8) + (reach >= end)
    state[claims.cap == 0] = CAPPED
    with np.errstate(invalid="ignore"):
        near = np.abs(reach - claims.received) <= CLOSE * claims.received
        near |= np.abs(reach - end) <= CLOSE * end
    near &= claims.cap > 0
    is_active, is_capped = (state == ACTIVE) & ~near, (state == CAPPED) & ~near
    parts = (claims.cap * is_capped, claims.received * is_active, claims.slope * is_active)
    capped, had, rise = (sums(each, claims.start) for each in parts)
    return state, (capped, had, rise), np.flatnonzero(near)


def _stand_and_add(
    start: Any,
    slope: Any,
    received: Any,
    cap: Any,
    level: Any,
    slip: float,
    state: Any,
    close: Any,
    capped: Any,
    had: Any,
    rise: Any,
) -> int:
    size = 0
    for each in range(len(start) - 1):
        at = level[each]
        for row in range(start[each], start[each + 1]):
            first = float(received[row])
            end = float(received[row] + cap[row])
            reach = at * slope[row]
            is_capped = reach >= end or cap[row] == 0
            is_active = not is_capped and reach > first
            state[row] = 2 if is_capped else (1 if is_active else 0)
            is_near = abs(reach - first) <= slip * first or abs(reach - end) <= slip * end
            if is_near and cap[row] > 0:
                close[size] = row
                size += 1
                continue
            capped[each] += cap[row] if is_capped else 0
            had[each] += received[row] if is_active else 0
            rise[each] += slope[row] if is_active else 0
    return size


def _levels(
    claims: Claims, block_of: Integers, supply: list[int], standing: Standing
) -> list[Ratio | None]:
    """The levels that follow from who stands where."""
    before = standing.levels
    totals = [np.zeros(len(supply), np.int64) for _ in range(3)]
    columns = (standing.capped, standing.received, standing.slope)
    for total, column in zip(totals, columns, strict=True):
        np.add.at(total, block_of, column)
    found: list[Ratio | None] = []
    for block, (capped, received, slope) in enumerate(
        zip(*(each.tolist() for each in totals), strict=True)
    ):
        if before[block] is None:
            found.append(None)
        elif slope:
            level = Fraction(supply[block] - capped + received, slope)
            found.append(max(level, Fraction(0)).as_integer_ratio())
        elif supply[block] == capped:
            found.append(before[block])
        else:
            found.append(exact_level(claims, np.flatnonzero(block_of == block), supply[block]))
    return found


def exact_level(claims: Claims, classes: Integers, supply: int) -> Ratio:
    """The least level at which these classes ask for `supply`, by halving among breakpoints.

    Slow and sure. Needs a supply below the sum of the caps, or equal to it.
    """
    rows = [
        row
        for first, last in zip(claims.start[classes], claims.start[classes + 1], strict=True)
        for row in range(first, last)
        if claims.cap[row] > 0
    ]
    lines = [
        (int(claims.slope[row]), int(claims.received[row]), int(claims.cap[row])) for row in rows
    ]
    breaks = sorted(
        {Fraction(0)}
        | {Fraction(received, slope) for slope, received, _ in lines}
        | {Fraction(received + cap, slope) for slope, received, cap in lines}
    )

    def asked(level: Fraction) -> Fraction:
        total = Fraction(0)
        for slope, received, cap in lines:
            total += min(max(level * slope - received, Fraction(0)), Fraction(cap))
        return total

    first, last = 0, len(breaks) - 1
    while first < last:
        middle = (first + last) // 2
        if asked(breaks[middle]) >= supply:
            last = middle
        else:
            first = middle + 1
    high, low = breaks[first], breaks[max(first - 1, 0)]
    above, below = asked(high), asked(low)
    if above <= supply or above == below:
        return high.as_integer_ratio()
    return (low + (high - low) * (supply - below) / (above - below)).as_integer_ratio()
