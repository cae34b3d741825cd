"""Who belongs to what at a date: members, observers, groups. Counts are never constants.

Every `on` is a day: a period holds from its first day to the day before `until`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bandung.movement.models import Group, GroupMember, Membership, Party, holds_on
from bandung.movement.queries.names import Named, named

MEMBER, OBSERVER_STATE = Membership.Kind.MEMBER.value, Membership.Kind.OBSERVER_STATE.value
# Before this day the register lacks former members but those whose years a source gives: on it
# the last two of the 120 were admitted, and no member is known to have left since.
FORMER_MEMBERS_MISSING_BEFORE = date(2011, 5, 26)


@dataclass(frozen=True)
class PartyRow:
    """A state (`code` is its ISO 3166-1 alpha-3) or an organisation."""

    code: str
    kind: str
    iso2: str
    m49: str
    names: Named
    menu_names: Named
    note: str
    source: str

    @property
    def name(self) -> str:
        """The formal name in the reader's language, for documents."""
        return str(self.names)

    @property
    def menu_name(self) -> str:
        """The shorter name where there is one, for lists and maps."""
        return str(self.menu_names)


@dataclass(frozen=True)
class MembershipRow:
    """A membership with the party's name; `key` prints as `code`, such as 345.1, of act 345."""

    key: int
    party: str
    names: Named
    menu_names: Named
    kind: str
    decided_on: date | None
    since: date | None
    until: date | None
    precision: str
    basis: str
    other_year: str
    source: str
    until_source: str

    @property
    def name(self) -> str:
        return str(self.names)

    @property
    def menu_name(self) -> str:
        return str(self.menu_names)

    @property
    def act(self) -> int:
        """The act that recorded it."""
        return self.key >> 16

    @property
    def code(self) -> str:
        return f"{self.act}.{self.key & 0xFFFF}"

    @property
    def is_provisional(self) -> bool:
        """Whether the year itself is unsettled: two sources differ, or it rests on one recalled
        list. A year that two lists agree on is settled, though its day is not known."""
        return self.basis in Membership.PROVISIONAL


@dataclass(frozen=True)
class MembersOn:
    """Who belonged in one kind on a day, by code, and what the reader must know of the answer."""

    on: date
    kind: str
    rows: tuple[MembershipRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def provisional(self) -> int:
        """How many of these parties have an unsettled year of admission."""
        return sum(row.is_provisional for row in self.rows)

    @property
    def year_only(self) -> int:
        """How many are known by the year alone, and so counted from its 31 December."""
        return sum(row.precision == "year" for row in self.rows)

    @property
    def undated(self) -> int:
        """How many are counted although their first day is not known."""
        return sum(row.since is None for row in self.rows)

    @property
    def is_without_former_members(self) -> bool:
        """Whether members that have since left may be missing."""
        return self.kind == MEMBER and self.on < FORMER_MEMBERS_MISSING_BEFORE

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be printed beside the count, in the reader's language."""
        remarks = []
        if self.is_without_former_members:
            left = sum(row.until is not None for row in self.rows)
            remarks.append(_without_former(left))
            remarks.append(
                ngettext(
                    "The year of %(count)d admission is provisional: its sources differ or it "
                    "rests on one list.",
                    "The years of %(count)d admissions are provisional: their sources differ or "
                    "they rest on one list.",
                    self.provisional,
                )
                % {"count": self.provisional}
            )
        if self.undated:
            remarks.append(
                ngettext(
                    "%(count)d is counted although its first day is not known.",
                    "%(count)d are counted although their first day is not known.",
                    self.undated,
                )
                % {"count": self.undated}
            )
        return tuple(remarks)


def _without_former(left: int) -> str:
    if not left:
        return _("Counted without former members.")
    return ngettext(
        "Counted without former members, except %(count)d whose years are recorded.",
        "Counted without former members, except %(count)d whose years are recorded.",
        left,
    ) % {"count": left}


@dataclass(frozen=True)
class GroupRow:
    """A group and how many states are in it on a day; `members` counts members of the movement."""

    code: str
    kind: str
    names: Named
    note: str
    source: str
    states: int
    members: int

    @property
    def name(self) -> str:
        return str(self.names)

    @property
    def is_empty(self) -> bool:
        return self.states == 0

    @property
    def remark(self) -> str:
        """What must be printed beside an empty group, "" for others."""
        return _("Empty: no sourced list of its states is recorded.") if self.is_empty else ""


@dataclass(frozen=True)
class GroupMemberRow:
    """A state's days in a group; `is_member` says whether it was a member of the movement."""

    key: int
    state: str
    names: Named
    since: date | None
    until: date | None
    source: str
    is_member: bool

    @property
    def name(self) -> str:
        return str(self.names)

    @property
    def code(self) -> str:
        return f"{self.key >> 16}.{self.key & 0xFFFF}"


@dataclass(frozen=True)
class StateRow:
    """A state of the movement on a day: its membership then, and the codes of its groups."""

    party: PartyRow
    membership: MembershipRow
    groups: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.party.code

    @property
    def name(self) -> str:
        return self.party.name

    @property
    def kind(self) -> str:
        """member or observer_state."""
        return self.membership.kind


@dataclass(frozen=True)
class StateView:
    """All the register says of a state; `kind` is "" on a day it did not belong."""

    party: PartyRow
    on: date
    kind: str
    memberships: tuple[MembershipRow, ...]
    groups: tuple[GroupRow, ...]


@dataclass(frozen=True)
class RegisterOn:
    """The register on a day: who belonged in each kind, the states among them, the groups."""

    on: date
    counts: tuple[MembersOn, ...]
    states: tuple[StateRow, ...]
    groups: tuple[GroupRow, ...]


def members(on: date, kind: str = MEMBER) -> MembersOn:
    """The parties that belonged in `kind` on the day, by code.

    A year-only admission counts from 31 December of that year. A first day that is not known
    counts as long past, save that a state is no observer while it is a member.
    """
    return _members_on(on, kind, _belonging(on))


def register_on(on: date) -> RegisterOn:
    """All of the register on one day, in four queries."""
    belonging = _belonging(on)
    return RegisterOn(
        on=on,
        counts=tuple(_members_on(on, kind, belonging) for kind in Membership.Kind.values),
        states=_states(on, belonging),
        groups=_groups(on, belonging),
    )


def _members_on(on: date, kind: str, belonging: Sequence[MembershipRow]) -> MembersOn:
    return MembersOn(on, kind, tuple(row for row in belonging if row.kind == kind))


def states(on: date) -> tuple[StateRow, ...]:
    """The member and observer states of the day, by code, in three queries."""
    return _states(on, _belonging(on))


def _states(on: date, held: Sequence[MembershipRow]) -> tuple[StateRow, ...]:
    belonging = {row.party: row for row in held if row.kind in (MEMBER, OBSERVER_STATE)}
    groups: dict[str, list[str]] = defaultdict(list)
    for state, group in _in_groups(on).values_list("party", "group").order_by("group"):
        groups[state].append(group)
    return tuple(
        StateRow(_party(row), belonging[row.code], tuple(groups[row.code]))
        for row in Party.objects.filter(code__in=belonging).order_by("code")
    )


def state(code: str, on: date) -> StateView | None:
    """All the register says of a state, its kind and groups as of the day; None if unknown."""
    row = Party.objects.filter(code=code, kind=Party.Kind.STATE).first()
    if row is None:
        return None
    own = Membership.objects.filter(party=code).select_related("party").order_by("key")
    belonging = _belonging(on)
    kind = next((each.kind for each in belonging if each.party == code), "")
    codes = set(_in_groups(on).filter(party=code).values_list("group", flat=True))
    groups_of_state = tuple(group for group in _groups(on, belonging) if group.code in codes)
    return StateView(_party(row), on, kind, tuple(map(_membership, own)), groups_of_state)


def parties(codes: Iterable[str] | None = None) -> tuple[PartyRow, ...]:
    """The states and organisations of the register, or those with these codes, by code."""
    rows = Party.objects.order_by("code")
    return tuple(map(_party, rows if codes is None else rows.filter(code__in=set(codes))))


def groups(on: date) -> tuple[GroupRow, ...]:
    """All groups with how many states they had on the day, by kind and code; empty ones too."""
    return _groups(on, _belonging(on))


def _groups(on: date, held: Sequence[MembershipRow]) -> tuple[GroupRow, ...]:
    belonging = {row.party for row in held if row.kind == MEMBER}
    inside: dict[str, set[str]] = defaultdict(set)
    for group, party in _in_groups(on).values_list("group", "party"):
        inside[group].add(party)
    return tuple(
        _group(row, inside[row.code], belonging) for row in Group.objects.order_by("kind", "code")
    )


def group_members(code: str, on: date) -> tuple[GroupMemberRow, ...]:
    """The states in the group on the day, by code; none if the group is empty or unknown.

    Lists of the United Nations hold observers of the movement too: see `is_member`.
    """
    belonging = {row.party for row in _belonging(on) if row.kind == MEMBER}
    rows = _in_groups(on).filter(group=code).select_related("party")
    return tuple(
        GroupMemberRow(
            row.key,
            row.party_id,
            named(row.party),
            row.since,
            row.until,
            row.source,
            row.party_id in belonging,
        )
        for row in rows.order_by("party", "key")
    )


def _belonging(on: date) -> list[MembershipRow]:
    """Every membership that counts on the day, by party; one a party, a member's first."""
    held = Membership.objects.filter(holds_on(on)).select_related("party")
    rows = [_membership(row) for row in held.order_by("party", "key")]
    inside = {row.party for row in rows if row.kind == MEMBER}
    return [row for row in rows if row.kind == MEMBER or row.party not in inside]


def _in_groups(on: date) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(holds_on(on))


def _menu(row: Party) -> Named:
    return Named(*(row.menu_name_in(language) for language in ("en", "fr", "es", "ar")))


def _party(row: Party) -> PartyRow:
    return PartyRow(
        row.code, row.kind, row.iso2, row.m49, named(row), _menu(row), row.note, row.source
    )


def _membership(row: Membership) -> MembershipRow:
    return MembershipRow(
        row.key,
        row.party_id,
        named(row.party),
        _menu(row.party),
        row.kind,
        row.decided_on,
        row.since,
        row.until,
        row.precision,
        row.basis,
        row.other_year,
        row.source,
        row.until_source,
    )


def _group(row: Group, inside: set[str], belonging: set[str]) -> GroupRow:
    return GroupRow(
        row.code,
        row.kind,
        named(row),
        row.note,
        row.source,
        states=len(inside),
        members=len(inside & belonging),
    )
