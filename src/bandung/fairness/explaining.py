"""Why a claimant receives what it receives: the reasons as figures, and as a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from math import inf
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bandung.fairness.problem import Integers, Problem
from bandung.fairness.words import (
    LANGUAGES,
    Language,
    amount,
    called,
    counted,
    listed,
    percent,
    said,
    whole,
)

CONTINUOUS = "continuous"


class Sent(Protocol):
    """A consignment, as made or as read from a file."""

    @property
    def claimant(self) -> int: ...
    @property
    def lot(self) -> int: ...
    @property
    def quantity(self) -> int | Fraction: ...


class Divided(Protocol):
    """What an explanation and a chart ask of an allocation, as made or as read from a file."""

    @property
    def rule(self) -> str: ...
    @property
    def allocated(self) -> Integers | list[Fraction]: ...
    @property
    def coverage_array(self) -> npt.NDArray[np.float64]: ...
    @property
    def level(self) -> list[Fraction | float | None]: ...
    @property
    def lot_level(self) -> list[Fraction | float]: ...
    @property
    def block(self) -> Integers: ...
    @property
    def limited_by(self) -> list[str]: ...
    @property
    def left(self) -> Integers | list[Fraction]: ...
    @property
    def deferred(self) -> tuple[tuple[int, int], ...]: ...
    @property
    def consignment_claimant(self) -> Integers: ...
    @property
    def consignment_lot(self) -> Integers: ...

    def share(self, claimant: int) -> Fraction: ...


@dataclass(frozen=True)
class Explanation:
    """The reasons behind one share.

    Coverage and level are exact parts of (need x weight); `level` is infinite where the lots open
    to the claimant are not used up, None where no lot is open to it. `binding_lots` sustain the
    claimant's level, `open_lots` are all it may use; `shared_with` counts the other claimants of
    its block that this level lifts. `packs` are the lots that its share comes from, by the size of
    their packs; `is_anybody_put_off` says that a consignment from one of `binding_lots` was.
    """

    claimant: int
    name: str
    need: int
    received: int
    weight: Fraction
    cap: int
    minimum: int
    allocated: int | Fraction
    share: Fraction
    before: Fraction
    after: Fraction
    level: Fraction | float | None
    limited_by: str
    binding_lots: tuple[int, ...]
    open_lots: tuple[int, ...]
    deferred_lots: tuple[int, ...]
    lot_names: dict[int, str]
    shared_with: int
    has_packs: bool
    packs: dict[int, tuple[int, ...]]
    is_anybody_put_off: bool

    def sentence(self, language: Language = "en") -> str:
        """The reasons in plain words: figures rounded for reading, names kept as they are.

        Raises ValueError for a language that there are no words in.
        """
        if language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
        return " ".join(_sentences(self, language))

    def names(self, lots: Sequence[int]) -> tuple[str, ...]:
        """The names of some of its lots."""
        return tuple(self.lot_names[lot] for lot in lots)


def explain(problem: Problem, allocation: Divided, claimant: int | str) -> Explanation:
    """Why this claimant, named by its row or its id, receives what it receives.

    Refuses, as LookupError, a claimant that is not there.
    """
    row = claimant_row(problem, claimant)
    deferred = tuple(lot for each, lot in allocation.deferred if each == row)
    may_use = tuple(lot for lot in open_lots(problem, row) if lot not in deferred)
    level = allocation.level[row]
    binding = tuple(lot for lot in may_use if allocation.lot_level[lot] == level)
    received, slope = int(problem.received[row]), int(problem.slope[row])
    given = exact(allocation.allocated[row])
    return Explanation(
        claimant=row,
        name=problem.name(row),
        need=int(problem.need[row]),
        received=received,
        weight=Fraction(int(problem.weight_above[row]), int(problem.weight_below[row])),
        cap=int(problem.cap[row]),
        minimum=int(problem.minimum[row]),
        allocated=given,
        share=allocation.share(row),
        before=Fraction(problem.weight_lcm * received, slope),
        after=problem.weight_lcm * Fraction(received + given) / slope,
        level=level,
        limited_by=allocation.limited_by[row],
        binding_lots=binding,
        open_lots=may_use,
        deferred_lots=deferred,
        lot_names={lot: problem.lot_name(lot) for lot in (*may_use, *deferred)},
        shared_with=_shared_with(problem, allocation, row),
        has_packs=allocation.rule != CONTINUOUS,
        packs=_packs(problem, allocation, row),
        is_anybody_put_off=any(lot in binding for _each, lot in allocation.deferred),
    )


def _packs(problem: Problem, allocation: Divided, row: int) -> dict[int, tuple[int, ...]]:
    """The lots that the claimant's share comes from, by the size of their packs."""
    found: dict[int, tuple[int, ...]] = {}
    own = allocation.consignment_lot[allocation.consignment_claimant == row]
    for lot in own.tolist():
        size = int(problem.pack[lot])
        found[size] = (*found.get(size, ()), lot)
    return found


def exact(given: Any) -> int | Fraction:
    """A quantity of an allocation as a plain number."""
    return given if isinstance(given, Fraction) else int(given)


def claimant_row(problem: Problem, claimant: int | str) -> int:
    """The row of a claimant named by row or id; LookupError, with the likely id, if none."""
    if isinstance(claimant, str) and problem.ids:
        if claimant in problem.ids:
            return problem.ids.index(claimant)
        likely = get_close_matches(claimant, problem.ids[:10_000], 1)
        hint = f"; did you mean {likely[0]}?" if likely else ""
        raise LookupError(f"there is no claimant {claimant!r}{hint}")
    row = int(claimant) if str(claimant).isdecimal() else -1
    if not 0 <= row < problem.size:
        raise LookupError(f"there is no claimant {claimant!r} among {problem.size} rows")
    return row


def open_lots(problem: Problem, claimant: int) -> tuple[int, ...]:
    """The lots that a claimant may use, by row."""
    edges = np.flatnonzero(problem.lot_class == problem.class_of[claimant])
    lots = np.searchsorted(problem.lot_start, edges, side="right") - 1
    return tuple(np.unique(lots).tolist())


def _shared_with(problem: Problem, allocation: Divided, row: int) -> int:
    """How many others of the claimant's block the level lifts, exactly."""
    block, level = int(allocation.block[row]), allocation.level[row]
    if block < 0 or not isinstance(level, Fraction) or allocation.limited_by[row] != "lots":
        return 0
    above, below = level.numerator, level.denominator * problem.weight_lcm
    peers = np.flatnonzero(allocation.block == block)
    columns = (peers, problem.received[peers], problem.slope[peers])
    return sum(
        each != row and allocation.limited_by[each] == "lots" and below * received < above * slope
        for each, received, slope in zip(*(column.tolist() for column in columns), strict=True)
    )


def left_reason(problem: Problem, allocation: Divided, lot: int) -> str:
    """Why something is left of a lot, in English; empty if nothing is."""
    left = allocation.left[lot]
    if not left:
        return ""
    users = problem.lot_class[problem.lot_start[lot] : problem.lot_start[lot + 1]]
    if not np.isin(problem.class_of, users).any():
        return "nobody may use it"
    if allocation.lot_level[lot] == inf:
        put_off = any(each == lot for _claimant, each in allocation.deferred)
        whose = (
            "all who may use it" if allocation.rule == CONTINUOUS else "exact shares of all users"
        )
        return f"{whose} are at their caps" + (" or put off" if put_off else "")
    if left < problem.pack[lot]:
        return "less than a pack"
    return "rounding to whole packs"


def _sentences(found: Explanation, language: Language) -> list[str]:
    facts = {
        "name": called(found.name, language),
        "allocated": amount(found.allocated, language),
        "before": percent(found.before, language),
        "after": percent(found.after, language),
    }
    sentences = [said("receives" if found.allocated else "receives nothing", language, **facts)]
    if found.weight != 1:
        sentences.append(said("weight", language, weight=str(found.weight)))
    if found.has_packs and found.share != found.allocated:
        sentences += _by_packs(found, language)
    if found.allocated > found.cap:
        over = amount(found.allocated - found.cap, language)
        sentences.append(said("small state", language, over=over))
    sentences += _REASONS[found.limited_by](found, language)
    if found.deferred_lots and found.limited_by != "minimum":
        sentences.append(_put_off(found, language))
        if found.share and found.limited_by == "lots":
            sentences.append(said("other lots do", language))
    return sentences


def _named(
    found: Explanation, key: str, lots: Sequence[int], language: Language, **facts: str
) -> str:
    """The text of a key that counts and names some lots."""
    names = listed(found.names(lots), language)
    return counted(key, len(lots), language, lots=names, **facts)


def _by_packs(found: Explanation, language: Language) -> list[str]:
    """The exact share, and the packs that it does not fill."""
    sizes = [(size, lots) for size, lots in sorted(found.packs.items()) if size > 1]
    return [
        said("share", language, share=amount(found.share, language)),
        *(
            _named(found, "packs", lots, language, pack=whole(size, language))
            for size, lots in sizes
        ),
    ]


def _by_lots(found: Explanation, language: Language) -> list[str]:
    assert isinstance(found.level, Fraction)
    level = percent(found.level, language)
    key = "set by, but for packs" if found.has_packs else "set by"
    first = _named(found, key, found.binding_lots, language, level=level)
    if found.shared_with and found.share:
        first += counted("shared", found.shared_with, language)
    sentences = [first + "."]
    if not found.share:
        sentences.append(said("above already", language))
    if len(found.open_lots) > len(found.binding_lots):
        sentences.append(said("others sustain less", language))
    if found.share:
        key = "nobody above, but for packs" if found.has_packs else "nobody above"
        sentences.append(_named(found, key, found.binding_lots, language))
    return sentences


def _by_cap(found: Explanation, language: Language) -> list[str]:
    is_met = found.received + found.share >= found.need
    if not found.cap and is_met:
        return [said("need met before", language)]
    sentences = [_met(found, language) if is_met else _own_limit(found, language)]
    if found.level == inf:
        key = "left over, but for packs" if found.has_packs else "left over"
        sentences.append(_named(found, key, found.binding_lots, language))
        if found.is_anybody_put_off:
            sentences.append(said("but for minima", language))
    elif found.level is not None:
        level = percent(found.level, language)
        sentences.append(said("lots could", language, level=level))
    return sentences


def _met(found: Explanation, language: Language) -> str:
    """That the need is met: by what is received, or by the exact share alone."""
    missing = found.need - found.received - found.allocated
    if missing <= 0:
        return said("need met", language)
    return said("share meets need", language, missing=amount(missing, language))


def _own_limit(found: Explanation, language: Language) -> str:
    key = "own limit" if found.allocated == found.share else "own limit of share"
    return said(key, language, cap=whole(found.cap, language))


def _put_off(found: Explanation, language: Language) -> str:
    minimum = whole(found.minimum, language)
    return _named(found, "deferred", found.deferred_lots, language, minimum=minimum)


def _by_minimum(found: Explanation, language: Language) -> list[str]:
    rest = _by_lots(found, language) if found.share and found.level != inf else []
    if found.minimum > found.cap:  # what no division can serve is not promised to the next
        last = said("minimum above cap", language, cap=whole(found.cap, language))
    else:
        last = said("counts first", language)
    return [_put_off(found, language), *rest, last]


def _by_none(_found: Explanation, language: Language) -> list[str]:
    return [said("no lot", language)]


_REASONS = {"lots": _by_lots, "cap": _by_cap, "minimum": _by_minimum, "none": _by_none}
