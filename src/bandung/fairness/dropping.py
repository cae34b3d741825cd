"""The optimum after one more pair was barred, from the optimum before.

Most often nobody changes its block: the earlier blocks are tried first, then those that the pair
touches are parted anew. Either way the whole is proved as always, so the result is the one that
solving from the start gives.
"""

import numpy as np

from bandung.fairness.collapse import Collapsed, collapse
from bandung.fairness.decomposition import Blocks
from bandung.fairness.levels import Claims
from bandung.fairness.optimum import Optimum, claims_of, prove
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.what_if import part_until_even


def solve_without_pair(problem: Problem, before: Optimum, claimant: int, lot: int) -> Optimum:
    """The optimum of `problem`, which is that of `before` less one (claimant, lot) pair."""
    collapsed = collapse(problem)
    claims = claims_of(problem, collapsed)
    blocks = _kept(collapsed, before, claimant)
    found = prove(problem, collapsed, claims, blocks)
    if found is not None:
        return found
    touched = (
        {int(blocks.of_lot[collapsed.group_of[lot]])} if collapsed.group_of[lot] >= 0 else set()
    )
    own = _class_of(collapsed, claims, claimant)
    if own >= 0:
        touched.add(int(blocks.of_class[own]))
    return part_until_even(problem, collapsed, claims, blocks, touched)


def _class_of(collapsed: Collapsed, claims: Claims, claimant: int) -> int:
    place = np.flatnonzero(collapsed.order == claimant)
    return int(np.searchsorted(claims.start, place[0], side="right")) - 1 if len(place) else -1


def _kept(collapsed: Collapsed, before: Optimum, claimant: int) -> Blocks:
    """The earlier blocks of all lots and classes; the claimant goes to its highest lot's."""
    groups = np.full(collapsed.lots, -1)
    is_open = collapsed.group_of >= 0
    groups[collapsed.group_of[is_open]] = before.collapsed.group_of[is_open]
    of_lot = before.lot_block[groups]
    of_row = np.full(len(before.problem.need), -1)
    of_row[before.collapsed.order] = before.claims.rows(before.block_of)
    of_row[claimant] = -1
    own = of_row[collapsed.order]
    of_class = np.maximum.reduceat(own, collapsed.start[:-1]) if len(own) else own
    for alone in np.flatnonzero(of_class < 0).tolist():
        edges = collapsed.class_edge[
            collapsed.class_start[alone] : collapsed.class_start[alone + 1]
        ]
        lots: Integers = collapsed.edge_lot[edges]
        of_class[alone] = of_lot[lots[np.argmax(before.lot_rank[groups[lots]])]]
    level = [np.inf if each is None else each[0] / each[1] for each in before.standing.levels]
    return Blocks(of_class, of_lot, np.array(level))
