"""Which claimant receives what from which lot, in the one canonical order.

The optimum fixes how much each claimant receives, not from where. Lots come in the order of
(expiry, row), classes and claimants in the order of their rows: each takes from the first lot that
still holds something for it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from math import lcm

import numpy as np
import numpy.typing as npt

from bandung.fairness.levels import ACTIVE, CAPPED, ZERO, Ratio
from bandung.fairness.optimum import Optimum
from bandung.fairness.problem import Integers


@dataclass(frozen=True)
class Pieces:
    """One row per consignment: the claimant's place in class order, and the lot.

    A piece is the claimant's whole share, unless `parts` holds its exact share by piece.
    """

    place: Integers
    lot: Integers
    parts: dict[int, Ratio]


@dataclass(frozen=True)
class Shares:
    """The exact share of each served claimant of an optimum, in class order."""

    optimum: Optimum

    @cached_property
    def _columns(self) -> tuple[Integers, Integers]:
        """Running sums: a share is the first's growth + the second's x the level."""
        claims, state = self.optimum.claims, self.optimum.standing.state
        is_active = state == ACTIVE
        even = claims.cap * (state == CAPPED)
        even -= claims.received * is_active
        columns = (even, claims.slope * is_active)
        found = [np.zeros(len(state) + 1, np.int64) for _ in columns]
        for total, column in zip(found, columns, strict=True):
            np.cumsum(column, out=total[1:])
        return found[0], found[1]

    def of(self, place: int) -> Fraction:
        """The share of one claimant, by its place in class order."""
        start = self.optimum.claims.start
        of_class = int(np.searchsorted(start, place, side="right")) - 1
        level = self.optimum.class_level[of_class] or (0, 1)
        return Fraction(self.parts_between(place, place + 1, level), level[1])

    def parts_between(self, first: int, last: int, level: Ratio) -> int:
        """The sum of the shares of the claimants first .. last - 1, all of one class and level, in
        units of 1 / the level's denominator."""
        even, slope = self._columns
        return int(even[last] - even[first]) * level[1] + int(slope[last] - slope[first]) * level[0]

    @cached_property
    def floats(self) -> npt.NDArray[np.float64]:
        """Every share in floating point."""
        optimum = self.optimum
        claims, state = optimum.claims, optimum.standing.state
        ratios = [0.0 if each is None else each[0] / each[1] for each in optimum.class_level]
        reach: npt.NDArray[np.float64] = claims.rows(np.array(ratios)) * claims.slope
        reach -= claims.received
        np.clip(reach, 0.0, claims.cap, out=reach)
        np.copyto(reach, claims.cap, where=state == CAPPED)
        reach[state == ZERO] = 0.0
        return reach


def split(optimum: Optimum, shares: Shares, by_class: list[list[tuple[int, Fraction]]]) -> Pieces:
    """The consignments of an optimum, out of what the lots pour into each class."""
    start, state = optimum.claims.start.tolist(), optimum.standing.state
    segments = [
        segment
        for each, poured in enumerate(by_class)
        if poured
        for segment in _cut(shares, each, start[each], start[each + 1], poured)
    ]
    if not segments:
        none = np.zeros(0, np.int64)
        return Pieces(none, none, {})
    lots, firsts, ends = np.array([segment[:3] for segment in segments]).T
    kept = np.flatnonzero((state == ACTIVE) | ((state == CAPPED) & (optimum.claims.cap > 0)))
    lows = np.searchsorted(kept, firsts)
    counts = np.searchsorted(kept, ends) - lows
    begins = np.concatenate([[0], np.cumsum(counts)])
    places = kept[np.arange(begins[-1]) + np.repeat(lows - begins[:-1], counts)]
    parts: dict[int, Ratio] = {}
    cut = zip(begins[:-1].tolist(), begins[1:].tolist(), segments, strict=True)
    for piece, end, (*_where, head, tail) in cut:
        if head is not None:
            parts[piece] = head
        if tail is not None:
            parts[end - 1] = tail
    return Pieces(places, np.repeat(lots, counts), parts)


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


Segment = tuple[int, int, int, Ratio | None, Ratio | None]


@dataclass(frozen=True)
class _Line:
    """The claimants of one class in a row, at its level, measured in units of 1 / `scale`."""

    shares: Shares
    level: Ratio
    scale: int

    def between(self, first: int, last: int) -> int:
        """The sum of the shares of first .. last - 1."""
        return self.shares.parts_between(first, last, self.level) * (self.scale // self.level[1])

    def end_at(self, first: int, last: int, target: int) -> int:
        """The least end, at most `last`, so that first .. end - 1 receive `target` or more."""
        ends = range(first + 1, last)
        return first + 1 + bisect_left(ends, target, key=lambda end: self.between(first, end))


def _cut(
    shares: Shares, of_class: int, first: int, last: int, poured: list[tuple[int, Fraction]]
) -> Iterator[Segment]:
    """(lot, first row, end row, part of its first, part of its last claimant) for each pour.

    A part is None where the piece is the claimant's whole share.
    """
    if len(poured) == 1:
        yield poured[0][0], first, last, None, None
        return
    level = shares.optimum.class_level[of_class] or (0, 1)
    scale = lcm(level[1], *(amount.denominator for _lot, amount in poured))
    line = _Line(shares, level, scale)
    row, taken = first, 0
    for lot, amount in poured[:-1]:
        units = amount.numerator * (scale // amount.denominator)
        end = line.end_at(row, last, taken + units)
        left = line.between(row, end) - taken - units
        is_one = end - 1 == row
        head = tail = None
        if is_one and (taken or left):
            head = (units, scale)
        elif not is_one:
            head = (line.between(row, row + 1) - taken, scale) if taken else None
            tail = (line.between(end - 1, end) - left, scale) if left else None
        yield lot, row, end, head, tail
        if not left:
            row, taken = end, 0
        elif is_one:
            taken += units
        else:
            row, taken = end - 1, line.between(end - 1, end) - left
    head = (line.between(row, row + 1) - taken, scale) if taken else None
    yield poured[-1][0], row, last, head, None
