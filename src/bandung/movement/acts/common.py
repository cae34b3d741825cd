"""What the register's acts share: who may, the kinds of text, the refusals of any of them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, StringConstraints

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Act, Mandate, read_key
from bandung.movement.models import Party

PartyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,39}$")]
StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
RowCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,11}\.[1-9][0-9]{0,4}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
OptionalName = Annotated[str, StringConstraints(max_length=200)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"\S")]
Note = Annotated[str, StringConstraints(max_length=2000)]


class Names(BaseModel):
    """A name in four languages; English always, the others where they are known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    en: Name
    fr: OptionalName = ""
    es: OptionalName = ""
    ar: OptionalName = ""

    def columns(self, stem: str = "name") -> dict[str, str]:
        """The columns of a row, such as name_en."""
        return {f"{stem}_{language}": text for language, text in self}


class Texts(BaseModel):
    """A text in all four languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    en: Name
    fr: Name
    es: Name
    ar: Name

    def columns(self, stem: str) -> dict[str, str]:
        """The columns of a row, such as title_en."""
        return {f"{stem}_{language}": text for language, text in self}


class AlreadyThere(Refused):
    """The register has this already."""

    code = "already-there"
    template = _("%(what)s is already in the register.")
    hint_template = _("To change it, record a correction.")


class NotThere(Refused):
    """The register does not have this."""

    code = "not-there"
    template = _("%(what)s is not in the register.")
    hint_template = _("Check the code, or record it first.")


class UnknownParty(Refused):
    """The party is not in the register."""

    code = "unknown-party"
    template = _("%(party)s is not in the register.")
    hint_template = _("Check the code, or register the party first.")


class WrongDays(Refused):
    """A period ends before it begins."""

    code = "wrong-days"
    template = _("The end (%(until)s) does not come after the first day (%(since)s).")
    hint_template = _("The end is the first day on which it no longer holds.")


def row_key(code: str) -> int:
    """The key of the row printed as `code`, such as 345.12; 0, which no row has, if malformed."""
    try:
        return read_key(code)
    except ValueError:
        return 0


def refuse_days(since: date | None, until: date | None) -> None:
    """Refuses, as WrongDays, an end that is not after the first day."""
    if since and until and until <= since:
        raise WrongDays(since=since, until=until)


def refuse_unknown_states(codes: Iterable[str]) -> None:
    """Refuses, as UnknownParty, the first of these codes that is not a state of the register."""
    wanted = set(codes)
    known = Party.objects.filter(kind=Party.Kind.STATE, code__in=wanted)
    for code in sorted(wanted.difference(known.values_list("code", flat=True))):
        raise UnknownParty(party=code)


def do_days_meet(
    first: tuple[date | None, date | None], second: tuple[date | None, date | None]
) -> bool:
    """Whether two periods (first day, first day after) share a day; None is an open side."""
    (since, until), (other_since, other_until) = first, second
    begins_in_time = until is None or other_since is None or other_since < until
    lasts_long_enough = other_until is None or since is None or since < other_until
    return begins_in_time and lasts_long_enough


class RegisterAct(Act):
    """An act of the register: the secretariat keeps it."""

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        if mandate.function != "secretariat":
            raise NotAllowed(reason=_("the register is kept by the secretariat"))
