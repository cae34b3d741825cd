"""Writes a result as JSON, every figure exact; `rereading` reads one back to be checked.

Fractions are text such as "3/7", an infinite level is "inf", none is null. One claimant, and one
lot, stands on each line.
"""

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import Any, TextIO

import numpy as np

from bandung.fairness.allocation import Allocation
from bandung.fairness.files import Progress
from bandung.fairness.problem import Integers, Problem

STEP = 20_000
_quoted = json.JSONEncoder(ensure_ascii=False).encode


def write_result(
    problem: Problem,
    allocation: Allocation,
    file: TextIO,
    measures: dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> None:
    """Writes the result; `progress` is told (claimants written, claimants).

    `measures` stands for the allocation's own, if more is known, such as the gaps of groups.
    """
    texts = (allocation.rule, allocation.digest, allocation.version)
    names = ("rule", "digest", "version")
    for name, text in zip(names, texts, strict=True):
        file.write(("{" if name == "rule" else "") + f'"{name}":{json.dumps(text)},\n')
    file.write('"claimants":[\n')
    for row, line in enumerate(_claimants(problem, allocation)):
        file.write(line if row == 0 else ",\n" + line)
        if progress and row % STEP == 0:
            progress(row, problem.size)
    file.write('],\n"lots":[\n')
    file.write(",\n".join(_lots(problem, allocation)))
    figures = allocation.measures if measures is None else measures
    written = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    file.write(f'],\n"measures":{written}}}\n')


def _claimants(problem: Problem, allocation: Allocation) -> Iterator[str]:
    lots = [_quoted(problem.lot_name(lot)) for lot in range(problem.lots)]
    sent = groupby(allocation.consignments, attrgetter("claimant"))
    next_claimant, some = next(sent, (-1, iter(())))
    put_off: dict[int, list[str]] = {}
    for claimant, lot in allocation.deferred:
        put_off.setdefault(claimant, []).append(lots[lot])
    known: dict[int, str] = {}
    columns = zip(
        _given(allocation.allocated),
        _coverages(problem, allocation),
        allocation.level,
        allocation.block.tolist(),
        allocation.limited_by,
        strict=True,
    )
    for row, (allocated, coverage, level, block, limited_by) in enumerate(columns):
        share, pieces = "0", ""
        if row == next_claimant:
            own = list(some)
            next_claimant, some = next(sent, (-1, iter(())))
            share = _text(sum((each.share for each in own[1:]), own[0].share))
            pieces = ",".join(
                f'{{"lot":{lots[each.lot]},"quantity":{_quantity(each.quantity)},'
                f'"share":"{share if len(own) == 1 else _text(each.share)}"}}'
                for each in own
            )
        written = known.get(id(level))  # a class shares one level, slow to hash as a fraction
        if written is None:
            written = known[id(level)] = _level(level)
        deferred = f',"deferred":[{",".join(put_off[row])}]' if row in put_off else ""
        yield (
            f'{{"claimant":{_quoted(problem.name(row))},"allocated":{allocated},'
            f'"share":"{share}","coverage":"{coverage}","level":{written},"block":{block},'
            f'"limited_by":"{limited_by}","consignments":[{pieces}]{deferred}}}'
        )


def _lots(problem: Problem, allocation: Allocation) -> Iterator[str]:
    columns = (allocation.lot_level, _given(allocation.placed), _given(allocation.left))
    for lot, (level, placed, left) in enumerate(zip(*columns, strict=True)):
        name = _quoted(problem.lot_name(lot))
        yield f'{{"lot":{name},"level":{_level(level)},"placed":{placed},"left":{left}}}'


def _text(number: Fraction | int) -> str:
    """`3/7`, or `3` where the denominator is 1."""
    return str(number)


def _quantity(number: int | Fraction) -> str:
    """Whole units as they are, exact parts as text."""
    return f'"{number}"' if isinstance(number, Fraction) else str(int(number))


def _level(level: Fraction | float | None) -> str:
    return "null" if level is None else '"inf"' if level == inf else f'"{level}"'


def _given(amounts: Integers | list[Fraction]) -> Iterator[str]:
    return (
        map(str, amounts.tolist()) if isinstance(amounts, np.ndarray) else map(_quantity, amounts)
    )


def _coverages(problem: Problem, allocation: Allocation) -> Iterator[str]:
    """weight_lcm x (received + allocated) / slope in lowest terms, in 64 bits where they do."""
    allocated, times = allocation.allocated, problem.weight_lcm
    if isinstance(allocated, np.ndarray):
        held = problem.received + allocated
        if float(times) * float(held.max(initial=0)) < 2.0**62:
            above = held * times
            common = np.gcd(above, problem.slope)
            ratios = zip(
                (above // common).tolist(), (problem.slope // common).tolist(), strict=True
            )
            return (f"{a}/{b}" if b != 1 else str(a) for a, b in ratios)
    return map(str, allocation.coverage)
