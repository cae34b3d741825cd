"""All that a result file says, checked against its input: what fails, and what was not checked.

`check` asks whether the division holds. A file says more: coverages, what limits each claimant,
blocks, measures, the engine's version; and the engine makes the same bytes of the same input, so
that which of several lots serves whom is no free choice either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from bandung.fairness.allocation import VERSION
from bandung.fairness.certificate import Violation
from bandung.fairness.checking import check
from bandung.fairness.measures import Groups
from bandung.fairness.minima import held_back
from bandung.fairness.problem import Problem
from bandung.fairness.remeasuring import blocks_of, measure_faults
from bandung.fairness.replaying import is_replayed, split_faults
from bandung.fairness.rereading import Level, Result


@dataclass(frozen=True)
class Verified:
    """What does not hold in a result, and in words what nobody looked at."""

    faults: tuple[Violation, ...]
    unchecked: tuple[str, ...]


def verify(problem: Problem, result: Result, groups: Groups | None = None) -> Verified:
    """Checks everything that a file says; `groups` are the input's, without which gaps between
    groups cannot be checked and are refused."""
    faults = [*check(problem, result), *file_faults(problem, result, groups)]
    if not faults:
        faults = [*split_faults(problem, result)]
    unchecked: tuple[str, ...] = ()
    if not is_replayed(problem, result):
        count = len(result.deferred)
        unchecked = (f"whether the minima defer these {count:,} consignments, too many to replay",)
    return Verified(tuple(faults), unchecked)


def file_faults(
    problem: Problem, result: Result, groups: Groups | None = None
) -> Iterator[Violation]:
    """What a file says beyond what `check` asks of it, where it does not hold."""
    if result.version != VERSION:
        words = f"made by version {result.version[:40]} of the engine; this one checks {VERSION}"
        yield Violation("version", None, None, words)
    yield from _claimants(problem, result)
    yield from measure_faults(problem, result, groups)


def _claimants(problem: Problem, result: Result) -> Iterator[Violation]:
    """Coverage, block, and what limits each claimant."""
    put_off = held_back(problem, result.deferred, result.share, result.level, result.lot_level)
    columns = zip(
        result.allocated.tolist() if isinstance(result.allocated, np.ndarray) else result.allocated,
        result.coverage,
        problem.received.tolist(),
        problem.slope.tolist(),
        problem.cap.tolist(),
        result.said_block,
        blocks_of(problem, result)[0].tolist(),
        strict=True,
    )
    for row, (allocated, coverage, received, slope, cap, said, block) in enumerate(columns):
        held = problem.weight_lcm * (received + allocated)
        if coverage.numerator * slope != held * coverage.denominator:
            words = f"its coverage is {Fraction(held) / slope}, not {coverage}"
            yield Violation("coverage", row, None, words)
        limit, level = result.limited_by[row], result.level[row]
        reason = _limit(level, result.shares[row] == cap, row in put_off)
        if limit != reason:
            yield Violation("limited-by", row, None, f"it is limited by {reason}, not {limit}")
        if said is not None and said != block:
            yield Violation("block", row, None, f"it stands in block {block}, not {said}")


def _limit(level: Level | None, is_at_cap: bool, is_put_off: bool) -> str:
    if level is not None and is_at_cap:
        return "cap"
    return "minimum" if is_put_off else "none" if level is None else "lots"
