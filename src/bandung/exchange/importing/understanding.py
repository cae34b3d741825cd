"""What was understood of an upload, before anything is recorded."""

from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.exchange.columns import HeaderLanguage, Language
from bandung.exchange.importing.changes import Changes
from bandung.exchange.importing.layout import ColumnSeen
from bandung.exchange.importing.problems import Problem
from bandung.ledger.canonical import canonical
from bandung.movement.context import SECTOR_LABELS
from bandung.needs.statement import Statement


class NotInPart(Refused):
    """The good rows alone make no statement."""

    code = "not-in-part"
    template = _("This file cannot be taken in part: %(why)s")
    hint_template = _("Correct it, then send it again.")


@dataclass(frozen=True)
class LeftOut:
    """A row that has a problem and is not submitted."""

    row: int
    item: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Understanding:
    """One upload as it was read: the table that was found, its good lines, problems and changes.

    `statement` holds the good lines (None where the file as a whole cannot be taken); `rows` are
    the sheet's rows of those lines, in their order. `digest` is that of the statement.
    """

    file_name: str
    language: Language
    state: str
    emergency: str
    sheet: str = ""
    header_row: int = 0
    header_language: HeaderLanguage | None = None
    columns: tuple[ColumnSeen, ...] = ()
    scope: tuple[str, ...] = ()
    statement: Statement | None = None
    rows: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    empty_sectors: tuple[str, ...] = ()  # of the scope, with bad rows only
    problems: tuple[Problem, ...] = ()
    changes: Changes = field(default_factory=Changes)
    is_equal: bool = False  # the good lines are what is in force now
    publication_seen: int = 0
    last_ended: int = 0
    has_personal: bool = False
    keeps_personal: bool = False
    digest: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.severity == "warning")

    @property
    def is_unchanged(self) -> bool:
        """Whether it says exactly what is in force now, so that there is nothing to record."""
        return self.is_equal and not self.errors

    @property
    def is_acceptable(self) -> bool:
        """Whether it can be submitted as it stands."""
        return self.statement is not None and not self.errors

    @property
    def keeps_original(self) -> bool:
        """Whether the uploaded file may be kept: not if it holds contacts, unless asked."""
        return self.keeps_personal or not self.has_personal

    def key(self, corrects: int | None = None) -> str:
        """The idempotency key: the same statement on the same publication, once.

        A submission that was returned or withdrawn does not stand in the way of the same
        statement, so the last such act is part of it.
        """
        parts = [
            self.state,
            self.emergency,
            list(self.scope),
            self.publication_seen,
            self.last_ended,
            corrects,
            self.digest,
        ]
        return f"import:{sha256(canonical(parts)).hexdigest()}"

    def partial(self) -> "Understanding":
        """The same with the good lines only; `left_out` lists the rows that are not submitted.

        Refuses, as NotInPart, problems of the file as a whole, and a sector of the scope whose
        rows are all bad: leaving them out would say that nothing is needed there.
        """
        whole = [each for each in self.errors if each.row is None]
        if whole or self.statement is None:
            why = whole[0].message if whole else _("nothing was read")
            raise NotInPart(why=why)
        if self.empty_sectors:
            sectors = ", ".join(str(SECTOR_LABELS.get(each, each)) for each in self.empty_sectors)
            why = _("no good row is left in %(sectors)s.") % {"sectors": sectors}
            raise NotInPart(why=why)
        return replace(self, problems=self.warnings, changes=self.changes.without_open())


def digest_of(statement: Statement, is_as_of_given: bool) -> str:
    """SHA-256 of what the statement says; the day counts only where it was given."""
    said = statement.model_dump_json(exclude=set() if is_as_of_given else {"as_of"})
    return sha256(said.encode()).hexdigest()
