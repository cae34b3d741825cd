"""The continuous optimum in exact fractions, with its certificate: one level per lot.

lambda_j is the lowest coverage among the claimants who may use lot j and are not at their caps
(infinite if there are none), or less: at most the level of any lot on which somebody draws who may
use lot j too. These are the largest levels for which the conditions (a) to (e) hold, (d) without
exception; unlike the blocks of the search they are unique.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bandung.fairness.acceleration import LARGE, compiled, has_numba
from bandung.fairness.collapse import Collapsed, collapse
from bandung.fairness.decomposition import Blocks, components, decompose
from bandung.fairness.flows import Graph
from bandung.fairness.levels import Claims, Ratio, Standing, settle
from bandung.fairness.ordering import extremes
from bandung.fairness.placing import Flow, place
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.ranking import NEVER, rank


@dataclass(frozen=True)
class Optimum:
    """Exact shares: `standing` gives each served claimant's state and its block's level.

    `levels` are the distinct levels in rising order (in units of 1 / weight_lcm); ranks point into
    them, NEVER stands for infinity. `flow` holds what each edge of `graph` carries.
    """

    problem: Problem
    collapsed: Collapsed
    claims: Claims
    standing: Standing
    block_of: Integers
    lot_block: Integers
    levels: list[Ratio]
    lot_rank: Integers
    class_rank: Integers
    graph: Graph
    flow: Flow

    @cached_property
    def class_level(self) -> list[Ratio | None]:
        """The exact level each class was solved at; None where all are at their caps."""
        return [self.standing.levels[each] for each in self.block_of.tolist()]

    @cached_property
    def active_slope(self) -> list[int]:
        """By block, the sum of the slopes of those whom its level moves."""
        totals = np.zeros(len(self.standing.levels), np.int64)
        np.add.at(totals, self.block_of, self.standing.slope)
        found: list[int] = totals.tolist()
        return found

    @cached_property
    def blocks(self) -> tuple[Integers, Integers]:
        """The block of each class and of each group of lots: what hangs together at one level,
        numbered by rising level. Unlike `block_of` they do not depend on the search."""
        collapsed = self.collapsed
        is_even = self.lot_rank[collapsed.edge_lot] == self.class_rank[collapsed.edge_class]
        count, of_lot, of_class = components(
            Graph.of(
                collapsed.edge_lot[is_even],
                collapsed.edge_class[is_even],
                collapsed.lots,
                collapsed.classes,
            )
        )
        rank = np.zeros(count, np.int64)
        rank[of_lot] = self.lot_rank
        first = np.full(count, collapsed.lots)
        np.minimum.at(first, of_lot, np.arange(collapsed.lots))
        number = np.empty(count, np.int64)
        number[np.lexsort((first, rank))] = np.arange(count)
        return number[of_class], number[of_lot]


def solve(problem: Problem) -> Optimum:
    """The exact optimum: searched in floating point, proved exactly, else searched exactly."""
    collapsed = collapse(problem)
    claims = claims_of(problem, collapsed)
    found = prove(problem, collapsed, claims, decompose(collapsed, claims))
    if found is None:
        found = prove(problem, collapsed, claims, decompose(collapsed, claims, is_exact=True))
    assert found is not None, "an exact decomposition is optimal"
    return found


def claims_of(problem: Problem, collapsed: Collapsed) -> Claims:
    """The served claimants in class order."""
    columns = (problem.slope, problem.received, problem.cap)
    if problem.size >= LARGE and has_numba():
        found = [np.empty(collapsed.start[-1], np.int64) for _ in columns]
        place = collapsed.start[:-1].copy()
        compiled(_gather)(collapsed.class_of, collapsed.number, place, *columns, *found)
        return Claims(collapsed.start, *found)
    return Claims(collapsed.start, *(each[collapsed.order] for each in columns))


def _gather(
    class_of: Any, number: Any, place: Any, slope: Any, received: Any, cap: Any,
    own_slope: Any, own_received: Any, own_cap: Any,
) -> None:  # fmt: skip
    """Puts each claimant behind the others of its class; `place` is where the next one comes."""
    for row in range(len(class_of)):
        each = number[class_of[row]]
        if each >= 0:
            at = place[each]
            place[each] += 1
            own_slope[at], own_received[at], own_cap[at] = slope[row], received[row], cap[row]


def prove(problem: Problem, collapsed: Collapsed, claims: Claims, blocks: Blocks) -> Optimum | None:
    """The optimum if these blocks give it; None if an exact test says otherwise."""
    supply = np.zeros(len(blocks.level), np.int64)
    np.add.at(supply, blocks.of_lot, collapsed.supply)
    standing = settle(claims, blocks.of_class, supply.tolist(), blocks.level)
    levels, most, least = rank(claims, standing, blocks.of_class)
    lot_rank = extremes(np.minimum, most[collapsed.edge_class], collapsed.lot_start, NEVER)
    demand = _demand(standing, blocks.of_class)
    is_open = lot_rank[collapsed.edge_lot] >= least[collapsed.edge_class]
    is_open &= np.array([above > 0 for above, _ in demand], bool)[collapsed.edge_class]
    graph = Graph.of(
        collapsed.edge_lot[is_open],
        collapsed.edge_class[is_open],
        collapsed.lots,
        collapsed.classes,
    )
    flow = place(graph, collapsed.supply.tolist(), demand, (lot_rank < NEVER).tolist())
    if flow is None:
        return None
    lot_rank = _lowered(collapsed, graph, flow, lot_rank)
    class_rank = extremes(
        np.maximum, lot_rank[collapsed.edge_lot][collapsed.class_edge], collapsed.class_start, -1
    )
    is_left = np.array([left > 0 for left in flow.excess], bool)
    if (class_rank < least).any() or (is_left & (lot_rank < NEVER)).any():
        return None
    return Optimum(
        problem, collapsed, claims, standing, blocks.of_class, blocks.of_lot,
        levels, lot_rank, class_rank, graph, flow,
    )  # fmt: skip


def _lowered(collapsed: Collapsed, graph: Graph, flow: Flow, lot_rank: Integers) -> Integers:
    """The largest levels for which nobody draws on a lot of a lower level than its highest.

    Whoever draws on a lot pulls the other lots open to it down to that lot's level. That the
    shares still follow from these levels is what shows that they are optimal.
    """
    used_lot, used_class = graph.edge_lot[flow.used], graph.edge_class[flow.used]
    while True:
        drawn = np.full(collapsed.classes, NEVER)
        np.minimum.at(drawn, used_class, lot_rank[used_lot])
        lowest = extremes(np.minimum, drawn[collapsed.edge_class], collapsed.lot_start, NEVER)
        if (lowest >= lot_rank).all():
            return lot_rank
        lot_rank = np.minimum(lot_rank, lowest)


def _demand(standing: Standing, block_of: Integers) -> list[Ratio]:
    """What each class receives, exactly; equal denominators within a block, not reduced."""
    columns = (standing.capped, standing.received, standing.slope)
    found = []
    for block, capped, received, slope in zip(
        block_of.tolist(), *(each.tolist() for each in columns), strict=True
    ):
        if slope:
            above, below = standing.levels[block] or (0, 1)
            found.append(((capped - received) * below + above * slope, below))
        else:
            found.append((capped, 1))
    return found
