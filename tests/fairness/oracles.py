"""What the right division is, found in other ways than the engine's: slowly, by definition.

`exact_shares` raises all coverages together in exact fractions and stops, for every set of lots at
once, whoever has no lot outside a set that is used up. `lp_coverage` solves one linear programme
after another in floating point.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from tests.fairness.cases import Case

Line = tuple[Fraction, int, int]
"""need x weight, received, cap of one claimant."""


def at(line: Line, level: Fraction) -> Fraction:
    """What one claimant receives when coverage `level` is to be reached."""
    slope, received, cap = line
    return min(max(level * slope - received, Fraction(0)), Fraction(cap))


def lines(case: Case) -> list[Line]:
    """Each claimant's weighted need, receipts and cap."""
    return [
        (need * weight, received, cap)
        for need, weight, received, cap in zip(
            case.need, case.weight, case.received, case.cap, strict=True
        )
    ]


def sets_of_lots(case: Case) -> Iterator[tuple[int, list[int]]]:
    """Every set of lots: what it holds, and the claimants who may use no lot outside it."""
    for count in range(case.lots + 1):
        for some in combinations(range(case.lots), count):
            held = [row for row, lots in enumerate(case.lots_of) if set(lots) <= set(some)]
            yield sum(case.supply[lot] for lot in some), held


def largest_total(case: Case) -> int:
    """The largest flow: the least over all sets of lots of what the set holds plus other caps."""
    return min(
        supply + sum(cap for row, cap in enumerate(case.cap) if row not in held)
        for supply, held in sets_of_lots(case)
    )


def is_feasible(case: Case, shares: list[Fraction]) -> bool:
    """Hall's condition: no set of lots has to give its own claimants more than it holds."""
    return all(
        sum((shares[row] for row in held), Fraction(0)) <= supply
        for supply, held in sets_of_lots(case)
    ) and all(0 <= share <= cap for share, cap in zip(shares, case.cap, strict=True))


def exact_shares(case: Case) -> list[Fraction]:
    """The leximin shares by progressive filling."""
    given = lines(case)
    stopped: dict[int, Fraction] = {}
    sets = [each for each in sets_of_lots(case) if each[1]]
    while len(stopped) < case.size:
        found = [(_full_at(given, stopped, *each), each[1]) for each in sets]
        level = min((each for each, _ in found if each is not None), default=None)
        if level is None:
            level = max((line[1] + line[2]) / line[0] for line in given)
            full = list(range(case.size))
        else:
            full = [row for each, held in found if each == level for row in held]
        for row in full:
            stopped.setdefault(row, at(given[row], level))
        sets = [each for each in sets if any(row not in stopped for row in each[1])]
    return [stopped[row] for row in range(case.size)]


def _full_at(
    given: list[Line], stopped: dict[int, Fraction], supply: int, held: list[int]
) -> Fraction | None:
    """The greatest level at which those held can all be served; None if that is at any level."""
    rest = supply - sum((stopped[row] for row in held if row in stopped), Fraction(0))
    moving = [given[row] for row in held if row not in stopped]
    if sum(cap for _, _, cap in moving) <= rest:
        return None
    bends = sorted(
        {
            Fraction(turn) / slope
            for slope, received, cap in moving
            for turn in (received, received + cap)
        }
    )
    low = Fraction(0)
    for high in bends:
        asked = sum((at(line, high) for line in moving), Fraction(0))
        if asked > rest:
            before = sum((at(line, low) for line in moving), Fraction(0))
            return low + (high - low) * (rest - before) / (asked - before)
        low = high
    raise AssertionError("the caps add up to more than the rest")


class Programme:
    """The linear programmes of one case: who receives what from which lot, and a level."""

    def __init__(self, case: Case) -> None:
        pairs = sorted(case.pairs)
        size, columns = case.size, len(pairs) + 1
        weighted = np.array([float(each) for each, _, _ in lines(case)])
        self.gives, takes = np.zeros((size, columns)), np.zeros((case.lots, columns))
        for column, (row, lot) in enumerate(pairs):
            self.gives[row, column] = takes[lot, column] = 1
        self.start = np.array(case.received) / weighted
        self.rise = self.gives / weighted[:, None]
        self.limits = np.vstack([takes, self.gives])
        self.most = np.array([*case.supply, *case.cap], float)
        self.bounds = [(0, None)] * len(pairs) + [(None, float(self.start.max()) + 1e6)]

    def highest(self, aim: np.ndarray, floor: dict[int, float], rising: list[int]) -> float:
        """The greatest `aim` with each of `floor` at its coverage or more, `rising` at the level."""
        level = np.zeros((1, len(aim)))
        level[0, -1] = 1
        rows = [-self.rise[[*floor]], level - self.rise[rising]]
        floors = np.array([*floor.values()]) - self.start[[*floor]]
        above = np.concatenate([self.most, 1e-10 - floors, self.start[rising]])
        found = linprog(-aim, np.vstack([self.limits, *rows]), above, bounds=self.bounds)
        assert found.status == 0, found.message
        return -float(found.fun)


def lp_coverage(case: Case) -> list[float]:
    """The leximin coverages by linear programmes: the lowest as high as can be, who can rise no
    further stays there, and so on. Accurate to about 1e-8."""
    programme = Programme(case)
    fixed: dict[int, float] = {}
    aim = np.zeros(programme.rise.shape[1])
    aim[-1] = 1
    while len(fixed) < case.size:
        rising = [row for row in range(case.size) if row not in fixed]
        level = programme.highest(aim, fixed, rising)
        floor = fixed | dict.fromkeys(rising, level)
        tops = {
            row: programme.start[row] + programme.highest(programme.rise[row], floor, [])
            for row in rising
        }
        stuck = [row for row in rising if tops[row] <= level + 1e-8]
        fixed |= dict.fromkeys(stuck or [min(rising, key=lambda row: tops[row])], level)
    return [fixed[row] for row in range(case.size)]
