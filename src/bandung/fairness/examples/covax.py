"""COVAX, 3 February 2021: the published table follows one rule; another lifts the worst covered.

Each state's share is one common level of its population, in whole packs of 12,000 doses. Supply and
pack are inferred from the table and not published with it; one row, Syria, does not follow the rule
and is left out. `python -m bandung.fairness.examples.covax` prints what docs/fairness.md shows.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from bandung.fairness import Allocation, Problem, allocate

TABLE = Path(__file__).with_name("covax_2021_02_03.csv")
PACK = 12_000
INFERRED_SUPPLY = 77_410_000
"""Any supply from 77,400,607 to 77,427,648 gives the published packs; this is a round one."""
LEFT_OUT = "SYR"


@dataclass(frozen=True)
class Row:
    """A state's row of the published table."""

    state: str
    population: int
    doses: int


def published() -> list[Row]:
    """All 20 rows of the published column."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Row(each["state"], int(each["population"]), int(each["doses"]))
            for each in csv.DictReader(file)
        ]


def claimants() -> list[Row]:
    """The 19 rows that follow the rule."""
    return [row for row in published() if row.state != LEFT_OUT]


def forecast(supply: int) -> Problem:
    """One lot of `supply` doses for the 19 states, in proportion to their population."""
    rows = claimants()
    return Problem(
        need=[row.population for row in rows],
        received=None,
        weight=None,
        cap=None,
        class_of=[0] * len(rows),
        supply=[supply],
        pack=[PACK],
        lot_classes=[[0]],
        ids=[row.state for row in rows],
    )


def levels() -> tuple[Fraction, Fraction]:
    """The levels, from the first to below the second, whose whole packs are the published rows."""
    rows = claimants()
    return (
        max(Fraction(row.doses, row.population) for row in rows),
        min(Fraction(row.doses + PACK, row.population) for row in rows),
    )


def runs() -> dict[str, Allocation]:
    """The divisions that the page compares."""
    total = sum(row.doses for row in claimants())
    return {
        "floor, inferred": allocate(forecast(INFERRED_SUPPLY), "floor"),
        "floor": allocate(forecast(total), "floor"),
        "quota-leximin": allocate(forecast(total), "quota-leximin"),
        "adams": allocate(forecast(total), "adams"),
    }


def lines() -> Iterator[str]:
    """What is printed."""
    found, rows = runs(), claimants()
    low, high = levels()
    yield f"levels that give the published rows: {float(low):.7f} to below {float(high):.7f}"
    level = found["floor, inferred"].lot_level[0]
    yield f"level of the inferred supply: {float(level):.7f}"
    yield ""
    yield f"{'rule':<15}{'supply':>12}{'placed':>12}{'worst':>14}{'best':>14}{'as published':>15}"
    for name, each in found.items():
        doses = np.asarray(each.allocated).tolist()
        ordered = sorted((part, row.state) for part, row in zip(each.coverage, rows, strict=True))
        equal = sum(row.doses == given for row, given in zip(rows, doses, strict=True))
        (worst, low_state), (best, high_state) = ordered[0], ordered[-1]
        yield (
            f"{name:<15}{int(each.problem.supply[0]):>12,}{sum(doses):>12,}"
            f"{low_state:>6} {float(worst):.4%}{high_state:>6} {float(best):.4%}{equal:>9} of 19"
        )
    yield ""
    yield f"{'packs':<8}{'published':>11}" + "".join(f"{name:>17}" for name in found)
    for place, row in enumerate(rows):
        packs = [int(np.asarray(each.allocated)[place]) // PACK for each in found.values()]
        yield f"{row.state:<8}{row.doses // PACK:>11,}" + "".join(f"{each:>17,}" for each in packs)


def main() -> None:
    """Prints the example."""
    print(*lines(), sep="\n")


if __name__ == "__main__":
    main()
