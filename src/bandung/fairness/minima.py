"""Minimum useful consignments: too small a consignment is not sent, and its pair is set aside.

The consignment of the lowest quantity / minimum ratio is dropped, the rest is solved anew, and so
on until none is too small. Who was deferred keeps its low coverage and so comes first next round.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.problem import Integers, Problem

Pair = tuple[int, int]


def without(problem: Problem, pairs: Sequence[Pair]) -> Problem:
    """The problem without some (claimant, lot) pairs: their claimants get classes of their own."""
    if not pairs:
        return problem
    rows, of_row = np.unique([claimant for claimant, _lot in pairs], return_inverse=True)
    is_barred = np.zeros((problem.lots, len(rows)), bool)
    is_barred[[lot for _claimant, lot in pairs], of_row] = True
    reduced = copy.copy(problem)
    vars(reduced).pop("digest", None)
    class_of, own = problem.class_of.copy(), problem.classes + np.arange(len(rows))
    before, class_of[rows] = class_of[rows], own
    classes: list[Integers] = []
    is_open = np.zeros(problem.classes, bool)
    for lot in range(problem.lots):
        some = problem.lot_class[problem.lot_start[lot] : problem.lot_start[lot + 1]]
        is_open[some] = True
        classes.append(np.concatenate([some, own[is_open[before] & ~is_barred[lot]]]))
        is_open[some] = False
    reduced.class_of, reduced.classes = class_of, problem.classes + len(own)
    reduced.lot_class = np.concatenate(classes) if classes else problem.lot_class
    reduced.lot_start = np.concatenate([[0], np.cumsum([len(each) for each in classes])])
    return reduced


def held_back(
    problem: Problem,
    deferred: Sequence[Pair],
    share: Callable[[int], Fraction],
    level: Sequence[Fraction | float | None],
    lot_level: Sequence[Fraction | float],
) -> set[int]:
    """The claimants whom a deferred lot would have lifted higher: those their minimum holds.

    Who reaches at least the level of each lot that was put off, through others, is not among them.
    """
    found = set()
    for claimant, lot in deferred:
        held = problem.weight_lcm * (int(problem.received[claimant]) + share(claimant))
        if level[claimant] is None or lot_level[lot] > held / int(problem.slope[claimant]):
            found.add(claimant)
    return found


@dataclass(frozen=True)
class Parts:
    """Consignments: whose, from which lot, and how much; `slip` bounds how far `rough` is off."""

    claimant: Integers
    lot: Integers
    rough: npt.NDArray[Any]
    slip: npt.NDArray[Any] | float
    exactly: Callable[[int], Fraction | int]

    def below(self, minimum: Integers) -> int:
        """How many are below their claimant's minimum, about."""
        return int(((self.rough > 0) & (self.rough < minimum[self.claimant])).sum())


def smallest(problem: Problem, pieces: Parts) -> Pair | None:
    """The (claimant, lot) whose consignment is the smallest part of its claimant's minimum.

    Ties by claimant, then by lot. Only what floating point cannot tell apart is compared exactly.
    """
    minimum = problem.minimum[pieces.claimant]
    least = np.maximum(minimum, 1)
    low, high = (pieces.rough - pieces.slip) / least, (pieces.rough + pieces.slip) / least
    is_open = (minimum > 0) & (low < 1) & (high > 0)
    while is_open.any():
        border = high[is_open].min()
        close = np.flatnonzero(is_open & (low <= border)).tolist()
        found: list[tuple[Fraction, int, int]] = []
        for piece in close:
            quantity, enough = pieces.exactly(piece), int(minimum[piece])
            if 0 < quantity < enough:
                place = (int(pieces.claimant[piece]), int(pieces.lot[piece]))
                found.append((Fraction(quantity) / enough, *place))
            else:
                is_open[piece] = False
        if len(found) == len(close):
            return min(found)[1:]
    return None
