"""`/states` and `/groups`: who belongs to what on a day."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from bandung.movement.queries import group_members, groups, state, states
from bandung.movement.queries.names import Named
from bandung.web.api.shapes import WRONG, Code, Day, Names, NotFound, refuse_unknown

router = Router(tags=["register"])


class OnDay(Schema):
    """The day of the answer; today where it is left out."""

    on: Day | None = None

    def day(self) -> Day:
        """The day asked for."""
        return self.on or datetime.now(UTC).date()


class State(Schema):
    """A state of the movement on a day; `since` is null where its first day is not known."""

    iso3: str
    iso2: str
    m49: str
    names: Names
    kind: str
    since: Day | None
    precision: str
    basis: str
    groups: list[str]
    source: str
    act: int


class States(Schema):
    """The states of the movement on a day, by code."""

    on: Day
    items: list[State]


class Group(Schema):
    """A group on a day; `states` is 0 where no sourced list is recorded."""

    code: str
    kind: str
    names: Names
    states: int
    members: int
    note: str
    source: str


class Groups(Schema):
    """The groups on a day."""

    on: Day
    items: list[Group]


class GroupMember(Schema):
    """A state's days in a group; `until` is the first day it is no longer in it."""

    state: str
    since: Day | None
    until: Day | None
    source: str


class GroupMembers(Schema):
    """The states in a group on a day."""

    on: Day
    group: str
    items: list[GroupMember]


@router.get(
    "/states", response={200: States, **WRONG}, url_name="states", summary="States on a day"
)
def list_states(request: HttpRequest, query: Query[OnDay]) -> dict[str, Any]:
    """Members and observer states on a day."""
    refuse_unknown(request, OnDay)
    day = query.day()
    return {"on": day, "items": [_state(row) for row in states(day)]}


@router.get(
    "/states/{iso3}",
    response={200: State, 404: NotFound, **WRONG},
    url_name="state",
    summary="A state",
)
def one_state(request: HttpRequest, iso3: Code, query: Query[OnDay]) -> Any:
    """One member or observer state on a day."""
    refuse_unknown(request, OnDay)
    day = query.day()
    if not state(iso3, day):
        return Status(404, {"detail": f"The register has no state {iso3}."})
    found = next((row for row in states(day) if row.code == iso3), None)
    if found is None:
        return Status(404, {"detail": f"{iso3} is no state of the movement on {day}."})
    return _state(found)


@router.get(
    "/groups", response={200: Groups, **WRONG}, url_name="groups", summary="Groups on a day"
)
def list_groups(request: HttpRequest, query: Query[OnDay]) -> dict[str, Any]:
    """Regions, United Nations lists, unions and like-minded groups."""
    refuse_unknown(request, OnDay)
    day = query.day()
    return {"on": day, "items": [_group(row) for row in groups(day)]}


@router.get(
    "/groups/{code}",
    response={200: GroupMembers, 404: NotFound, **WRONG},
    url_name="group",
    summary="The states in a group on a day",
)
def one_group(request: HttpRequest, code: Code, query: Query[OnDay]) -> Any:
    """Who is in the group on that day."""
    refuse_unknown(request, OnDay)
    day = query.day()
    if code not in {row.code for row in groups(day)}:
        return Status(404, {"detail": f"There is no group {code}."})
    rows = [
        {"state": row.state, "since": row.since, "until": row.until, "source": row.source}
        for row in group_members(code, day)
    ]
    return {"on": day, "group": code, "items": rows}


def _names(names: Named) -> dict[str, str]:
    return {language: getattr(names, language) for language in ("en", "fr", "es", "ar")}


def _state(row: Any) -> dict[str, Any]:
    return {
        "iso3": row.code,
        "iso2": row.party.iso2,
        "m49": row.party.m49,
        "names": _names(row.party.names),
        "kind": row.kind,
        "since": row.membership.since,
        "precision": row.membership.precision,
        "basis": row.membership.basis,
        "groups": list(row.groups),
        "source": row.membership.source,
        "act": row.membership.act,
    }


def _group(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "names": _names(row.names),
        "states": row.states,
        "members": row.members,
        "note": row.note,
        "source": row.source,
    }
