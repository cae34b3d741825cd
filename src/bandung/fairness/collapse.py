"""Claimants with the same eligible lots become one class, lots with the same classes one group."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from bandung.fairness.ordering import by_number, cuts
from bandung.fairness.problem import Integers, Problem

GRID = 50_000_000
"""Up to so many lots x classes, pairs are told apart on a grid, which is faster than sorting."""


@dataclass(frozen=True)
class Collapsed:
    """A problem with few classes and few groups of lots.

    `number` maps the problem's classes to these, -1 where no lot serves anybody; `start`
    (classes + 1) cuts the served claimants, in the order of their classes, then rows.
    `group_of` is each lot's group, -1 where nobody may use it. The pairs of a group of lots and a
    class stand once by group (`edge_lot`, `edge_class`, cut by `lot_start`) and, as `class_edge`
    cut by `class_start`, once by class.
    """

    class_of: Integers
    number: Integers
    start: Integers
    group_of: Integers
    supply: Integers
    edge_lot: Integers
    edge_class: Integers
    lot_start: Integers
    class_start: Integers
    class_edge: Integers

    @property
    def classes(self) -> int:
        return len(self.start) - 1

    @property
    def lots(self) -> int:
        return len(self.supply)

    @property
    def edges(self) -> int:
        return len(self.edge_lot)

    @cached_property
    def order(self) -> Integers:
        """The served claimants by class, then by row."""
        own = np.where(self.number < 0, self.classes, self.number)[self.class_of]
        if len(own) and bool((own[1:] >= own[:-1]).all()):
            return np.arange(self.start[-1])
        return by_number(own, self.classes + 1)[: self.start[-1]]


def collapse(problem: Problem) -> Collapsed:
    """The problem by classes and groups; claimants whom no lot may serve are left out."""
    sizes = np.bincount(problem.class_of, minlength=problem.classes)
    lot_of = np.repeat(np.arange(problem.lots), np.diff(problem.lot_start))
    is_used = sizes[problem.lot_class] > 0
    lot_of, class_of = lot_of[is_used], problem.lot_class[is_used]
    by_class = by_number(class_of, problem.classes)
    number, classes = _same(lot_of[by_class], cuts(class_of[by_class], problem.classes))
    lot_of, class_of = _pairs(lot_of, number[class_of], problem.lots, classes)
    group_of, groups = _same(class_of, cuts(lot_of, problem.lots))
    supply = np.zeros(groups, np.int64)
    np.add.at(supply, group_of[group_of >= 0], problem.supply[group_of >= 0])
    edge_lot, edge_class = _pairs(group_of[lot_of], class_of, groups, classes)
    class_edge = by_number(edge_class, classes)
    served = np.bincount(number[number >= 0], sizes[number >= 0], classes).astype(np.int64)
    return Collapsed(
        problem.class_of,
        number,
        np.concatenate([[0], np.cumsum(served)]),
        group_of,
        supply,
        edge_lot,
        edge_class,
        cuts(edge_lot, groups),
        cuts(edge_class[class_edge], classes),
        class_edge,
    )


def _pairs(lot: Integers, of_class: Integers, lots: int, classes: int) -> tuple[Integers, Integers]:
    """The distinct pairs, by lot, then by class."""
    numbers = lot * max(classes, 1) + of_class
    if bool((numbers[1:] > numbers[:-1]).all()):
        return lot, of_class
    if lots * classes <= GRID:
        is_there = np.zeros(lots * classes, bool)
        is_there[numbers] = True
        numbers = np.flatnonzero(is_there)
    else:
        numbers = np.unique(numbers)
    return np.divmod(numbers, max(classes, 1))


def _same(members: Integers, cuts: Integers) -> tuple[Integers, int]:
    """Numbers rows by their members, equal rows equally; -1 for a row without any."""
    found: dict[bytes, int] = {}
    members = np.ascontiguousarray(members)
    ends = cuts.tolist()
    numbers = [
        found.setdefault(members[first:last].tobytes(), len(found)) if last > first else -1
        for first, last in pairwise(ends)
    ]
    return np.array(numbers, np.int64), len(found)
