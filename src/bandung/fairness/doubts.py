"""What in the files can be divided, but is hardly meant: named once, with how many it concerns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from bandung.fairness.problem import Integers, Problem
from bandung.fairness.rules import HINTS, Kinds, Lot


@dataclass(frozen=True)
class Doubt:
    """Something that stands first in the row `row` of claimants.csv."""

    row: int
    column: str
    code: str
    seen: str
    message: str
    hint: str


def doubts(problem: Problem, accepts: Kinds, lots: Sequence[Lot]) -> Iterator[Doubt]:
    """Accepted products that no lot carries, and minima that no consignment can reach."""
    yield from _products(accepts, {lot.product for lot in lots} - {""})
    yield from _minima(problem)


def _products(accepts: Kinds, carried: set[str]) -> Iterator[Doubt]:
    unknown = dict.fromkeys(
        name for names in accepts.distinct for name in names if name not in carried
    )
    by_case = {name.casefold(): name for name in sorted(carried)}
    for name in [*unknown][:HINTS]:
        kinds = [at for at, names in enumerate(accepts.distinct) if name in names]
        rows = np.flatnonzero(np.isin(accepts.of, kinds))
        near = get_close_matches(name.casefold(), [*by_case], 1, 0.5)
        likely = f"; did you mean {by_case[near[0]]}?" if near else ""
        message = f"no lot carries this product{likely}"
        yield Doubt(int(rows[0]), "accepts", "no-such-product", name, message, _named(rows))


def _named(rows: Integers) -> str:
    return "One claimant names it." if len(rows) == 1 else f"{len(rows):,} claimants name it."


def _minima(problem: Problem) -> Iterator[Doubt]:
    rows = np.flatnonzero((problem.minimum > problem.cap) & (problem.cap > 0))
    if len(rows):
        row = int(rows[0])
        least, most = int(problem.minimum[row]), int(problem.cap[row])
        message = f"more than the {most:,} that this claimant may still receive"
        more = f", nor for {len(rows) - 1:,} more" if len(rows) > 1 else ""
        hint = f"No consignment can be large enough for it{more}."
        yield Doubt(row, "minimum", "minimum-above-cap", f"{least:,}", message, hint)
