"""Whole packs out of exact shares, by published policy.

`floor`: every consignment is rounded down. `quota-leximin`: then, lot by lot, one more pack goes
to the consignments of the lowest covered. `hamilton`: to those of the largest remainder. `adams`:
the packs of a lot are divided by Adams's divisor method in proportion to the consignments. None
ever lifts a claimant above its cap. Source of the methods: Balinski and Young, Fair Representation.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bandung.fairness.consignments import Pieces, Shares
from bandung.fairness.levels import ACTIVE, CAPPED, ROUNDING, Ratio
from bandung.fairness.ordering import by_number, cuts
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.ranking import sort_ratios

RULES = ("quota-leximin", "adams", "floor", "hamilton")


@dataclass
class _Packing:
    """The work on one problem: `packs` and `total` change as lot after lot is packed."""

    problem: Problem
    shares: Shares
    pieces: Pieces
    claimant: Integers
    packs: Integers
    has_rest: npt.NDArray[np.bool_]
    total: Integers

    def share(self, piece: int) -> Fraction:
        """The exact share of a piece."""
        if piece in self.pieces.parts:
            return self.pieces.parts[piece]
        return self.shares.of(int(self.pieces.place[piece]))

    def give(self, chosen: Integers, pack: int) -> None:
        """One more pack to each of the chosen pieces."""
        self.packs[chosen] += 1
        self.total[self.claimant[chosen]] += pack

    def may_rise(self, some: Integers, pack: int) -> Integers:
        """Those of some pieces that were rounded down and whose claimant has room for a pack."""
        rows = self.claimant[some]
        has_room = self.total[rows] + pack <= self.problem.cap[rows]
        return some[self.has_rest[some] & has_room]


def pack(problem: Problem, shares: Shares, pieces: Pieces, rule: str) -> Integers:
    """How many units each piece delivers: whole packs of its lot."""
    claimant = shares.optimum.collapsed.order[pieces.place]
    sizes = problem.pack[pieces.lot]
    packs, has_rest = _whole_packs(shares, pieces, sizes)
    if rule == "adams":
        packs[:] = 0
    total = np.zeros(problem.size, np.int64)
    np.add.at(total, claimant, packs * sizes)
    work = _Packing(problem, shares, pieces, claimant, packs, has_rest, total)
    if rule != "floor":
        by_lot = by_number(pieces.lot, problem.lots)
        begins = cuts(pieces.lot[by_lot], problem.lots)
        for lot in np.lexsort((np.arange(problem.lots), problem.expiry)).tolist():
            some = by_lot[begins[lot] : begins[lot + 1]]
            if len(some):
                _PACKERS[rule](work, lot, some)
    return work.packs * sizes


def _whole_packs(
    shares: Shares, pieces: Pieces, sizes: Integers
) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The whole packs within each piece, and whether something is left beyond them; exact."""
    optimum = shares.optimum
    state = optimum.standing.state[pieces.place]
    amount = shares.floats[pieces.place]
    ratio = amount / sizes
    whole, has_rest = ratio.astype(np.int64), np.ones(len(ratio), bool)
    capped = np.flatnonzero(state == CAPPED)
    whole[capped], left = np.divmod(optimum.claims.cap[pieces.place[capped]], sizes[capped])
    has_rest[capped] = left > 0
    slip = 2 * ROUNDING * (ratio + optimum.claims.received[pieces.place] / sizes)
    is_close = (state == ACTIVE) & (np.abs(ratio - np.rint(ratio)) <= slip)
    is_close[list(pieces.parts)] = True
    for piece in np.flatnonzero(is_close).tolist():
        share = pieces.parts.get(piece)
        if share is None:
            share = shares.of(int(pieces.place[piece]))
        packs, rest = divmod(share, int(sizes[piece]))
        whole[piece], has_rest[piece] = packs, rest > 0
    return whole, has_rest


def _left(work: _Packing, lot: int, some: Integers) -> int:
    return int(work.problem.supply[lot] // work.problem.pack[lot] - work.packs[some].sum())


def _raise_lowest(work: _Packing, lot: int, some: Integers) -> None:
    size = int(work.problem.pack[lot])
    left, able = _left(work, lot, some), work.may_rise(some, size)
    rows = work.claimant[able]
    reached, slope = work.problem.received[rows] + work.total[rows], work.problem.slope[rows]

    def exactly(some: list[int]) -> list[Ratio]:
        return [Fraction(int(reached[each]), int(slope[each])).as_integer_ratio() for each in some]

    work.give(able[_first(reached / slope, exactly, rows, left)], size)


def _raise_largest_rest(work: _Packing, lot: int, some: Integers) -> None:
    size = int(work.problem.pack[lot])
    left, able = _left(work, lot, some), work.may_rise(some, size)
    rests = [-(work.share(piece) / size % 1) for piece in able.tolist()]

    def exactly(some: list[int]) -> list[Ratio]:
        return [rests[each].as_integer_ratio() for each in some]

    keys = np.array([float(each) for each in rests])
    work.give(able[_first(keys, exactly, work.claimant[able], left)], size)


def _divide_by_adams(work: _Packing, lot: int, some: Integers) -> None:
    size = int(work.problem.pack[lot])
    seats = int(work.problem.supply[lot] // size)
    rows = work.claimant[some]
    most = np.maximum(0, (work.problem.cap[rows] - work.total[rows]) // size)
    shares = [work.share(piece) for piece in some.tolist()]
    packs = _below_adams(np.array([float(each) for each in shares]), most, seats)
    waiting = [
        ((-share / count if count else -share), bool(count), place)
        for place, (share, count) in enumerate(zip(shares, packs.tolist(), strict=True))
        if count < most[place]
    ]
    queue = [(has_some, key, place) for key, has_some, place in waiting]
    heapq.heapify(queue)
    for _seat in range(seats - int(packs.sum())):
        if not queue:
            break
        _has_some, _key, place = heapq.heappop(queue)
        packs[place] += 1
        if packs[place] < most[place]:
            heapq.heappush(queue, (True, -shares[place] / int(packs[place]), place))
    work.packs[some] = packs
    np.add.at(work.total, rows, packs * size)


def _below_adams(shares: npt.NDArray[np.float64], most: Integers, seats: int) -> Integers:
    """Packs that Adams's method surely gives: at a divisor that is a little too large."""
    if most.sum() <= seats:
        return most
    low, high = 0.0, float(shares.max()) * 2
    while high - low > 1e-15 * high:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if np.minimum(np.ceil(shares / middle), most).sum() > seats:
            low = middle
        else:
            high = middle
    sure = np.minimum(np.ceil(shares / (high * (1 + 1e-12))) - 1, most)
    found: Integers = np.maximum(sure, 0).astype(np.int64)
    return found


def _first(
    keys: npt.NDArray[np.float64],
    exactly: Callable[[list[int]], list[Ratio]],
    ties: Integers,
    count: int,
) -> Integers:
    """The places of the `count` smallest keys, equal ones by `ties`; exact at the border."""
    if count <= 0:
        return np.zeros(0, np.int64)
    if count >= len(keys):
        return np.arange(len(keys))
    border = float(np.partition(keys, count - 1)[count - 1])
    slip = 1e-14 * max(abs(border), 1e-300)
    sure = np.flatnonzero(keys < border - slip)
    close = np.flatnonzero(np.abs(keys - border) <= slip)
    if len(sure) + len(close) > count:
        ratios = exactly(close.tolist())
        rank = {ratio: place for place, ratio in enumerate(sort_ratios(set(ratios)))}
        ranks = np.array([rank[each] for each in ratios])
        close = close[np.lexsort((ties[close], ranks))][: count - len(sure)]
    return np.concatenate([sure, close])


_PACKERS: dict[str, Callable[[_Packing, int, Integers], None]] = {
    "quota-leximin": _raise_lowest,
    "hamilton": _raise_largest_rest,
    "adams": _divide_by_adams,
}
