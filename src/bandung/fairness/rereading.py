"""Reads a result file back, so that it can be checked and explained like the allocation it was.

Element by element: a million claimants are never all held as JSON.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bandung.fairness.allocation import CONTINUOUS, Certificate, Consignment
from bandung.fairness.files import BadFile, Progress, text_of
from bandung.fairness.minima import Pair, without
from bandung.fairness.problem import MOST, Integers, Problem
from bandung.fairness.remeasuring import blocks_of
from bandung.fairness.scanning import MOST_NAMED, Scan, Wrong

LIMITS = ("lots", "cap", "none", "minimum")
FIELDS = {"rule", "digest", "version", "claimants", "lots", "measures"}
CLAIMANT = {"claimant", "allocated", "share", "coverage", "level", "block", "limited_by"}
CLAIMANT |= {"consignments", "deferred"}
CONSIGNMENT = {"lot", "quantity", "share"}
LOT = {"lot", "level", "placed", "left"}
EXACT = re.compile(r"-?\d{1,4000}(?:/\d{1,4000})?", re.ASCII)

Floats = npt.NDArray[np.float64]
Amounts = Integers | list[Fraction]
Level = Fraction | float


@dataclass(frozen=True)
class Result:
    """A result as its file says it, with the names that Allocation gives its figures.

    Rows are those of `problem`. `said_block` is None where the file does not say it; `block` and
    the certificate follow from levels and consignments.
    """

    problem: Problem
    rule: str
    digest: str
    version: str
    allocated: Amounts
    shares: list[Fraction]
    coverage: list[Fraction]
    level: list[Level | None]
    said_block: list[int | None]
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
    def block(self) -> Integers:
        """Who shares a level by drawing on the same lots; -1 where no lot may serve it."""
        return blocks_of(self.problem, self)[0]

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
        for name in sorted(more.keys() - FIELDS):
            scan.complain(1, name, more[name], "there is no such field")
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
    block: list[int | None] = field(default_factory=list)
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
        _known(element, CLAIMANT)
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
            _known(element, CONSIGNMENT)
            quantity = self._amount(element, "quantity")
            return row, _name(element, "lot"), quantity, _exact(element, "share")
        except Wrong as wrong:
            raise Wrong(f"{where}.{wrong.where}", wrong.seen, wrong.wanted) from None

    def lot(self, row: int, element: Any) -> None:
        """One lot's figures."""
        if not isinstance(element, dict):
            raise Wrong("", element, "an object is needed")
        _known(element, LOT)
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


def _known(element: dict[str, Any], names: set[str]) -> None:
    """A field that means nothing here could be taken for a figure that was checked."""
    if not element.keys() <= names:
        name = min(element.keys() - names)
        raise Wrong(name, element[name], "there is no such field")


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
        given = str(given)
    if not isinstance(given, str) or not EXACT.fullmatch(given):
        raise Wrong(name, given, 'an exact number such as "3/7" is needed')
    above, _, below = given.partition("/")
    if below and not int(below):
        raise Wrong(name, given, 'an exact number such as "3/7" is needed')
    if abs(int(above)) >> 128 > int(below or 1):
        raise Wrong(name, given, "no figure is as large as that")
    return Fraction(int(above), int(below or 1))


def _block(element: dict[str, Any]) -> int | None:
    """The block's number; None where the file does not say."""
    if "block" not in element:
        return None
    given = element["block"]
    if not isinstance(given, int) or isinstance(given, bool) or not -1 <= given <= MOST:
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
    return Result(
        problem=problem,
        rule=more["rule"],
        digest=more["digest"],
        version=more["version"],
        allocated=amounts(gathered.allocated, place),
        shares=[gathered.shares[at] for at in place],
        coverage=[gathered.coverage[at] for at in place],
        level=[gathered.level[at] for at in place],
        said_block=[gathered.block[at] for at in place],
        limited_by=[gathered.limited_by[at] for at in place],
        consignments=sorted(consignments, key=lambda each: (each.claimant, each.lot)),
        lot_level=[gathered.lot_level[at] for at in lot_place],
        placed=amounts(gathered.placed, lot_place),
        left=amounts(gathered.left, lot_place),
        deferred=tuple(sorted((rows[row], lot_of[lot]) for row, lot in gathered.deferred)),
        measures=more.get("measures", {}),
    )


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
