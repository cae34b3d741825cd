"""Whole packs out of exact shares, by published policy.

`floor`: every consignment is rounded down. `quota-leximin`: then, lot by lot, one more pack goes
to the consignments of the lowest covered. `hamilton`: to those of the largest remainder. `adams`:
the packs of a lot are divided by Adams's divisor method in proportion to the consignments. None
ever lifts a claimant above its cap, unless its name ends in `+small-states`: then a claimant with
room for less than a pack may have a whole one, so that it ends above by less than a pack.
Source of the methods: Balinski and Young, Fair Representation.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
import numpy.typing as npt

from bandung.fairness.consignments import Pieces, Shares
from bandung.fairness.levels import ACTIVE, CAPPED, ROUNDING, Ratio
from bandung.fairness.ordering import by_number, cuts
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.ranking import sort_ratios

RULES = ("quota-leximin", "adams", "floor", "hamilton")
SMALL_STATES = "+small-states"


@dataclass
class _Packing:
    """The work on one problem: `packs` (by piece) and `total` (what each served claimant receives,
    in class order) change as lot after lot is packed. `by_lot` orders the pieces by lot."""

    problem: Problem
    shares: Shares
    pieces: Pieces
    packs: Integers
    has_rest: npt.NDArray[np.bool_]
    total: Integers
    by_lot: Integers
    has_small_states: bool

    def share(self, piece: int) -> Fraction:
        """The exact share of a piece."""
        part = self.pieces.parts.get(piece)
        return self.shares.of(int(self.pieces.place[piece])) if part is None else Fraction(*part)

    def claimant(self, some: Integers) -> Integers:
        """The claimants' rows, by which ties are broken."""
        return self.shares.optimum.collapsed.order[self.pieces.place[some]]

    def give(self, chosen: Integers, pack: int) -> None:
        """One more pack to each of the chosen pieces."""
        self.packs[chosen] += 1
        self.total[self.pieces.place[chosen]] += pack

    def may_rise(self, some: Integers | slice, pack: Integers | int) -> npt.NDArray[np.bool_]:
        """Which of some pieces were rounded down and have a claimant with room for a pack."""
        place: Integers = self.pieces.place[some]
        needed = 1 if self.has_small_states else pack
        is_roomy = self.total[place] + needed <= self.shares.optimum.claims.cap[place]
        return self.has_rest[some] & is_roomy

    def reached(self, some: Integers | slice) -> tuple[Integers, Integers]:
        """(received + packed, slope) of the claimants of some pieces: the coverage is the ratio."""
        place, claims = self.pieces.place[some], self.shares.optimum.claims
        return claims.received[place] + self.total[place], claims.slope[place]


def pack(problem: Problem, shares: Shares, pieces: Pieces, rule: str) -> Integers:
    """How many units each piece delivers: whole packs of its lot."""
    is_small, rule = rule.endswith(SMALL_STATES), rule.removesuffix(SMALL_STATES)
    sizes = problem.pack[pieces.lot]
    packs, has_rest = _whole_packs(shares, pieces, sizes)
    if rule == "adams":
        packs[:] = 0
    total = np.zeros(len(shares.optimum.claims.cap), np.int64)
    np.add.at(total, pieces.place, packs * sizes)
    by_lot = by_number(pieces.lot, problem.lots)
    work = _Packing(problem, shares, pieces, packs, has_rest, total, by_lot, is_small)
    if rule != "floor":
        begins = cuts(pieces.lot[by_lot], problem.lots).tolist()
        give = _PACKERS[rule](work)
        for lot in np.lexsort((np.arange(problem.lots), problem.expiry)).tolist():
            if begins[lot] < begins[lot + 1]:
                give(lot, slice(begins[lot], begins[lot + 1]))
    return work.packs * sizes


def _whole_packs(
    shares: Shares, pieces: Pieces, sizes: Integers
) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The whole packs within each piece, and whether something is left beyond them; exact."""
    optimum = shares.optimum
    state = optimum.standing.state[pieces.place]
    ratio = shares.floats[pieces.place] / sizes
    whole, has_rest = ratio.astype(np.int64), np.ones(len(ratio), bool)
    capped = np.flatnonzero(state == CAPPED)
    whole[capped], left = np.divmod(optimum.claims.cap[pieces.place[capped]], sizes[capped])
    has_rest[capped] = left > 0
    slip = 2 * ROUNDING * (ratio + optimum.claims.received[pieces.place] / sizes)
    is_close = (state == ACTIVE) & (np.abs(ratio - np.rint(ratio)) <= slip)
    is_close[list(pieces.parts)] = True
    for piece in np.flatnonzero(is_close).tolist():
        above, below = (
            pieces.parts.get(piece) or shares.of(int(pieces.place[piece])).as_integer_ratio()
        )
        packs, rest = divmod(above, below * int(sizes[piece]))
        whole[piece], has_rest[piece] = packs, rest > 0
    return whole, has_rest


class _Lowest:
    """Raises the lowest covered. Who may rise, and from where, is told of all pieces at once, in
    the order of the lots; by the turn of their lot it may have changed for claimants with several
    pieces only."""

    def __init__(self, work: _Packing) -> None:
        self.work, every, place = work, slice(None), work.pieces.place
        reached, slope = work.reached(every)
        is_same = np.append(place[1:] == place[:-1], False)
        self.coverage = (reached / slope)[work.by_lot]
        self.is_able = work.may_rise(every, work.problem.pack[work.pieces.lot])[work.by_lot]
        self.is_shared = (is_same | np.roll(is_same, 1))[work.by_lot]
        self.left = work.problem.supply // work.problem.pack
        np.subtract.at(self.left, work.pieces.lot, work.packs)

    def __call__(self, lot: int, stretch: slice) -> None:
        work, size = self.work, int(self.work.problem.pack[lot])
        some, coverage, is_able = (
            work.by_lot[stretch],
            self.coverage[stretch],
            self.is_able[stretch],
        )
        shared = np.flatnonzero(self.is_shared[stretch])
        if len(shared):
            reached, slope = work.reached(some[shared])
            coverage[shared] = reached / slope
            is_able[shared] = work.may_rise(some[shared], size)
        able = some[is_able]

        def exactly(places: Integers) -> list[Ratio]:
            columns = (each.tolist() for each in work.reached(able[places]))
            return [Fraction(*each).as_integer_ratio() for each in zip(*columns, strict=True)]

        work.give(_first(work, able, coverage[is_able], exactly, int(self.left[lot])), size)


def _raise_largest_rest(work: _Packing, lot: int, stretch: slice) -> None:
    some, size = work.by_lot[stretch], int(work.problem.pack[lot])
    able = some[work.may_rise(some, size)]
    rests = [-(work.share(piece) / size % 1) for piece in able.tolist()]

    def exactly(places: Integers) -> list[Ratio]:
        return [rests[each].as_integer_ratio() for each in places.tolist()]

    keys = np.array([float(each) for each in rests])
    left = int(work.problem.supply[lot] // size - work.packs[some].sum())
    work.give(_first(work, able, keys, exactly, left), size)


def _divide_by_adams(work: _Packing, lot: int, stretch: slice) -> None:
    some = work.by_lot[stretch]
    some = some[np.argsort(work.claimant(some), kind="stable")]  # ties go by row, not by class
    size = int(work.problem.pack[lot])
    seats = int(work.problem.supply[lot] // size)
    rows = work.pieces.place[some]
    room = work.shares.optimum.claims.cap[rows] - work.total[rows]
    most = np.maximum(0, -(-room // size) if work.has_small_states else room // size)
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
    work: _Packing,
    able: Integers,
    keys: npt.NDArray[np.float64],
    exactly: Callable[[Integers], list[Ratio]],
    count: int,
) -> Integers:
    """The `count` pieces of the smallest keys, equal ones by claimant; exact at the border."""
    if count <= 0 or count >= len(keys):
        return able[: max(count, 0)]
    border = float(np.partition(keys, count - 1)[count - 1])
    slip = 1e-14 * max(abs(border), 1e-300)
    near = np.flatnonzero(keys <= border + slip)
    is_close = keys[near] >= border - slip
    sure, close = near[~is_close], near[is_close]
    if len(near) > count:
        ratios = exactly(close)
        rank = {ratio: place for place, ratio in enumerate(sort_ratios(set(ratios)))}
        ranks = np.array([rank[each] for each in ratios])
        order = np.lexsort((work.claimant(able[close]), ranks))
        close = close[order][: count - len(sure)]
    chosen: Integers = able[np.concatenate([sure, close])]
    return chosen


_PACKERS: dict[str, Callable[[_Packing], Callable[[int, slice], None]]] = {
    "quota-leximin": _Lowest,
    "hamilton": lambda work: partial(_raise_largest_rest, work),
    "adams": lambda work: partial(_divide_by_adams, work),
}
