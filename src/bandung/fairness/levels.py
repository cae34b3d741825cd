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


def search(
    curves: Curves, block_of: Integers, supply: Floats, start: Floats, low: Floats, high: Floats
) -> Floats:
    """The level of each block, near enough for `settle`; `low` and `high` bracket it.

    Newton's method on a curve that only rises, kept within its bracket and halved when it stalls.
    """
    level, low, high = start.copy(), low.copy(), high.copy()
    is_open = np.ones(len(supply), bool)
    for turn in range(200):
        asked, growth = curves.at(level[block_of], is_open[block_of])
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
    return level


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
    for _turn in range(6):
        standing = _standing(claims, block_of, ratios)
        found = _levels(claims, block_of, supply, standing)
        if found == ratios:
            return standing
        ratios = found
    for block, ratio in enumerate(ratios):
        if ratio is not None:
            ratios[block] = exact_level(claims, np.flatnonzero(block_of == block), supply[block])
    return _standing(claims, block_of, ratios)


def _standing(claims: Claims, block_of: Integers, ratios: list[Ratio | None]) -> Standing:
    state = stand(claims, block_of, ratios)
    return Standing(state, ratios, *class_sums(claims, state))


def stand(claims: Claims, block_of: Integers, ratios: list[Ratio | None]) -> npt.NDArray[np.uint8]:
    """Each claimant's side of its block's level, decided in whole numbers where it is close."""
    approximate = np.array([np.inf if each is None else each[0] / each[1] for each in ratios])
    state, close = _stand_roughly(claims, approximate[block_of])
    if len(close):
        blocks = claims.rows(block_of)[close].tolist()
        columns = (claims.slope[close], claims.received[close], claims.cap[close])
        for row, block, slope, received, cap in zip(
            close.tolist(), blocks, *(each.tolist() for each in columns), strict=True
        ):
            above, below = ratios[block] or (1, 0)
            reached = above * slope
            has_end = reached >= below * (received + cap)
            state[row] = CAPPED if has_end else reached > below * received
    return state


def _stand_roughly(claims: Claims, level: Floats) -> tuple[npt.NDArray[np.uint8], Integers]:
    """The sides in floating point, and the rows where it cannot tell."""
    if len(claims.slope) >= LARGE and has_numba():
        state = np.empty(len(claims.slope), np.uint8)
        close = np.empty(len(claims.slope) + 1, np.int64)
        columns = (claims.start, claims.slope, claims.received, claims.cap)
        size = compiled(_stand)(*columns, level, ROUNDING, state, close)
        return state, close[:size]
    reach = claims.rows(level) * claims.slope
    end = claims.received + claims.cap
    state = (reach > claims.received).astype(np.uint8) + (reach >= end)
    state[claims.cap == 0] = CAPPED
    with np.errstate(invalid="ignore"):
        near = np.abs(reach - claims.received) <= ROUNDING * claims.received
        near |= np.abs(reach - end) <= ROUNDING * end
    return state, np.flatnonzero(near & (claims.cap > 0))


def _stand(
    start: Any, slope: Any, received: Any, cap: Any, level: Any, slip: float, state: Any, close: Any
) -> int:
    size = 0
    for each in range(len(start) - 1):
        at = level[each]
        for row in range(start[each], start[each + 1]):
            first = float(received[row])
            end = float(received[row] + cap[row])
            reach = at * slope[row]
            state[row] = 2 if reach >= end or cap[row] == 0 else (1 if reach > first else 0)
            is_near = abs(reach - first) <= slip * first or abs(reach - end) <= slip * end
            close[size] = row
            size += is_near and cap[row] > 0
    return size


def class_sums(claims: Claims, state: npt.NDArray[np.uint8]) -> tuple[Integers, Integers, Integers]:
    """By class: the caps of the capped, and what the active have received, and their slopes."""
    if len(state) >= LARGE and has_numba():
        found = tuple(np.zeros(len(claims.start) - 1, np.int64) for _ in range(3))
        compiled(_class_sums)(
            claims.start, claims.slope, claims.received, claims.cap, state, *found
        )
        return found  # type: ignore[return-value]
    is_active = state == ACTIVE
    return (
        sums(claims.cap * (state == CAPPED), claims.start),
        sums(claims.received * is_active, claims.start),
        sums(claims.slope * is_active, claims.start),
    )


def _class_sums(
    start: Any,
    slope: Any,
    received: Any,
    cap: Any,
    state: Any,
    capped: Any,
    had: Any,
    rise: Any,
) -> None:
    for each in range(len(start) - 1):
        for row in range(start[each], start[each + 1]):
            is_active = state[row] == 1
            capped[each] += cap[row] if state[row] == 2 else 0
            had[each] += received[row] if is_active else 0
            rise[each] += slope[row] if is_active else 0


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
