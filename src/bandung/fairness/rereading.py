"""Reads a result file back, so that it can be checked and explained like the allocation it was.

Element by element: a million claimants are never all held as JSON.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import inf, isclose
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.allocation import CONTINUOUS, Certificate, Consignment
from bandung.fairness.certificate import Violation
from bandung.fairness.files import BadFile, Progress, text_of
from bandung.fairness.measures import spread
from bandung.fairness.minima import Pair, without
from bandung.fairness.problem import MOST, Integers, Problem
from bandung.fairness.scanning import MOST_NAMED, Scan, Wrong

LIMITS = ("lots", "cap", "none", "minimum")
EXACT = re.compile(r"-?\d{1,4000}(?:/\d{1,4000})?", re.ASCII)

Floats = npt.NDArray[np.float64]
Amounts = Integers | list[Fraction]
Level = Fraction | float


@dataclass(frozen=True)
class Result:
    """A result as its file says it, with the names that Allocation gives its figures.

    Rows are those of `problem`. Blocks, and the certificate, follow from levels and consignments
    where the file does not say them.
    """

    problem: Problem
    rule: str
    digest: str
    version: str
    allocated: Amounts
    shares: list[Fraction]
    coverage: list[Fraction]
    level: list[Level | None]
    block: Integers
    limited_by: list[str]
    consignments: list[Consignment]
    lot_level: list[Level]
    placed: Amounts
    left: Amounts
    deferred: tuple[Pair, ...]
    measures: dict[str, Any]

    def share(self, claimant: int) -> Fraction:
        """The claimant's exact share of the continuous optimum."""
        return self.shares[claimant]

    @cached_property
    def shares_array(self) -> Floats:
        """The shares in floating point."""
        return np.array(self.shares, np.float64)

    @cached_property
    def coverage_array(self) -> Floats:
        """The coverages in floating point."""
        return np.array(self.coverage, np.float64)

    @cached_property
    def share_coverage(self) -> list[Fraction]:
        """(received + share) / (need x weight), exactly."""
        columns = (self.problem.received.tolist(), self.problem.slope.tolist(), self.shares)
        times = self.problem.weight_lcm
        return [
            times * (received + share) / slope
            for received, slope, share in zip(*columns, strict=True)
        ]

    @cached_property
    def share_coverage_array(self) -> Floats:
        """(received + share) / (need x weight) in floating point."""
        return np.array(self.share_coverage, np.float64)

    @cached_property
    def level_array(self) -> Floats:
        """The levels in floating point; not a number where no lot may serve the claimant."""
        return np.array([np.nan if each is None else each for each in self.level], np.float64)

    @cached_property
    def consignment_claimant(self) -> Integers:
        """The claimant of each consignment."""
        return np.array([each.claimant for each in self.consignments], np.int64)

    @cached_property
    def consignment_lot(self) -> Integers:
        """The lot of each consignment."""
        return np.array([each.lot for each in self.consignments], np.int64)

    @cached_property
    def consignment_quantity(self) -> Integers:
        """The units of each consignment. Raises ValueError without packs."""
        if self.rule == CONTINUOUS:
            raise ValueError("without packs a quantity is a fraction: see `consignments`")
        return np.array([each.quantity for each in self.consignments], np.int64)

    @cached_property
    def certificate(self) -> Certificate:
        """What each lot pours into each class, added up from the consignments' exact shares."""
        reduced = without(self.problem, self.deferred)
        class_of = reduced.class_of.tolist()
        pours: dict[tuple[int, int], Fraction] = {}
        for each in self.consignments:
            pour = (class_of[each.claimant], each.lot)
            pours[pour] = pours.get(pour, Fraction(0)) + each.share
        is_served = np.full(reduced.classes, -1)
        is_served[reduced.lot_class] = reduced.lot_class
        return Certificate(is_served, [(*pour, amount) for pour, amount in sorted(pours.items())])


class OtherNames(ValueError):
    """The result speaks of other claimants or lots than the problem; `reasons` name them."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons))


def read_result(path: Path, problem: Problem, progress: Progress | None = None) -> Result:
    """The result in a file, for the problem it is about, whatever the order of its rows.

    Refuses, as BadFile, a file that is damaged or no result, with the line and what is missing; as
    OtherNames, one whose claimants or lots are not those of the problem.
    """
    text = text_of(path)
    scan = Scan(path.name, text)
    gathered = _Gathered()
    try:
        more = scan.members(
            {"claimants": gathered.claimant, "lots": gathered.lot}, progress, problem.size
        )
        for name in ("rule", "digest", "version"):
            if not isinstance(more.get(name), str):
                scan.complain(1, name, more.get(name), "a text is needed")
        for name in ("claimants", "lots"):
            if name not in more:
                scan.complain(1, name, None, "a list is needed")
        if not isinstance(more.get("measures", {}), dict):
            scan.complain(1, "measures", more["measures"], "an object is needed")
    except json.JSONDecodeError as error:
        scan.damaged(error.lineno, error.msg)
    except RecursionError:
        scan.damaged(0, "nested too deeply")
    is_packed = more.get("rule") != CONTINUOUS
    gathered.complain_of_kinds(scan, is_packed)
    if scan.faults:
        raise BadFile(scan.faults, scan.more)
    return _ordered(gathered, problem, more, is_packed)


@dataclass
class _Gathered:
    """The elements of both lists, in the order of the file."""

    names: list[str] = field(default_factory=list)
    allocated: list[int | Fraction] = field(default_factory=list)
    shares: list[Fraction] = field(default_factory=list)
    coverage: list[Fraction] = field(default_factory=list)
    level: list[Level | None] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    limited_by: list[str] = field(default_factory=list)
    pieces: list[tuple[int, str, int | Fraction, Fraction]] = field(default_factory=list)
    deferred: list[tuple[int, str]] = field(default_factory=list)
    lot_names: list[str] = field(default_factory=list)
    lot_level: list[Level] = field(default_factory=list)
    placed: list[int | Fraction] = field(default_factory=list)
    left: list[int | Fraction] = field(default_factory=list)
    kinds: set[tuple[str, bool]] = field(default_factory=set)
    known: dict[str, Fraction] = field(default_factory=dict)

    def claimant(self, row: int, element: Any) -> None:
        """One claimant's figures."""
        if not isinstance(element, dict):
            raise Wrong("", element, "an object is needed")
        limited_by = element.get("limited_by")
        if limited_by not in LIMITS:
            raise Wrong("limited_by", limited_by, f"one of {', '.join(LIMITS)} is needed")
        consignments = _list(element, "consignments")
        allocated = self._amount(element, "allocated")
        coverage, level = _exact(element, "coverage"), self._level(element)
        pieces = [
            self._piece(row, f"consignments[{at}]", each) for at, each in enumerate(consignments)
        ]
        if "deferred" in element:
            lots = ({"deferred": each} for each in _list(element, "deferred"))
            self.deferred += [(row, _name(each, "deferred")) for each in lots]
        if "share" not in element:
            share = _sum(pieces)
        elif len(pieces) == 1 and consignments[0]["share"] == element["share"]:
            share = pieces[0][3]
        else:
            share = _exact(element, "share")
        self.names.append(_name(element, "claimant"))
        self.allocated.append(allocated)
        self.shares.append(share)
        self.coverage.append(coverage)
        self.level.append(level)
        self.block.append(_block(element))
        self.limited_by.append(limited_by)
        self.pieces += pieces

    def _piece(
        self, row: int, where: str, element: Any
    ) -> tuple[int, str, int | Fraction, Fraction]:
        if not isinstance(element, dict):
            raise Wrong(where, element, "an object is needed")
        try:
            quantity = self._amount(element, "quantity")
            return row, _name(element, "lot"), quantity, _exact(element, "share")
        except Wrong as wrong:
            raise Wrong(f"{where}.{wrong.where}", wrong.seen, wrong.wanted) from None

    def lot(self, row: int, element: Any) -> None:
        """One lot's figures."""
        if not isinstance(element, dict):
            raise Wrong("", element, "an object is needed")
        level = self._level(element)
        if level is None:
            raise Wrong("level", level, "an exact level is needed")
        name, placed = _name(element, "lot"), self._amount(element, "placed")
        left = self._amount(element, "left")
        self.lot_names.append(name)
        self.lot_level.append(level)
        self.placed.append(placed)
        self.left.append(left)

    def _level(self, element: dict[str, Any]) -> Level | None:
        """A level; there are few, and each is read once."""
        given = element.get("level", ...)
        if given is None or given == "inf":
            return None if given is None else inf
        if not isinstance(given, str):
            raise Wrong("level", None, 'an exact level, "inf" or null is needed')
        if given not in self.known:
            self.known[given] = _exact(element, "level")
        return self.known[given]

    def _amount(self, element: dict[str, Any], name: str) -> int | Fraction:
        """Whole units as a number, exact parts as text."""
        given = element.get(name)
        is_whole = isinstance(given, int) and not isinstance(given, bool)
        self.kinds.add((name, is_whole))
        if not is_whole:
            return _exact(element, name)
        assert isinstance(given, int)
        if abs(given) > MOST:
            raise Wrong(name, given, "at most 64 bits are needed")
        return given

    def complain_of_kinds(self, scan: Scan, is_packed: bool) -> None:
        """Whole units go with packs, text with the continuous rule."""
        wrong = sorted(name for name, is_whole in self.kinds if is_whole != is_packed)
        kind = "whole units are needed with packs" if is_packed else "text is needed without packs"
        for name in wrong:
            scan.complain(0, name, None, kind)


def _name(element: dict[str, Any], name: str) -> str:
    given = element.get(name)
    if not isinstance(given, str):
        raise Wrong(name, given, "a name is needed")
    return given


def _list(element: dict[str, Any], name: str) -> list[Any]:
    given = element.get(name)
    if not isinstance(given, list):
        raise Wrong(name, given, "a list is needed")
    return given


def _exact(element: dict[str, Any], name: str) -> Fraction:
    given = element.get(name)
    if isinstance(given, int) and not isinstance(given, bool):
        return Fraction(given)
    if not isinstance(given, str) or not EXACT.fullmatch(given):
        raise Wrong(name, given, 'an exact number such as "3/7" is needed')
    above, _, below = given.partition("/")
    if below and not int(below):
        raise Wrong(name, given, 'an exact number such as "3/7" is needed')
    return Fraction(int(above), int(below or 1))


def _block(element: dict[str, Any]) -> int:
    """The block's number; -2 where the file does not say."""
    given = element.get("block", -2)
    if not isinstance(given, int) or isinstance(given, bool) or not -2 <= given <= MOST:
        raise Wrong("block", given, "the number of a block is needed")
    return given


def _sum(pieces: list[tuple[int, str, int | Fraction, Fraction]]) -> Fraction:
    return sum((share for _row, _lot, _quantity, share in pieces), Fraction(0))


def _ordered(
    gathered: _Gathered, problem: Problem, more: dict[str, Any], is_packed: bool
) -> Result:
    """The figures in the order of the problem's rows."""
    own = [problem.name(row) for row in range(problem.size)]
    lots = [problem.lot_name(lot) for lot in range(problem.lots)]
    reasons = [
        *_differences("claimant", own, gathered.names),
        *_differences("lot", lots, gathered.lot_names),
    ]
    row_of = {name: row for row, name in enumerate(own)}
    lot_of = {name: lot for lot, name in enumerate(lots)}
    used = {lot for _row, lot, *_ in gathered.pieces} | {lot for _row, lot in gathered.deferred}
    unknown = sorted(used - lot_of.keys() - set(gathered.lot_names))
    reasons += [
        f"a consignment comes from lot {name}, which is not in the input" for name in unknown
    ]
    if reasons:
        raise OtherNames(reasons)
    rows = [row_of[name] for name in gathered.names]
    place = np.argsort(rows).tolist()
    lot_place = np.argsort([lot_of[name] for name in gathered.lot_names]).tolist()

    def amounts(given: list[Any], order: list[int]) -> Amounts:
        ordered = [given[at] for at in order]
        return np.array(ordered, np.int64) if is_packed else ordered

    consignments = [
        Consignment(rows[row], lot_of[lot], quantity, share)
        for row, lot, quantity, share in gathered.pieces
    ]
    level = [gathered.level[at] for at in place]
    return Result(
        problem=problem,
        rule=more["rule"],
        digest=more["digest"],
        version=more["version"],
        allocated=amounts(gathered.allocated, place),
        shares=[gathered.shares[at] for at in place],
        coverage=[gathered.coverage[at] for at in place],
        level=level,
        block=_blocks([gathered.block[at] for at in place], level),
        limited_by=[gathered.limited_by[at] for at in place],
        consignments=sorted(consignments, key=lambda each: (each.claimant, each.lot)),
        lot_level=[gathered.lot_level[at] for at in lot_place],
        placed=amounts(gathered.placed, lot_place),
        left=amounts(gathered.left, lot_place),
        deferred=tuple(sorted((rows[row], lot_of[lot]) for row, lot in gathered.deferred)),
        measures=more.get("measures", {}),
    )


def file_faults(problem: Problem, result: Result) -> Iterator[Violation]:
    """What a file says beyond what `check` asks of it, where it does not hold.

    Coverage, what limits each claimant, one level to a block, the spread before and after. Prices
    and the count of blocks are not made anew.
    """
    put_off = {claimant for claimant, _lot in result.deferred}
    columns = zip(
        result.allocated.tolist() if isinstance(result.allocated, np.ndarray) else result.allocated,
        result.coverage,
        problem.received.tolist(),
        problem.slope.tolist(),
        problem.cap.tolist(),
        result.block.tolist(),
        strict=True,
    )
    level_of: dict[int, Level | None] = {}
    for row, (allocated, coverage, received, slope, cap, block) in enumerate(columns):
        held = problem.weight_lcm * (received + allocated)
        if coverage.numerator * slope != held * coverage.denominator:
            message = f"its coverage is {held / Fraction(slope)}, not {coverage}"
            yield Violation("coverage", row, None, message)
        limit, level = result.limited_by[row], result.level[row]
        reason = _limit(level, result.shares[row] == cap, row in put_off)
        if limit != reason:
            yield Violation("limited-by", row, None, f"it is limited by {reason}, not {limit}")
        if level_of.setdefault(block, level) is not level and level_of[block] != level:
            yield Violation("block", row, None, "another level stands in the same block")
    amounts = {"before": problem.received, "after": problem.received + np.array(result.allocated)}
    for name, held in amounts.items():
        coverage_array = problem.weight_lcm * (held.astype(np.float64) / problem.slope)
        if not _is_close(result.measures.get(name), spread(problem.need, coverage_array).figures()):
            yield Violation("measures", None, None, f"the figures of coverage {name} differ")


def _is_close(said: Any, found: Any) -> bool:
    """Whether printed figures agree to nine digits."""
    if isinstance(found, dict):
        return isinstance(said, dict) and all(_is_close(said.get(key), found[key]) for key in found)
    if isinstance(found, list):
        is_list = isinstance(said, list) and len(said) == len(found)
        return is_list and all(map(_is_close, said, found))
    if isinstance(found, float):
        return isinstance(said, int | float) and isclose(said, found, rel_tol=1e-9, abs_tol=1e-9)
    return bool(said == found)


def _limit(level: Level | None, is_at_cap: bool, is_put_off: bool) -> str:
    if level is not None and is_at_cap:
        return "cap"
    return "minimum" if is_put_off else "none" if level is None else "lots"


def _blocks(said: list[int], level: list[Level | None]) -> Integers:
    """The blocks as the file numbers them, else one for each level."""
    if -2 not in said:
        return np.array(said, np.int64)
    rank = {each: at for at, each in enumerate(sorted({x for x in level if x is not None}))}
    return np.array([-1 if each is None else rank[each] for each in level], np.int64)


def _differences(what: str, wanted: list[str], found: list[str]) -> Iterator[str]:
    """What is there once too often, not there, or not wanted: the first few of each."""
    if wanted == found:
        return
    known, seen = set(wanted), set(found)
    twice: dict[str, int] = {}
    for name in found:
        twice[name] = twice.get(name, 0) + 1
    kinds = (
        ("is in the input, not in the result", [name for name in wanted if name not in seen]),
        ("is in the result, not in the input", [name for name in seen if name not in known]),
        ("stands twice in the result", [name for name, count in twice.items() if count > 1]),
    )
    for words, names in kinds:
        yield from (f"{what} {name} {words}" for name in sorted(names)[:MOST_NAMED])
        if len(names) > MOST_NAMED:
            yield f"... and {len(names) - MOST_NAMED} more"
