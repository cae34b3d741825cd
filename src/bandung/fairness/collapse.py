"""Claimants with the same eligible lots become one class, lots with the same classes one group."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.problem import Integers, Problem

GRID = 50_000_000
"""Up to so many lots x classes, pairs are told apart on a grid, which is faster than sorting."""


@dataclass(frozen=True)
class Collapsed:
    """A problem with few classes and few groups of lots.

    `order` lists the served claimants by class, then by row; `start` (classes + 1) cuts it.
    `group_of` is each lot's group, -1 where nobody may use it. The pairs of a group of lots and a
    class stand once by group (`edge_lot`, `edge_class`, cut by `lot_start`) and, as `class_edge`
    cut by `class_start`, once by class.
    """

    order: Integers
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


def collapse(problem: Problem) -> Collapsed:
    """The problem by classes and groups; claimants whom no lot may serve are left out."""
    sizes = np.bincount(problem.class_of, minlength=problem.classes)
    lot_of = np.repeat(np.arange(problem.lots), np.diff(problem.lot_start))
    is_used = sizes[problem.lot_class] > 0
    lot_of, class_of = lot_of[is_used], problem.lot_class[is_used]
    by_class = np.argsort(class_of, kind="stable")
    merged, classes = _same(lot_of[by_class], _cuts(class_of[by_class], problem.classes))
    lot_of, class_of = _pairs(lot_of, merged[class_of], problem.lots, classes)
    group_of, groups = _same(class_of, _cuts(lot_of, problem.lots))
    supply = np.zeros(groups, np.int64)
    np.add.at(supply, group_of[group_of >= 0], problem.supply[group_of >= 0])
    edge_lot, edge_class = _pairs(group_of[lot_of], class_of, groups, classes)
    class_edge = np.argsort(edge_class, kind="stable")
    order, start = _ordered(merged, problem.class_of, classes)
    return Collapsed(
        order,
        start,
        group_of,
        supply,
        edge_lot,
        edge_class,
        _cuts(edge_lot, groups),
        _cuts(edge_class[class_edge], classes),
        class_edge,
    )


def _pairs(lot: Integers, of_class: Integers, lots: int, classes: int) -> tuple[Integers, Integers]:
    """The distinct pairs, by lot, then by class."""
    numbers = lot * max(classes, 1) + of_class
    if lots * classes <= GRID:
        is_there = np.zeros(lots * classes, bool)
        is_there[numbers] = True
        numbers = np.flatnonzero(is_there)
    else:
        numbers = np.unique(numbers)
    return np.divmod(numbers, max(classes, 1))


def _cuts(ordered: Integers, size: int) -> Integers:
    """Where each of 0 .. size-1 begins in an ordered column, and where the last ends."""
    return np.searchsorted(ordered, np.arange(size + 1))


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


def _ordered(merged: Integers, class_of: Integers, classes: int) -> tuple[Integers, Integers]:
    kind = np.uint16 if classes < (1 << 16) - 1 else np.int64
    own: npt.NDArray[Any] = np.where(merged < 0, classes, merged).astype(kind)[class_of]
    counts = np.bincount(own, minlength=classes + 1)[:classes]
    start = np.concatenate([[0], np.cumsum(counts)])
    if len(own) and bool((own[1:] >= own[:-1]).all()):
        return np.arange(start[-1]), start
    return np.argsort(own, kind="stable")[: start[-1]], start
