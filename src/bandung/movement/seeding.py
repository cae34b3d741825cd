"""Hands the seed tables to acts, so that the register stands on the record like all else.

Each row's source is written out in its act. A second run gives the same acts under the same keys
and so changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from bandung.ledger.act import Act, Mandate
from bandung.ledger.door import Receipt, record
from bandung.movement.acts import (
    AddGroupMembers,
    DefineGroup,
    EndChairTerm,
    EstablishBody,
    ExtendChairTerm,
    GroupDays,
    MembershipFacts,
    Names,
    RecordChairTerm,
    RecordMemberships,
    RecordPrinciple,
    RegisterParty,
    Texts,
)
from bandung.movement.seed import rows

LANGUAGES = ("en", "fr", "es", "ar")
Row = dict[str, str]
Progress = Callable[[int, int], None]  # acts done, acts in all
Step = tuple[str, Callable[[Receipt | None], Act]]  # key; the act, given the receipt before it


def register_movement(
    mandate: Mandate, progress: Progress | None = None, now: datetime | None = None
) -> int:
    """Records the whole register from the seed tables; returns how many acts were new.

    `mandate` is of the secretariat; `progress` is told the acts done and the acts in all; `now`
    defaults to the clock. A second run under the same mandate records nothing. Stops with the
    refusal (Refused) of the first act that does not fit what is there.
    """
    steps = list(seed_steps())
    new = 0
    receipt: Receipt | None = None
    for done, (key, act_after) in enumerate(steps, start=1):
        receipt = record(act_after(receipt), mandate, key, now=now)
        new += not receipt.is_repeated
        if progress:
            progress(done, len(steps))
    return new


def seed_steps() -> Iterator[Step]:
    """Every act of the seed with its key, in the order in which they can be recorded."""
    sources = {row["code"]: row["text"] for row in rows("sources")}
    for row in rows("states"):
        yield _step(f"seed:party/{row['iso3']}", _state(row, sources))
    for row in rows("organisations"):
        yield _step(f"seed:party/{row['code']}", _organisation(row, sources))
    for kind, held in groupby(sorted(rows("memberships"), key=_kind_of), key=_kind_of):
        yield _step(f"seed:memberships/{kind}", _memberships(kind, held, sources))
    for row in rows("groups"):
        yield _step(f"seed:group/{row['code']}", _group(row, sources))
    for group, members in groupby(rows("group_members"), key=lambda row: row["group"]):
        yield _step(f"seed:group_members/{group}", _group_members(group, list(members), sources))
    for row in rows("bodies"):
        yield _step(f"seed:body/{row['code']}", _body(row, sources))
    for row in rows("chairs"):
        yield from _chair_steps(row, sources)
    for row in rows("principles"):
        yield _step(f"seed:principle/{row['number']}", _principle(row, sources))


def _step(key: str, act: Act) -> Step:
    return key, lambda before: act


def _names(row: Row) -> Names:
    return Names(**{language: row[f"name_{language}"] for language in LANGUAGES})


def _texts(row: Row, stem: str) -> Texts:
    return Texts(**{language: row[f"{stem}_{language}"] for language in LANGUAGES})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _state(row: Row, sources: Row) -> RegisterParty:
    menus = {f"menu_{language}": row[f"menu_{language}"] for language in LANGUAGES}
    return RegisterParty.model_validate(
        menus
        | {
            "code": row["iso3"],
            "kind": "state",
            "names": _names(row),
            "iso2": row["iso2"],
            "m49": row["m49"],
            "source": sources[row["source"]],
        }
    )


def _organisation(row: Row, sources: Row) -> RegisterParty:
    return RegisterParty(
        code=row["code"],
        kind="organisation",
        names=_names(row),
        note=row["note"],
        source=sources[row["source"]],
    )


def _kind_of(row: Row) -> str:
    """Kind, with former members apart: they may be observers today."""
    return row["kind"] + ("/former" if row["until"] else "")


def _memberships(kind: str, held: Iterable[Row], sources: Row) -> RecordMemberships:
    return RecordMemberships.model_validate(
        {
            "kind": kind.removesuffix("/former"),
            "memberships": tuple(_membership(row, sources) for row in held),
        }
    )


def _membership(row: Row, sources: Row) -> MembershipFacts:
    return MembershipFacts.model_validate(
        {
            "party": row["iso3"] or row["organisation"],
            "decided_on": _day(row["decided_on"]),
            "since": _day(row["effective_on"]),
            "until": _day(row["until"]),
            "precision": row["precision"],
            "basis": row["basis"],
            "other_year": row["other_year"],
            "source": sources[row["source"]],
        }
    )


def _group(row: Row, sources: Row) -> DefineGroup:
    return DefineGroup.model_validate(
        {
            "code": row["code"],
            "names": _names(row),
            "kind": row["kind"],
            "note": row["note"],
            "source": sources[row["source"]],
        }
    )


def _group_members(group: str, members: list[Row], sources: Row) -> AddGroupMembers:
    return AddGroupMembers(
        group=group,
        members=tuple(
            GroupDays(
                state=row["iso3"],
                since=_day(row["from"]),
                until=_day(row["until"]),
                source=sources[row["source"]],
            )
            for row in members
        ),
    )


def _body(row: Row, sources: Row) -> EstablishBody:
    return EstablishBody.model_validate(
        {
            "code": row["code"],
            "names": _names(row),
            "mandate": row["mandate"],
            "established": row["established_on"],
            "confidence": row["confidence"],
            "note": row["note"],
            "source": sources[row["source"]],
        }
    )


def _chair_steps(row: Row, sources: Row) -> Iterator[Step]:
    """A term; where it was extended, its extension and its end as acts of their own."""
    number, source, extended = int(row["number"]), sources[row["source"]], row["extended_until"]
    key, until = f"seed:chair/{number}", _day(row["until"])
    term = RecordChairTerm(
        number=number,
        state=row["iso3"],
        since=date.fromisoformat(row["from"]),
        until=None if extended else until,
        planned_until=row["planned_until"],
        note=row["note"],
        source=source,
    )
    yield _step(key, term)
    if extended:
        extension = ExtendChairTerm(number=number, extended_until=extended, source=source)
        yield key, lambda before: _after(extension, before)
    if extended and until:
        end = EndChairTerm(number=number, until=until, source=source)
        yield key, lambda before: _after(end, before)


def _after(act: Act, before: Receipt | None) -> Act:
    """The act, based on the one recorded just before it."""
    return act.model_copy(update={"based_on": before.number if before else None})


def _principle(row: Row, sources: Row) -> RecordPrinciple:
    return RecordPrinciple(
        number=int(row["number"]),
        slug=row["key"],
        titles=_texts(row, "title"),
        statements=_texts(row, "statement"),
        source=sources[row["source"]],
    )
