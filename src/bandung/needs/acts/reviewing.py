"""A reviewer accepts a submission, or returns it with a reason for each remark."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from bandung.catalogue.models import Code
from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.ledger.canonical import NotCanonical, canonical
from bandung.needs.acts.rules import (
    NotIndependent,
    read_submission,
    refuse_move,
    require_independent,
)
from bandung.needs.models import Line, Remark, Submission
from bandung.needs.statement import MAX_LINES

REASONS = "return_reason"
MAX_REMARKS = 5_000


class RemarkMissing(Refused):
    """A return says why."""

    code = "remark-missing"
    template = _("A submission is returned with at least one remark.")
    hint_template = _("Say what should be corrected, on a line or on the whole.")


class RemarkUnclear(Refused):
    """A remark names an unknown line or reason, or explains nothing."""

    code = "remark-unclear"
    template = _("Remark %(position)s cannot be recorded: %(why)s")
    hint_template = _("Correct that remark; the others are kept.")


class RemarkText(BaseModel):
    """Why a submission, or its line with row number `line`, is returned: a coded reason, a note."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    line: Annotated[int, Field(ge=1, le=MAX_LINES)] | None = None
    reason: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    note: Annotated[str, StringConstraints(max_length=4_000)] = ""


_REMARKS = TypeAdapter(list[RemarkText])


class ReviewAct(Act):
    """What acceptance and return share: an independent reviewer who is not the submitter."""

    on_existing: ClassVar[bool] = True
    sealed: ClassVar[bool] = True

    submission: Annotated[int, Field(ge=1)]
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @classmethod
    def of(cls, submission: int, based_on: int) -> Self:
        """The act on an existing submission; `based_on` is the last act the speaker saw of it.

        Raises Submission.DoesNotExist.
        """
        state = Submission.objects.values_list("state_id", flat=True).get(number=submission)
        return cls(submission=submission, state=state, based_on=based_on)

    def party(self) -> str:
        return self.state

    def subjects(self) -> tuple[str, ...]:
        return (f"needs.submission/{self.submission}",)

    def made_by(self) -> int | None:
        return self.submission

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "reviewer":
            raise NotAllowed(reason=_("a reviewer accepts or returns"))
        require_independent(mandate, self.state, at)

    def _read(self, move: str, moment: Moment) -> Submission:
        submission = read_submission(self.submission, self.state)
        refuse_move(move, submission)
        if moment.by is None or submission.submitter == moment.by.person:
            raise NotIndependent(reason=_("you submitted it"))
        return submission


@official
class AcceptSubmission(ReviewAct):
    """A reviewer found a submission fit for publication."""

    verb: ClassVar[str] = "needs.accepted"
    words: ClassVar[Promise] = _("submission accepted")

    def check(self, moment: Moment) -> None:
        """Refuses if it is not waiting for review, or the reviewer submitted it."""
        self._read("accept", moment)

    def apply(self, moment: Moment) -> None:
        assert moment.by is not None
        Submission.objects.filter(pk=self.submission).update(
            accepted_by=moment.number, reviewer=moment.by.person
        )

    def sentence(self) -> str:
        return f"Submission {self.submission} of {self.state} was accepted."


@official
class ReturnSubmission(ReviewAct):
    """A reviewer returned a submission to its state, with remarks."""

    verb: ClassVar[str] = "needs.returned"
    words: ClassVar[Promise] = _("submission returned to its state")
    labels: ClassVar[tuple[str, ...]] = ("remarks",)

    @staticmethod
    def contents(remarks: Sequence[RemarkText]) -> dict[str, bytes]:
        """The sealed block of the remarks."""
        return {"remarks": canonical([each.model_dump(mode="json") for each in remarks])}

    def check(self, moment: Moment) -> None:
        """Refuses if it cannot be returned now, or a remark names no known line or reason."""
        self._read("return", moment)
        remarks = _read_remarks(moment)
        if not remarks:
            raise RemarkMissing
        reasons = set(Code.objects.filter(list=REASONS).values_list("code", flat=True))
        lines = {
            key & 0xFFFF
            for key in Line.objects.filter(submission=self.submission).values_list("key", flat=True)
        }
        for position, remark in enumerate(remarks, start=1):
            if remark.line is not None and remark.line not in lines:
                raise RemarkUnclear(position=position, why=_("the submission has no such line"))
            if remark.reason not in reasons:
                raise RemarkUnclear(position=position, why=_("unknown reason"))
            if remark.reason == "other" and not remark.note.strip():
                raise RemarkUnclear(position=position, why=_("“other” needs a note"))

    def apply(self, moment: Moment) -> None:
        assert moment.by is not None
        Submission.objects.filter(pk=self.submission).update(
            returned_by=moment.number, reviewer=moment.by.person
        )
        remarks: list[dict[str, Any]] = moment.content("remarks")
        Remark.objects.bulk_create(
            Remark(
                key=moment.key(position),
                submission_id=self.submission,
                line_id=remark["line"] and self.submission << 16 | remark["line"],
                reason=remark["reason"],
                note=remark["note"],
            )
            for position, remark in enumerate(remarks, start=1)
        )

    def sentence(self) -> str:
        return f"Submission {self.submission} of {self.state} was returned."


def _read_remarks(moment: Moment) -> list[RemarkText]:
    try:
        moment.content("remarks")
        remarks = _REMARKS.validate_json(moment.contents["remarks"])
    except (NotCanonical, ValidationError) as error:
        raise RemarkUnclear(position="?", why=str(error)) from error
    if len(remarks) > MAX_REMARKS:
        raise RemarkUnclear(position=MAX_REMARKS + 1, why=_("too many remarks"))
    return remarks
