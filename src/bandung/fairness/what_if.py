"""Another supply or need, without searching everything again.

The blocks of an earlier result stay where the change does not reach: what it touches is parted
anew, blocks that no longer fit beside it join in, and the whole is proved as always.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bandung.fairness.collapse import Collapsed
from bandung.fairness.decomposition import Blocks, decompose
from bandung.fairness.flows import Graph
from bandung.fairness.levels import Claims, settle
from bandung.fairness.optimum import Optimum, claims_of, prove, solve
from bandung.fairness.ordering import extremes, stretches
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.ranking import NEVER, rank

if TYPE_CHECKING:
    from bandung.fairness.allocation import Allocation


@dataclass(frozen=True)
class WhatIf:
    """A change to a problem whose allocation `before` is known: new supply by lot row, new need by
    claimant row. Where caps were not given, they follow the need."""

    before: "Allocation"
    supply: Mapping[int, int] = field(default_factory=dict)
    need: Mapping[int, int] = field(default_factory=dict)

    def changed(self, problem: Problem) -> Problem:
        """The problem with the change. Refuses, as BadProblem, what Problem refuses, at its row."""
        return problem.with_changed(self.need, self.supply)


def solve_again(problem: Problem, what_if: WhatIf) -> Optimum:
    """The optimum of the changed problem, from the blocks of the earlier one."""
    before = what_if.before.optimum
    if before.problem.class_of is not problem.class_of or what_if.before.deferred:
        return solve(problem)
    collapsed = before.collapsed
    group_of = collapsed.group_of
    supply = np.zeros(collapsed.lots, np.int64)
    np.add.at(supply, group_of[group_of >= 0], problem.supply[group_of >= 0])
    touched_lots = np.flatnonzero(supply != collapsed.supply)
    touched = collapsed.number[problem.class_of[[*what_if.need]]]
    changed = replace(collapsed, supply=supply)
    return _resolve(problem, changed, before, touched_lots, _known(touched))


def _known(classes: Integers) -> Integers:
    return np.unique(classes[classes >= 0])


def _resolve(
    problem: Problem, collapsed: Collapsed, before: Optimum, lots: Integers, classes: Integers
) -> Optimum:
    """The optimum after a change to some lots and classes, from the blocks of an earlier one."""
    level = [np.inf if each is None else each[0] / each[1] for each in before.standing.levels]
    blocks = Blocks(before.block_of, before.lot_block, np.array(level))
    touched = {*before.lot_block[lots].tolist(), *before.block_of[classes].tolist()}
    return part_until_even(problem, collapsed, claims_of(problem, collapsed), blocks, touched)


def part_until_even(
    problem: Problem, collapsed: Collapsed, claims: Claims, before: Blocks, touched: set[int]
) -> Optimum:
    """The optimum from earlier blocks of which some are touched; those beside them join in where
    they no longer fit."""
    while True:
        touched = _with_neighbours(collapsed, before, touched)
        blocks = _part_again(collapsed, claims, before, np.array(sorted(touched), np.int64))
        more = touched | _conflicts(collapsed, claims, before, blocks)
        if more == touched:
            break
        touched = more
    return prove(problem, collapsed, claims, blocks) or solve(problem)


def _with_neighbours(collapsed: Collapsed, before: Blocks, touched: set[int]) -> set[int]:
    """The touched blocks, and those beside a lot or class that has nobody left in them."""
    edge_lot, edge_class = collapsed.edge_lot, collapsed.edge_class
    while True:
        known = np.array(sorted(touched), np.int64)
        lots, classes = np.isin(before.of_lot, known), np.isin(before.of_class, known)
        is_within = lots[edge_lot] & classes[edge_class]
        lots[edge_lot[is_within]] = classes[edge_class[is_within]] = False
        more = before.of_class[edge_class[lots[edge_lot]]].tolist()
        more += before.of_lot[edge_lot[classes[edge_class]]].tolist()
        if touched.issuperset(more):
            return touched
        touched = touched.union(more)


def _part_again(collapsed: Collapsed, claims: Claims, before: Blocks, touched: Integers) -> Blocks:
    """The earlier blocks, with the touched ones parted anew as one."""
    lots = np.flatnonzero(np.isin(before.of_lot, touched))
    classes = np.flatnonzero(np.isin(before.of_class, touched))
    part = _decompose_some(collapsed, claims, lots, classes)
    count = len(before.level)
    of_class, of_lot = before.of_class.copy(), before.of_lot.copy()
    of_class[classes], of_lot[lots] = part.of_class + count, part.of_lot + count
    return Blocks(of_class, of_lot, np.concatenate([before.level, part.level]))


def _decompose_some(
    collapsed: Collapsed, claims: Claims, lots: Integers, classes: Integers
) -> Blocks:
    is_in = np.isin(collapsed.edge_lot, lots) & np.isin(collapsed.edge_class, classes)
    edge_lot = np.searchsorted(lots, collapsed.edge_lot[is_in])
    edge_class = np.searchsorted(classes, collapsed.edge_class[is_in])
    graph = Graph.of(edge_lot, edge_class, len(lots), len(classes))
    rows, start = stretches(claims.start, classes)
    some = Claims(start, claims.slope[rows], claims.received[rows], claims.cap[rows])
    part = Collapsed(
        np.repeat(np.arange(len(classes)), np.diff(start)),
        np.arange(len(classes)),
        start,
        lots,
        collapsed.supply[lots],
        edge_lot,
        edge_class,
        graph.lot_start,
        graph.class_start,
        graph.class_edge,
    )
    return decompose(part, some)


def _conflicts(collapsed: Collapsed, claims: Claims, before: Blocks, blocks: Blocks) -> set[int]:
    """The earlier blocks of lots that somebody lower now waits for, and of those who wait."""
    supply = np.zeros(len(blocks.level), np.int64)
    np.add.at(supply, blocks.of_lot, collapsed.supply)
    standing = settle(claims, blocks.of_class, supply.tolist(), blocks.level)
    _levels, most, least = rank(claims, standing, blocks.of_class)
    edge_lot, edge_class = collapsed.edge_lot, collapsed.edge_class
    lot_rank = extremes(np.minimum, most[edge_class], collapsed.lot_start, NEVER)
    is_own = blocks.of_lot[edge_lot] == blocks.of_class[edge_class]
    is_torn = np.zeros(collapsed.lots, bool)
    is_torn[edge_lot[is_own & (lot_rank[edge_lot] < least[edge_class])]] = True
    is_waited = is_torn[edge_lot] & (most[edge_class] == lot_rank[edge_lot])
    return {
        *before.of_lot[is_torn].tolist(),
        *before.of_class[edge_class[is_waited]].tolist(),
    }
