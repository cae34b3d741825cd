"""Re-checks a division from what was published, with none of the code that made it.

`check` looks at every claimant, lot and consignment in exact numbers; `check_certificate`, which
it calls, proves in one pass over the claimants that the shares are the fair ones.

Codes. The frame: `digest`, `rule`, `length`, `unknown-row`. Consignments: `repeated`, `negative`,
`nothing`, `not-eligible`, `deferred`, `minimum`, `pack`, and `quantity`: it is not what the rule
makes of the shares. Sums: `allocated`, `share`, `placed`, `left`, `supply`, `cap`. `deferral`: the
minima defer others. `certificate-a` to `certificate-e`: the conditions on the shares.

Which of several lots serves a claimant is checked to be possible and fair; that it is what the
engine chooses is left to `verifying`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from math import inf
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bandung.fairness import replaying
from bandung.fairness.certificate import (
    Certified,
    Eligibility,
    Flows,
    Level,
    Violation,
    check_certificate,
    levels_of_claimants,
)
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.repacking import SMALL_STATES, repack

Amount = int | Fraction
MOST_DIGITS = 300
"""Longer numbers are not written out in a message."""
RULES = {"quota-leximin", "adams", "floor", "hamilton", "continuous"}
RULES |= {f"{rule}{SMALL_STATES}" for rule in ("quota-leximin", "adams", "hamilton")}


class Sent(replaying.Sent, Protocol):
    """One consignment as published."""

    @property
    def quantity(self) -> Amount: ...


class Published(Certified, Protocol):
    """All of a result that is checked; an `Allocation` has it, and so has a `Copy`."""

    @property
    def rule(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def allocated(self) -> Sequence[Amount] | Integers: ...
    @property
    def shares(self) -> Sequence[Fraction]: ...
    @property
    def level(self) -> Sequence[Level | None]: ...
    @property
    def placed(self) -> Sequence[Amount] | Integers: ...
    @property
    def left(self) -> Sequence[Amount] | Integers: ...
    @property
    def consignments(self) -> Sequence[Sent]: ...


@dataclass(frozen=True)
class Copy:
    """What a result publishes and nothing more: plain values, as a reader of its file has them."""

    rule: str
    digest: str
    allocated: Sequence[Amount]
    shares: Sequence[Fraction]
    level: Sequence[Level | None]
    lot_level: Sequence[Level]
    placed: Sequence[Amount]
    left: Sequence[Amount]
    consignments: Sequence[Sent]
    deferred: Sequence[tuple[int, int]]
    certificate: Flows

    @classmethod
    def of(cls, result: Published) -> "Copy":
        """The public figures of a result."""
        given = {each.name: getattr(result, each.name) for each in fields(cls)}
        for name, column in given.items():
            if isinstance(column, np.ndarray):
                given[name] = column.tolist()
        return cls(**given)

    @property
    def shares_array(self) -> npt.NDArray[np.float64]:
        """The shares in floating point."""
        return np.array([float(each) for each in self.shares], np.float64)


@dataclass(frozen=True)
class Flow:
    """A flow between lots and classes, put together from consignments: see `flow_of`."""

    class_of: Integers
    pours: list[tuple[int, int, Fraction]]


def flow_of(
    problem: Problem, consignments: Sequence[Sent], deferred: Sequence[tuple[int, int]] = ()
) -> Flow:
    """The certificate's flow where only consignments were published: their shares by class."""
    eligible = Eligibility.of(problem, deferred)
    found: dict[tuple[int, int], Fraction] = {}
    for each in consignments:
        key = (int(eligible.class_of[each.claimant]), each.lot)
        found[key] = found.get(key, Fraction(0)) + each.share
    pours = [(of_class, lot, amount) for (of_class, lot), amount in sorted(found.items())]
    return Flow(np.arange(eligible.classes), pours)


def check(problem: Problem, allocation: Published) -> list[Violation]:
    """All that does not hold in a result, each with its row; an empty list where all holds.

    Uses the problem and the public figures only. Sums, packs and shares are compared exactly.
    """
    faults = [*_frame(problem, allocation)]
    if any(each.code != "digest" for each in faults):
        return faults
    work = _Check(problem, allocation)
    return [
        *faults,
        *work.consignments(),
        *work.quantities(),
        *work.claimants(),
        *work.lots(),
        *work.shares(),
        *replaying.deferral_faults(problem, allocation),
        *_certificate_faults(problem, allocation),
    ]


def _certificate_faults(problem: Problem, allocation: Published) -> list[Violation]:
    try:
        return check_certificate(problem, allocation)
    except ValueError:  # a sum of more digits than Python writes; no division has such shares
        return [Violation("certificate-e", None, None, "the shares are too long to be added up")]


def _frame(problem: Problem, result: Published) -> Iterator[Violation]:
    """Whether the result belongs to the problem at all."""
    if result.digest != problem.digest:
        yield Violation("digest", None, None, "the result was made from another input")
    if result.rule not in RULES:
        yield Violation("rule", None, None, f"no such rule: {result.rule}")
    columns = (result.allocated, result.shares, result.level)
    if any(len(each) != problem.size for each in columns):
        yield Violation("length", None, None, "a figure for each claimant is needed")
    if any(len(each) != problem.lots for each in (result.lot_level, result.placed, result.left)):
        yield Violation("length", None, None, "a figure for each lot is needed")
    rows = [(each.claimant, each.lot) for each in result.consignments] + [*result.deferred]
    for claimant, lot in rows:
        if not (0 <= claimant < problem.size and 0 <= lot < problem.lots):
            words = f"no such claimant or lot: rows {claimant} and {lot}"
            yield Violation("unknown-row", claimant, lot, words)


class _Check:
    """The work on one result whose frame holds."""

    def __init__(self, problem: Problem, result: Published) -> None:
        self.problem, self.result = problem, result
        self.sent = list(result.consignments)
        self.is_packed = result.rule != "continuous"
        self.received = problem.received.tolist()
        self.cap, self.supply = problem.cap.tolist(), problem.supply.tolist()
        self.pack = problem.pack.tolist()
        self.allocated = [_plain(each) for each in result.allocated]

    def consignments(self) -> Iterator[Violation]:
        """Each goes where it may, in whole packs, and is not below a minimum."""
        yield from self._places()
        minimum = self.problem.minimum.tolist()
        for each in self.sent:
            where = (each.claimant, each.lot)
            size = self.pack[each.lot] if self.is_packed else 1
            if each.quantity < 0 or each.share < 0:
                yield Violation("negative", *where, "a consignment is below zero")
            elif not each.share:
                yield Violation("nothing", *where, "there is no share to be sent")
            if self.is_packed and each.quantity % size:
                words = f"{_said(each.quantity)} is not a multiple of the pack of {size}"
                yield Violation("pack", *where, words)
            for amount in (each.quantity, each.share) if minimum[each.claimant] else ():
                if 0 < amount < minimum[each.claimant]:
                    words = f"{_said(amount)} is below the claimant's minimum"
                    yield Violation("minimum", *where, words)

    def quantities(self) -> Iterator[Violation]:
        """Each is its share, or what the rule for packs makes of all shares.

        Silent where shares are impossible, which is said elsewhere.
        """
        pieces = [(each.claimant, each.lot, each.share) for each in self.sent]
        ratios = [share.as_integer_ratio() for _row, _lot, share in pieces]
        is_sound = all(
            0 < above <= self.cap[row] * below
            for (row, _lot, _share), (above, below) in zip(pieces, ratios, strict=True)
        )
        if not is_sound or len({(row, lot) for row, lot, _share in pieces}) < len(pieces):
            return
        right: Sequence[Amount] = [share for _row, _lot, share in pieces]
        if self.is_packed:
            right = repack(self.problem, self.result.rule, pieces)
        for each, units in zip(self.sent, right, strict=True):
            if each.quantity != units:
                words = f"{_said(each.quantity)} where the rule gives {_said(units)}"
                yield Violation("quantity", each.claimant, each.lot, words)

    def _places(self) -> Iterator[Violation]:
        """Whether every pair may be served, once, and was deferred with reason."""
        eligible = Eligibility.of(self.problem, ())
        pairs = [(each.claimant, each.lot) for each in self.sent]
        deferred = set(self.result.deferred)
        for pair, is_open in zip(pairs, self._may(eligible, pairs), strict=True):
            if not is_open:
                yield Violation("not-eligible", *pair, "this lot may not serve this claimant")
            elif pair in deferred:
                yield Violation("deferred", *pair, "a consignment that was deferred is sent")
        for pair, count in Counter(pairs).items():
            if count > 1:
                yield Violation("repeated", *pair, f"the same consignment stands {count} times")
        pairs = [*self.result.deferred]
        for pair, count in Counter(pairs).items():
            if count > 1:
                yield Violation("deferred", *pair, f"the same pair is deferred {count} times")
        for (claimant, lot), is_open in zip(pairs, self._may(eligible, pairs), strict=True):
            if not is_open or not self.problem.minimum[claimant]:
                words = "nothing could be deferred: no minimum, or no such pair"
                yield Violation("deferred", claimant, lot, words)

    def _may(self, eligible: Eligibility, pairs: Sequence[tuple[int, int]]) -> list[bool]:
        claimants = np.array([claimant for claimant, _ in pairs], np.int64)
        lots = np.array([lot for _, lot in pairs], np.int64)
        found: list[bool] = eligible.holds(lots, eligible.class_of[claimants]).tolist()
        return found

    def claimants(self) -> Iterator[Violation]:
        """What each receives is the sum of its consignments, and within its cap."""
        quantities = _sums(self.problem.size, ((x.claimant, x.quantity) for x in self.sent))
        shares = _sums(self.problem.size, ((x.claimant, x.share) for x in self.sent))
        beyond = self._beyond_cap()
        columns = (self.allocated, quantities, self.result.shares, shares, self.cap)
        for row, (allocated, sent, share, shared, cap) in enumerate(zip(*columns, strict=True)):
            if allocated != sent:
                words = f"{_said(allocated)} is not the sum of its consignments, {_said(sent)}"
                yield Violation("allocated", row, None, words)
            if share != shared:
                words = f"{_said(share)} is not the sum of its shares by lot, {_said(shared)}"
                yield Violation("share", row, None, words)
            if max(allocated - beyond[row], share) > cap:
                words = f"{_said(max(allocated, share))} is above the cap of {cap}"
                yield Violation("cap", row, None, words)

    def _beyond_cap(self) -> list[int]:
        """How far each may be above its cap: by less than a pack, where the rule says so."""
        found = [0] * self.problem.size
        if self.result.rule.endswith(SMALL_STATES):
            for each in self.sent:
                if each.quantity:
                    found[each.claimant] = max(found[each.claimant], self.pack[each.lot] - 1)
        return found

    def lots(self) -> Iterator[Violation]:
        """No lot gives more than it holds, and what it gives and keeps is said."""
        quantities = _sums(self.problem.lots, ((x.lot, x.quantity) for x in self.sent))
        shares = _sums(self.problem.lots, ((x.lot, x.share) for x in self.sent))
        placed, left = ([*map(_plain, each)] for each in (self.result.placed, self.result.left))
        for lot, supply in enumerate(self.supply):
            if max(quantities[lot], shares[lot]) > supply:
                words = f"{_said(max(quantities[lot], shares[lot]))} of {supply} are given away"
                yield Violation("supply", None, lot, words)
            if placed[lot] != quantities[lot]:
                sent = _said(quantities[lot])
                words = f"{_said(placed[lot])} is not the sum of the consignments, {sent}"
                yield Violation("placed", None, lot, words)
            if left[lot] != supply - placed[lot]:
                words = f"{_said(left[lot])} is not what is left of {supply}"
                yield Violation("left", None, lot, words)

    def shares(self) -> Iterator[Violation]:
        """(b), (c) and (d), claimant by claimant and consignment by consignment."""
        levels = levels_of_claimants(self.problem, self.result)
        columns = (levels, self.result.level, self.result.shares)
        wanted = [self._share(row, level) for row, level in enumerate(levels)]
        for row, (level, given, share) in enumerate(zip(*columns, strict=True)):
            if given != level:
                words = (
                    f"its level is {_said(level)}, the highest among its lots, not {_said(given)}"
                )
                yield Violation("certificate-b", row, None, words)
            if share != wanted[row]:
                right = _said(wanted[row])
                words = f"its share is {right} by its level and its cap, not {_said(share)}"
                yield Violation("certificate-c", row, None, words)
        for each in self.sent:
            is_held = self.result.shares[each.claimant] == self.cap[each.claimant]
            is_level = self.result.lot_level[each.lot] == levels[each.claimant]
            if each.share > 0 and not is_held and not is_level:
                words = "it draws on a lot that is not of its level, and its cap does not hold it"
                yield Violation("certificate-d", each.claimant, each.lot, words)

    def _share(self, row: int, level: Level | None) -> Fraction:
        if level is None:
            return Fraction(0)
        if level == inf:
            return Fraction(self.cap[row])
        slope = Fraction(int(self.problem.slope[row]), self.problem.weight_lcm)
        reach = Fraction(level) * slope
        share: Fraction = min(max(reach - self.received[row], Fraction(0)), Fraction(self.cap[row]))
        return share


def _sums(size: int, amounts: Any) -> list[Amount]:
    found: list[Amount] = [0] * size
    for row, amount in amounts:
        found[row] += amount
    return found


def _said(amount: Amount | Level | None) -> str:
    """A number in a message; of one with very many digits only the size."""
    if isinstance(amount, int | Fraction):
        digits = max(map(int.bit_length, amount.as_integer_ratio())) * 3 // 10
        if digits > MOST_DIGITS:
            return f"a number of {digits} digits"
    return str(amount)


def _plain(amount: Any) -> Amount:
    return amount if isinstance(amount, Fraction) else int(amount)
