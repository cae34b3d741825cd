"""States and organisations: who can belong to the movement or speak in it."""

from typing import Annotated, ClassVar, Literal

from django.db.models import CharField, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import StringConstraints

from bandung.core.refused import Refused
from bandung.ledger.act import Moment, official
from bandung.ledger.prepared import Given, Prepared
from bandung.movement.acts.common import (
    AlreadyThere,
    Names,
    Note,
    OptionalName,
    PartyCode,
    RegisterAct,
    Source,
    UnknownParty,
)
from bandung.movement.models import Party

ISO3_LETTERS = 3
Iso2 = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
M49 = Annotated[str, StringConstraints(pattern=r"^([0-9]{3})?$")]


class CodeTaken(Refused):
    """Another party has this code already."""

    code = "code-taken"
    template = _("The code %(taken)s already belongs to %(party)s.")
    hint_template = _("Check the ISO 3166-1 and M49 codes.")


class NotIso3(Refused):
    """A state is keyed by its ISO 3166-1 alpha-3 code."""

    code = "not-iso3"
    template = _("%(party)s is not three letters, as ISO 3166-1 gives each state.")
    hint_template = _("Use the state's alpha-3 code, such as ZMB.")


_SAME_CODE = Prepared(
    lambda: (
        Party.objects.filter(
            Q(iso2=Given("iso2", CharField())) & ~Q(iso2="")
            | Q(m49=Given("m49", CharField())) & ~Q(m49="")
        )
        .exclude(code=Given("code", CharField()))
        .order_by("code")
        .values_list("code", "iso2")
    )
)


class PartyFacts(RegisterAct):
    """What the register says of a party: names, menu names where they differ, codes, source."""

    code: PartyCode
    names: Names
    menu_en: OptionalName = ""
    menu_fr: OptionalName = ""
    menu_es: OptionalName = ""
    menu_ar: OptionalName = ""
    iso2: Iso2 = ""
    m49: M49 = ""
    note: Note = ""
    source: Source

    def party(self) -> str:
        return self.code

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.party/{self.code}",)

    def refuse_taken_codes(self) -> None:
        """Refuses, as CodeTaken, an alpha-2 or M49 code that another party has."""
        other = _SAME_CODE.first(code=self.code, iso2=self.iso2, m49=self.m49)
        if other is not None:
            code, iso2 = other
            raise CodeTaken(taken=self.iso2 if iso2 == self.iso2 else self.m49, party=code)

    def columns(self) -> dict[str, str]:
        """The columns of the party's row that can be corrected."""
        plain = ("menu_en", "menu_fr", "menu_es", "menu_ar", "iso2", "m49", "note", "source")
        return self.names.columns() | {name: getattr(self, name) for name in plain}


@official
class RegisterParty(PartyFacts):
    """A state or an organisation was entered in the register."""

    verb: ClassVar[str] = "movement.party_registered"
    words: ClassVar[Promise] = _("state or organisation entered in the register")

    kind: Literal["state", "organisation"]

    def check(self, moment: Moment) -> None:
        """Refuses if the code or one of its other codes is taken, or a state's is not alpha-3."""
        if Party.objects.filter(code=self.code).exists():
            raise AlreadyThere(what=self.code)
        is_iso3 = len(self.code) == ISO3_LETTERS and self.code.isalpha()
        if self.kind == "state" and not is_iso3:
            raise NotIso3(party=self.code)
        self.refuse_taken_codes()

    def apply(self, moment: Moment) -> None:
        Party.objects.create(code=self.code, kind=self.kind, **self.columns())

    def sentence(self) -> str:
        return f"{self.names.en} ({self.code}) was entered in the register."


@official
class CorrectParty(PartyFacts):
    """A party's names, codes, note or source were corrected; what is given replaces all of them."""

    verb: ClassVar[str] = "movement.party_corrected"
    words: ClassVar[Promise] = _("state or organisation corrected")
    on_existing: ClassVar[bool] = True

    def check(self, moment: Moment) -> None:
        """Refuses if the party is unknown or a code belongs to another."""
        if not Party.objects.filter(code=self.code).exists():
            raise UnknownParty(party=self.code)
        self.refuse_taken_codes()

    def apply(self, moment: Moment) -> None:
        Party.objects.filter(code=self.code).update(**self.columns())

    def sentence(self) -> str:
        return f"What the register says of {self.names.en} ({self.code}) was corrected."
