"""Minimum useful consignments: too small a consignment is not sent, and its pair is set aside.

The consignment of the lowest quantity / minimum ratio is dropped, the rest is solved anew, and so
on until none is too small. Who was deferred keeps its low coverage and so comes first next round.
"""

import copy
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from bandung.fairness.problem import Integers, Problem

Pair = tuple[int, int]


def without(problem: Problem, pairs: Sequence[Pair]) -> Problem:
    """The problem without some (claimant, lot) pairs: their claimants get classes of their own."""
    if not pairs:
        return problem
    barred: dict[int, set[int]] = {}
    for claimant, lot in pairs:
        barred.setdefault(claimant, set()).add(lot)
    reduced = copy.copy(problem)
    vars(reduced).pop("digest", None)
    class_of = problem.class_of.copy()
    own = {claimant: problem.classes + n for n, claimant in enumerate(sorted(barred))}
    class_of[list(own)] = list(own.values())
    classes: list[Integers] = []
    for lot in range(problem.lots):
        some = problem.lot_class[problem.lot_start[lot] : problem.lot_start[lot + 1]]
        open_to = set(some.tolist())
        more = [
            own[claimant]
            for claimant, lots in barred.items()
            if lot not in lots and int(problem.class_of[claimant]) in open_to
        ]
        classes.append(np.concatenate([some, np.array(sorted(more), np.int64)]))
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


def smallest(
    problem: Problem,
    claimant: Integers,
    lot: Integers,
    quantities: Sequence[Fraction | int],
) -> Pair | None:
    """The (claimant, lot) whose consignment is the smallest part of its claimant's minimum."""
    found: tuple[Fraction, int, int] | None = None
    minimum = problem.minimum[claimant]
    for piece in np.flatnonzero(minimum > 0).tolist():
        quantity, least = quantities[piece], int(minimum[piece])
        if 0 < quantity < least:
            ratio = (Fraction(quantity) / least, int(claimant[piece]), int(lot[piece]))
            found = ratio if found is None else min(found, ratio)
    return found and (found[1], found[2])
