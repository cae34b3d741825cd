"""Exact coverages in order: each class's bounds as ranks among all distinct levels."""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from bandung.fairness.levels import CAPPED, ZERO, Claims, Ratio, Standing
from bandung.fairness.ordering import stretches
from bandung.fairness.problem import Flags, Integers

NEVER = 1 << 60
"""Rank of an infinite level."""


def rank(
    claims: Claims, standing: Standing, block_of: Integers
) -> tuple[list[Ratio], Integers, Integers]:
    """The distinct levels in rising order, and by class the ranks of the lowest coverage that may
    still rise and of the highest that was raised."""
    most: list[Ratio | None] = [None] * len(block_of)
    least: list[Ratio | None] = [None] * len(block_of)
    slopes = standing.slope
    asked = np.flatnonzero(slopes == 0)
    rows, start = stretches(claims.start, asked)
    own = Claims(start, claims.slope[rows], claims.received[rows], claims.cap[rows])
    state, of_class = standing.state[rows], own.rows(asked)
    lowest = _extreme(own, of_class, state == ZERO, own.received, np.minimum)
    is_capped = (state == CAPPED) & (own.cap > 0)
    highest = _extreme(own, of_class, is_capped, own.received + own.cap, np.maximum)
    for each, (block, slope) in enumerate(zip(block_of.tolist(), slopes.tolist(), strict=True)):
        if slope:
            most[each] = least[each] = standing.levels[block]
        else:
            most[each], least[each] = lowest.get(each), highest.get(each)
    levels = sort_ratios({each for each in (*most, *least) if each is not None})
    rank = {level: position for position, level in enumerate(levels)}
    return (
        levels,
        np.array([NEVER if each is None else rank[each] for each in most]),
        np.array([-1 if each is None else rank[each] for each in least]),
    )


def _extreme(
    claims: Claims, of_class: Integers, wanted: Flags, above: Integers, choose: np.ufunc
) -> dict[int, Ratio]:
    """Of each class, the exact least or greatest above / slope among the wanted."""
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return {}
    of_class = of_class[rows]
    ratio = above[rows] / claims.slope[rows]
    first = np.flatnonzero(np.diff(of_class, prepend=-1))
    best = np.repeat(choose.reduceat(ratio, first), np.diff(np.append(first, len(rows))))
    near = np.abs(ratio - best) <= 1e-15 * best
    rows, of_class = rows[near], of_class[near]
    first = np.flatnonzero(np.diff(of_class, prepend=-1))
    common = np.gcd(above[rows[first]], claims.slope[rows[first]])
    tops, bottoms = above[rows[first]] // common, claims.slope[rows[first]] // common
    columns = (of_class[first], tops, bottoms)
    found = {each: (top, bottom) for each, top, bottom in zip(*_lists(columns), strict=True)}
    counts = np.diff(np.append(first, len(rows)))
    own = np.repeat(tops, counts), np.repeat(bottoms, counts)
    others = np.flatnonzero(~_is_same(above[rows], claims.slope[rows], *own))
    columns = (of_class[others], above[rows[others]], claims.slope[rows[others]])
    for each, top, bottom in zip(*_lists(columns), strict=True):
        one, other = top * found[each][1], found[each][0] * bottom
        if one != other and (one < other) == (choose is np.minimum):
            found[each] = Fraction(top, bottom).as_integer_ratio()
    return found


def _lists(columns: Iterable[Integers]) -> list[list[int]]:
    return [each.tolist() for each in columns]


def _is_same(top: Integers, bottom: Integers, other_top: Integers, other: Integers) -> Flags:
    """Whether near ratios are surely equal. The products differ by less than 2^64, so they are
    equal if their last 64 bits are."""
    is_small = top.astype(np.float64) * other < 2.0**110
    found: Flags = is_small & (top * other == other_top * bottom)
    return found


def sort_ratios(levels: set[Ratio]) -> list[Ratio]:
    """Reduced ratios in rising order: by floating point, exactly where that cannot tell."""
    ordered = sorted(levels, key=lambda level: level[0] / level[1])
    first = 0
    for last in range(1, len(ordered) + 1):
        if last == len(ordered) or not _is_near(ordered[last - 1], ordered[last]):
            if last - first > 1:
                ordered[first:last] = sorted(ordered[first:last], key=lambda each: Fraction(*each))
            first = last
    return ordered


def _is_near(one: Ratio, other: Ratio) -> bool:
    return abs(one[0] / one[1] - other[0] / other[1]) <= 1e-14 * abs(other[0] / other[1])
