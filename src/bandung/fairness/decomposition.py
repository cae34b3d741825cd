"""Parts a problem into blocks, each of which uses up its own lots at one level.

Divide and conquer (Fujishige 1980, Groenevelt 1991), all blocks of one depth at a time: find the
level at which a block asks for what it holds; if a flow can place it so, the block is done;
otherwise the flow parts it into what lies below that level, on it, and above it.
"""

from dataclasses import dataclass

import numpy as np

from bandung.fairness.collapse import Collapsed
from bandung.fairness.curves import Curves, Floats, sums
from bandung.fairness.flows import Filled, Graph, fill_exactly, fill_fast, parts
from bandung.fairness.levels import Claims, Ratio, exact_level, search
from bandung.fairness.ordering import extremes
from bandung.fairness.problem import Flags, Integers

FINE = 2**50
"""Into so many steps the whole supply is cut while searching."""


@dataclass(frozen=True)
class Blocks:
    """The block of each class and of each group of lots, and near which level it lies."""

    of_class: Integers
    of_lot: Integers
    level: Floats


@dataclass(frozen=True)
class _Some:
    """What is parted at one depth: the graph of some classes and lots; the block of each class, and
    by block what its lots hold, and whether that is enough for all."""

    classes: Integers
    lots: Integers
    graph: Graph
    block_of: Integers
    supply: Integers
    is_full: Flags

    @property
    def order(self) -> Integers:
        """Lots that fewer classes may use pour first."""
        return np.argsort(np.diff(self.graph.lot_start), kind="stable")


class _Parting:
    """The work of parting, one depth at a time."""

    def __init__(self, collapsed: Collapsed, claims: Claims, is_exact: bool) -> None:
        self.whole, self.claims, self.is_exact = collapsed, claims, is_exact
        self.curves = Curves.of(claims.start, claims.slope, claims.received, claims.cap)
        self.caps = sums(claims.cap, claims.start)
        self.slopes = sums(claims.slope, claims.start).astype(np.float64)
        self.of_class = np.full(collapsed.classes, -1)
        self.of_lot = np.full(collapsed.lots, -1)
        self.levels: list[float] = []
        total = float(collapsed.supply.sum())
        self.scale = FINE / max(total, 1.0)

    def run(self) -> None:
        """Parts until every class and lot has its block."""
        whole = self.whole
        classes, lots = np.arange(whole.classes), np.arange(whole.lots)
        graph = Graph(
            whole.lot_start, whole.edge_lot, whole.edge_class, whole.class_start, whole.class_edge
        )
        level = np.zeros(whole.classes), np.full(whole.classes, np.inf)
        while len(classes):
            classes, lots, graph, level = self._step(classes, lots, graph, *level)

    def _step(
        self, classes: Integers, lots: Integers, graph: Graph, low: Floats, high: Floats
    ) -> tuple[Integers, Integers, Graph, tuple[Floats, Floats]]:
        blocks, lot_block, class_block = components(graph)
        supply, caps = np.zeros(blocks, np.int64), np.zeros(blocks, np.int64)
        np.add.at(supply, lot_block, self.whole.supply[lots])
        np.add.at(caps, class_block, self.caps[classes])
        is_full = supply >= caps
        lowest, highest = np.zeros(blocks), np.full(blocks, np.inf)
        lowest[class_block], highest[class_block] = low, high
        some = _Some(classes, lots, graph, class_block, supply, is_full)
        if self.is_exact:
            level, filled, slack = self._filled_exactly(some)
        else:
            level, filled, slack = self._filled(some, lowest, highest)
        lot_part, class_part = self._parts(graph, filled, lot_block, class_block, is_full, slack)
        done = len(self.levels)
        self.of_class[classes[class_part == 0]] = done + class_block[class_part == 0]
        self.of_lot[lots[lot_part == 0]] = done + lot_block[lot_part == 0]
        self.levels += level.tolist()
        return self._rest(classes, lots, graph, lot_part, class_part, level[class_block], low, high)

    def _filled(self, some: _Some, low: Floats, high: Floats) -> tuple[Floats, Filled, float]:
        """The level of each block, the largest flow at these levels, and below which shortfall a
        block counts as even."""
        start = np.where(np.isfinite(high), (low + high) / 2, low)
        start = np.where(start == 0, self._guess(some), start)
        start = np.where(some.is_full, 0.0, np.clip(start, low, high))
        wanted = np.where(some.is_full, 0.0, some.supply.astype(np.float64))
        low = np.where(some.is_full, 0, low)
        level, asked = search(self.curves, some.block_of, wanted, start, low, high)
        level[some.is_full] = np.inf
        asked = np.where(some.is_full[some.block_of], self.caps[some.classes], asked)
        holds = np.floor(self.whole.supply[some.lots] * self.scale).astype(np.int64)
        asks = np.floor(asked * self.scale).astype(np.int64)
        slack = some.graph.lots + some.graph.classes + FINE * 1e-12
        return level, fill_fast(some.graph, some.order, holds, asks), slack

    def _guess(self, some: _Some) -> Floats:
        total = np.bincount(some.block_of, self.slopes[some.classes], len(some.supply))
        return some.supply / np.maximum(total, 1.0)

    def _filled_exactly(self, some: _Some) -> tuple[Floats, Filled, float]:
        """The same in exact fractions."""
        exact = [
            None if full else exact_level(self.claims, some.classes[some.block_of == block], holds)
            for block, (full, holds) in enumerate(
                zip(some.is_full.tolist(), some.supply.tolist(), strict=True)
            )
        ]
        lot_block = np.full(len(some.lots), -1)
        lot_block[some.graph.edge_lot] = some.block_of[some.graph.edge_class]
        below = [1 if each is None else each[1] for each in exact]
        holds = [
            int(each) * below[block]
            for each, block in zip(self.whole.supply[some.lots], lot_block.tolist(), strict=True)
        ]
        asks = [
            _asked(self.claims, row, exact[block])
            for row, block in zip(some.classes.tolist(), some.block_of.tolist(), strict=True)
        ]
        level = np.array([np.inf if each is None else each[0] / each[1] for each in exact])
        return level, fill_exactly(some.graph, some.order, holds, asks), 0.0

    def _parts(
        self,
        graph: Graph,
        filled: Filled,
        lot_block: Integers,
        class_block: Integers,
        is_full: Flags,
        slack: float,
    ) -> tuple[Integers, Integers]:
        """-1, 0, +1 for each lot and class; 0 throughout a block that is even or above all need."""
        short = np.array([0] * len(is_full), object)
        np.add.at(short, class_block, np.array(filled.deficit, object))
        is_even = short.astype(np.float64) <= slack
        lot_part, class_part = parts(graph, filled)
        for part, block in ((lot_part, lot_block), (class_part, class_block)):
            part[is_even[block]] = 0
            part[is_full[block] & (part > 0)] = 0
        if not self.is_exact:  # a block that rounding left in one part is even, too
            total, count = np.zeros((2, len(is_full)), np.int64)
            for part, block in ((lot_part, lot_block), (class_part, class_block)):
                np.add.at(total, block, part)
                np.add.at(count, block, 1)
            is_whole = np.abs(total) == count
            lot_part[is_whole[lot_block]], class_part[is_whole[class_block]] = 0, 0
        return lot_part, class_part

    def _rest(
        self,
        classes: Integers,
        lots: Integers,
        graph: Graph,
        lot_part: Integers,
        class_part: Integers,
        level: Floats,
        low: Floats,
        high: Floats,
    ) -> tuple[Integers, Integers, Graph, tuple[Floats, Floats]]:
        """What is still to be parted: edges within a part only, levels between new bounds."""
        kept_lots, kept_classes = np.flatnonzero(lot_part), np.flatnonzero(class_part)
        is_kept = (lot_part[graph.edge_lot] == class_part[graph.edge_class]) & (
            lot_part[graph.edge_lot] != 0
        )
        new_lot = np.cumsum(lot_part != 0) - 1
        new_class = np.cumsum(class_part != 0) - 1
        rest = Graph.of(
            new_lot[graph.edge_lot[is_kept]],
            new_class[graph.edge_class[is_kept]],
            len(kept_lots),
            len(kept_classes),
        )
        part, at = class_part[kept_classes], level[kept_classes]
        low = np.where(part > 0, at * (1 - 1e-9), low[kept_classes])
        high = np.where(part < 0, at * (1 + 1e-9), high[kept_classes])
        if not self.is_exact and len(kept_classes):
            self.curves = self.curves.folded(kept_classes, low, high)
        return classes[kept_classes], lots[kept_lots], rest, (low, high)


def components(graph: Graph) -> tuple[int, Integers, Integers]:
    """How many parts hang together, and the part of each lot and each class.

    Every node takes the number of the first one that it hangs together with.
    """
    lots, nodes = graph.lots, graph.lots + graph.classes
    label = np.arange(nodes)
    is_served = graph.class_start[1:] > graph.class_start[:-1]
    firsts = graph.class_edge[graph.class_start[:-1][is_served]]
    label[lots:][is_served] = graph.edge_lot[firsts]
    label[:lots] = extremes(np.minimum, label[lots:][graph.edge_class], graph.lot_start, nodes)
    label = np.minimum(label, np.arange(nodes))
    one, other = graph.edge_lot, graph.edge_class + lots
    while len(one):
        while bool((label[label] != label).any()):
            label = label[label]
        is_torn = label[one] != label[other]
        one, other = one[is_torn], other[is_torn]
        ends = label[one], label[other]
        np.minimum.at(label, np.maximum(*ends), np.minimum(*ends))
    roots = np.flatnonzero(label == np.arange(len(label)))
    number = np.empty(len(label), np.int64)
    number[roots] = np.arange(len(roots))
    return len(roots), number[label[: graph.lots]], number[label[graph.lots :]]


def _asked(claims: Claims, of_class: int, level: Ratio | None) -> int:
    """What a class asks for at an exact level, in units of 1 / the level's denominator."""
    total = 0
    above, below = level or (1, 0)
    for row in range(claims.start[of_class], claims.start[of_class + 1]):
        slope, received, cap = (
            int(each[row]) for each in (claims.slope, claims.received, claims.cap)
        )
        if level is None:
            total += cap
        else:
            total += min(max(above * slope - below * received, 0), below * cap)
    return total


def decompose(collapsed: Collapsed, claims: Claims, is_exact: bool = False) -> Blocks:
    """The blocks; in floating point, to be checked, or in exact fractions, slow and sure."""
    work = _Parting(collapsed, claims, is_exact)
    work.run()
    within = work.of_lot[collapsed.edge_lot] == work.of_class[collapsed.edge_class]
    graph = Graph.of(
        collapsed.edge_lot[within], collapsed.edge_class[within], collapsed.lots, collapsed.classes
    )
    count, of_lot, of_class = components(graph)
    level = np.full(count, np.inf)
    found = np.array(work.levels)
    level[of_class], level[of_lot] = found[work.of_class], found[work.of_lot]
    return Blocks(of_class, of_lot, level)
