"""What the movement is made of: its bodies, its chair terms, its principles."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from bandung.core.refused import Refused
from bandung.ledger.act import Moment, official
from bandung.movement.acts.common import (
    AlreadyThere,
    Names,
    Note,
    NotThere,
    RegisterAct,
    Slug,
    Source,
    StateCode,
    Texts,
    do_days_meet,
    refuse_days,
    refuse_unknown_states,
)
from bandung.movement.acts.memberships import AlreadyEnded
from bandung.movement.models import Body, ChairTerm, Principle

Confidence = Literal["two-sources", "single-source", "conflict", "recalled"]
# As precise as the source: a year, a month or a day.
Roughly = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{4}(-[01][0-9](-[0-3][0-9])?)?)?$", max_length=10)
]
TermNumber = Annotated[int, Field(ge=1, le=10_000)]


class TermsMeet(Refused):
    """Two chair terms share a day."""

    code = "terms-meet"
    template = _("These days meet chair term %(number)s (%(state)s).")
    hint_template = _("End or correct that term first.")


class NoPlan(Refused):
    """A term without a planned end cannot be extended."""

    code = "no-plan"
    template = _("Chair term %(number)s has no planned end that could be extended.")
    hint_template = _("Correct the term first, with its planned end and source.")


class NotLater(Refused):
    """An extension ends later than the plan."""

    code = "not-later"
    template = _("%(extended)s is not later than %(planned)s.")
    hint_template = _("Give the new planned end.")


def refuse_earlier_plan(planned: str, extended: str) -> None:
    """Refuses, as NotLater, an extension that is no later, compared as far as both are precise."""
    length = min(len(planned), len(extended))
    if extended[:length] < planned[:length] or extended == planned:
        raise NotLater(extended=extended, planned=planned)


class BodyFacts(RegisterAct):
    """What the register says of a body: names, what it is to do, since when, how firmly."""

    code: Slug
    names: Names
    mandate: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]
    established: Roughly = ""
    confidence: Confidence
    note: Note = ""
    source: Source

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.body/{self.code}",)

    def columns(self) -> dict[str, str]:
        """The columns of the body's row besides its code."""
        plain = ("mandate", "established", "confidence", "note", "source")
        return self.names.columns() | {name: getattr(self, name) for name in plain}


@official
class EstablishBody(BodyFacts):
    """A body of the movement was entered in the register, with its mandate."""

    verb: ClassVar[str] = "movement.body_established"
    words: ClassVar[Promise] = _("body entered in the register")

    def check(self, moment: Moment) -> None:
        """Refuses if the code is taken."""
        if Body.objects.filter(code=self.code).exists():
            raise AlreadyThere(what=self.code)

    def apply(self, moment: Moment) -> None:
        Body.objects.create(code=self.code, **self.columns())

    def sentence(self) -> str:
        return f"The body {self.names.en} was entered in the register."


@official
class CorrectBody(BodyFacts):
    """What the register says of a body was corrected; what is given replaces all of it."""

    verb: ClassVar[str] = "movement.body_corrected"
    words: ClassVar[Promise] = _("body corrected")
    on_existing: ClassVar[bool] = True

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such body."""
        if not Body.objects.filter(code=self.code).exists():
            raise NotThere(what=self.code)

    def apply(self, moment: Moment) -> None:
        Body.objects.filter(code=self.code).update(**self.columns())

    def sentence(self) -> str:
        return f"What the register says of the body {self.names.en} was corrected."


class ChairAct(RegisterAct):
    """An act on a chair term."""

    number: TermNumber

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.chair_term/{self.number}",)

    def term(self) -> ChairTerm:
        """The term as it stands. Refuses, as NotThere, if there is none."""
        row: ChairTerm | None = ChairTerm.objects.filter(number=self.number).first()
        if row is None:
            raise NotThere(what=_("Chair term %(number)s") % {"number": self.number})
        return row


class ChairFacts(ChairAct):
    """What the register says of a chair term; `until` is the day of the handover."""

    state: StateCode
    since: date
    until: date | None = None
    planned_until: Roughly = ""
    note: Note = ""
    source: Source

    def party(self) -> str:
        return self.state

    def refuse_wrong_term(self) -> None:
        """Refuses an unknown state, an end before the beginning, and days of another term."""
        refuse_unknown_states([self.state])
        refuse_days(self.since, self.until)
        for other in ChairTerm.objects.exclude(number=self.number).order_by("number"):
            if do_days_meet((self.since, self.until), (other.since, other.until)):
                raise TermsMeet(number=other.number, state=other.state_id)

    def columns(self) -> dict[str, Any]:
        """The columns of the term's row that can be corrected."""
        plain = ("since", "until", "planned_until", "note", "source")
        facts = {name: getattr(self, name) for name in plain}
        ends = {"until_source": self.source if self.until else ""}
        return facts | ends | {"state_id": self.state}


@official
class RecordChairTerm(ChairFacts):
    """A state's term as chair of the movement was recorded."""

    verb: ClassVar[str] = "movement.chair_term_recorded"
    words: ClassVar[Promise] = _("chair term recorded")

    def check(self, moment: Moment) -> None:
        """Refuses if the term is recorded, the state unknown, or the days are another term's."""
        if ChairTerm.objects.filter(number=self.number).exists():
            raise AlreadyThere(what=_("Chair term %(number)s") % {"number": self.number})
        self.refuse_wrong_term()

    def apply(self, moment: Moment) -> None:
        ChairTerm.objects.create(number=self.number, **self.columns())

    def sentence(self) -> str:
        return f"Chair term {self.number} of {self.state} from {self.since} was recorded."


@official
class CorrectChairTerm(ChairFacts):
    """A chair term was corrected; what is given replaces all but its extension."""

    verb: ClassVar[str] = "movement.chair_term_corrected"
    words: ClassVar[Promise] = _("chair term corrected")
    on_existing: ClassVar[bool] = True

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such term, its plan is needed, or the days are another term's."""
        if self.term().extended_until and not self.planned_until:
            raise NoPlan(number=self.number)
        self.refuse_wrong_term()

    def apply(self, moment: Moment) -> None:
        ChairTerm.objects.filter(number=self.number).update(**self.columns())

    def sentence(self) -> str:
        return f"Chair term {self.number} of {self.state} was corrected."


@official
class ExtendChairTerm(ChairAct):
    """The movement extended a chair term beyond its planned end."""

    verb: ClassVar[str] = "movement.chair_term_extended"
    words: ClassVar[Promise] = _("chair term extended")
    on_existing: ClassVar[bool] = True

    extended_until: Annotated[Roughly, StringConstraints(min_length=4)]
    source: Source

    def check(self, moment: Moment) -> None:
        """Refuses if the term is unknown, over, without a planned end, or that end is no later."""
        row = self.term()
        if row.until:
            raise AlreadyEnded(what=self.number, until=row.until)
        if not row.planned_until:
            raise NoPlan(number=self.number)
        refuse_earlier_plan(row.extended_until or row.planned_until, self.extended_until)

    def apply(self, moment: Moment) -> None:
        ChairTerm.objects.filter(number=self.number).update(
            extended_until=self.extended_until, extended_source=self.source
        )

    def sentence(self) -> str:
        return f"Chair term {self.number} was extended to {self.extended_until}."


@official
class EndChairTerm(ChairAct):
    """A chair term ended with the handover on the day `until`."""

    verb: ClassVar[str] = "movement.chair_term_ended"
    words: ClassVar[Promise] = _("chair term ended")
    on_existing: ClassVar[bool] = True

    until: date
    source: Source

    def check(self, moment: Moment) -> None:
        """Refuses if the term is unknown or over, or the handover is not after its first day."""
        row = self.term()
        if row.until:
            raise AlreadyEnded(what=self.number, until=row.until)
        refuse_days(row.since, self.until)

    def apply(self, moment: Moment) -> None:
        ChairTerm.objects.filter(number=self.number).update(
            until=self.until, until_source=self.source
        )

    def sentence(self) -> str:
        return f"Chair term {self.number} ended with the handover on {self.until}."


class PrincipleFacts(RegisterAct):
    """What the register says of one of the ten principles, in our own short wording."""

    number: Annotated[int, Field(ge=1, le=10)]
    slug: Slug
    titles: Texts
    statements: Texts
    source: Source

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.principle/{self.number}",)

    def refuse_taken_slug(self) -> None:
        """Refuses, as AlreadyThere, the slug of another principle."""
        if Principle.objects.filter(slug=self.slug).exclude(number=self.number).exists():
            raise AlreadyThere(what=self.slug)

    def columns(self) -> dict[str, str]:
        """The columns of the principle's row besides its number."""
        texts = self.titles.columns("title") | self.statements.columns("statement")
        return texts | {"slug": self.slug, "source": self.source}


@official
class RecordPrinciple(PrincipleFacts):
    """One of the ten principles was entered in the register."""

    verb: ClassVar[str] = "movement.principle_recorded"
    words: ClassVar[Promise] = _("principle entered in the register")

    def check(self, moment: Moment) -> None:
        """Refuses if the number or the slug is taken."""
        if Principle.objects.filter(number=self.number).exists():
            raise AlreadyThere(what=_("Principle %(number)s") % {"number": self.number})
        self.refuse_taken_slug()

    def apply(self, moment: Moment) -> None:
        Principle.objects.create(number=self.number, **self.columns())

    def sentence(self) -> str:
        return f"Principle {self.number} was recorded: {self.titles.en}."


@official
class CorrectPrinciple(PrincipleFacts):
    """The wording or source of a principle was corrected; what is given replaces all of it."""

    verb: ClassVar[str] = "movement.principle_corrected"
    words: ClassVar[Promise] = _("principle corrected")
    on_existing: ClassVar[bool] = True

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such principle or the slug is another's."""
        if not Principle.objects.filter(number=self.number).exists():
            raise NotThere(what=_("Principle %(number)s") % {"number": self.number})
        self.refuse_taken_slug()

    def apply(self, moment: Moment) -> None:
        Principle.objects.filter(number=self.number).update(**self.columns())

    def sentence(self) -> str:
        return f"Principle {self.number} was corrected: {self.titles.en}."
