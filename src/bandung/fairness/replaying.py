"""Divides anew what a certificate alone cannot show: who was deferred, and which lot serves whom.

Which consignments fall below a minimum depends on every division on the way, and which of several
lots serves a claimant is a choice that fairness leaves open. Both can only be had by dividing
again with the engine. So this is not independent of it; but each division on the way is proved by
its certificate, and whose turn it is to be deferred is found, and packs are made, by code of the
checker's own.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from bandung.fairness.allocation import CONTINUOUS, Allocation
from bandung.fairness.certificate import Deferred, Violation, check_certificate
from bandung.fairness.minima import without
from bandung.fairness.optimum import solve
from bandung.fairness.problem import Problem
from bandung.fairness.repacking import Piece, repack

MOST_WORK = 400_000
"""Claimants x divisions up to which deferrals are replayed: tens of seconds."""

Pair = tuple[int, int]


class Sent(Protocol):
    """One consignment with its exact share."""

    @property
    def claimant(self) -> int: ...
    @property
    def lot(self) -> int: ...
    @property
    def share(self) -> Fraction: ...


class Divided(Protocol):
    """What is compared of a result."""

    @property
    def rule(self) -> str: ...
    @property
    def deferred(self) -> Deferred: ...
    @property
    def consignments(self) -> Sequence[Sent]: ...


class Replay:
    """A division made anew: `deferred` in the order of the drops; `is_proved` if every division on
    the way has a certificate that holds; not `is_complete` if there were too many."""

    def __init__(self, problem: Problem, rule: str) -> None:
        self.problem, self.rule = problem, rule
        self.deferred: list[Pair] = []
        self.is_proved, self.is_complete = True, True

    def run(self) -> "Replay":
        """Divides, defers one consignment, and so on until none is too small."""
        while (pair := self._next()) is not None:
            self.deferred.append(pair)
            if self.problem.size * len(self.deferred) > MOST_WORK:
                self.is_complete = False
                break
        return self

    def _next(self) -> Pair | None:
        state = divided(self.problem, self.deferred)
        if check_certificate(self.problem, state):
            self.is_proved = False
            return None
        pieces = [(each.claimant, each.lot, each.share) for each in state.consignments]
        pair = self._smallest(pieces, [share for _claimant, _lot, share in pieces])
        if pair is None and self.rule != CONTINUOUS:
            pair = self._smallest(pieces, repack(self.problem, self.rule, pieces))
        return pair

    @cached_property
    def _minimum(self) -> list[int]:
        found: list[int] = self.problem.minimum.tolist()
        return found

    def _smallest(self, pieces: Sequence[Piece], amounts: Sequence[Fraction | int]) -> Pair | None:
        """The consignment that is the smallest part of its minimum, if one is below it."""
        ratios = [
            (Fraction(amount) / self._minimum[claimant], claimant, lot)
            for (claimant, lot, _share), amount in zip(pieces, amounts, strict=True)
            if 0 < amount < self._minimum[claimant]
        ]
        return min(ratios)[1:] if ratios else None


def divided(problem: Problem, deferred: Deferred) -> Allocation:
    """The exact shares without the deferred pairs, by the engine."""
    pairs = tuple(sorted(deferred))
    return Allocation(problem, CONTINUOUS, pairs, solve(without(problem, pairs)))


def is_replayed(problem: Problem, result: Divided) -> bool:
    """Whether the deferrals of a result are few enough to be replayed."""
    is_small = problem.size * len(result.deferred) <= MOST_WORK
    return is_small or not problem.minimum.any()


def deferral_faults(problem: Problem, result: Divided) -> Iterator[Violation]:
    """Where a result deferred others than the rule does; silent unless `is_replayed`."""
    if not problem.minimum.any() or not is_replayed(problem, result):
        return
    replay = Replay(problem, result.rule).run()
    if not replay.is_proved:
        words = "the deferrals cannot be checked: the engine's own division does not hold"
        yield Violation("deferral", None, None, words)
        return
    said, right = set(result.deferred), set(replay.deferred)
    for claimant, lot in sorted(right - said):
        words = "this consignment is to be deferred: it falls below the claimant's minimum"
        yield Violation("deferral", claimant, lot, words)
    for claimant, lot in sorted(said - right if replay.is_complete else ()):
        words = "deferred without cause: its turn does not come when the minima are followed"
        yield Violation("deferral", claimant, lot, words)


def split_faults(problem: Problem, result: Divided) -> Iterator[Violation]:
    """Where a result divides shares among lots otherwise than the engine does.

    Such a division may be as fair, but packs are made of it, and the same input gives the same.
    """
    again, given = divided(problem, result.deferred).consignments, result.consignments
    if len(again) == len(given) and all(map(_is_same, again, given)):
        return
    right = {(each.claimant, each.lot): each.share for each in again}
    said = {(each.claimant, each.lot): each.share for each in given}
    for pair in sorted(said.keys() | right.keys()):
        one, other = said.get(pair, Fraction(0)), right.get(pair, Fraction(0))
        if one != other:
            words = f"its share of this lot is {one}; the engine's division gives {other}"
            yield Violation("split", *pair, words)


def _is_same(one: Sent, other: Sent) -> bool:
    return (one.claimant, one.lot, one.share) == (other.claimant, other.lot, other.share)
