"""Which claimant receives what from which lot, in the one canonical order.

The optimum fixes how much each claimant receives, not from where. Lots come in the order of
(expiry, row), classes and claimants in the order of their rows: each takes from the first lot that
still holds something for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bandung.fairness.levels import ACTIVE, CAPPED
from bandung.fairness.optimum import Optimum
from bandung.fairness.problem import Integers


@dataclass(frozen=True)
class Pieces:
    """One row per consignment: the claimant's place in class order, and the lot.

    A piece is the claimant's whole share, unless `parts` holds its exact share by piece.
    """

    place: Integers
    lot: Integers
    parts: dict[int, Fraction]


@dataclass(frozen=True)
class Shares:
    """The exact share of each served claimant of an optimum, in class order."""

    optimum: Optimum

    @cached_property
    def _columns(self) -> tuple[Integers, Integers, Integers]:
        claims, state = self.optimum.claims, self.optimum.standing.state
        columns = (
            claims.cap * (state == CAPPED),
            claims.received * (state == ACTIVE),
            claims.slope * (state == ACTIVE),
        )
        return tuple(np.concatenate([[0], np.cumsum(each)]) for each in columns)  # type: ignore[return-value]

    def of(self, place: int) -> Fraction:
        """The share of one claimant, by its place in class order."""
        start = self.optimum.claims.start
        of_class = int(np.searchsorted(start, place, side="right")) - 1
        return self.between(place, place + 1, of_class)

    def between(self, first: int, last: int, of_class: int) -> Fraction:
        """The sum of the shares of the claimants first .. last - 1, all of one class."""
        capped, received, slope = (int(each[last] - each[first]) for each in self._columns)
        if not slope:
            return Fraction(capped)
        above, below = self.optimum.class_level[of_class] or (0, 1)
        return capped - received + Fraction(above * slope, below)

    @cached_property
    def floats(self) -> npt.NDArray[np.float64]:
        """Every share in floating point."""
        optimum = self.optimum
        claims, state = optimum.claims, optimum.standing.state
        ratios = [0.0 if each is None else each[0] / each[1] for each in optimum.class_level]
        reach = claims.rows(np.array(ratios)) * claims.slope - claims.received
        shares = np.where(state == CAPPED, claims.cap, np.where(state == ACTIVE, reach, 0.0))
        return np.clip(shares, 0.0, claims.cap)


def split(optimum: Optimum, shares: Shares, by_class: list[list[tuple[int, Fraction]]]) -> Pieces:
    """The consignments of an optimum, out of what the lots pour into each class."""
    claims = optimum.claims
    rows: list[Integers] = []
    lots: list[Integers] = []
    parts: dict[int, Fraction] = {}
    size = 0
    has_share = shares.floats > 0
    has_share |= (optimum.standing.state == CAPPED) & (claims.cap > 0)
    has_share |= optimum.standing.state == ACTIVE
    sums = np.cumsum(shares.floats)
    for each, poured in enumerate(by_class):
        if not poured:
            continue
        first, last = int(claims.start[each]), int(claims.start[each + 1])
        for lot, begin, end, head, tail in _cut(shares, sums, each, first, last, poured):
            kept = begin + np.flatnonzero(has_share[begin:end])
            if head is not None:
                parts[size] = head
            if tail is not None:
                parts[size + len(kept) - 1] = tail
            rows.append(kept)
            lots.append(np.full(len(kept), lot))
            size += len(kept)
    if not rows:
        none = np.zeros(0, np.int64)
        return Pieces(none, none, {})
    return Pieces(np.concatenate(rows), np.concatenate(lots), parts)


def pours(optimum: Optimum) -> list[list[tuple[int, Fraction]]]:
    """For each class, what each lot pours into it, lots in canonical order."""
    problem, graph = optimum.problem, optimum.graph
    rank = np.lexsort((np.arange(problem.lots), problem.expiry))
    place = np.empty(problem.lots, np.int64)
    place[rank] = np.arange(problem.lots)
    members: list[list[int]] = [[] for _ in range(optimum.collapsed.lots)]
    for lot in rank.tolist():
        if optimum.collapsed.group_of[lot] >= 0:
            members[optimum.collapsed.group_of[lot]].append(lot)
    found: list[list[tuple[int, Fraction]]] = [[] for _ in range(optimum.collapsed.classes)]
    starts, of_class = graph.lot_start.tolist(), graph.edge_class.tolist()
    supply = problem.supply.tolist()
    for group, lots in enumerate(members):
        edges = range(starts[group], starts[group + 1])
        asks = (
            (of_class[edge], optimum.flow.amount(edge, group))
            for edge in edges
            if optimum.flow.units[edge] or edge in optimum.flow.more
        )
        if len(lots) == 1:
            for each, amount in asks:
                found[each].append((lots[0], amount))
        else:
            for lot, each, amount in _merge(((lot, Fraction(supply[lot])) for lot in lots), asks):
                found[each].append((lot, amount))
    for each_class in found:
        each_class.sort(key=lambda pour: place[pour[0]])
    return found


def _merge(
    givers: Iterable[tuple[int, Fraction]], takers: Iterable[tuple[int, Fraction]]
) -> Iterator[tuple[int, int, Fraction]]:
    """Each taker in turn takes from the first giver that still holds something."""
    giving = iter(givers)
    giver, held = next(giving)
    for taker, wanted in takers:
        while wanted:
            while not held:
                giver, held = next(giving)
            amount = min(held, wanted)
            yield giver, taker, amount
            held -= amount
            wanted -= amount


Segment = tuple[int, int, int, Fraction | None, Fraction | None]


def _cut(
    shares: Shares,
    sums: npt.NDArray[np.float64],
    of_class: int,
    first: int,
    last: int,
    poured: list[tuple[int, Fraction]],
) -> Iterator[Segment]:
    """(lot, first row, end row, part of its first, part of its last claimant) for each pour.

    A part is None where the piece is the claimant's whole share.
    """
    base = float(sums[first - 1]) if first else 0.0
    reached, row, taken = Fraction(0), first, Fraction(0)
    for position, (lot, amount) in enumerate(poured):
        target = reached + amount
        is_last = position == len(poured) - 1
        end = last if is_last else _row_at(shares, sums, of_class, first, last, base, target)
        left = None if is_last else shares.between(first, end, of_class) - target
        begins_within = taken > 0
        head = tail = None
        if is_last:
            head = shares.between(row, row + 1, of_class) - taken if begins_within else None
            yield lot, row, end, head, tail
            return
        assert left is not None
        own = shares.between(end - 1, end, of_class)
        if end - 1 == row:
            head = amount if begins_within or left else None
        else:
            head = shares.between(row, row + 1, of_class) - taken if begins_within else None
            tail = own - left if left else None
        yield lot, row, end, head, tail
        reached = target
        if left:
            taken = amount + taken if end - 1 == row else own - left
            row = end - 1
        else:
            row, taken = end, Fraction(0)


def _row_at(
    shares: Shares,
    sums: npt.NDArray[np.float64],
    of_class: int,
    first: int,
    last: int,
    base: float,
    target: Fraction,
) -> int:
    """The least end so that the claimants first .. end - 1 receive `target` or more."""
    end = first + int(np.searchsorted(sums[first:last], base + float(target))) + 1
    end = min(end, last)
    while end < last and shares.between(first, end, of_class) < target:
        end += 1
    while end - 1 > first and shares.between(first, end - 1, of_class) >= target:
        end -= 1
    return end
