"""`bandung needs import`: what was understood, what changes, every problem, then the receipt."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

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
from bandung.cli.people import speaker
from bandung.cli.speaking import REFUSED, UNREADABLE, out
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
from bandung.ledger.entry import write_instant
from bandung.movement.context import SECTOR_LABELS
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


def import_file(
    file: Annotated[Path, typer.Argument(help="XLSX, or CSV in UTF-8.")],
    state: State,
    emergency: EmergencyCode = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day as of which it is said.")
    ] = None,
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
    corrects: Annotated[
        int | None,
        typer.Option(help="The returned submission that this one answers.", min=1, max=MAX_WHOLE),
    ] = None,
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
    printer: "JsonPrinter | TextPrinter",
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


def _refuse(printer: "JsonPrinter | TextPrinter", refused: Refused) -> NoReturn:
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


@dataclass
class Printer:
    """What both ways of printing keep: what was read, and how many problems were printed.

    A refusal after the reading is a problem as well, though the reading knows nothing of it.
    """

    file: Path
    understanding: Understanding | None = None
    errors: int = 0
    warnings: int = 0

    def count(self, problem: Problem) -> None:
        """Counts a problem that is being printed."""
        if problem.severity == "error":
            self.errors += 1
        else:
            self.warnings += 1


class JsonPrinter(Printer):
    """One JSON object a line; the last is the summary."""

    def understood(self, understanding: Understanding) -> None:
        """What was read, what would change, every problem."""
        self.understanding = understanding
        self._line({"understood": _heading(understanding)})
        changes = understanding.changes
        for line in changes.added:
            self._line({"change": {"kind": "added", "item": line.item, "line": line.n}})
        for change in changes.changed:
            fields = [
                {"field": each.field, "before": _plain(each.before), "after": _plain(each.after)}
                for each in change.fields
            ]
            said = {"kind": "changed", "item": change.line.item, "row": change.row}
            self._line({"change": {**said, "line_id": change.key, "fields": fields}})
        for held in changes.removed:
            self._line({"change": {"kind": "removed", "item": held.line.item, "line_id": held.key}})
        for held in changes.open:
            self._line({"change": {"kind": "open", "item": held.line.item, "line_id": held.key}})
        for problem in understanding.problems:
            self.problem(problem)

    def problem(self, problem: Problem) -> None:
        """One problem at its cell."""
        self.count(problem)
        self._line({**problem.as_json(), "severity": problem.severity})

    def summary(self, outcome: str, code: int, submitted: Submitted | None = None) -> None:
        """What came of it."""
        self._line({"summary": summary_of(self, outcome, code, submitted)})

    def _line(self, value: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


class TextPrinter(Printer):
    """The same for a person at a terminal."""

    def understood(self, understanding: Understanding) -> None:
        """What was read, what would change, every problem."""
        self.understanding = understanding
        heading = _heading(understanding)
        _say(_read_as(self.file.name, heading))
        changes = understanding.changes
        for line in changes.added:
            _say(f"  + {line.item} {line.quantity} {line.pack or line.unit}")
        for change in changes.changed:
            fields = "; ".join(
                f"{each.field}: {_plain(each.before)} -> {_plain(each.after)}"
                for each in change.fields
            )
            row = gettext("row %(row)s") % {"row": change.row}
            _say(f"  ~ {row} ({change.key}) {change.line.item}: {fields}")
        for held in changes.removed:
            _say(f"  - {held.key} {held.line.item}")
        for held in changes.open:
            why = gettext("its row has a problem")
            _say(f"  ? {held.key} {held.line.item}: {why}")
        if count := changes.unchanged:
            same = ngettext("%(count)s line unchanged", "%(count)s lines unchanged", count)
            _say("  = " + same % {"count": count})
        for problem in understanding.problems:
            self.problem(problem)

    def problem(self, problem: Problem) -> None:
        """One problem at its cell."""
        self.count(problem)
        where = f"{problem.sheet} {problem.cell}".strip()
        mark = "!" if problem.severity == "error" else "?"
        _say(f"{mark} {where}: {problem.message} {problem.hint}".replace(" : ", " "))

    def summary(self, outcome: str, code: int, submitted: Submitted | None = None) -> None:
        """What came of it."""
        facts = summary_of(self, outcome, code, submitted)
        for left in facts["left_out"]:
            row = gettext("not submitted: row %(row)s") % {"row": left["row"]}
            _say(f"{row} {left['item']} ({', '.join(left['codes'])})")
        if receipt := facts["receipt"]:
            _say(gettext("submission %(number)s, %(at)s, receipt %(leaf)s") % receipt)
        _say(_came_of(outcome, self.errors, self.warnings))


def _read_as(name: str, heading: dict[str, Any]) -> str:
    """What was read, in one line."""
    sectors = ", ".join(str(SECTOR_LABELS.get(each, each)) for each in heading["scope"])
    lines = ngettext("%(count)s line", "%(count)s lines", heading["lines"])
    sentence = gettext(
        "%(file)s: sheet “%(sheet)s”, headers in row %(row)s (%(language)s), "
        "%(lines)s for %(state)s, %(emergency)s, %(scope)s"
    )
    return sentence % {
        **heading,
        "file": name,
        "row": heading["header_row"],
        "lines": lines % {"count": heading["lines"]},
        "scope": sectors or gettext("no sector"),
    }


def _came_of(outcome: str, errors: int, warnings: int) -> str:
    """The last line: what came of it, and how many problems and notices there were."""
    outcomes = {
        "refused": gettext("refused"),
        "unreadable": gettext("unreadable"),
        "unchanged": gettext("unchanged"),
        "would be recorded": gettext("would be recorded"),
        "already recorded": gettext("already recorded"),
        "recorded": gettext("recorded"),
    }
    problems = ngettext("%(count)s problem", "%(count)s problems", errors) % {"count": errors}
    notices = ngettext("%(count)s notice", "%(count)s notices", warnings) % {"count": warnings}
    return gettext("%(outcome)s: %(problems)s, %(notices)s") % {
        "outcome": outcomes[outcome],
        "problems": problems,
        "notices": notices,
    }


def summary_of(
    printer: Printer, outcome: str, code: int, submitted: Submitted | None
) -> dict[str, Any]:
    """The summary as plain values."""
    read = printer.understanding
    changes = read.changes if read else None
    if changes and submitted and submitted.left_out:
        changes = changes.without_open()
    receipt = submitted.receipt if submitted else None
    return {
        "file": printer.file.name,
        "outcome": outcome,
        "exit": code,
        **(_heading(read) if read else {}),
        "added": len(changes.added) if changes else 0,
        "changed": len(changes.changed) if changes else 0,
        "removed": len(changes.removed) if changes else 0,
        "unchanged": changes.unchanged if changes else 0,
        "open": len(changes.open) if changes else 0,
        "errors": printer.errors,
        "warnings": printer.warnings,
        "left_out": [vars(each) for each in submitted.left_out] if submitted else [],
        "receipt": receipt
        and {
            "number": receipt.number,
            "at": write_instant(receipt.at),
            "leaf": receipt.leaf,
            "size": receipt.size,
            "root": receipt.root,
            "is_repeated": receipt.is_repeated,
        },
    }


def _heading(read: Understanding) -> dict[str, Any]:
    return {
        "state": read.state,
        "emergency": read.emergency,
        "scope": list(read.scope),
        "sheet": read.sheet,
        "header_row": read.header_row,
        "language": read.header_language or read.language,
        "columns": [column.code for column in read.columns if getattr(column, "code", "")],
        "lines": len(read.statement.lines) if read.statement else 0,
        "publication_seen": read.publication_seen,
    }


def _plain(value: object) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _say(text: str) -> None:
    out.print(text, markup=False)
