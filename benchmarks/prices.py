"""What whole packs and minima cost on the small instance: the two tables of docs/fairness.md.

`python -m benchmarks.prices` prints them. Units left are all that stay in the lots; beside them
stands how many of these the exact shares without minima would have placed.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import numpy as np

from bandung.fairness import Allocation, Problem, allocate
from benchmarks.instances import SIZES, problem

RULES = ("quota-leximin", "hamilton", "adams", "floor")
MINIMA = (0, 100, 1_000)


def with_minimum(given: Problem, least: int) -> Problem:
    """The same instance with one minimum for all."""
    cuts = given.lot_start.tolist()
    lot_classes = [given.lot_class[first:last].tolist() for first, last in pairwise(cuts)]
    return Problem(
        need=given.need,
        received=given.received,
        weight=(given.weight_above, given.weight_below),
        cap=given.cap,
        class_of=given.class_of,
        supply=given.supply,
        pack=given.pack,
        lot_classes=lot_classes,
        minimum=np.full(given.size, least),
    )


def left(allocation: Allocation) -> int:
    """The units that stay in all lots: a whole number in this instance, with packs or without."""
    total = sum(map(Fraction, np.asarray(allocation.left).tolist()), Fraction(0))
    assert total.denominator == 1
    return int(total)


def of_packs(given: Problem) -> Iterator[str]:
    """A row for the exact shares, and one for each rule of packs."""
    worst = "worst coverage of whom a lot may serve"
    yield f"| rule | units left | of these by packs | {worst} | Gini |"
    yield "| --- | --- | --- | --- | --- |"
    exact = allocate(given, None)
    is_open = exact.block >= 0
    for rule, small in ((None, False), *((rule, False) for rule in RULES), (RULES[0], True)):
        found = allocate(given, rule, small_states=small)
        lowest, gini = found.coverage_array[is_open].min(), found.measures["after"]["gini"]
        name = f"`{found.rule}`" if rule else "exact shares"
        more = left(found) - left(exact)
        yield f"| {name} | {left(found):,} | {more:,} | {lowest:.2%} | {gini:.4f} |"


def of_minima(given: Problem) -> Iterator[str]:
    """A row for each minimum, without packs."""
    yield "| minimum | consignments dropped | units left | of these by minima | Gini |"
    yield "| --- | --- | --- | --- | --- |"
    free = left(allocate(given, None))
    for least in MINIMA:
        found = allocate(with_minimum(given, least), None)
        gini, dropped = found.measures["after"]["gini"], len(found.deferred)
        more = left(found) - free
        yield f"| {least:,} | {dropped} | {left(found):,} | {more:,} | {gini:.4f} |"


def main() -> None:
    """Prints both tables."""
    given = problem(SIZES["small"])
    print(f"{given.size} states, {given.lots} lots of {int(given.supply.sum()):,} units\n")
    print(*of_packs(given), "", *of_minima(given), sep="\n")


if __name__ == "__main__":
    main()
