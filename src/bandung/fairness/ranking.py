"""Exact coverages in order: each class's bounds as ranks among all distinct levels."""

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
    common = np.gcd(above[rows], claims.slope[rows])
    tops, bottoms = above[rows] // common, claims.slope[rows] // common
    found: dict[int, Ratio] = {}
    pairs = {*zip(of_class.tolist(), tops.tolist(), bottoms.tolist(), strict=True)}
    for each, top, bottom in pairs:
        if each not in found:
            found[each] = (top, bottom)
        elif (top * found[each][1] < found[each][0] * bottom) == (choose is np.minimum):
            found[each] = (
                (top, bottom) if top * found[each][1] != found[each][0] * bottom else found[each]
            )
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
