"""Which claimant receives what from which lot, in the one canonical order.

The optimum fixes how much each claimant receives, not from where. Lots come in the order of
(expiry, row), classes and claimants in the order of their rows: each takes from the first lot that
still holds something for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import lcm

import numpy as np
import numpy.typing as npt

from bandung.fairness.levels import ACTIVE, CAPPED, Ratio
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
        level = self.optimum.class_level[of_class] or (0, 1)
        return Fraction(self.parts_between(first, last, level), level[1])

    def parts_between(self, first: int, last: int, level: Ratio) -> int:
        """The same at a known level, in units of 1 / the level's denominator."""
        capped, received, slope = self._columns
        even = int(capped[last] - capped[first]) - int(received[last] - received[first])
        return even * level[1] + int(slope[last] - slope[first]) * level[0]

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
    used = optimum.flow.used
    ends = zip(used, graph.edge_lot[used].tolist(), graph.edge_class[used].tolist(), strict=True)
    supply = problem.supply.tolist()
    for group, edges in groupby(ends, key=lambda end: end[1]):
        lots = members[group]
        asks = ((each, optimum.flow.amount(edge, group)) for edge, _group, each in edges)
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


@dataclass(frozen=True)
class _Line:
    """The claimants first .. last - 1 of one class in a row, measured in units of 1 / `scale`.

    `sums` are the shares before and with each claimant, in floating point.
    """

    shares: Shares
    sums: npt.NDArray[np.float64]
    level: Ratio
    first: int
    last: int
    scale: int

    def between(self, first: int, last: int) -> int:
        """The sum of the shares of first .. last - 1."""
        return self.shares.parts_between(first, last, self.level) * (self.scale // self.level[1])

    def end_at(self, target: int) -> int:
        """The least end so that first .. end - 1 receive `target` or more."""
        first, last = self.first, self.last
        base = float(self.sums[first - 1]) if first else 0.0
        end = int(np.searchsorted(self.sums[first:last], base + target / self.scale))
        end = min(first + end + 1, last)
        while end < last and self.between(first, end) < target:
            end += 1
        while end - 1 > first and self.between(first, end - 1) >= target:
            end -= 1
        return end


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
    if len(poured) == 1:
        yield poured[0][0], first, last, None, None
        return
    level = shares.optimum.class_level[of_class] or (0, 1)
    scale = lcm(level[1], *(amount.denominator for _lot, amount in poured))
    line = _Line(shares, sums, level, first, last, scale)
    reached, row, taken = 0, first, 0
    for lot, amount in poured[:-1]:
        units = amount.numerator * (scale // amount.denominator)
        reached += units
        end = line.end_at(reached)
        left = line.between(first, end) - reached
        is_one = end - 1 == row
        head = tail = None
        if is_one and (taken or left):
            head = amount
        elif not is_one:
            head = Fraction(line.between(row, row + 1) - taken, scale) if taken else None
            tail = Fraction(line.between(end - 1, end) - left, scale) if left else None
        yield lot, row, end, head, tail
        if not left:
            row, taken = end, 0
        elif is_one:
            taken += units
        else:
            row, taken = end - 1, line.between(end - 1, end) - left
    head = Fraction(line.between(row, row + 1) - taken, scale) if taken else None
    yield poured[-1][0], row, last, head, None
