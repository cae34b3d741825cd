"""Makes whole packs of published shares anew, plainly and in whole numbers, to compare them.

Nothing here is taken from packs.py, whose work it re-checks. The rules: `floor` rounds every
consignment down to whole packs. `quota-leximin` and `hamilton` then give, lot by lot in the order
of (expiry, row), one pack more to consignments that were rounded down and whose claimants have
room below their caps, while packs are left: to the lowest covered so far, or to the largest rest.
`adams` gives the packs of a lot one by one, each to the largest share / packs so far (those
without a pack first, the largest share first) that has room. Ties go to the claimant's lower row.
With `+small-states` there is room for a pack wherever there is room for a unit.
"""

import heapq
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from bandung.fairness.problem import Problem

SMALL_STATES = "+small-states"
APART = 128
"""Ratios of 64-bit numbers that differ do so by more than 2^-126: times 2^128, so do their whole
parts."""

Piece = tuple[int, int, Fraction]


def repack(problem: Problem, rule: str, pieces: Sequence[Piece]) -> list[int]:
    """The units of each (claimant, lot, share): whole packs, as the rule makes them.

    A pair stands once, and its share is above 0 and not above its claimant's cap.
    """
    plain = rule.removesuffix(SMALL_STATES)
    work = _Work(problem, pieces, is_small=plain != rule)
    rule = plain
    if rule != "adams":
        work.round_down()
    give = {
        "quota-leximin": work.raise_lowest,
        "hamilton": work.raise_largest_rest,
        "adams": work.divide_by_adams,
    }.get(rule)
    if give:
        days = problem.expiry.tolist()
        for lot in sorted(work.of_lot, key=lambda each: (days[each], each)):
            give(lot)
    return [packs * work.size[lot] for packs, (_, lot, _) in zip(work.packs, pieces, strict=True)]


class _Work:
    """What is known of the pieces; `packs` by piece and `given` by claimant grow."""

    def __init__(self, problem: Problem, pieces: Sequence[Piece], is_small: bool) -> None:
        self.is_small = is_small
        self.size: list[int] = problem.pack.tolist()
        self.supply: list[int] = problem.supply.tolist()
        self.cap: list[int] = problem.cap.tolist()
        self.received: list[int] = problem.received.tolist()
        self.slope: list[int] = problem.slope.tolist()
        self.claimant = [claimant for claimant, _lot, _share in pieces]
        self.lot = [lot for _claimant, lot, _share in pieces]
        self.share = [share.as_integer_ratio() for _claimant, _lot, share in pieces]
        self.packs, self.given = [0] * len(pieces), [0] * problem.size
        self.of_lot: dict[int, list[int]] = {}
        for piece in sorted(range(len(pieces)), key=self.claimant.__getitem__):
            self.of_lot.setdefault(self.lot[piece], []).append(piece)

    def give(self, piece: int, packs: int) -> None:
        self.packs[piece] += packs
        self.given[self.claimant[piece]] += packs * self.size[self.lot[piece]]

    def round_down(self) -> None:
        for piece, (above, below) in enumerate(self.share):
            self.give(piece, above // (below * self.size[self.lot[piece]]))

    def left(self, lot: int) -> int:
        """The whole packs that nobody has yet."""
        packs = sum(self.packs[piece] for piece in self.of_lot[lot])
        return max(0, self.supply[lot] // self.size[lot] - packs)

    def able(self, lot: int) -> list[int]:
        """Who was rounded down and has room for one pack more, by row."""
        size = self.size[lot]
        found = []
        for piece in self.of_lot[lot]:
            above, below = self.share[piece]
            row = self.claimant[piece]
            needed = 1 if self.is_small else size
            if above % (below * size) and self.given[row] + needed <= self.cap[row]:
                found.append(piece)
        return found

    def raise_lowest(self, lot: int) -> None:
        def coverage(piece: int) -> int:
            row = self.claimant[piece]
            return ((self.received[row] + self.given[row]) << APART) // self.slope[row]

        self._raise_first(lot, [(coverage(piece), piece) for piece in self.able(lot)])

    def raise_largest_rest(self, lot: int) -> None:
        rests = []
        for piece in self.able(lot):
            above, below = self.share[piece]
            pack = below * self.size[lot]
            rests.append((above % pack, pack, piece))
        apart = 2 * max((pack.bit_length() for _rest, pack, _piece in rests), default=0)
        keys = [(-((rest << apart) // pack), piece) for rest, pack, piece in rests]
        self._raise_first(lot, keys)

    def _raise_first(self, lot: int, keys: list[tuple[int, int]]) -> None:
        """One pack more to the smallest keys, equal ones by claimant, while packs are left."""
        keys.sort(key=lambda each: (each[0], self.claimant[each[1]]))
        for _key, piece in keys[: self.left(lot)]:
            self.give(piece, 1)

    def divide_by_adams(self, lot: int) -> None:
        some, size = self.of_lot[lot], self.size[lot]
        rows = [self.claimant[piece] for piece in some]
        room = [max(0, self.cap[row] - self.given[row]) for row in rows]
        most = [-(-each // size) if self.is_small else each // size for each in room]
        seats = self.supply[lot] // size
        packs = most if sum(most) <= seats else self._seated(some, most, seats)
        for piece, count in zip(some, packs, strict=True):
            self.give(piece, count)

    def _seated(self, some: list[int], most: list[int], seats: int) -> list[int]:
        shares = [self.share[piece] for piece in some]
        apart = 2 * max((below.bit_length() for _above, below in shares), default=0) + 128

        def turn(place: int, count: int) -> tuple[int, int, int]:
            """When the next pack is due: earlier turns are smaller."""
            above, below = shares[place]
            return (min(count, 1), -((above << apart) // (below * max(count, 1))), place)

        packs = _sure(shares, most, seats)
        queue = [turn(place, count) for place, count in enumerate(packs) if count < most[place]]
        heapq.heapify(queue)
        for _seat in range(seats - sum(packs)):
            _has_some, _key, place = queue[0]
            packs[place] += 1
            if packs[place] < most[place]:
                heapq.heapreplace(queue, turn(place, packs[place]))
            else:
                heapq.heappop(queue)
        return packs


def _sure(shares: list[tuple[int, int]], most: list[int], seats: int) -> list[int]:
    """Packs that are surely due: all those whose turn is a share / packs above some divisor.

    The divisor is sought in floating point; that it gives no pack too many is seen exactly.
    """
    none = [0] * len(shares)
    if sum(1 for each in most if each) > seats:
        return none  # not even a first pack for all
    sizes, room = np.array([above / below for above, below in shares]), np.array(most)
    low, high = 0.0, float(sizes.max())
    for _turn in range(100):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if float(np.minimum(np.ceil(sizes / middle), room).sum()) > seats:
            low = middle
        else:
            high = middle
    top, bottom = (high * (1 + 1e-9)).as_integer_ratio()
    packs = [
        min(-(-above * bottom // (below * top)), cap)
        for (above, below), cap in zip(shares, most, strict=True)
    ]
    return packs if sum(packs) <= seats else none
