"""Groups of states: regions, lists of the United Nations, unions, like-minded states."""

from collections import Counter
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from bandung.core.refused import Refused
from bandung.ledger.act import Moment, official
from bandung.movement.acts.common import (
    AlreadyThere,
    Names,
    Note,
    NotThere,
    RegisterAct,
    RowCode,
    Slug,
    Source,
    StateCode,
    do_days_meet,
    refuse_days,
    refuse_unknown_states,
    row_key,
)
from bandung.movement.acts.memberships import AlreadyEnded, NamedTwice
from bandung.movement.models import Group, GroupMember

MOST_MEMBERS = 300


class AlreadyInGroup(Refused):
    """The state is in the group already in part of these days."""

    code = "already-in-group"
    template = _("%(state)s is already in %(group)s in part of these days.")
    hint_template = _("Leave that state out, or correct its days in the group.")


class GroupFacts(RegisterAct):
    """What the register says of a group; its note says so where no sourced list exists."""

    code: Slug
    names: Names
    kind: Literal["region", "un_group", "official", "union", "like_minded"]
    note: Note = ""
    source: Source

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.group/{self.code}",)

    def columns(self) -> dict[str, str]:
        """The columns of the group's row besides its code."""
        plain = {"kind": self.kind, "note": self.note, "source": self.source}
        return self.names.columns() | plain


@official
class DefineGroup(GroupFacts):
    """A group of states was defined, still without members."""

    verb: ClassVar[str] = "movement.group_defined"
    words: ClassVar[Promise] = _("group defined")

    def check(self, moment: Moment) -> None:
        """Refuses if the code is taken."""
        if Group.objects.filter(code=self.code).exists():
            raise AlreadyThere(what=self.code)

    def apply(self, moment: Moment) -> None:
        Group.objects.create(code=self.code, **self.columns())

    def sentence(self) -> str:
        return f"The group {self.names.en} ({self.code}) was defined."


@official
class CorrectGroup(GroupFacts):
    """A group's names, kind, note or source were corrected; what is given replaces all of them."""

    verb: ClassVar[str] = "movement.group_corrected"
    words: ClassVar[Promise] = _("group corrected")
    on_existing: ClassVar[bool] = True

    def check(self, moment: Moment) -> None:
        """Refuses if there is no such group."""
        _refuse_unknown_group(self.code)

    def apply(self, moment: Moment) -> None:
        Group.objects.filter(code=self.code).update(**self.columns())

    def sentence(self) -> str:
        return f"What the register says of the group {self.names.en} ({self.code}) was corrected."


class GroupDays(BaseModel):
    """A state's days in a group; `until` is the first day out of it, as on graduation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    state: StateCode
    since: date | None = None
    until: date | None = None
    source: Source

    def columns(self) -> dict[str, Any]:
        """The columns of its row that can be corrected."""
        ends = self.source if self.until else ""
        days = {"since": self.since, "until": self.until}
        return days | {"source": self.source, "until_source": ends}

    def refuse_meeting(self, group: str, but: int = 0) -> None:
        """Refuses days that meet another row of this state in the group than row `but`."""
        refuse_days(self.since, self.until)
        for other in GroupMember.objects.filter(group=group, party=self.state).exclude(key=but):
            if do_days_meet((self.since, self.until), (other.since, other.until)):
                raise AlreadyInGroup(state=self.state, group=group)


@official
class AddGroupMembers(RegisterAct):
    """States were recorded as members of a group, each with its days and source."""

    verb: ClassVar[str] = "movement.group_members_added"
    words: ClassVar[Promise] = _("states added to a group")

    group: Slug
    members: Annotated[tuple[GroupDays, ...], Field(min_length=1, max_length=MOST_MEMBERS)]

    def party(self) -> str:
        return self.members[0].state if len(self.members) == 1 else ""

    def subjects(self) -> tuple[str, ...]:
        return (f"movement.group_members/{self.group}",)

    def check(self, moment: Moment) -> None:
        """Refuses if the group or a state is unknown, a state is named twice or is in it already,
        or days are in the wrong order."""
        _refuse_unknown_group(self.group)
        codes = Counter(member.state for member in self.members)
        refuse_unknown_states(codes)
        for code, times in codes.items():
            if times > 1:
                raise NamedTwice(party=code)
        known = set(GroupMember.objects.filter(group=self.group).values_list("party", flat=True))
        for member in self.members:
            refuse_days(member.since, member.until)
            if member.state in known:
                member.refuse_meeting(self.group)

    def apply(self, moment: Moment) -> None:
        GroupMember.objects.bulk_create(
            GroupMember(
                key=moment.key(line), group_id=self.group, party_id=member.state, **member.columns()
            )
            for line, member in enumerate(self.members, start=1)
        )

    def sentence(self) -> str:
        count = len(self.members)
        whom = self.party() or f"{count} states"
        return f"{whom} {'was' if count == 1 else 'were'} recorded in the group {self.group}."


class GroupRowAct(RegisterAct):
    """An act on one state's row in a group; `membership` is its code, such as 345.12."""

    on_existing: ClassVar[bool] = True

    group: Slug
    membership: RowCode

    def subjects(self) -> tuple[str, ...]:
        return (
            f"movement.group_member/{self.membership}",
            f"movement.group_members/{self.group}",
        )

    def row(self, state: str) -> GroupMember:
        """The state's row in the group. Refuses, as NotThere, if there is none."""
        rows = GroupMember.objects.filter(key=row_key(self.membership), group=self.group)
        row: GroupMember | None = rows.filter(party=state).first()
        if row is None:
            raise NotThere(what=f"{self.membership} ({state}, {self.group})")
        return row


@official
class EndGroupMembership(GroupRowAct):
    """A state left a group; `until` is the first day out of it."""

    verb: ClassVar[str] = "movement.group_membership_ended"
    words: ClassVar[Promise] = _("membership of a group ended")

    state: StateCode
    until: date
    source: Source

    def party(self) -> str:
        return self.state

    def check(self, moment: Moment) -> None:
        """Refuses if it is not in the group, has left it, or the end is not after its first day."""
        row = self.row(self.state)
        if row.until:
            raise AlreadyEnded(what=self.membership, until=row.until)
        refuse_days(row.since, self.until)

    def apply(self, moment: Moment) -> None:
        GroupMember.objects.filter(key=row_key(self.membership)).update(
            until=self.until, until_source=self.source
        )

    def sentence(self) -> str:
        return f"{self.state} left the group {self.group} on {self.until}."


@official
class CorrectGroupMembership(GroupRowAct):
    """A state's days or source in a group were corrected; what is given replaces them."""

    verb: ClassVar[str] = "movement.group_membership_corrected"
    words: ClassVar[Promise] = _("membership of a group corrected")

    days: GroupDays

    def party(self) -> str:
        return self.days.state

    def check(self, moment: Moment) -> None:
        """Refuses if it is not in the group, or the days are wrong or meet another row of it."""
        self.days.refuse_meeting(self.group, but=self.row(self.days.state).key)

    def apply(self, moment: Moment) -> None:
        GroupMember.objects.filter(key=row_key(self.membership)).update(**self.days.columns())

    def sentence(self) -> str:
        return f"The days of {self.days.state} in the group {self.group} were corrected."


@official
class StrikeGroupMembership(GroupRowAct):
    """A state recorded in a group by mistake was struck from it."""

    verb: ClassVar[str] = "movement.group_membership_struck"
    words: ClassVar[Promise] = _("membership of a group struck")

    state: StateCode
    source: Source

    def party(self) -> str:
        return self.state

    def check(self, moment: Moment) -> None:
        """Refuses if it is not in the group."""
        self.row(self.state)

    def apply(self, moment: Moment) -> None:
        GroupMember.objects.filter(key=row_key(self.membership)).delete()

    def sentence(self) -> str:
        return f"{self.state} was struck from the group {self.group} as a mistake."


def _refuse_unknown_group(code: str) -> None:
    if not Group.objects.filter(code=code).exists():
        raise NotThere(what=code)
