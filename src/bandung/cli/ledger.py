"""`bandung ledger`: found, verify, rebuild, export, show."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from bandung.cli.console import instance, prepare_home
from bandung.cli.progress import counting
from bandung.cli.speaking import REFUSED, UNREADABLE, complain, out, stop
from bandung.core.models import new_person
from bandung.ledger.acts import FoundLedger
from bandung.ledger.audit import verify_instance
from bandung.ledger.bundle import export
from bandung.ledger.checkpoint import Checkpoint, read_checkpoint
from bandung.ledger.door import record
from bandung.ledger.models import Instance
from bandung.ledger.queries import NoSuchAct, checkpoint, text_of
from bandung.ledger.rebuild import check as check_rebuild
from bandung.ledger.rebuild import rebuild_from, rebuildable
from bandung.ledger.verify import Verdict, verify_bundle

app = typer.Typer(help="The ledger: found, verify, export, rebuild, show.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def found(
    name: Annotated[str, typer.Option(help="Name of the log, permanent and neutral.")],
    term: Annotated[int, typer.Option(help="Number of the chair's term.")],
    chair: Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 code of the chairing state.")],
) -> None:
    """Found the ledger of a new instance in BANDUNG_HOME and name its first administrator."""
    prepare_home()
    if Instance.objects.exists():
        stop(
            f"{settings.BANDUNG_HOME} already holds an instance; BANDUNG_HOME names another folder."
        )
    person = new_person()
    act = FoundLedger(name=name, term=term, chair=chair, administrator=person, exercise=False)
    receipt = record(act, None, "founding")
    out.print(f"founded {name}, act {receipt.number}, {receipt.leaf}", markup=False)
    out.print(f"The first administrator is {person}: run `bandung users invite --person {person}`.")


@app.command()
def verify(
    directory: Annotated[
        Path | None, typer.Argument(help="A bundle; default: this instance.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A checkpoint file kept elsewhere, of an earlier day.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check every entry, block and hash; name the first entry that fails."""
    held = _read_held(against) if against else None
    with counting("entries") as progress:
        if directory:
            if not directory.is_dir():
                stop(f"There is no bundle in {directory}.", UNREADABLE)
            verdict = verify_bundle(directory, against=held, progress=progress)
        else:
            instance()
            verdict = verify_instance(progress)
            if held and verdict.is_sound:
                verdict = _compare(verdict, held)
    if as_json:
        out.print_json(json.dumps(asdict(verdict)))
    else:
        out.print(sentence(verdict), markup=False)
    if not verdict.is_sound:
        raise typer.Exit(REFUSED)


def _read_held(path: Path) -> Checkpoint:
    try:
        return read_checkpoint(path.read_text())
    except (OSError, ValueError) as error:
        stop(f"{path} is no checkpoint: {error}", UNREADABLE)


def _compare(verdict: Verdict, held: Checkpoint) -> Verdict:
    """The verdict, broken where the log does not begin with what the held checkpoint covers."""
    if held.size > verdict.size:
        why = f"the log has {verdict.size} entries, the checkpoint kept elsewhere {held.size}"
        return replace(verdict, first_failure=(0, why))
    if checkpoint(held.size).root != held.root:
        why = f"its first {held.size} entries are not those of the checkpoint kept elsewhere"
        return replace(verdict, first_failure=(0, why))
    return verdict


def sentence(verdict: Verdict) -> str:
    """The verdict in a line."""
    if verdict.first_failure is None:
        return (
            f"verified: {verdict.size} entries, {verdict.sealed} of them sealed, "
            f"{verdict.opened} blocks opened, root {verdict.root}"
        )
    number, reason = verdict.first_failure
    return f"NOT verified: {f'entry {number}: ' if number else ''}{reason}"


@app.command("export")
def export_bundle(
    directory: Annotated[Path, typer.Argument(help="A folder that is new or empty.")],
    full: Annotated[
        bool,
        typer.Option("--full", help="Every block, for backup and handover; keep it confidential."),
    ] = False,
) -> None:
    """Write the public bundle, or with --full the whole ledger."""
    instance()
    with counting("entries") as progress:
        reached = export(directory, full=full, progress=progress)
    out.print(f"{reached.size} entries, root {reached.root}", markup=False)


@app.command()
def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Rebuild beside the instance and compare.")
    ] = False,
    source: Annotated[
        Path | None, typer.Option("--from", help="A full bundle, into a new instance.")
    ] = None,
) -> None:
    """Rebuild all official tables from the ledger."""
    if check == bool(source):
        raise typer.BadParameter("say either --check or --from DIR")
    if source:
        _rebuild_from(source)
        return
    instance()
    with counting("entries") as progress:
        differences = check_rebuild(progress)
    for each in differences:
        complain(f"{each.table} differs: here {each.here or '-'}, rebuilt {each.rebuilt or '-'}")
    if differences:
        raise typer.Exit(REFUSED)
    out.print("Every official table equals its rebuild from the ledger.")


def _rebuild_from(source: Path) -> None:
    verdict = rebuildable(source)  # first, so that a refused bundle leaves no empty instance
    prepare_home()
    if Instance.objects.exists():
        stop(
            f"{settings.BANDUNG_HOME} already holds an instance; BANDUNG_HOME names another folder."
        )
    with counting("entries") as progress:
        reached = rebuild_from(source, progress, verdict)
    out.print(f"{reached.size} entries, root {reached.root}", markup=False)


@app.command()
def show(number: Annotated[int, typer.Argument(help="Number of an act.")]) -> None:
    """Print an act: its sentence, its stored bytes, its proof."""
    instance()
    try:
        out.print(text_of(number), markup=False)
    except NoSuchAct as missing:
        stop(str(missing))
