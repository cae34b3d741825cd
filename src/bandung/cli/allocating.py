"""`bandung allocate`: divides lots among claimants, or checks a result; needs no instance.

Nothing of Django is asked for, and numpy is loaded only when the command runs.
"""

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

RULES = ("quota-leximin", "adams", "floor", "hamilton", "none")
LANGUAGES = ("en", "fr", "es", "ar")


def allocate(
    claimants: Annotated[
        Path,
        typer.Argument(
            help="CSV: claimant, need, received, weight, cap, groups, accepts, minimum."
        ),
    ],
    lots: Annotated[
        Path, typer.Argument(help="CSV: lot, product, quantity, pack, for, not_for, expires_on.")
    ],
    packs: Annotated[
        str,
        typer.Option(
            help="Rule for whole packs: quota-leximin (unless said), adams, floor, hamilton; "
            "none: exact fractions."
        ),
    ] = "",
    small_states: Annotated[
        bool,
        typer.Option(
            "--small-states",
            help="Who has room for less than a pack may have a whole one, above its cap.",
        ),
    ] = False,
    json: Annotated[
        str, typer.Option(help="Write the result here; - for standard output alone.")
    ] = "",
    explain: Annotated[str, typer.Option(help="Say why this claimant receives its share.")] = "",
    lang: Annotated[
        str, typer.Option(help="Language of the explanation and the chart: en, fr, es or ar.")
    ] = "en",
    verify: Annotated[
        Path | None,
        typer.Option(help="Check all that this result says against the two files."),
    ] = None,
    chart: Annotated[
        Path | None, typer.Option(help="Draw coverage before and after, as SVG, here.")
    ] = None,
) -> None:
    """Divide lots so that the worst covered is as well off as can be, then the next, and so on.

    Works on two files and needs no instance. Exits with 1 if --verify finds something that does
    not hold, with 2 if a file cannot be used: every problem is named at its line.
    """
    _one_of("--packs", packs or RULES[0], RULES)
    _one_of("--lang", lang, LANGUAGES)
    if small_states and packs in ("floor", "none"):
        raise typer.BadParameter("--small-states goes with a rule that raises: not floor, not none")
    if verify and (packs or json or chart or small_states):
        raise typer.BadParameter("--verify checks a result: it goes with --explain and --lang only")
    _refuse_outputs(json, chart, (claimants, lots))
    from bandung.cli import dividing

    language = cast(Literal["en", "fr", "es", "ar"], lang)
    if verify:
        code = dividing.verify(claimants, lots, verify, explain, language)
    else:
        paths, rule = (claimants, lots), packs or RULES[0]
        code = dividing.divide(*paths, rule, json, explain, language, chart, small_states)
    raise typer.Exit(code)


def _one_of(option: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise typer.BadParameter(f"{option}: {given!r} is none of {', '.join(known)}")


def _refuse_outputs(json: str, chart: Path | None, inputs: tuple[Path, ...]) -> None:
    """Refuses a result and a chart that cannot both be written beside these inputs."""
    result = Path(json) if json and json != "-" else None
    if result:
        _writable("--json", result, inputs)
    if chart:
        _writable("--chart", chart, inputs)
    if result and chart and _is_same(result, chart):
        raise typer.BadParameter(f"--chart: {chart} is the file of --json, too")


def _writable(option: str, path: Path, inputs: tuple[Path, ...]) -> None:
    """Refuses, before any work, a name that cannot become a file or would end an input."""
    if path.is_dir() or not path.parent.is_dir():
        raise typer.BadParameter(f"{option}: {path} is not a file in a folder that exists")
    if any(_is_same(path, each) for each in inputs):
        raise typer.BadParameter(f"{option}: {path} is one of the files to read")


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names mean one file, which need not be there yet."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
