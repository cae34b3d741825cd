"""The largest flow from lots to classes: Dinic's algorithm on a graph of two sides.

The search for paths is written once for compiled arrays of 64-bit integers and for lists of
Python's own integers, which have no limit. Before it, the graph is cut down to layers: by a
compiled loop, or by numpy to those edges alone that lead on. Both give the same flow.
Source: Y. Dinitz 1970; the layered form is the textbook one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bandung.fairness.acceleration import compiled, has_numba
from bandung.fairness.ordering import by_number, cuts
from bandung.fairness.problem import Flags, Integers

MANY = 1_000
"""From so many edges on, compiled loops pay."""


@dataclass(frozen=True)
class Graph:
    """Which lot may serve which class: edges by lot, and the same edges by class."""

    lot_start: Integers
    edge_lot: Integers
    edge_class: Integers
    class_start: Integers
    class_edge: Integers

    @classmethod
    def of(cls, edge_lot: Integers, edge_class: Integers, lots: int, classes: int) -> "Graph":
        """The graph of edges that are sorted by lot, then class."""
        class_edge = by_number(edge_class, classes)
        class_start = cuts(edge_class[class_edge], classes)
        return cls(cuts(edge_lot, lots), edge_lot, edge_class, class_start, class_edge)

    @property
    def columns(self) -> tuple[Integers, Integers, Integers, Integers, Integers]:
        """All that loops over edges ask for."""
        return (
            self.lot_start, self.edge_lot, self.edge_class, self.class_start, self.class_edge,
        )  # fmt: skip

    @property
    def size(self) -> int:
        """The number of edges."""
        return len(self.edge_lot)

    @property
    def lots(self) -> int:
        return len(self.lot_start) - 1

    @property
    def classes(self) -> int:
        return len(self.class_start) - 1


@dataclass
class Filled:
    """A largest flow: what stays at each lot, what each class lacks, what every edge carries."""

    flow: Any
    excess: Any
    deficit: Any


def fill_fast(graph: Graph, order: Integers, supply: Integers, demand: Integers) -> Filled:
    """The flow in 64-bit integers; lots pour first in the given order."""
    if graph.size >= MANY and has_numba():
        return _fill_compiled(graph, order, supply, demand)
    filled = _fill_plainly(graph, order, supply.tolist(), demand.tolist(), np.int64)
    return Filled(*(np.asarray(each) for each in (filled.flow, filled.excess, filled.deficit)))


def fill_exactly(graph: Graph, order: Integers, supply: list[int], demand: list[int]) -> Filled:
    """The same in integers of any size."""
    return _fill_plainly(graph, order, supply, demand, object)


def _fill_compiled(graph: Graph, order: Integers, supply: Integers, demand: Integers) -> Filled:
    edges = graph.columns
    flow, excess, deficit = np.zeros(graph.size, np.int64), supply.copy(), demand.copy()
    sizes = (graph.lots, graph.classes, graph.lots, graph.classes, graph.lots)
    *layers, queue = (np.zeros(size, np.int64) for size in sizes)
    works = [np.zeros(graph.classes + 2, np.int64) for _ in range(3)]
    compiled(_pour)(edges[0], edges[2], order, flow, excess, deficit)
    layer, augment = compiled(_layer), compiled(_augment)
    while layer(*edges, flow, excess, deficit, *layers, queue):
        augment(*edges, flow, excess, deficit, *layers, *works)
    return Filled(flow, excess, deficit)


def _fill_plainly(
    graph: Graph, order: Integers, supply: list[int], demand: list[int], kind: Any
) -> Filled:
    """Integers of `kind`: np.int64, or object for any size."""
    given, excess, deficit = [0] * graph.size, [*supply], [*demand]
    starts, ends = graph.lot_start.tolist(), graph.edge_class.tolist()
    _pour(starts, ends, order.tolist(), given, excess, deficit)
    flow: Any = np.array(given, kind)
    works = [[0] * (graph.classes + 2) for _ in range(3)]
    while True:
        holds, lacks = (np.array(each, kind) > 0 for each in (excess, deficit))
        lot_layer, class_layer, kept = _layers(graph, flow > 0, holds, lacks)
        if not len(kept):
            return Filled(flow, excess, deficit)
        part = Graph.of(graph.edge_lot[kept], graph.edge_class[kept], graph.lots, graph.classes)
        edges, some = [each.tolist() for each in part.columns], flow[kept].tolist()
        layers = (lot_layer.tolist(), class_layer.tolist(), edges[0][:-1], edges[3][:-1])
        columns: Any = (*edges, some, excess, deficit, *layers, *works)
        _augment(*columns)
        flow[kept] = some


def _layers(graph: Graph, is_used: Flags, holds: Flags, lacks: Flags) -> tuple[Integers, ...]:
    """Layers of lots and of classes from the lots that hold something to the first classes that
    lack something, and the edges on ways from these to those; none if there is no way."""
    lot, each = graph.edge_lot, graph.edge_class
    lot_layer, class_layer = np.where(holds, 0, -1), np.full(graph.classes, -1)
    new, last = holds, 0
    while True:
        reached = _ends(each, new[lot], graph.classes) & (class_layer < 0)
        class_layer[reached] = last
        if (reached & lacks).any():
            break
        new = _ends(lot, is_used & reached[each], graph.lots) & (lot_layer < 0)
        if not new.any():
            return lot_layer, class_layer, np.zeros(0, np.int64)
        last += 1
        lot_layer[new] = last
    is_kept = np.zeros(graph.size, bool)
    leads_on = reached & lacks
    for layer in range(last, -1, -1):
        forth = (leads_on[each]) & (lot_layer == layer)[lot]
        lots = _ends(lot, forth, graph.lots)
        back = is_used & lots[lot] & (class_layer == layer - 1)[each]
        leads_on = _ends(each, back, graph.classes)
        is_kept |= forth | (back if layer else False)
    return lot_layer, class_layer, np.flatnonzero(is_kept)


def _pour(
    lot_start: Any, edge_class: Any, order: Any, flow: Any, excess: Any, deficit: Any
) -> None:
    """A first flow: each lot in turn fills its classes in turn."""
    for position in range(len(order)):
        lot = order[position]
        for edge in range(lot_start[lot], lot_start[lot + 1]):
            amount = min(excess[lot], deficit[edge_class[edge]])
            if amount > 0:
                flow[edge] += amount
                excess[lot] -= amount
                deficit[edge_class[edge]] -= amount
            if excess[lot] == 0:
                break


def _layer(
    lot_start: Any,
    edge_lot: Any,
    edge_class: Any,
    class_start: Any,
    class_edge: Any,
    flow: Any,
    excess: Any,
    deficit: Any,
    lot_layer: Any,
    class_layer: Any,
    lot_next: Any,
    class_next: Any,
    queue: Any,
) -> bool:
    """Layers from the lots that still hold something; whether they reach a class that lacks."""
    for each in range(len(class_start) - 1):
        class_layer[each] = -1
        class_next[each] = class_start[each]
    tail = 0
    for lot in range(len(lot_start) - 1):
        lot_layer[lot] = -1
        lot_next[lot] = lot_start[lot]
        if excess[lot] > 0:
            lot_layer[lot] = 0
            queue[tail] = lot
            tail += 1
    head, last = 0, -1
    while head < tail:
        lot = queue[head]
        head += 1
        layer = lot_layer[lot]
        if last >= 0 and layer > last:
            break
        for edge in range(lot_start[lot], lot_start[lot + 1]):
            each = edge_class[edge]
            if class_layer[each] >= 0:
                continue
            class_layer[each] = layer
            if deficit[each] > 0:
                last = layer
            if last >= 0:
                continue
            for position in range(class_start[each], class_start[each + 1]):
                other = class_edge[position]
                if flow[other] > 0 and lot_layer[edge_lot[other]] < 0:
                    lot_layer[edge_lot[other]] = layer + 1
                    queue[tail] = edge_lot[other]
                    tail += 1
    return last >= 0


def _augment(
    lot_start: Any,
    edge_lot: Any,
    edge_class: Any,
    class_start: Any,
    class_edge: Any,
    flow: Any,
    excess: Any,
    deficit: Any,
    lot_layer: Any,
    class_layer: Any,
    lot_next: Any,
    class_next: Any,
    path: Any,
    forth: Any,
    back: Any,
) -> None:
    """Sends more along the layers, path by path, until they are blocked."""
    for root in range(len(lot_start) - 1):
        if excess[root] == 0 or lot_layer[root] != 0:
            continue
        depth = 0
        path[0] = root
        while excess[root] > 0:
            lot = path[depth]
            if lot_next[lot] == lot_start[lot + 1]:
                if depth == 0:
                    break
                class_next[edge_class[forth[depth]]] += 1
                depth -= 1
                continue
            edge = lot_next[lot]
            each = edge_class[edge]
            if class_layer[each] == lot_layer[lot] and deficit[each] > 0:
                amount = min(excess[root], deficit[each])
                for step in range(1, depth + 1):
                    amount = min(amount, flow[back[step]])
                flow[edge] += amount
                deficit[each] -= amount
                excess[root] -= amount
                for step in range(depth, 0, -1):
                    flow[back[step]] -= amount
                    flow[forth[step]] += amount
                    if flow[back[step]] == 0:
                        depth = step - 1
                continue
            end = class_start[each + 1]
            if class_layer[each] == lot_layer[lot]:
                while class_next[each] < end:
                    other = class_edge[class_next[each]]
                    if flow[other] > 0 and lot_layer[edge_lot[other]] == lot_layer[lot] + 1:
                        break
                    class_next[each] += 1
            if class_layer[each] == lot_layer[lot] and class_next[each] < end:
                depth += 1
                forth[depth] = edge
                back[depth] = class_edge[class_next[each]]
                path[depth] = edge_lot[back[depth]]
            else:
                lot_next[lot] += 1


def parts(graph: Graph, filled: Filled) -> tuple[Integers, Integers]:
    """How a largest flow parts the lots and the classes: -1, 0 or +1 each.

    -1: classes that lack something, and all that cannot help them; +1: lots that still hold
    something, and all that they reach; 0: neither, so supply and demand are equal there.
    """
    excess, deficit = np.asarray(filled.excess) > 0, np.asarray(filled.deficit) > 0
    is_used = np.asarray(filled.flow) > 0
    return _spread(graph, is_used, excess, deficit)


def _spread(graph: Graph, is_used: Any, excess: Any, deficit: Any) -> tuple[Integers, Integers]:
    lot_part, class_part = np.zeros(graph.lots, np.int64), np.zeros(graph.classes, np.int64)
    used_lot, used_class = graph.edge_lot[is_used], graph.edge_class[is_used]
    new = excess
    while new.any():  # forth along every edge, back along those in use
        lot_part[new] = 1
        reached = _ends(graph.edge_class, new[graph.edge_lot], graph.classes)
        class_part[reached] = 1
        new = _ends(used_lot, reached[used_class], graph.lots) & (lot_part == 0)
    new = deficit
    while new.any():
        class_part[new] = -1
        reached = _ends(graph.edge_lot, new[graph.edge_class], graph.lots)
        lot_part[reached] = -1
        new = _ends(used_class, reached[used_lot], graph.classes) & (class_part == 0)
    return lot_part, class_part


def _ends(ends: Integers, is_meant: Any, size: int) -> Any:
    found = np.zeros(size, bool)
    found[ends[is_meant]] = True
    return found
