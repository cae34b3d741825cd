"""Problems of an upload: each at its cell, in the chosen language, with the way to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils import translation
from django.utils.translation import gettext

from bandung.exchange.columns import Language
from bandung.exchange.importing.messages import MESSAGES
from bandung.sheets.errors import Explained
from bandung.sheets.messages import MESSAGES as SHEET_MESSAGES
from bandung.sheets.text import Notice

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """What is wrong (error) or worth knowing (warning), where, and how to mend it.

    `row` is the sheet's row where the problem concerns one row alone; leaving that row out is then
    enough to be rid of it.
    """

    sheet: str
    cell: str
    code: str
    message: str
    seen: str
    hint: str
    severity: Severity = "error"
    row: int | None = None

    def as_json(self) -> dict[str, str]:
        """As the command line prints it."""
        return {
            "sheet": self.sheet,
            "cell": self.cell,
            "code": self.code,
            "message": self.message,
            "seen": self.seen,
            "hint": self.hint,
        }


class Wrong(Exception):
    """A cell cannot be taken; `key` names the sentence, `facts` fill it."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


@dataclass(frozen=True)
class Place:
    """Where a problem is; `row` only where it concerns that row alone."""

    sheet: str = ""
    cell: str = ""
    row: int | None = None


NOWHERE = Place()


class Problems:
    """Collects problems while an upload is read, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.found: list[Problem] = []
        self.bad_rows: set[int] = set()

    def error(self, key: str, place: Place = NOWHERE, **facts: object) -> None:
        """Something that must be mended, by the key of its sentence."""
        self._add(key.partition(".")[0], MESSAGES[key], facts, place, "error")
        if place.row is not None:
            self.bad_rows.add(place.row)

    def warning(self, key: str, place: Place = NOWHERE, **facts: object) -> None:
        """Something worth knowing, by the key of its sentence."""
        self._add(key.partition(".")[0], MESSAGES[key], facts, place, "warning")

    def explained(self, refusal: Explained, place: Place = NOWHERE) -> None:
        """A refusal of the sheets package, translated by its template."""
        sentences = refusal.template, refusal.hint_template
        self._add(refusal.code.replace("_", "-"), sentences, refusal.facts, place, "error")
        if place.row is not None:
            self.bad_rows.add(place.row)

    def notice(self, notice: Notice, place: Place) -> None:
        """Something that was done to a text."""
        code = notice.code.replace("_", "-")
        self._add(code, SHEET_MESSAGES[notice.code], notice.facts, place, "warning")

    def _add(
        self,
        code: str,
        sentences: tuple[str, str],
        facts: Mapping[str, object],
        place: Place,
        severity: Severity,
    ) -> None:
        with translation.override(self.language):
            kind = {"found": gettext(str(facts["found"]))} if facts.get("found") else {}
            message, hint = (
                gettext(each) % {**facts, **kind} if each else "" for each in sentences
            )
        seen = str(facts.get("seen", ""))
        self.found.append(
            Problem(place.sheet, place.cell, code, message, seen, hint, severity, place.row)
        )

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.severity == "error"]


def problem_of(refusal: Explained, language: Language) -> Problem:
    """The problem that an unreadable file is, for the surface that shows it."""
    problems = Problems(language)
    problems.explained(refusal, Place(str(refusal.facts.get("sheet", ""))))
    return problems.found[0]
