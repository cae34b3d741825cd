"""What `bandung needs import` prints: for a person at a terminal, or one JSON object a line."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, ngettext

from bandung.cli.speaking import out
from bandung.exchange.importing import Problem, Submitted, Understanding
from bandung.ledger.entry import write_instant
from bandung.movement.context import SECTOR_LABELS


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
