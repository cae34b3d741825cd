"""The secretariat publishes what was accepted; the state alone withdraws."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Self

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.needs.acts.rules import (
    NotIndependent,
    read_submission,
    refuse_move,
    require_focal_point,
    require_independent,
    wrong_status,
)
from bandung.needs.models import ScopeSector, Submission, Visibility
from bandung.needs.statement import SectorName

StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
EmergencyCode = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Sectors = Annotated[tuple[SectorName, ...], Field(min_length=1, max_length=3)]


class NotTheSubmission(Refused):
    """The act says other things of the submission than the submission itself."""

    code = "not-the-submission"
    template = _("This does not say what submission %(number)s says (%(what)s).")
    hint_template = _("Look at the submission and decide again.")


class Outdated(Refused):
    """A newer statement is in force already."""

    code = "outdated"
    template = _("Submission %(newer)s is newer and in force for %(sector)s already.")
    hint_template = _("Return this one; its state submits again what it still needs.")


class NotInForce(Refused):
    """The submission's publication does not hold in that sector."""

    code = "not-in-force"
    template = _("Submission %(number)s is not in force for %(sector)s.")
    hint_template = _("Look at what is published now.")


class SubmissionAct(Act):
    """What acts on an existing submission share."""

    on_existing: ClassVar[bool] = True

    submission: Annotated[int, Field(ge=1)]
    state: StateCode

    def party(self) -> str:
        return self.state

    def subjects(self) -> tuple[str, ...]:
        return (f"needs.submission/{self.submission}",)

    def made_by(self) -> int | None:
        return self.submission


def scope_subjects(state: str, emergency: str, sectors: tuple[str, ...]) -> tuple[str, ...]:
    """The names under which acts touch what is published."""
    return tuple(f"needs.scope/{state}/{emergency}/{sector}" for sector in sectors)


@official
class PublishNeeds(SubmissionAct):
    """The secretariat published an accepted submission; it replaces what its state had published
    in the same sectors."""

    verb: ClassVar[str] = "needs.published"
    words: ClassVar[Promise] = _("submission published")

    emergency: EmergencyCode
    scope: Sectors
    nil: tuple[SectorName, ...] = ()
    as_of: date
    public_lines: Annotated[int, Field(ge=0)]

    @classmethod
    def of(cls, submission: int, based_on: int) -> Self:
        """The act that publishes a submission; `based_on` is the last act the speaker saw of it.

        Raises Submission.DoesNotExist.
        """
        row = Submission.objects.get(number=submission)
        return cls.model_validate(
            {"submission": submission, "based_on": based_on, "state": row.state_id, **_said(row)}
        )

    def subjects(self) -> tuple[str, ...]:
        return (*super().subjects(), *scope_subjects(self.state, self.emergency, self.scope))

    def opens(self) -> tuple[tuple[int, str], ...]:
        return ((self.submission, "public"),)

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "secretariat":
            raise NotAllowed(reason=_("the secretariat publishes"))
        require_independent(mandate, self.state, at)

    def check(self, moment: Moment) -> None:
        """Refuses if it is not accepted, the publisher submitted or reviewed it, the act says
        other things than the submission, or a newer statement is in force."""
        submission = read_submission(self.submission, self.state)
        refuse_move("publish", submission)
        if moment.by is None or moment.by.person in (submission.submitter, submission.reviewer):
            raise NotIndependent(reason=_("you submitted or reviewed it"))
        for name, said in _said(submission).items():
            if getattr(self, name) != said:
                raise NotTheSubmission(number=self.submission, what=name)
        newer = self._in_force().filter(submission__gt=self.submission).first()
        if newer:
            raise Outdated(newer=newer.submission_id, sector=newer.sector)

    def _in_force(self) -> QuerySet[ScopeSector]:
        return ScopeSector.objects.of(self.state, self.emergency, self.scope).in_force()

    def apply(self, moment: Moment) -> None:
        self._in_force().update(replaced_by=moment.number)
        ScopeSector.objects.filter(submission=self.submission).update(published_by=moment.number)
        Submission.objects.filter(pk=self.submission).update(
            published_by=moment.number, published_at=moment.at
        )

    def sentence(self) -> str:
        spoken = [sector for sector in self.scope if sector not in self.nil]
        lines = f"{self.public_lines} line{'' if self.public_lines == 1 else 's'}"
        said = [f"{lines} ({', '.join(spoken)})"] if spoken else []
        said += [f"a nil report ({', '.join(self.nil)})"] if self.nil else []
        what = " and ".join(said)
        return f"{self.state} published {what} for {self.emergency} as of {self.as_of}."


def _said(submission: Submission) -> dict[str, object]:
    """What a publication says of a submission."""
    scope = list(submission.scope.order_by("sector").values_list("sector", "is_nil"))
    return {
        "emergency": submission.emergency_id,
        "scope": tuple(sector for sector, _is_nil in scope),
        "nil": tuple(sector for sector, is_nil in scope if is_nil),
        "as_of": submission.as_of,
        "public_lines": submission.lines.filter(visibility=Visibility.PUBLIC).count(),
    }


@official
class WithdrawSubmission(SubmissionAct):
    """A state withdrew a statement before it was published."""

    verb: ClassVar[str] = "needs.submission_withdrawn"
    words: ClassVar[Promise] = _("submission withdrawn")
    sealed: ClassVar[bool] = True

    scope: Sectors

    @classmethod
    def of(cls, submission: int, based_on: int) -> Self:
        """The act that withdraws a statement not yet published. Raises Submission.DoesNotExist."""
        row = Submission.objects.get(number=submission)
        said = {"submission": submission, "state": row.state_id, "scope": _said(row)["scope"]}
        return cls.model_validate({"based_on": based_on, **said})

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        require_focal_point(mandate, self.state, self.scope)

    def check(self, moment: Moment) -> None:
        """Refuses if it is published or withdrawn already."""
        submission = read_submission(self.submission, self.state)
        refuse_move("withdraw", submission)
        if submission.published_by is not None:
            raise wrong_status(submission)
        if self.scope != _said(submission)["scope"]:
            raise NotTheSubmission(number=self.submission, what="scope")

    def apply(self, moment: Moment) -> None:
        Submission.objects.filter(pk=self.submission).update(withdrawn_by=moment.number)

    def sentence(self) -> str:
        return f"{self.state} withdrew submission {self.submission} before its publication."


@official
class WithdrawPublication(SubmissionAct):
    """A state withdrew what it had published in these sectors; nothing older comes back."""

    verb: ClassVar[str] = "needs.publication_withdrawn"
    words: ClassVar[Promise] = _("publication withdrawn")

    emergency: EmergencyCode
    sectors: Sectors

    @classmethod
    def of(cls, submission: int, sectors: tuple[str, ...], based_on: int) -> Self:
        """The act that withdraws a publication in `sectors`. Raises Submission.DoesNotExist."""
        row = Submission.objects.get(number=submission)
        return cls.model_validate(
            {
                "submission": submission,
                "state": row.state_id,
                "emergency": row.emergency_id,
                "sectors": sectors,
                "based_on": based_on,
            }
        )

    def subjects(self) -> tuple[str, ...]:
        return (*super().subjects(), *scope_subjects(self.state, self.emergency, self.sectors))

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        require_focal_point(mandate, self.state, self.sectors)

    def check(self, moment: Moment) -> None:
        """Refuses if the publication does not hold in one of the sectors."""
        submission = read_submission(self.submission, self.state)
        if submission.emergency_id != self.emergency:
            raise NotTheSubmission(number=self.submission, what="emergency")
        refuse_move("withdraw", submission)
        holding = set(self._in_force().values_list("sector", flat=True))
        for sector in self.sectors:
            if sector not in holding:
                raise NotInForce(number=self.submission, sector=sector)

    def _in_force(self) -> QuerySet[ScopeSector]:
        return ScopeSector.objects.in_force().filter(
            submission=self.submission, sector__in=self.sectors
        )

    def apply(self, moment: Moment) -> None:
        self._in_force().update(withdrawn_by=moment.number)

    def sentence(self) -> str:
        sectors = ", ".join(self.sectors)
        return f"{self.state} withdrew its publication ({sectors}) for {self.emergency}."
