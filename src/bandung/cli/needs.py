"""`bandung needs`: the workbook, its import, and the way of a submission to publication."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone, translation

from bandung.cli.asking import (
    As,
    EmergencyCode,
    Lang,
    Scope,
    State,
    emergency_of,
    language_of,
    scope_of,
    state_of,
)
from bandung.cli.console import instance, out, stop
from bandung.cli.importing import import_file
from bandung.cli.people import speaker
from bandung.exchange.exporting import export_lines
from bandung.exchange.templates import write_template
from bandung.ledger.act import Act, Mandate
from bandung.ledger.door import Receipt, record
from bandung.ledger.queries import last_touch
from bandung.movement.access import PUBLIC
from bandung.needs.acts import AcceptSubmission, PublishNeeds, RemarkText, ReturnSubmission
from bandung.needs.models import Submission
from bandung.needs.queries import LineFilter

app = typer.Typer(help="Needs: workbooks, submissions, publication.", no_args_is_help=True)
app.command("import")(import_file)
Number = Annotated[int, typer.Argument(help="Number of the submission.")]


@app.command()
def template(
    state: State,
    output: Annotated[Path, typer.Option("-o", "--output", help="The workbook to write.")],
    emergency: EmergencyCode = "",
    scope: Scope = "medical,social,humanitarian",
    lang: Lang = "en",
    as_: As = "",
) -> None:
    """Write the state's workbook, filled with its last published lines."""
    found = instance()
    party, language = state_of(state), language_of(lang)
    reader = speaker(as_, "focal_point", party.code) if found.is_exercise else PUBLIC
    with translation.override(language):
        content = write_template(party, emergency_of(emergency), scope_of(scope), language, reader)
    output.write_bytes(content)
    out.print(f"{output}: {len(content):,} bytes", markup=False)


@app.command()
def accept(number: Number, as_: As = "") -> None:
    """Accept a submission, as a reviewer."""
    instance()
    _say(AcceptSubmission, number, _mandate(as_, "reviewer"))


@app.command("return")
def return_(
    number: Number,
    reason: Annotated[str, typer.Option(help="Code of the reason, such as magnitude.")],
    note: Annotated[str, typer.Option(help="What the state should know.")] = "",
    line: Annotated[int | None, typer.Option(help="Row of the line; default: all of it.")] = None,
    as_: As = "",
) -> None:
    """Return a submission to its state, as a reviewer, with a coded reason."""
    instance()
    remark = RemarkText(line=line, reason=reason, note=note)
    contents = ReturnSubmission.contents([remark])
    _say(ReturnSubmission, number, _mandate(as_, "reviewer"), contents)


@app.command()
def publish(number: Number, as_: As = "") -> None:
    """Publish an accepted submission, as the secretariat."""
    instance()
    _say(PublishNeeds, number, _mandate(as_, "secretariat"))


@app.command()
def export(
    format_: Annotated[str, typer.Option("--format", help="csv, xlsx or json.")] = "csv",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default: standard output.")
    ] = None,
    state: str = "",
    group: str = "",
    sector: str = "",
    category: str = "",
    item: str = "",
    emergency: str = "",
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    since: Annotated[
        int | None, typer.Option(help="Only what changed after this act, ended lines too.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Write the published lines that the public may see."""
    instance()
    if format_ not in ("csv", "xlsx", "json"):
        raise typer.BadParameter(f"{format_!r} is none of csv, xlsx, json")
    chosen = LineFilter(
        state=state,
        group=group,
        sector=sector,
        category=category,
        item=item,
        emergency=emergency,
        as_of=as_of.date() if as_of else None,
        since=since,
    )
    pieces = export_lines(PUBLIC, chosen, format_, language_of(lang))  # type: ignore[arg-type]
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as file:
        file.writelines(pieces)


def _mandate(person: str, function: str) -> Mandate:
    mandate = speaker(person, function).mandate_for(function)
    assert mandate is not None
    return mandate


def _say(
    act: type[AcceptSubmission] | type[ReturnSubmission] | type[PublishNeeds],
    number: int,
    mandate: Mandate,
    contents: dict[str, bytes] | None = None,
) -> None:
    seen = last_touch(f"needs.submission/{number}")
    if not Submission.objects.filter(number=number).exists():
        stop(f"There is no submission {number}.")
    said: Act = act.of(number, seen or number)
    print_receipt(record(said, mandate, secrets.token_hex(16), contents, timezone.now()), said)


def print_receipt(receipt: Receipt, act: Act) -> None:
    """The receipt in two lines."""
    out.print(f"act {receipt.number}: {act.sentence()}", markup=False)
    out.print(f"receipt {receipt.leaf}, {receipt.at:%Y-%m-%d %H:%M:%S} UTC", markup=False)
