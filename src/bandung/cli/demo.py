"""`bandung demo`: the exercise that shows the whole way."""

from collections.abc import Sequence
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection

from bandung.cli.console import prepare_home
from bandung.cli.ledger import sentence
from bandung.cli.progress import counting
from bandung.cli.serving import Port, serve
from bandung.cli.speaking import complain, out, stop
from bandung.demo.exercise import COUNTED_ON, Shown, walk
from bandung.ledger.models import Instance
from bandung.site.instance import DATABASE_NAME, KEY_FILE


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it, then stop.")] = False,
    port: Port = 8000,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over; exercises only.")] = False,
) -> None:
    """Found an exercise, take one workbook from upload to publication, and serve it."""
    if fresh:
        _start_over()
    prepare_home()
    shown = walk(counting)
    _print(shown)
    if shown.unheld:
        complain(_unheld(shown.unheld))
    if not shown.verdict.is_sound:
        stop(sentence(shown.verdict))
    if not no_serve:
        serve(port)


def _start_over() -> None:
    """Removes the exercise in BANDUNG_HOME; refuses anything else, and leaves other files alone."""
    home = settings.BANDUNG_HOME
    if not (home / DATABASE_NAME).exists() and connection.vendor == "sqlite":
        return
    prepare_home()
    first = Instance.objects.first()
    if first and not first.is_exercise:
        stop(f"The instance in {home} is not an exercise; nothing was removed.")
    if connection.vendor != "sqlite":
        stop("--fresh removes an SQLite database; empty this database yourself.")
    connection.close()
    for path in (*home.glob(f"{DATABASE_NAME}*"), home / KEY_FILE):
        path.unlink(missing_ok=True)


def _print(shown: Shown) -> None:
    catalogue = shown.catalogue
    sectors = ", ".join(
        f"{catalogue.by_sector.get(sector, 0):,} {sector}"
        for sector in ("medical", "social", "humanitarian")
    )
    for line in (
        f"members {shown.members} (on {COUNTED_ON})",
        f"items {catalogue.items}",
        f"derived figures {catalogue.figures:,} ({sectors})",
        f"submission {shown.submission}, receipt {shown.receipt}",
        f"published lines {shown.published_lines}",
        f"ledger {shown.size} acts, root {shown.root}",
        "verified" if shown.verdict.is_sound else "NOT verified",
    ):
        out.print(line, markup=False)


def _unheld(functions: Sequence[str]) -> str:
    named = ", ".join(each.replace("_", " ") for each in functions)
    return (
        f"Nobody can continue as {named}: those mandates were ended. "
        "`bandung users invite` appoints others; `bandung demo --fresh` starts over."
    )
