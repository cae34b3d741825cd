"""A published line is marked disputed by its state or the secretariat, until the mark is lifted.

These acts are open, so only lines that everyone may read can be marked.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field, StringConstraints

from bandung.core.refused import Refused
from bandung.ledger.act import Act, Mandate, Moment, official, print_key, read_key
from bandung.ledger.canonical import NotCanonical, canonical
from bandung.needs.acts.publishing import StateCode
from bandung.needs.acts.rules import read_submission, refuse_move, require_focal_point
from bandung.needs.models import Dispute, Line, ScopeSector, Visibility
from bandung.needs.statement import SectorName

MAX_NOTE = 4_000


def _line_name(text: str) -> str:
    if print_key(read_key(text)) != text:
        raise ValueError(f"{text!r} is not a key such as 345.12")
    return text


LineName = Annotated[str, StringConstraints(max_length=20), AfterValidator(_line_name)]


class UnknownLine(Refused):
    """That state has published no line of this name for everyone to read."""

    code = "unknown-line"
    template = _("%(state)s has no public line %(line)s in force.")
    hint_template = _("Check the number; a line not shown to everyone is corrected by its state.")


class AlreadyDisputed(Refused):
    """The line is marked disputed."""

    code = "already-disputed"
    template = _("Line %(line)s is disputed already, by act %(act)s.")


class NotDisputed(Refused):
    """The line is not marked disputed."""

    code = "not-disputed"
    template = _("Line %(line)s is not disputed.")


class NoteUnclear(Refused):
    """The note is missing, too long or not plain text."""

    code = "note-unclear"
    template = _("Say in a note of 1 to 4,000 characters why.")


def note_block(note: str) -> dict[str, bytes]:
    """The sealed block of a note."""
    return {"note": canonical({"note": note})}


class DisputeAct(Act):
    """What marking and lifting share."""

    on_existing: ClassVar[bool] = True
    labels: ClassVar[tuple[str, ...]] = ("note",)

    line: LineName
    state: StateCode
    emergency: Annotated[str, Field(min_length=1, max_length=20)]
    sector: SectorName

    @classmethod
    def of(cls, line: int, based_on: int) -> Self:
        """The act on the line with key `line`; `based_on` is the last act the speaker saw of its
        submission. Raises Line.DoesNotExist."""
        row = Line.objects.select_related("scope").get(key=line)
        scope = row.scope
        return cls.model_validate(
            {
                "line": print_key(line),
                "state": scope.state,
                "emergency": scope.emergency,
                "sector": scope.sector,
                "based_on": based_on,
            }
        )

    @property
    def key(self) -> int:
        """The line's key."""
        return read_key(self.line)

    def party(self) -> str:
        return self.state

    def subjects(self) -> tuple[str, ...]:
        return (
            f"needs.submission/{self.made_by()}",
            f"needs.line/{self.line}",
            f"needs.scope/{self.state}/{self.emergency}/{self.sector}",
        )

    def made_by(self) -> int | None:
        return self.key >> 16

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "secretariat":
            require_focal_point(mandate, self.state, (self.sector,))

    def _public_line(self) -> Line | None:
        """The line if everyone may read it, its publication holds and the act says whose it is."""
        found: Line | None = Line.objects.filter(
            key=self.key,
            visibility=Visibility.PUBLIC,
            scope__in=ScopeSector.objects.in_force().filter(
                state=self.state, emergency=self.emergency, sector=self.sector
            ),
        ).first()
        return found

    def _open_dispute(self, moment: Moment) -> Dispute | None:
        """The mark on the line, if any. Refuses a line that is not public and in force."""
        line = self._public_line()
        if line is None:
            raise UnknownLine(state=self.state, line=self.line)
        refuse_move("dispute", read_submission(line.submission_id, self.state))
        _read_note(moment)
        return Dispute.objects.filter(line=line, lifted_by=None).first()


@official
class DisputeLine(DisputeAct):
    """A published line was marked disputed; totals show it apart."""

    verb: ClassVar[str] = "needs.line_disputed"
    words: ClassVar[Promise] = _("line marked disputed")

    def check(self, moment: Moment) -> None:
        """Refuses if the line is not public and in force, or marked already, or without a note."""
        if found := self._open_dispute(moment):
            raise AlreadyDisputed(line=self.line, act=found.number)

    def apply(self, moment: Moment) -> None:
        note = moment.content("note")["note"]
        Dispute.objects.create(number=moment.number, line_id=self.key, note=note)

    def sentence(self) -> str:
        return f"Line {self.line} of {self.state} ({self.sector}) was marked disputed."


@official
class LiftDispute(DisputeAct):
    """The mark “disputed” was lifted from a line; it counts as before."""

    verb: ClassVar[str] = "needs.dispute_lifted"
    words: ClassVar[Promise] = _("dispute lifted")

    def check(self, moment: Moment) -> None:
        """Refuses if the line is not public, in force and marked, or without a note."""
        if self._open_dispute(moment) is None:
            raise NotDisputed(line=self.line)

    def apply(self, moment: Moment) -> None:
        note = moment.content("note")["note"]
        Dispute.objects.filter(line=self.key, lifted_by=None).update(
            lifted_by=moment.number, lift_note=note
        )

    def sentence(self) -> str:
        return f"Line {self.line} of {self.state} ({self.sector}) is no longer disputed."


def _read_note(moment: Moment) -> str:
    try:
        block = moment.content("note")
    except NotCanonical as error:
        raise NoteUnclear from error
    note = block.get("note") if isinstance(block, dict) and len(block) == 1 else None
    if not isinstance(note, str) or not 0 < len(note.strip()) <= MAX_NOTE:
        raise NoteUnclear
    return note
