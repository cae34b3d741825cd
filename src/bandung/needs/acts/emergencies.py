"""The secretariat opens and closes emergencies and sets the day by which states report."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from django.db.models import CharField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import StringConstraints

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.ledger.prepared import Answer, Given, Prepared
from bandung.movement.acts import Names
from bandung.needs.models import Emergency

EmergencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]


class EmergencyExists(Refused):
    """The code is taken."""

    code = "emergency-exists"
    template = _("The emergency “%(code)s” exists already.")
    hint_template = _("Choose another code.")


class UnknownEmergency(Refused):
    """No emergency has this code."""

    code = "unknown-emergency"
    template = _("There is no emergency “%(code)s”.")
    hint_template = _("Choose one of those listed.")


class EmergencyClosed(Refused):
    """The emergency was not open on that day."""

    code = "emergency-closed"
    template = _("The emergency %(code)s was not open on %(day)s (open %(since)s to %(until)s).")
    hint_template = _("Check the day, or choose another emergency.")


class WrongDays(Refused):
    """The days contradict each other."""

    code = "wrong-days"
    template = _("%(later)s lies before %(earlier)s.")
    hint_template = _("Correct one of the two days.")


class EmergencyAct(Act):
    """What the acts on emergencies share: the secretariat alone says them."""

    code: EmergencyCode

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "secretariat":
            raise NotAllowed(reason=_("the secretariat opens and closes emergencies"))

    def subjects(self) -> tuple[str, ...]:
        return (f"needs.emergency/{self.code}",)


_DAYS = Prepared(
    lambda: (
        Emergency.objects.order_by()
        .filter(code=Given("code", CharField()))
        .values_list("opened_on", "closed_on")
    )
)


def ask_days(code: str) -> Answer:
    """Asks for the days of the emergency; `refuse_closed` reads the answer."""
    return _DAYS.ask(code=code)


def read_days(code: str, asked: Answer | None = None) -> tuple[date, date | None]:
    """The day on which the emergency opened and that on which it closed. Refuses if there is no
    such emergency."""
    found = (asked or ask_days(code)).first()
    if found is None:
        raise UnknownEmergency(code=code)
    opened, closed = found
    return opened, closed


def refuse_closed(code: str, day: date, asked: Answer | None = None) -> None:
    """Refuses a day on which the emergency was not open; on its closing day it no longer is."""
    since, until = read_days(code, asked)
    if day < since or (until is not None and day >= until):
        raise EmergencyClosed(code=code, day=day, since=since, until=until or "…")


def _refuse_before(earlier: date, later: date | None) -> None:
    if later is not None and later < earlier:
        raise WrongDays(earlier=earlier, later=later)


@official
class OpenEmergency(EmergencyAct):
    """An emergency is opened: states may say what they need for it, until a due day."""

    verb: ClassVar[str] = "needs.emergency_opened"
    words: ClassVar[Promise] = _("emergency opened")

    names: Names
    opened_on: date
    due_on: date | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]

    def check(self, moment: Moment) -> None:
        if Emergency.objects.filter(pk=self.code).exists():
            raise EmergencyExists(code=self.code)
        _refuse_before(self.opened_on, self.due_on)

    def apply(self, moment: Moment) -> None:
        Emergency.objects.create(
            code=self.code,
            **self.names.columns(),
            opened_on=self.opened_on,
            due_on=self.due_on,
            source=self.source,
        )

    def sentence(self) -> str:
        due = f"; states report by {self.due_on}" if self.due_on else ""
        return f"Emergency {self.code} (“{self.names.en}”) was opened from {self.opened_on}{due}."


@official
class ChangeDueDay(EmergencyAct):
    """The day by which states report on an emergency is changed."""

    verb: ClassVar[str] = "needs.due_day_changed"
    words: ClassVar[Promise] = _("due day changed")
    on_existing: ClassVar[bool] = True

    due_on: date | None

    def check(self, moment: Moment) -> None:
        opened, _closed = read_days(self.code)
        _refuse_before(opened, self.due_on)

    def apply(self, moment: Moment) -> None:
        Emergency.objects.filter(pk=self.code).update(due_on=self.due_on)

    def sentence(self) -> str:
        if self.due_on is None:
            return f"Emergency {self.code} no longer has a day by which states report."
        return f"States report on emergency {self.code} by {self.due_on}."


@official
class CloseEmergency(EmergencyAct):
    """An emergency is closed: from that day on no new statement may refer to it."""

    verb: ClassVar[str] = "needs.emergency_closed"
    words: ClassVar[Promise] = _("emergency closed")
    on_existing: ClassVar[bool] = True

    closed_on: date

    def check(self, moment: Moment) -> None:
        opened, closed = read_days(self.code)
        _refuse_before(opened, self.closed_on)
        if closed is not None:
            refuse_closed(self.code, self.closed_on)

    def apply(self, moment: Moment) -> None:
        Emergency.objects.filter(pk=self.code).update(closed_on=self.closed_on)

    def sentence(self) -> str:
        return f"Emergency {self.code} was closed from {self.closed_on}."
