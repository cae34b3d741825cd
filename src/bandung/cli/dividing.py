"""The work behind `bandung allocate`: files in, a short table, a result, a chart, a check."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bandung.cli.speaking import UNREADABLE, err, out
from bandung.cli.summary import print_summary
from bandung.cli.whole_files import written_whole
from bandung.fairness import Allocation, Problem, allocate
from bandung.fairness.chart import chart as draw
from bandung.fairness.explaining import Divided, claimant_row, explain
from bandung.fairness.files import BadFile, Inputs, read_inputs
from bandung.fairness.measures import measure
from bandung.fairness.rereading import OtherNames, read_result
from bandung.fairness.results import write_result
from bandung.fairness.verifying import verify as verify_result
from bandung.fairness.words import Language, shown, whole

HOLDS, FAILS = 0, 1
MOST_NAMED = 50

Step = Callable[[str], Callable[[int, int], None]]


def divide(
    claimants: Path,
    lots: Path,
    packs: str,
    json: str,
    explained: str,
    language: Language,
    chart: Path | None,
    small_states: bool = False,
) -> int:
    """Divides, writes what is asked for, prints the table; the exit code."""
    said = err if json == "-" else out
    with _steps() as step:
        inputs = _inputs(claimants, lots, step)
        if inputs is None:
            return UNREADABLE
        row = _row(inputs.problem, explained)
        rule, told = None if packs == "none" else packs, step("dividing")
        allocation = allocate(inputs.problem, rule, progress=told, small_states=small_states)
        measures = measure(inputs.problem, allocation, inputs.groups)
        if json:
            _write(inputs.problem, allocation, measures, json, step)
        if chart:
            step("drawing")
            with written_whole(chart) as file:
                file.write(draw(inputs.problem, allocation, language))
    for warning in inputs.warnings:
        err.print(shown(f"warning: {warning}"), markup=False)
    print_summary(said, inputs.problem, allocation, measures)
    if row is not None:
        _print_reasons(said, inputs.problem, allocation, row, language)
    return HOLDS


def verify(claimants: Path, lots: Path, result: Path, explained: str, language: Language) -> int:
    """Checks a result file against its inputs; the exit code."""
    with _steps() as step:
        inputs = _inputs(claimants, lots, step)
        if inputs is None:
            return UNREADABLE
        row = _row(inputs.problem, explained)
        try:
            found = read_result(result, inputs.problem, step(f"reading {result.name}"))
        except BadFile as bad:
            _complain(bad)
            return UNREADABLE
        except OtherNames as other:
            _print_some(other.reasons)
            return FAILS
        step("checking")
        verified = verify_result(inputs.problem, found, inputs.groups)
        faults = [_named(inputs.problem, each) for each in verified.faults]
    if faults:
        _print_some(faults)
        return FAILS
    holds = f"rule {found.rule}, digest {found.digest}"
    unchecked = "".join(f" Not checked: {each}." for each in verified.unchecked)
    out.print(
        f"{result}: every condition holds for {whole(inputs.problem.size, 'en')} claimants and "
        f"{whole(inputs.problem.lots, 'en')} lots ({holds}).{unchecked}",
        markup=False,
    )
    if row is not None:
        _print_reasons(out, inputs.problem, found, row, language)
    return HOLDS


@contextmanager
def _steps() -> Iterator[Step]:
    """Names each step of the work on a terminal's error output, with a bar where it can."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
    with bar, _without_collection():
        task = bar.add_task("", total=None)

        def step(what: str) -> Callable[[int, int], None]:
            bar.reset(task, description=what, total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            return show

        yield step


@contextmanager
def _without_collection() -> Iterator[None]:
    """Millions of small objects and no cycles: looking for those takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _inputs(claimants: Path, lots: Path, step: Step) -> Inputs | None:
    """The two files, or nothing once what is wrong with them is said."""
    try:
        return read_inputs(claimants, lots, step(f"reading {claimants.name}"))
    except BadFile as bad:
        _complain(bad)
        return None


def _complain(bad: BadFile) -> None:
    for fault in bad.faults[:MOST_NAMED]:
        err.print(shown(str(fault)), markup=False)
    if left := len(bad.faults[MOST_NAMED:]) + bad.more:
        err.print(f"... and {whole(left, 'en')} more", markup=False)


def _row(problem: Problem, claimant: str) -> int | None:
    """The row of the claimant to explain; wrong usage if there is none."""
    if not claimant:
        return None
    try:
        return claimant_row(problem, claimant)
    except LookupError as error:
        raise typer.BadParameter(f"--explain: {error.args[0]}") from error


def _write(
    problem: Problem, allocation: Allocation, measures: dict[str, Any], name: str, step: Step
) -> None:
    if name != "-":
        with written_whole(Path(name)) as file:
            write_result(problem, allocation, file, measures, step(f"writing {name}"))
        return
    file = TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    write_result(problem, allocation, file, measures, step("writing"))
    file.detach().flush()


def _print_reasons(
    said: Console, problem: Problem, allocation: Divided, row: int, language: Language
) -> None:
    said.print()
    said.print(explain(problem, allocation, row).sentence(language), markup=False)


def _named(problem: Problem, violation: Any) -> str:
    """A violation with the names of its claimant and its lot."""
    where = [violation.code]
    if violation.claimant is not None and 0 <= violation.claimant < problem.size:
        where.append(f"claimant {shown(problem.name(violation.claimant))}")
    if violation.lot is not None and 0 <= violation.lot < problem.lots:
        where.append(f"lot {shown(problem.lot_name(violation.lot))}")
    return f"{', '.join(where)}: {violation.message}"


def _print_some(faults: tuple[str, ...] | list[str]) -> None:
    for fault in faults[:MOST_NAMED]:
        out.print(shown(fault), markup=False)
    if len(faults) > MOST_NAMED:
        out.print(f"... and {whole(len(faults) - MOST_NAMED, 'en')} more")
