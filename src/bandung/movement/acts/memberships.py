"""Membership: a party belongs to the movement in some kind, from a day to a day, on a basis."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bandung.core.refused import Refused
from bandung.ledger.act import Moment, official
from bandung.movement.acts.common import (
    NotThere,
    PartyCode,
    RegisterAct,
    RowCode,
    Source,
    UnknownParty,
    do_days_meet,
    refuse_days,
    row_key,
)
from bandung.movement.models import Membership, Party

Kind = Literal["member", "observer_state", "observer_organisation"]
Precision = Literal["day", "year", "unknown"]
Basis = Literal["stated", "two-agree", "near-agree", "conflict", "recalled"]
Year = Annotated[str, StringConstraints(pattern=r"^([0-9]{4})?$")]
LAST_OF_YEAR = (12, 31)
MOST = 300  # parties in one act


class WrongKind(Refused):
    """States are members or observer states, organisations are observer organisations."""

    code = "wrong-kind"
    template = _("%(party)s is a %(is_a)s and cannot be %(kind)s.")
    hint_template = _("Choose the kind that fits the party.")


class WrongPrecision(Refused):
    """How exactly the first day is known does not fit the day given."""

    code = "wrong-precision"
    template = _("The first day (%(since)s) does not fit what is known of it (%(precision)s).")
    hint_template = _(
        "Give the day; or 31 December where only the year is known; or none where it is unknown."
    )


class Overlaps(Refused):
    """The party belongs in this or another kind already in part of these days."""

    code = "overlaps"
    template = _("%(party)s already belongs as %(kind)s (%(membership)s) in part of these days.")
    hint_template = _("End or correct that membership first.")


class AlreadyEnded(Refused):
    """An end is already recorded."""

    code = "already-ended"
    template = _("%(what)s already ends on %(until)s.")
    hint_template = _("To change that day, record a correction.")


class NamedTwice(Refused):
    """One act names a party once."""

    code = "named-twice"
    template = _("%(party)s is named twice.")
    hint_template = _("Name it once; record a second period in an act of its own.")


class MembershipFacts(BaseModel):
    """What is known of one membership.

    `since` is 31 December of the year where only the year is known; `until` is the first day it
    no longer holds; `other_year` is the year of admission that another source gives.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    party: PartyCode
    decided_on: date | None = None
    since: date | None = None
    until: date | None = None
    precision: Precision
    basis: Basis
    other_year: Year = ""
    source: Source

    def refuse_wrong_facts(self, kind: str, others: Iterable[Membership]) -> None:
        """Refuses days that do not fit what is known, or that meet one of `others`.

        An observer whose first day is unknown may also have been a member for some years.
        """
        self._refuse_precision()
        refuse_days(self.since, self.until)
        for other in others:
            is_known = self.since is not None and other.since is not None
            is_comparable = other.kind == kind or is_known
            meets = do_days_meet((self.since, self.until), (other.since, other.until))
            if is_comparable and meets:
                raise Overlaps(party=self.party, kind=other.kind, membership=other.code)

    def _refuse_precision(self) -> None:
        fits = (self.since is None) == (self.precision == "unknown")
        if self.precision == "year" and self.since is not None:
            fits = (self.since.month, self.since.day) == LAST_OF_YEAR
        if not fits:
            raise WrongPrecision(since=self.since or "-", precision=self.precision)

    def columns(self) -> dict[str, Any]:
        """The columns of the membership's row that can be corrected."""
        plain = ("decided_on", "since", "until", "precision", "basis", "other_year", "source")
        facts = {name: getattr(self, name) for name in plain}
        return facts | {"until_source": self.source if self.until else ""}


@official
class RecordMemberships(RegisterAct):
    """Parties were recorded as members or observers, each with its days, basis and source."""

    verb: ClassVar[str] = "movement.memberships_recorded"
    words: ClassVar[Promise] = _("memberships recorded")

    kind: Kind
    memberships: Annotated[tuple[MembershipFacts, ...], Field(min_length=1, max_length=MOST)]

    def party(self) -> str:
        return self.memberships[0].party if len(self.memberships) == 1 else ""

    def subjects(self) -> tuple[str, ...]:
        return tuple(f"movement.memberships/{each.party}" for each in self.memberships)

    def check(self, moment: Moment) -> None:
        """Refuses if a party is unknown, named twice or of the wrong kind, or days do not fit."""
        codes = [each.party for each in self.memberships]
        self._refuse_parties(codes)
        others: dict[str, list[Membership]] = {code: [] for code in codes}
        for row in Membership.objects.filter(party__in=codes).order_by("key"):
            others[row.party_id].append(row)
        for facts in self.memberships:
            facts.refuse_wrong_facts(self.kind, others[facts.party])

    def _refuse_parties(self, codes: list[str]) -> None:
        kinds = dict(Party.objects.filter(code__in=codes).values_list("code", "kind"))
        fitting = "organisation" if self.kind == "observer_organisation" else "state"
        for code, times in Counter(codes).items():
            if times > 1:
                raise NamedTwice(party=code)
            if code not in kinds:
                raise UnknownParty(party=code)
            if kinds[code] != fitting:
                raise WrongKind(party=code, is_a=kinds[code], kind=self.kind)

    def apply(self, moment: Moment) -> None:
        Membership.objects.bulk_create(
            Membership(key=moment.key(line), party_id=each.party, kind=self.kind, **each.columns())
            for line, each in enumerate(self.memberships, start=1)
        )

    def sentence(self) -> str:
        kind = self.kind.replace("_", " ")
        if not self.party():
            return f"{len(self.memberships)} parties were recorded as {kind}, each with its days."
        since = self.memberships[0].since
        days = f"from {since}" if since else "from a day not known"
        return f"{self.party()} was recorded as {kind} {days}."


@official
class CorrectMembership(RegisterAct):
    """The days, basis or source of a membership were corrected; what is given replaces them."""

    verb: ClassVar[str] = "movement.membership_corrected"
    words: ClassVar[Promise] = _("membership corrected")
    on_existing: ClassVar[bool] = True

    membership: RowCode
    facts: MembershipFacts

    def party(self) -> str:
        return self.facts.party

    def subjects(self) -> tuple[str, ...]:
        return (
            f"movement.membership/{self.membership}",
            f"movement.memberships/{self.facts.party}",
        )

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such membership or the days do not fit."""
        row = _membership(self.membership, self.facts.party)
        others = Membership.objects.filter(party=self.facts.party).exclude(key=row.key)
        self.facts.refuse_wrong_facts(row.kind, others.order_by("key"))

    def apply(self, moment: Moment) -> None:
        Membership.objects.filter(key=row_key(self.membership)).update(**self.facts.columns())

    def sentence(self) -> str:
        return f"Membership {self.membership} of {self.facts.party} was corrected."


@official
class EndMembership(RegisterAct):
    """A membership ended; `until` is the first day it no longer holds."""

    verb: ClassVar[str] = "movement.membership_ended"
    words: ClassVar[Promise] = _("membership ended")
    on_existing: ClassVar[bool] = True

    membership: RowCode
    party_code: PartyCode
    until: date
    source: Source

    def party(self) -> str:
        return self.party_code

    def subjects(self) -> tuple[str, ...]:
        return (
            f"movement.membership/{self.membership}",
            f"movement.memberships/{self.party_code}",
        )

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such membership, it has an end, or the end is not after its
        first day."""
        row = _membership(self.membership, self.party_code)
        if row.until:
            raise AlreadyEnded(what=self.membership, until=row.until)
        refuse_days(row.since, self.until)

    def apply(self, moment: Moment) -> None:
        Membership.objects.filter(key=row_key(self.membership)).update(
            until=self.until, until_source=self.source
        )

    def sentence(self) -> str:
        return f"Membership {self.membership} of {self.party_code} ended on {self.until}."


@official
class StrikeMembership(RegisterAct):
    """A membership that never held, recorded by mistake, was struck from the register."""

    verb: ClassVar[str] = "movement.membership_struck"
    words: ClassVar[Promise] = _("membership struck")
    on_existing: ClassVar[bool] = True

    membership: RowCode
    party_code: PartyCode
    source: Source

    def party(self) -> str:
        return self.party_code

    def subjects(self) -> tuple[str, ...]:
        return (
            f"movement.membership/{self.membership}",
            f"movement.memberships/{self.party_code}",
        )

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such membership."""
        _membership(self.membership, self.party_code)

    def apply(self, moment: Moment) -> None:
        Membership.objects.filter(key=row_key(self.membership)).delete()

    def sentence(self) -> str:
        return f"Membership {self.membership} of {self.party_code} was struck as a mistake."


def _membership(code: str, party: str) -> Membership:
    row: Membership | None = Membership.objects.filter(key=row_key(code), party=party).first()
    if row is None:
        raise NotThere(what=f"{code} ({party})")
    return row
