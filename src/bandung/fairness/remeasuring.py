"""Takes the measures of a published result anew, and its blocks, from figures that were checked.

Coverage of whole units is compared exactly. What follows from exact shares passed through floating
point when it was written: it is compared to SLIP, two units of the twelfth digit.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import inf, isclose
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bandung.fairness.certificate import (
    Deferred,
    Eligibility,
    Floats,
    Level,
    Pairs,
    Ranks,
    Violation,
)
from bandung.fairness.measures import Groups, Outcome, gaps, not_served, rounded, spread
from bandung.fairness.problem import Integers, Problem
from bandung.fairness.replaying import divided

SLIP = 2e-12


class Levelled(Protocol):
    """What blocks follow from."""

    @property
    def lot_level(self) -> Sequence[Level]: ...
    @property
    def deferred(self) -> Deferred: ...


class Measured(Levelled, Protocol):
    """What measures follow from, and what a result says of them."""

    @property
    def rule(self) -> str: ...
    @property
    def shares(self) -> Sequence[Fraction]: ...
    @property
    def shares_array(self) -> Floats: ...
    @property
    def allocated(self) -> Any: ...
    @property
    def placed(self) -> Any: ...
    @property
    def measures(self) -> dict[str, Any]: ...


def blocks_of(problem: Problem, result: Levelled) -> tuple[Integers, Integers]:
    """The block of each claimant and of each lot: what hangs together at one level.

    Numbered by rising level, then by the first lot; -1 for whom no lot may serve, and for lots
    that nobody may use. Lots that the same claimants may use stand in one block.
    """
    eligible = Eligibility.of(problem, result.deferred)
    is_filled = np.bincount(eligible.class_of, minlength=eligible.classes) > 0
    is_open = is_filled[eligible.edge_class]
    pairs = Pairs(eligible.classes, eligible.edge_lot[is_open], eligible.edge_class[is_open])
    of_lot = Ranks.of(result.lot_level).of_lot
    highest = pairs.highest(of_lot)
    is_even = of_lot[pairs.lot] == highest[pairs.of_class]
    even = (pairs.lot[is_even].tolist(), pairs.of_class[is_even].tolist())
    root = _joined(problem.lots, pairs, of_lot.tolist(), *even)
    used = sorted(set(pairs.lot.tolist()))
    first = sorted({root[lot] for lot in used}, key=lambda lot: (int(of_lot[lot]), lot))
    number = {lot: at for at, lot in enumerate(first)}
    lot_block = np.full(problem.lots, -1)
    lot_block[used] = [number[root[lot]] for lot in used]
    class_block = np.full(eligible.classes, -1)
    class_block[even[1]] = lot_block[even[0]]
    return class_block[eligible.class_of], lot_block


def _joined(
    lots: int, pairs: Pairs, rank: list[int], even_lot: list[int], even_class: list[int]
) -> list[int]:
    """For each lot the first of those that it hangs together with."""
    root = list(range(lots))

    def join(one: int, other: int) -> None:
        while root[one] != one:
            root[one] = one = root[root[one]]
        while root[other] != other:
            root[other] = other = root[root[other]]
        root[max(one, other)] = min(one, other)

    known: dict[Any, int] = {}
    for lot, of_class in zip(even_lot, even_class, strict=True):
        join(known.setdefault(of_class, lot), lot)
    users: list[list[int]] = [[] for _ in range(lots)]
    for lot, of_class in zip(pairs.lot.tolist(), pairs.of_class.tolist(), strict=True):
        users[lot].append(of_class)
    for lot, some in enumerate(users):
        if some:
            join(known.setdefault((rank[lot], tuple(sorted(some))), lot), lot)
    for lot in range(lots):
        root[lot] = root[root[lot]]
    return root


def measures_of(problem: Problem, result: Measured, groups: Groups | None) -> dict[str, Any]:
    """All measures, as the engine publishes them."""
    is_packed = result.rule != "continuous"
    shared = _coverage(problem, result.shares_array)
    coverage = _coverage(problem, np.asarray(result.allocated)) if is_packed else shared
    shares = _outcome(problem, shared, _total(result.shares))
    found: dict[str, Any] = {
        "before": spread(problem.need, _coverage(problem, np.zeros(problem.size))).figures(),
        "after": spread(problem.need, coverage).figures(),
        "blocks": _blocks(problem, result),
        "not_served": not_served(problem),
    }
    if is_packed:
        placed = int(np.asarray(result.placed).sum())
        packed = _outcome(problem, coverage, placed)
        found["price_of_packs"] = shares.price(packed)
    if problem.minimum.any():
        free = shares
        if result.deferred:
            again = divided(problem, ())
            free = _outcome(problem, again.share_coverage_array, _total(again.shares))
        found["price_of_minimum"] = free.price(shares)
    if groups:
        found["groups"] = gaps(problem.need, coverage, groups)
    return found


def _coverage(problem: Problem, amounts: npt.NDArray[Any]) -> Floats:
    """Coverage in floating point, rounded where the engine rounds it."""
    found: Floats = problem.weight_lcm * ((problem.received + amounts) / problem.slope)
    return found


def _total(shares: Sequence[Fraction]) -> Fraction:
    """The units of all shares; a sum too long to write, as only wrong shares have, is cut."""
    found = sum(shares, Fraction(0))
    return found if found.denominator.bit_length() < 10_000 else Fraction(int(found))


def _outcome(problem: Problem, coverage: Floats, placed: int | Fraction) -> Outcome:
    """The worst of those whom a lot may serve, the Gini of all, and the units placed."""
    is_open = np.zeros(problem.classes, np.bool_)
    is_open[problem.lot_class] = True
    served = coverage[is_open[problem.class_of]]
    worst = float(served.min()) if len(served) else 0.0
    return Outcome(worst, spread(problem.need, coverage).gini, placed)


def _blocks(problem: Problem, result: Levelled) -> dict[str, Any]:
    of_claimant, of_lot = blocks_of(problem, result)
    rows: list[dict[str, Any]] = []
    for level, lot in zip(result.lot_level, of_lot.tolist(), strict=True):
        while lot >= len(rows):
            rows.append({"level": None, "lots": 0, "claimants": 0, "need": 0})
        if lot >= 0:
            rows[lot]["level"] = "inf" if level == inf else rounded(float(level))
            rows[lot]["lots"] += 1
    for block, need in zip(of_claimant.tolist(), problem.need.tolist(), strict=True):
        if block >= 0:
            rows[block]["claimants"] += 1
            rows[block]["need"] += need
    return {"count": len(rows), "each": rows}


def measure_faults(
    problem: Problem, result: Measured, groups: Groups | None
) -> Iterator[Violation]:
    """Every measure that is not what the figures of the result give, by its name."""
    wanted, said = measures_of(problem, result, groups), dict(result.measures)
    if groups is None and "groups" in said:
        said.pop("groups")
        yield Violation("measures", None, None, "groups: not known without the claimants' groups")
    is_exact = result.rule != "continuous"
    for name in [*wanted, *(said.keys() - wanted.keys())]:
        is_of_units = name in ("before", "blocks", "not_served")
        slip = 0.0 if is_of_units or (is_exact and name in ("after", "groups")) else SLIP
        for where, words in _differences(said.get(name, ...), wanted.get(name, ...), slip):
            yield Violation("measures", None, None, f"{name}{where}: {words}")


def _differences(said: Any, found: Any, slip: float) -> Iterator[tuple[str, str]]:
    """Where two trees of figures differ, and how."""
    if said is ... or found is ...:
        yield "", "it is missing" if said is ... else "there is no such measure"
    elif isinstance(found, dict) and isinstance(said, dict):
        for name in [*found, *(said.keys() - found.keys())]:
            inner = _differences(said.get(name, ...), found.get(name, ...), slip)
            yield from ((f".{name}{where}", words) for where, words in inner)
    elif isinstance(found, list) and isinstance(said, list) and len(found) == len(said):
        for at, (one, other) in enumerate(zip(said, found, strict=True)):
            inner = _differences(one, other, slip)
            yield from ((f"[{at}]{where}", words) for where, words in inner)
    elif not _is_same(said, found, slip):
        yield "", f"{_short(said)} where the figures give {_short(found)}"


def _is_same(said: Any, found: Any, slip: float) -> bool:
    if isinstance(said, bool) or not isinstance(found, float):
        return type(said) is type(found) and bool(said == found)
    if not isinstance(said, int | float) or abs(said) > 1e300:
        return False
    return said == found or isclose(said, found, rel_tol=slip, abs_tol=slip)


def _short(figure: Any) -> str:
    text = repr(figure)
    return text if len(text) <= 60 else f"{text[:57]}..."
