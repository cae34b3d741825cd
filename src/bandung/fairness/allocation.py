"""Divides scarce lots by exact leximin: the worst covered as well off as can be, then the next.

The rule, its certificate and its price are explained in docs/fairness.md.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.consignments import Pieces, Shares, pours, split
from bandung.fairness.dropping import solve_without_pair
from bandung.fairness.levels import ACTIVE, CAPPED, ROUNDING
from bandung.fairness.measures import measure
from bandung.fairness.minima import Pair, Parts, held_back, smallest, without
from bandung.fairness.optimum import Optimum, solve
from bandung.fairness.ordering import by_number
from bandung.fairness.packs import RULES, SMALL_STATES, pack
from bandung.fairness.problem import MOST, Integers, Problem
from bandung.fairness.ranking import NEVER
from bandung.fairness.what_if import WhatIf, solve_again

VERSION = "1"
"""Of the engine: another version may give other bytes, the same version never does."""
CONTINUOUS = "continuous"
Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Consignment:
    """What one claimant receives from one lot; `share` is its exact part of the optimum."""

    claimant: int
    lot: int
    quantity: int | Fraction
    share: Fraction


@dataclass(frozen=True)
class Certificate:
    """The flow behind condition (e): what each lot pours into each class of equal eligibility.

    `class_of` maps the problem's classes to those of the certificate (-1: no lot may serve it); a
    claimant with a deferred consignment has a class of its own, appended by row.
    """

    class_of: Integers
    pours: list[tuple[int, int, Fraction]]


@dataclass(frozen=True)
class Allocation:
    """The result of one division; rows of claimants and lots are those of the problem.

    Everything is exact; names ending in `_array` are floating point, for measures and charts.
    Figures are made when they are first asked for.
    """

    problem: Problem
    rule: str
    deferred: tuple[Pair, ...]
    optimum: Optimum
    version: str = VERSION

    @property
    def digest(self) -> str:
        """SHA-256 of the input, in hexadecimal."""
        return self.problem.digest

    # --- the optimum ---

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self.optimum)

    @cached_property
    def _place(self) -> Integers:
        """Each claimant's place in class order, -1 where no lot may serve it."""
        place = np.full(self.problem.size, -1)
        order = self.optimum.collapsed.order
        place[order] = np.arange(len(order))
        return place

    @cached_property
    def _class_of(self) -> Integers:
        collapsed = self.optimum.collapsed
        return collapsed.number[collapsed.class_of]

    def share(self, claimant: int) -> Fraction:
        """The claimant's exact share of the continuous optimum."""
        place = int(self._place[claimant])
        return self._shares.of(place) if place >= 0 else Fraction(0)

    @cached_property
    def shares(self) -> list[Fraction]:
        """Every claimant's exact share of the continuous optimum."""
        return [self.share(claimant) for claimant in range(self.problem.size)]

    @cached_property
    def shares_array(self) -> Floats:
        """The shares in floating point."""
        found = np.zeros(self.problem.size)
        found[self.optimum.collapsed.order] = self._shares.floats
        return found

    @cached_property
    def share_coverage(self) -> list[Fraction]:
        """(received + share) / (need x weight), exactly."""
        return self._coverage(self.shares)

    @cached_property
    def share_coverage_array(self) -> Floats:
        """(received + share) / (need x weight) in floating point."""
        return self._coverage_array(self.shares_array)

    def _coverage(self, amounts: Sequence[Fraction | int]) -> list[Fraction]:
        columns = (self.problem.received.tolist(), self.problem.slope.tolist())
        times = self.problem.weight_lcm
        return [
            Fraction(times * (received + amount)) / slope
            for received, slope, amount in zip(*columns, amounts, strict=True)
        ]

    def _coverage_array(self, amounts: npt.NDArray[Any]) -> Floats:
        problem = self.problem
        found: Floats = problem.weight_lcm * ((problem.received + amounts) / problem.slope)
        return found

    # --- levels ---

    def _level(self, rank: int) -> Fraction | float:
        if rank >= NEVER:
            return inf
        return self.problem.weight_lcm * Fraction(*self.optimum.levels[rank])

    @cached_property
    def lot_level(self) -> list[Fraction | float]:
        """The coverage that each lot sustains; infinite where nobody below its cap waits for it."""
        known = {rank: self._level(rank) for rank in set(self.optimum.lot_rank.tolist())}
        ranks = [*self.optimum.lot_rank.tolist(), NEVER]  # the last for lots nobody may use
        known[NEVER] = inf
        return [known[ranks[group]] for group in self.optimum.collapsed.group_of.tolist()]

    @cached_property
    def level(self) -> list[Fraction | float | None]:
        """The highest level among each claimant's lots; None where no lot may serve it."""
        ranks = self.optimum.class_rank.tolist()
        known: list[Fraction | float | None] = [self._level(rank) for rank in ranks]
        return [*map([*known, None].__getitem__, self._class_of.tolist())]

    @cached_property
    def level_array(self) -> Floats:
        """The levels in floating point; not a number where no lot may serve the claimant."""
        ranks = self.optimum.class_rank.tolist()
        return np.array([*(float(self._level(rank)) for rank in ranks), np.nan])[self._class_of]

    @cached_property
    def _blocks(self) -> tuple[Integers, Integers]:
        return self.optimum.blocks

    @cached_property
    def block(self) -> Integers:
        """Who shares a level by drawing on the same lots; -1 where no lot may serve it."""
        return np.append(self._blocks[0], -1)[self._class_of]

    @cached_property
    def lot_block(self) -> Integers:
        """The block of each lot, -1 where nobody may use it."""
        return np.append(self._blocks[1], -1)[self.optimum.collapsed.group_of]

    @cached_property
    def limited_by(self) -> list[str]:
        """What holds each claimant: lots, cap, none where no lot may serve it, or minimum where a
        consignment was put off from a lot that sustains more than the claimant has."""
        state = np.full(self.problem.size, 3, np.uint8)
        state[self.optimum.collapsed.order] = self.optimum.standing.state
        words = np.array(["lots", "lots", "cap", "none"])
        found: list[str] = words[state].tolist()
        figures = (self.problem, self.deferred, self.share, self.level, self.lot_level)
        for claimant in held_back(*figures):
            if found[claimant] != "cap":
                found[claimant] = "minimum"
        return found

    # --- consignments ---

    @cached_property
    def _pours(self) -> list[list[tuple[int, Fraction]]]:
        return pours(self.optimum)

    @cached_property
    def certificate(self) -> Certificate:
        """What anyone needs to check the shares by class."""
        flows = [
            (each, lot, amount) for each, some in enumerate(self._pours) for lot, amount in some
        ]
        return Certificate(self.optimum.collapsed.number, flows)

    @cached_property
    def _pieces(self) -> Pieces:
        return split(self.optimum, self._shares, self._pours)

    @cached_property
    def _units(self) -> Integers:
        """The whole units of each piece."""
        if self.rule == CONTINUOUS:
            raise ValueError("without packs a quantity is a fraction: see `consignments`")
        return pack(self.optimum.problem, self._shares, self._pieces, self.rule)

    @cached_property
    def _order(self) -> Integers:
        """The pieces by claimant, then by lot."""
        claimant = self.optimum.collapsed.order[self._pieces.place]
        order = by_number(claimant, self.problem.size)
        ordered = claimant[order]
        is_same = np.append(ordered[1:] == ordered[:-1], False)
        several = np.flatnonzero(is_same | np.roll(is_same, 1))
        lots = self._pieces.lot[order[several]]
        order[several] = order[several[np.lexsort((lots, ordered[several]))]]
        return order

    @cached_property
    def consignment_claimant(self) -> Integers:
        """The claimant of each consignment."""
        return self.optimum.collapsed.order[self._pieces.place[self._order]]

    @cached_property
    def consignment_lot(self) -> Integers:
        """The lot of each consignment."""
        return self._pieces.lot[self._order]

    @cached_property
    def consignment_quantity(self) -> Integers:
        """The units of each consignment, in whole packs. Raises ValueError without packs."""
        return self._units[self._order]

    def _piece_share(self, piece: int) -> Fraction:
        part = self._pieces.parts.get(piece)
        return self._shares.of(int(self._pieces.place[piece])) if part is None else Fraction(*part)

    @cached_property
    def consignments(self) -> list[Consignment]:
        """Who receives what from which lot, by claimant, then by lot."""
        return list(self._consignments())

    def _consignments(self) -> Iterator[Consignment]:
        columns = (self._order, self.consignment_claimant, self.consignment_lot)
        is_whole = self.rule != CONTINUOUS
        quantities = self._units.tolist() if is_whole else []
        for piece, claimant, lot in zip(*(each.tolist() for each in columns), strict=True):
            share = self._piece_share(piece)
            yield Consignment(claimant, lot, quantities[piece] if is_whole else share, share)

    @cached_property
    def allocated(self) -> Integers | list[Fraction]:
        """What each claimant receives: whole units with packs, exact fractions without."""
        if self.rule == CONTINUOUS:
            return self.shares
        found = np.zeros(self.problem.size, np.int64)
        total = np.zeros(len(self.optimum.claims.cap), np.int64)
        np.add.at(total, self._pieces.place, self._units)
        found[self.optimum.collapsed.order] = total
        return found

    @cached_property
    def coverage(self) -> list[Fraction]:
        """(received + allocated) / (need x weight), exactly."""
        return self._coverage(list(map(_plain, self.allocated)))

    @cached_property
    def coverage_array(self) -> Floats:
        """(received + allocated) / (need x weight) in floating point."""
        if self.rule == CONTINUOUS:
            return self.share_coverage_array
        return self._coverage_array(np.asarray(self.allocated))

    @cached_property
    def placed(self) -> Integers | list[Fraction]:
        """What each lot delivers."""
        if self.rule != CONTINUOUS:
            found = np.zeros(self.problem.lots, np.int64)
            np.add.at(found, self._pieces.lot, self._units)
            return found
        exact = [Fraction(0)] * self.problem.lots
        for some in self._pours:
            for lot, amount in some:
                exact[lot] += amount
        return exact

    @cached_property
    def left(self) -> Integers | list[Fraction]:
        """What stays in each lot."""
        if isinstance(self.placed, np.ndarray):
            return self.problem.supply - self.placed
        return [
            supply - placed
            for supply, placed in zip(self.problem.supply.tolist(), self.placed, strict=True)
        ]

    # --- figures ---

    @cached_property
    def measures(self) -> dict[str, Any]:
        """How even the result is, and what packs and minima cost; see measures.py."""
        return measure(self.problem, self)

    @cached_property
    def gain_per_need(self) -> list[Fraction]:
        """The auditor's view: units that a claimant receives more for each unit of need more."""
        return [self._gain(claimant) for claimant in range(self.problem.size)]

    def _gain(self, claimant: int) -> Fraction:
        place, problem = int(self._place[claimant]), self.optimum.problem
        if place < 0:
            return Fraction(0)
        state = int(self.optimum.standing.state[place])
        if state == CAPPED:
            is_own = not problem.has_own_cap and problem.need[claimant] > problem.received[claimant]
            return Fraction(int(is_own))
        if state != ACTIVE:
            return Fraction(0)
        each = int(self._class_of[claimant])
        level, slope = self.optimum.class_level[each], int(problem.slope[claimant])
        total = self.optimum.active_slope[int(self.optimum.block_of[each])]
        assert level is not None
        return Fraction(*level) * slope / int(problem.need[claimant]) * (1 - Fraction(slope, total))


def _plain(amount: Any) -> Fraction | int:
    return amount if isinstance(amount, Fraction) else int(amount)


def allocate(
    problem: Problem,
    packs: str | None = "quota-leximin",
    what_if: WhatIf | None = None,
    progress: Progress | None = None,
    small_states: bool = False,
) -> Allocation:
    """Divides the lots of `problem` among its claimants.

    `packs` is the rule that makes whole packs of exact shares, None for the continuous optimum.
    `what_if` starts from an earlier allocation of the same claimants, lots and eligibility, and
    solves again only what another supply or need touches; the result is the same bytes.
    `small_states` lets a claimant with room for less than a pack have a whole one, above its cap
    by less than a pack; the rule's name says so. `progress` is told, with minima, (consignments
    put off, these and those still too small).
    Raises ValueError for an unknown rule, and for small states without a rule that raises.
    """
    if packs is not None and packs not in RULES:
        raise ValueError(f"packs is one of {', '.join(RULES)} or None, not {packs!r}")
    if small_states and packs in (None, "floor"):
        raise ValueError("small_states goes with a rule that gives more packs after rounding down")
    if small_states and _may_overflow(problem):
        raise ValueError("received, cap and pack go beyond 64 bits together")
    rule = (packs or CONTINUOUS) + (SMALL_STATES if small_states else "")
    if what_if is not None:
        problem = what_if.changed(problem)
    if not problem.minimum.any():
        optimum = solve(problem) if what_if is None else solve_again(problem, what_if)
        return Allocation(problem, rule, (), optimum)
    return _with_minima(problem, rule, progress)


def _may_overflow(problem: Problem) -> bool:
    """Whether a pack above a cap could go beyond 64 bits."""
    columns = (problem.received, problem.cap, problem.pack)
    return sum(int(each.max(initial=0)) for each in columns) > MOST


def _with_minima(problem: Problem, rule: str, progress: Progress | None) -> Allocation:
    """Puts off the consignment that is the smallest part of its minimum, until none is below."""
    deferred: list[Pair] = []
    optimum = solve(problem)
    while True:
        found = Allocation(problem, rule, tuple(sorted(deferred)), optimum)
        parts = _parts(found)
        if progress:
            progress(len(deferred), len(deferred) + parts.below(problem.minimum))
        too_small = smallest(problem, parts)
        if too_small is None and rule != CONTINUOUS:
            too_small = smallest(problem, _packed(found))
        if too_small is None:
            return found
        deferred.append(too_small)
        optimum = solve_without_pair(without(problem, deferred), optimum, *too_small)


def _parts(found: Allocation) -> Parts:
    """The exact consignments, and what floating point knows of them."""
    pieces, claims = found._pieces, found.optimum.claims
    rough = found._shares.floats[pieces.place]
    rough[[*pieces.parts]] = [float(found._piece_share(piece)) for piece in pieces.parts]
    slip = 2 * ROUNDING * (claims.received + claims.cap)[pieces.place]
    rows = found.optimum.collapsed.order[pieces.place]
    return Parts(rows, pieces.lot, rough, slip, found._piece_share)


def _packed(found: Allocation) -> Parts:
    """The consignments in whole packs."""
    pieces, units = found._pieces, found._units
    rows = found.optimum.collapsed.order[pieces.place]
    return Parts(rows, pieces.lot, units, 0, lambda piece: int(units[piece]))


__all__ = ["VERSION", "Allocation", "Certificate", "Consignment", "allocate"]
