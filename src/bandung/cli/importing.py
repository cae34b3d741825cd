"""`bandung needs import`: what was understood, what changes, every problem, then the receipt."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from bandung.cli.asking import (
    As,
    EmergencyCode,
    Scope,
    State,
    emergency_of,
    language_of,
    scope_of,
    state_of,
)
from bandung.cli.console import instance
from bandung.cli.import_printing import JsonPrinter, TextPrinter
from bandung.cli.people import speaker
from bandung.cli.speaking import REFUSED, UNREADABLE
from bandung.core.refused import Refused
from bandung.exchange.columns import Language
from bandung.exchange.importing import (
    NotInPart,
    Problem,
    Submitted,
    Understanding,
    problem_of,
    submit_file,
    understand,
)
from bandung.ledger.act import Mandate
from bandung.ledger.canonical import MAX_WHOLE
from bandung.sheets.errors import Unreadable


class NoFile(Refused):
    """Nothing stands at the path."""

    code = "no-such-file"
    template = _("There is no file %(file)s.")
    hint_template = _("Check the path.")


class IsFolder(NoFile):
    """A folder stands at the path."""

    code = "is-folder"
    template = _("%(file)s is a folder.")
    hint_template = _("Name the file in it.")


AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day as of which it is said.")
]
Corrects = Annotated[
    int | None,
    typer.Option(help="The returned submission that this one answers.", min=1, max=MAX_WHOLE),
]


def import_file(
    file: Annotated[Path, typer.Argument(help="XLSX, or CSV in UTF-8.")],
    state: State,
    emergency: EmergencyCode = "",
    as_of: AsOf = None,
    scope: Scope = "",
    partial: Annotated[
        bool, typer.Option("--partial", help="Take the good lines, leave the others out.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Lines left out count as not submitted: confirmed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Record nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    lang: Annotated[str, typer.Option(help="Language of messages; default: the file's.")] = "",
    corrects: Corrects = None,
    keep_personal: Annotated[
        bool, typer.Option(help="Keep e-mail addresses and telephone numbers in the texts.")
    ] = False,
    as_: As = "",
) -> None:
    """Read a workbook for a state, say what it changes, and submit it."""
    instance()
    party, wanted = state_of(state), emergency_of(emergency)
    language = language_of(lang) if lang else None
    sectors = scope_of(scope) if scope else None
    printer = JsonPrinter(file) if as_json else TextPrinter(file)

    def read() -> tuple[Understanding, Mandate | None]:
        reader = speaker(as_, "focal_point", party.code)
        understanding = understand(
            _content(file),
            file.name,
            party,
            wanted,
            reader,
            scope=sectors,
            as_of=as_of.date() if as_of else None,
            language=language,
            keep_personal=keep_personal,
        )
        return understanding, reader.mandate_for("focal_point", party.code, understanding.scope)

    with override(language or "en"):
        understanding, mandate = _understood(printer, language or "en", read)
    with override(understanding.language):
        printer.understood(understanding)
        try:
            chosen = _in_part(understanding, yes or dry_run) if partial else understanding
            if not chosen.is_acceptable:
                printer.summary("refused", REFUSED)
                raise typer.Exit(REFUSED)
            if dry_run:
                submitted = Submitted(None, chosen.left_out if partial else ())
            else:
                assert mandate is not None
                submitted = submit_file(chosen, mandate, _content(file), corrects=corrects)
        except Refused as refused:
            _refuse(printer, refused)
        would = dry_run and not chosen.is_unchanged
        printer.summary("would be recorded" if would else _outcome(submitted), 0, submitted)


def _understood(
    printer: JsonPrinter | TextPrinter,
    language: Language,
    reading: Callable[[], tuple[Understanding, Mandate | None]],
) -> tuple[Understanding, Mandate | None]:
    """What was read, and for whom; a refusal or a file that cannot be read ends the command."""
    try:
        return reading()
    except Unreadable as unreadable:
        problem = problem_of(unreadable, language)
    except NoFile as missing:
        problem = _refusal(missing, str(printer.file))
    except Refused as refused:
        _refuse(printer, refused)
    printer.problem(problem)
    printer.summary("unreadable", UNREADABLE)
    raise typer.Exit(UNREADABLE)


def _refuse(printer: JsonPrinter | TextPrinter, refused: Refused) -> NoReturn:
    printer.problem(_refusal(refused))
    printer.summary("refused", REFUSED)
    raise typer.Exit(REFUSED) from refused


def _refusal(refused: Refused, seen: str = "") -> Problem:
    return Problem("", "", refused.code, refused.message, seen, refused.hint)


def _outcome(submitted: Submitted) -> str:
    if submitted.receipt is None:
        return "unchanged"
    return "already recorded" if submitted.receipt.is_repeated else "recorded"


def _content(file: Path) -> bytes:
    """The file's bytes. Refuses a folder and a file that is not there."""
    if file.is_dir():
        raise IsFolder(file=file)
    if not file.is_file():
        raise NoFile(file=file)
    return file.read_bytes()


def _in_part(understanding: Understanding, is_confirmed: bool) -> Understanding:
    """The good lines only, once it is confirmed that the others count as not submitted."""
    if understanding.is_acceptable:
        return understanding
    part = understanding.partial()
    if not is_confirmed:
        question = ngettext(
            "%(count)s row with problems counts as not submitted. Type yes to go on",
            "%(count)s rows with problems count as not submitted. Type yes to go on",
            len(part.left_out),
        ) % {"count": len(part.left_out)}
        is_confirmed = sys.stdin.isatty() and typer.prompt(question, err=True) == "yes"
    if not is_confirmed:
        raise NotInPart(why=_("say --yes, or type yes when asked."))
    return part
