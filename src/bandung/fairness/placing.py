"""What each lot gives to each class so that all receive exactly their shares.

Large graphs are filled in 64-bit integers, a little less than is asked; the rest is then moved in
exact fractions along edges that carry much. Small ones are filled in exact integers at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from bandung.fairness.decomposition import components
from bandung.fairness.flows import Filled, Graph, fill_exactly, fill_fast
from bandung.fairness.levels import Ratio
from bandung.fairness.ordering import by_number, cuts
from bandung.fairness.problem import Integers

SMALL = 3_000
"""Up to so many edges the flow is found in exact integers at once."""


@dataclass(frozen=True)
class Flow:
    """What each edge in use carries: (`units` + `more`) / `scale` of its lot; `excess` stays in a
    lot, above zero where anything does."""

    units: dict[int, int]
    scale: list[int]
    more: dict[int, Ratio]
    excess: list[int]

    def amount(self, edge: int, lot: int) -> Fraction:
        """The exact amount on an edge of this lot."""
        above, below = self.more.get(edge, (0, 1))
        return Fraction(self.units.get(edge, 0) * below + above, self.scale[lot] * below)

    @cached_property
    def used(self) -> list[int]:
        """The edges that carry something."""
        return sorted(self.units.keys() | self.more.keys())


def place(
    graph: Graph, supply: list[int], demand: list[Ratio], is_scarce: list[bool]
) -> Flow | None:
    """What each edge carries when every class receives its demand and every scarce lot is used up.

    None if that cannot be. Which of many flows is found depends on nothing but the input.
    """
    order = np.lexsort((np.arange(graph.lots), np.diff(graph.lot_start)))
    if graph.size > SMALL:
        found = _place_fast(graph, order, supply, demand, is_scarce)
        if not isinstance(found, bool):
            return found
        if not found:
            return None
    return _place_exactly(graph, order, supply, demand, is_scarce)


def _place_exactly(
    graph: Graph,
    order: Integers,
    supply: list[int],
    demand: list[Ratio],
    is_scarce: list[bool],
) -> Flow | None:
    scale = _scales(graph, demand)
    holds = [each * scale[lot] for lot, each in enumerate(supply)]
    asks = [above * (scale[graph.lots + row] // below) for row, (above, below) in enumerate(demand)]
    filled = fill_exactly(graph, order, holds, asks)
    if any(filled.deficit) or any(
        left and scarce for left, scarce in zip(filled.excess, is_scarce, strict=True)
    ):
        return None
    return Flow(_in_use(filled), scale[: graph.lots], {}, filled.excess)


def _in_use(filled: Filled) -> dict[int, int]:
    edges = np.flatnonzero(filled.flow)
    return dict(zip(edges.tolist(), filled.flow[edges].tolist(), strict=True))


def _scales(graph: Graph, demand: list[Ratio]) -> list[int]:
    """For each lot, then each class: the common denominator of all that it is connected with."""
    count, of_lot, of_class = components(graph)
    scale = [1] * count
    for each, asked in zip(of_class.tolist(), demand, strict=True):
        scale[each] = lcm(scale[each], asked[1])
    return [scale[each] for each in (*of_lot.tolist(), *of_class.tolist())]


def _place_fast(
    graph: Graph,
    order: Integers,
    supply: list[int],
    demand: list[Ratio],
    is_scarce: list[bool],
) -> Flow | bool:
    """The flow found in 64-bit integers and settled exactly; True if this cannot tell."""
    shift = 61 - max(sum(supply), 1).bit_length()
    if shift < 1:
        return True
    holds = np.array(supply, np.int64) << shift
    asks = [divmod(above << shift, below) for above, below in demand]
    filled = fill_fast(graph, order, holds, np.array([each for each, _ in asks], np.int64))
    if filled.deficit.any():
        return False
    left = filled.excess.tolist()
    thick = _empty_thin(graph, filled)
    wanted = [
        (-rest - lacks * below, below)
        for (_, rest), (_, below), lacks in zip(asks, demand, filled.deficit.tolist(), strict=True)
    ]
    more = _settle_rest(graph, filled, thick, wanted, is_scarce)
    if more is None:
        return True
    left = [0 if scarce else each for each, scarce in zip(left, is_scarce, strict=True)]
    return Flow(_in_use(filled), [1 << shift] * graph.lots, more, left)


def _empty_thin(graph: Graph, filled: Filled) -> int:
    """Takes back what flows on edges that rounding alone may have filled.

    Returns from how much on an edge is thick: more than all that will have to be moved.
    """
    thick = 2 * (graph.lots + graph.classes) + 4
    flow = filled.flow
    while True:
        thin = flow[(flow > 0) & (flow < thick)]
        moved = int(thin.sum()) + graph.lots + graph.classes
        if moved < thick:
            break
        thick = 2 * moved
    edges = np.flatnonzero((flow > 0) & (flow < thick))
    np.add.at(filled.excess, graph.edge_lot[edges], flow[edges])
    np.add.at(filled.deficit, graph.edge_class[edges], flow[edges])
    flow[edges] = 0
    return thick


def _settle_rest(
    graph: Graph, filled: Filled, thick: int, wanted: list[Ratio], is_scarce: list[bool]
) -> dict[int, Ratio] | None:
    """Moves what is left at the lots to the classes that lack it, along a forest of edges that
    carry too much to be emptied by it; None if the forest cannot take it."""
    lots, excess = graph.lots, filled.excess.tolist()
    is_loose = [
        not scarce and left >= thick for left, scarce in zip(excess, is_scarce, strict=True)
    ]
    tops = [left if scarce else 0 for left, scarce in zip(excess, is_scarce, strict=True)]
    tops += [above for above, _ in wanted]
    bottoms = [1] * lots + [below for _, below in wanted]
    moved: dict[int, Ratio] = {}
    roots = [*(lot for lot in range(lots) if is_loose[lot]), *range(len(tops))]
    for nodes, parents, edges in _trees(graph, np.flatnonzero(filled.flow >= thick), roots):
        scale = lcm(*{bottoms[node] for node in nodes})
        for node in nodes:
            tops[node] *= scale // bottoms[node]
        for place in range(len(nodes) - 1, 0, -1):
            node = nodes[place]
            if held := tops[node]:
                moved[edges[place]] = (held if node < lots else -held, scale)
                tops[parents[place]] += held
        if tops[nodes[0]] and not (nodes[0] < lots and is_loose[nodes[0]]):
            return None
    return moved


def _trees(
    graph: Graph, edges: Integers, roots: list[int]
) -> Iterator[tuple[list[int], list[int], list[int]]]:
    """A forest of these edges, tree by tree: its nodes (each lot, then each class) from the root
    on, and the parent of each and the edge to it."""
    lots, size = graph.lots, graph.lots + graph.classes
    ends = (graph.edge_lot[edges], graph.edge_class[edges] + lots)
    node, other, edge = np.concatenate(ends), np.concatenate(ends[::-1]), np.tile(edges, 2)
    order = by_number(node, size)
    start = cuts(node[order], size).tolist()
    others, edge_at = other[order].tolist(), edge[order].tolist()
    is_seen = [False] * size
    for root in roots:
        if is_seen[root]:
            continue
        is_seen[root] = True
        nodes, parents, links = [root], [-1], [-1]
        for each in nodes:
            for at in range(start[each], start[each + 1]):
                if not is_seen[others[at]]:
                    is_seen[others[at]] = True
                    nodes.append(others[at])
                    parents.append(each)
                    links.append(edge_at[at])
        yield nodes, parents, links
