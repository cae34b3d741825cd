"""Mandates: who speaks for whom, in which function, from a day to a day.

The administrator appoints and ends, and does no other official act (code list `function`). A
state's speaker is appointed on the state's own note, named in `reference`. The chair may not act
for a state: whoever holds a secretariat or administrator mandate speaks for no state but the one
that lent them.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from django.db.models import CharField, DateField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, StringConstraints

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official, read_key
from bandung.ledger.prepared import Given, Prepared
from bandung.movement.acts.common import PartyCode, UnknownParty, refuse_days
from bandung.movement.models import (
    CHAIR_FUNCTIONS,
    STATE_FUNCTIONS,
    Appointment,
    Membership,
    Party,
    holds_on,
)
from bandung.movement.queries.mandates import MandateRow, find_mandate, mandate_rows

Function = Literal[
    "focal_point",
    "head_of_delegation",
    "reviewer",
    "secretariat",
    "partner_reader",
    "administrator",
]
Sector = Literal["medical", "social", "humanitarian"]
Sectors = Annotated[tuple[Sector, ...], AfterValidator(lambda each: tuple(sorted(set(each))))]
Person = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,40}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,11}\.[1-9][0-9]{0,4}$")]
Reference = Annotated[str, StringConstraints(max_length=200)]


class PartyMissing(Refused):
    """This function is always held for a party."""

    code = "party-missing"
    template = _("A %(function)s speaks for a party; none is named.")
    hint_template = _("Name the state or organisation.")


class NotOfTheMovement(Refused):
    """Only states of the movement have speakers here."""

    code = "not-of-the-movement"
    template = _("%(party)s is not a member or observer state on %(day)s.")
    hint_template = _("Check the party and the first day, or record its membership first.")


class ReferenceMissing(Refused):
    """A state names its speakers itself, by a note."""

    code = "reference-missing"
    template = _("The state's note that names this person is missing.")
    hint_template = _("Give the reference of the note verbale.")


class AlreadyHolds(Refused):
    """The person holds this mandate already in part of these days."""

    code = "already-holds"
    template = _("This person already holds this mandate (%(mandate)s) in part of these days.")
    hint_template = _("End that mandate first, or choose other days.")


class ChairForState(Refused):
    """The chair may not act for a state."""

    code = "chair-for-state"
    template = _(
        "Who works for the chair (%(mandate)s) may not speak for a state other than the one that "
        "lent them."
    )
    hint_template = _("Appoint another person, or end the other mandate first.")


class NoSuchMandate(Refused):
    """The mandate does not exist or has been ended."""

    code = "no-such-mandate"
    template = _("There is no mandate %(mandate)s that could be ended.")
    hint_template = _("Look at the list of mandates as it is now.")


class LastAdministrator(Refused):
    """Without an administrator nobody could be appointed any more."""

    code = "last-administrator"
    template = _("This is the last administrator; nobody could be appointed any more.")
    hint_template = _("Appoint another administrator first.")


class AppointmentAct(Act):
    """An act about mandates: the administrator's."""

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "administrator":
            raise NotAllowed(reason=_("mandates are given and ended by the administrator"))


_PARTY = Prepared(
    lambda: Party.objects.order_by().filter(code=Given("code", CharField())).values_list("code")
)
_BELONGING = Prepared(
    lambda: (
        Membership.objects.order_by()
        .filter(
            holds_on(Given("day", DateField())),
            party=Given("party", CharField()),
            kind__in=["member", "observer_state"],
        )
        .values_list("key")[:1]
    )
)


@official
class Appoint(AppointmentAct):
    """A person was given a mandate to speak for a party in a function, from a day to a day.

    `person` is opaque; `party` may be empty for functions of the movement itself; no `sectors`
    means all; `until` is the first day it no longer holds; days are those of UTC. A mandate of
    the past may be recorded, so that rules about former speakers see it.
    """

    verb: ClassVar[str] = "movement.mandate_granted"
    words: ClassVar[Promise] = _("mandate granted")

    person: Person
    function: Function
    party_code: PartyCode | Literal[""] = ""
    sectors: Sectors = ()
    since: date
    until: date | None = None
    reference: Reference = ""

    def party(self) -> str:
        return self.party_code

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.person/{self.person}",)

    def check(self, moment: Moment) -> None:
        """Refuses if the party or note is missing or unknown, the state is not of the movement,
        the days are in the wrong order, or the person's other mandates forbid it."""
        refuse_days(self.since, self.until)
        self._refuse_party()
        others = [
            other
            for other in mandate_rows(self.person)
            if other.ended_at is None and other.meets(self.since, self.until)
        ]
        for other in others:
            if (other.function, other.party) == (self.function, self.party_code):
                raise AlreadyHolds(mandate=other.code)
        for other in others:
            if self._is_chair_for_state(other):
                raise ChairForState(mandate=other.code)

    def _refuse_party(self) -> None:
        if not self.party_code:
            if self.function in (*STATE_FUNCTIONS, "partner_reader"):
                raise PartyMissing(function=Appointment.Function(self.function).label)
            return
        if _PARTY.first(code=self.party_code) is None:
            raise UnknownParty(party=self.party_code)
        if self.function not in STATE_FUNCTIONS:
            return
        if _BELONGING.first(party=self.party_code, day=self.since) is None:
            raise NotOfTheMovement(party=self.party_code, day=self.since)
        if not self.reference.strip():
            raise ReferenceMissing

    def _is_chair_for_state(self, other: MandateRow) -> bool:
        functions = {self.function, other.function}
        is_both = bool(functions & CHAIR_FUNCTIONS) and bool(functions & STATE_FUNCTIONS)
        return is_both and self.party_code != other.party

    def apply(self, moment: Moment) -> None:
        Appointment.objects.create(
            key=moment.key(1),
            person=self.person,
            party=self.party_code,
            function=self.function,
            sectors=list(self.sectors),
            since=self.since,
            until=self.until,
            reference=self.reference,
        )

    def sentence(self) -> str:
        whom = self.party_code or "the movement"
        until = f" until {self.until} (exclusive)" if self.until else ""
        function = self.function.replace("_", " ")
        return f"A person was appointed {function} for {whom} from {self.since}{until}."


@official
class EndAppointment(AppointmentAct):
    """A mandate was ended at once, before its last day or for want of one.

    `mandate` is its code, such as 345.1; `1.1` is the founding administrator's.
    """

    verb: ClassVar[str] = "movement.mandate_ended"
    words: ClassVar[Promise] = _("mandate ended")
    on_existing: ClassVar[bool] = True

    mandate: Code
    party_code: PartyCode | Literal[""] = ""
    reference: Reference = ""

    @classmethod
    def of(cls, ending: MandateRow, reference: str = "") -> "EndAppointment":
        """The act that ends this mandate, which only the act that granted it has touched."""
        return cls(
            mandate=ending.code,
            party_code=ending.party,
            reference=reference,
            based_on=ending.key >> 16,
        )

    def party(self) -> str:
        return self.party_code

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.mandate/{self.mandate}",)

    def made_by(self) -> int | None:
        return read_key(self.mandate) >> 16

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such mandate in force or to come, or if it is the last
        administrator's."""
        ending = find_mandate(self.mandate)
        if ending is None or ending.ended_at or ending.party != self.party_code:
            raise NoSuchMandate(mandate=self.mandate)
        if ending.until and ending.until <= moment.at.date():
            raise NoSuchMandate(mandate=self.mandate)
        if ending.function == "administrator" and not _has_other_administrator(ending, moment.at):
            raise LastAdministrator

    def apply(self, moment: Moment) -> None:
        ending = find_mandate(self.mandate)
        assert ending is not None
        Appointment.objects.update_or_create(
            key=ending.key,
            defaults={"ended_at": moment.at, "ended_by": moment.number},
            create_defaults=ending.as_fields() | {"ended_at": moment.at, "ended_by": moment.number},
        )

    def sentence(self) -> str:
        return f"Mandate {self.mandate} was ended."


def _has_other_administrator(ending: MandateRow, at: datetime) -> bool:
    return any(
        each.function == "administrator" and each.key != ending.key and each.is_in_force(at)
        for each in mandate_rows()
    )
