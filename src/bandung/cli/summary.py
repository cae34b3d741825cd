"""What `bandung allocate` prints of a division: coverage, prices, who and what is left, and why."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bandung.fairness import Allocation, Problem
from bandung.fairness.explaining import left_reason
from bandung.fairness.measures import NOISE
from bandung.fairness.unserved import unserved
from bandung.fairness.words import amount, decimals, listed, percent, shown, whole

MOST_LINES = 10
MOST_NAMES = 3
PRICES = {"price_of_packs": "whole packs", "price_of_minimum": "minima"}


def print_summary(
    said: Console, problem: Problem, allocation: Allocation, measures: dict[str, Any]
) -> None:
    """Prints the short table; what has nothing to say is left out."""
    _print_coverage(said, problem, allocation, measures)
    _print_totals(said, problem, allocation, measures)
    _print_prices(said, measures)
    _print_unserved(said, problem, allocation)
    _print_left(said, problem, allocation)


def _table(*columns: str, right: Iterable[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="")
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return table


def _print_coverage(
    said: Console, problem: Problem, allocation: Allocation, measures: dict[str, Any]
) -> None:
    table = _table("coverage", "before", "after", "who, after", right=("before", "after"))
    coverage = allocation.coverage_array
    ends = {"worst": coverage.min(initial=np.inf), "best": coverage.max(initial=0)}
    for name, key in (("worst", "min"), ("median", "median"), ("best", "max")):
        parts = (_percent(measures[when][key]) for when in ("before", "after"))
        end = ends.get(name)
        rows = [] if end is None else np.flatnonzero(np.abs(coverage - end) <= NOISE * end)
        table.add_row(name, *parts, _who(problem, rows))
    gini = (measures[when]["gini"] for when in ("before", "after"))
    table.add_row("Gini, by need", *("-" if each is None else f"{each:.4f}" for each in gini))
    said.print(table)


def _who(problem: Problem, rows: Any) -> Text:
    """The first few claimants of some rows, and how many more there are."""
    names = [problem.name(row) for row in rows[: MOST_NAMES + 1]]
    names += [""] * (len(rows) - len(names))
    return Text(listed(names, "en", MOST_NAMES))


def _print_totals(
    said: Console, problem: Problem, allocation: Allocation, measures: dict[str, Any]
) -> None:
    supply, left = sum(problem.supply.tolist()), sum(map(_exact, allocation.left))
    blocks = measures["blocks"]["count"]
    said.print(
        f"{whole(blocks, 'en')} block{'' if blocks == 1 else 's'}; "
        f"{amount(supply - left, 'en')} of {whole(supply, 'en')} units placed, "
        f"rule {allocation.rule}; digest {allocation.digest}",
        markup=False,
    )


def _percent(part: float | None) -> str:
    return "-" if part is None else percent(part, "en")


def _exact(number: Any) -> Any:
    return number if hasattr(number, "denominator") and number.denominator != 1 else int(number)


def _print_prices(said: Console, measures: dict[str, Any]) -> None:
    """What packs and minima change against the exact shares of all."""
    names = ("worst coverage", "units placed", "Gini")
    table = _table("changed by", *names, right=names)
    for key, name in PRICES.items():
        if key in measures:
            price = measures[key]
            worst = _signed(Fraction(str(-100 * price["worst"])), 2) + " points"
            units, gini = -Fraction(price["units"]), Fraction(str(price["gini"]))
            places = 0 if units.denominator == 1 else 2
            table.add_row(name, worst, _signed(units, places), _signed(gini, 4))
    if table.row_count:
        said.print()
        said.print(table)


def _signed(change: Fraction, places: int) -> str:
    written = decimals(abs(change), places, "en")
    is_some = any(digit in "123456789" for digit in written)
    return (("-" if change < 0 else "+") if is_some else "") + written


def _print_unserved(said: Console, problem: Problem, allocation: Allocation) -> None:
    """Who receives nothing and why, and the consignments that were put off."""
    found = unserved(problem, allocation)
    if found:
        table = _table("receive nothing", "why", "who", right=("receive nothing",))
        for reason, rows in found.items():
            table.add_row(whole(len(rows), "en"), reason, _who(problem, rows))
        said.print()
        said.print(table)
    if allocation.deferred:
        rows = [*dict.fromkeys(claimant for claimant, _lot in allocation.deferred)]
        count = len(allocation.deferred)
        words = "consignment" if count == 1 else "consignments"
        said.print(
            f"{whole(count, 'en')} {words} put off, below the minimum of {_who(problem, rows)}",
            markup=False,
        )


def _print_left(said: Console, problem: Problem, allocation: Allocation) -> None:
    """The lots of which something is left, the largest rests first, and why."""
    left = [(-_exact(each), lot) for lot, each in enumerate(allocation.left) if each]
    if not left:
        return
    table = _table("left of", "units", "why", right=("units",))
    for rest, lot in sorted(left)[:MOST_LINES]:
        reason = left_reason(problem, allocation, lot)
        table.add_row(Text(shown(problem.lot_name(lot))), amount(-rest, "en"), reason)
    said.print()
    said.print(table)
    if len(left) > MOST_LINES:
        rest = sum(-each for each, _lot in sorted(left)[MOST_LINES:])
        count = len(left) - MOST_LINES
        lots = "lot" if count == 1 else "lots"
        said.print(f"... and {amount(rest, 'en')} units of {whole(count, 'en')} more {lots}")
