"""`bandung needs`: the workbook, its import, and the way of a submission to publication."""

import secrets
import sys
from collections.abc import Iterable
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
from bandung.cli.console import instance
from bandung.cli.importing import import_file
from bandung.cli.people import speaker
from bandung.cli.speaking import UNREADABLE, out, stop
from bandung.exchange.drafting import statement_of, submit_draft
from bandung.exchange.exporting import export_lines
from bandung.exchange.importing import Problem
from bandung.exchange.templates import write_template
from bandung.ledger.act import Act, Mandate
from bandung.ledger.canonical import MAX_WHOLE
from bandung.ledger.door import Receipt, record
from bandung.ledger.queries import entry_view, everybody, last_touch
from bandung.movement.access import PUBLIC
from bandung.movement.access import mandate as find_held
from bandung.movement.acts import Names
from bandung.needs.acts import (
    AcceptSubmission,
    OpenEmergency,
    PublishNeeds,
    RemarkText,
    ReturnSubmission,
)
from bandung.needs.acts.disputes import MAX_NOTE
from bandung.needs.models import Draft, Submission
from bandung.needs.notes import plain_note
from bandung.needs.queries import LineFilter, unknown_values
from bandung.needs.statement import MAX_LINES
from bandung.sheets.errors import Unreadable

app = typer.Typer(help="Needs: workbooks, submissions, publication.", no_args_is_help=True)
app.command("import")(import_file)
Number = Annotated[int, typer.Argument(help="Number of the submission.")]


@app.command("open")
def open_emergency(
    code: Annotated[str, typer.Argument(help="Code of the emergency, such as COVID-19.")],
    name: Annotated[str, typer.Option(help="Its name in English.")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    source: Annotated[str, typer.Option(help="The decision it rests on.")],
    mandate: Annotated[str, typer.Option(help="Code of the secretariat's mandate.")],
    name_fr: Annotated[str, typer.Option(help="Its name in French.")] = "",
    name_es: Annotated[str, typer.Option(help="Its name in Spanish.")] = "",
    name_ar: Annotated[str, typer.Option(help="Its name in Arabic.")] = "",
    due: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which states report.")
    ] = None,
) -> None:
    """Open an emergency for which states say what they need."""
    instance()
    act = OpenEmergency(
        code=code,
        names=Names(en=name, fr=name_fr, es=name_es, ar=name_ar),
        opened_on=since.date(),
        due_on=due.date() if due else None,
        source=source,
    )
    receipt = record(act, find_held(mandate), f"open:{code}")
    print_receipt(receipt, act.sentence())


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
def submit(
    draft: Annotated[int, typer.Argument(help="Number of the draft, as the desk shows it.")],
    lang: Lang = "en",
    as_: As = "",
) -> None:
    """Submit a draft from the site, as its focal point (exercises only), or print its problems."""
    instance()
    found = Draft.objects.select_related("state", "emergency").filter(pk=draft).first()
    if found is None:
        stop(f"There is no draft {draft}.")
    reader, now = speaker(as_, "focal_point", found.state_id), timezone.now()
    try:
        _statement, problems = statement_of(found, reader, language_of(lang), now.date())
        _print_problems(problems)
        if any(each.severity == "error" for each in problems):
            stop(f"Draft {draft} is not submitted.")
        receipt = submit_draft(reader, found, now)
    except Unreadable as unreadable:
        stop(str(unreadable), UNREADABLE)
    print_receipt(receipt, entry_view(receipt.number, everybody).sentence)


def _print_problems(problems: Iterable[Problem]) -> None:
    for each in problems:
        where = f"{each.sheet} {each.cell}".strip()
        mark = "!" if each.severity == "error" else "?"
        out.print(f"{mark} {where}: {each.message} {each.hint}", markup=False)


@app.command()
def accept(number: Number, as_: As = "") -> None:
    """Accept a submission, as a reviewer (exercises only)."""
    instance()
    _say(AcceptSubmission, number, _mandate(as_, "reviewer"))


@app.command("return")
def return_(
    number: Number,
    reason: Annotated[str, typer.Option(help="Code of the reason, such as magnitude.")],
    note: Annotated[str, typer.Option(help="What the state should know.")] = "",
    line: Annotated[
        int | None, typer.Option(help="Row of the line; default: all of it.", min=1, max=MAX_LINES)
    ] = None,
    as_: As = "",
) -> None:
    """Return a submission to its state, as a reviewer, with a coded reason (exercises only)."""
    instance()
    for option, text, most in (("--reason", reason, 40), ("--note", note, MAX_NOTE)):
        if len(text) > most:
            raise typer.BadParameter(f"longer than {most:,} characters", param_hint=option)
    remark = RemarkText(line=line, reason=reason, note=plain_note(note))
    contents = ReturnSubmission.contents([remark])
    _say(ReturnSubmission, number, _mandate(as_, "reviewer"), contents)


@app.command()
def publish(number: Number, as_: As = "") -> None:
    """Publish an accepted submission, as the secretariat (exercises only)."""
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
    priority: Annotated[int | None, typer.Option(help="1 the most urgent.", min=1, max=3)] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    known_at: Annotated[
        int | None,
        typer.Option(help="What the ledger said once this act was recorded.", min=0, max=MAX_WHOLE),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(
            help="Only what changed after this act, ended lines too.", min=0, max=MAX_WHOLE
        ),
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
        priority=priority,
        as_of=as_of.date() if as_of else None,
        known_at=known_at,
        since=since,
    )
    for name, value in unknown_values(chosen):
        raise typer.BadParameter(f"--{name.replace('_', '-')}: nothing here is called {value!r}")
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
    receipt = record(said, mandate, secrets.token_hex(16), contents, timezone.now())
    print_receipt(receipt, said.sentence())


def print_receipt(receipt: Receipt, sentence: str) -> None:
    """The receipt in two lines."""
    out.print(f"act {receipt.number}: {sentence}", markup=False)
    out.print(f"receipt {receipt.leaf}, {receipt.at:%Y-%m-%d %H:%M:%S} UTC", markup=False)
