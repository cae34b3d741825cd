"""Small true acts for tests: a ledger, speakers, states, a few items, statements on their way.

Everything here goes through the door. `now` defaults to the machine's clock; a test that counts
days passes its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from bandung.catalogue.acts import (
    DefineCategory,
    DefineCode,
    DefineIndicator,
    DefineItem,
    DefinePack,
    DefineUnit,
    Labels,
    RecordFigures,
    StateFigure,
)
from bandung.ledger.act import Act, Mandate
from bandung.ledger.acts import FoundLedger
from bandung.ledger.door import Receipt, record
from bandung.ledger.models import Head
from bandung.ledger.queries import last_touch
from bandung.movement.access import Reader, mandate, reader_of
from bandung.movement.acts import (
    AddGroupMembers,
    Appoint,
    DefineGroup,
    GroupDays,
    MembershipFacts,
    Names,
    RecordMemberships,
    RegisterParty,
)
from bandung.movement.models import Party
from bandung.needs.acts import (
    AcceptSubmission,
    DisputeLine,
    LiftDispute,
    OpenEmergency,
    PublishNeeds,
    RemarkText,
    ReturnSubmission,
    SubmitNeeds,
    WithdrawPublication,
    WithdrawSubmission,
    note_block,
)
from bandung.needs.queries import publication_number
from bandung.needs.statement import NeedLine, Statement

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)  # an instant for tests that count days
AS_OF = date(2026, 6, 1)
EMERGENCY = "COVID-19"
ADMINISTRATOR = "person-admin"
SOURCE = {"via": "form", "file_name": "", "language": "en", "attachments": []}
_numbers = count(1)


def say(
    act: Act,
    speaking: Mandate,
    contents: Mapping[str, bytes] | None = None,
    now: datetime | None = None,
    key: str = "",
) -> Receipt:
    """Records the act under a key of its own."""
    return record(act, speaking, key or f"test-{next(_numbers)}", contents, now)


# The ledger and who speaks


def found(
    exercise: bool = True, now: datetime | None = None, name: str = "bandung.test"
) -> Mandate:
    """Founds the ledger; returns the first administrator's mandate."""
    act = FoundLedger(
        name=name, term=19, chair="AZE", administrator=ADMINISTRATOR, exercise=exercise
    )
    record(act, None, "found", {}, now)
    return mandate("1.1")


def appoint(
    person: str,
    function: str,
    party: str = "",
    sectors: Sequence[str] = (),
    since: date = date(2021, 1, 1),
    until: date | None = None,
    now: datetime | None = None,
) -> Mandate:
    """Gives `person` a mandate, said by the first administrator; registers a missing state."""
    if party and not Party.objects.filter(code=party).exists():
        register(party, now=now)
    act = Appoint.model_validate(
        {
            "person": person,
            "function": function,
            "party_code": party,
            "sectors": tuple(sectors),
            "since": since,
            "until": until,
            "reference": "note verbale 1",
        }
    )
    return mandate(f"{say(act, mandate('1.1'), now=now).number}.1")


def speaker(
    function: str,
    party: str = "",
    sectors: Sequence[str] = (),
    person: str = "",
    now: datetime | None = None,
) -> Mandate:
    """A mandate in this function, of a new person unless one is named."""
    return appoint(person or f"person-{next(_numbers)}", function, party, sectors, now=now)


def reader(*mandates: Mandate) -> Reader:
    """The reader who holds these mandates, all of one person."""
    return Reader(mandates[0].person, mandates)


# The register


def register(
    code: str,
    kind: str = "member",
    since: date | None = date(1961, 9, 6),
    now: datetime | None = None,
) -> None:
    """Enters a party with its membership of that kind; `outside` for a state without one."""
    clerk = _clerk(now)
    is_state = kind != "observer_organisation"
    party = RegisterParty.model_validate(
        {
            "code": code,
            "kind": "state" if is_state else "organisation",
            "names": Names(en=f"State of {code}" if is_state else f"Organisation {code}"),
            "source": "test",
        }
    )
    say(party, clerk, now=now)
    if kind == "outside":
        return
    facts = MembershipFacts(
        party=code,
        since=since,
        precision="day" if since else "unknown",
        basis="stated",
        source="test",
    )
    act = RecordMemberships.model_validate({"kind": kind, "memberships": (facts,)})
    say(act, clerk, now=now)


def group(code: str, states: Sequence[str], now: datetime | None = None) -> None:
    """A group of states, all of them in it since 2000."""
    clerk = _clerk(now)
    define = DefineGroup(code=code, names=Names(en=code), kind="region", source="test")
    say(define, clerk, now=now)
    members = tuple(
        GroupDays(state=state, since=date(2000, 1, 1), source="test") for state in states
    )
    say(AddGroupMembers(group=code, members=members), clerk, now=now)


CLERK = "person-clerk"


def _clerk(now: datetime | None) -> Mandate:
    """A member of the secretariat who keeps the registers and nothing else."""
    known = reader_of(CLERK, now or datetime.now(UTC)).mandate_for("secretariat")
    return known or appoint(CLERK, "secretariat", now=now)


# The catalogue

GLOVES, MASKS, CARE, RICE, CASH = "MED-GLOVES", "MED-MASKS", "SOC-CARE", "HUM-RICE", "HUM-CASH"
BOX = "MED-GLOVES/box-50"
UNITS = (
    ("EA", "EA", 1),
    ("G", "G", 1),
    ("KG", "G", 1000),
    ("PD", "PD", 1),
    ("PM", "PD", 30),
    ("CENT", "CENT", 1),
    ("USD", "CENT", 100),
)
ITEMS = {  # code: sector, category, kind, unit, base unit
    GLOVES: ("medical", "ppe", "goods", "EA", "EA"),
    MASKS: ("medical", "ppe", "goods", "EA", "EA"),
    CARE: ("social", "care", "people", "PM", "PD"),
    RICE: ("humanitarian", "food", "goods", "KG", "G"),
    CASH: ("humanitarian", "cash", "money", "USD", "CENT"),
}
CODES = {
    "channel": ("who-supply-portal", "covax", "other"),
    "return_reason": ("unit", "magnitude", "other"),
    "priority": ("1", "2", "3"),
    "severity": ("1", "2", "3", "4", "5"),
    "basis": ("measured", "estimated", "modelled"),
    "confidence": ("high", "medium", "low"),
    "visibility": ("public", "partners", "withheld"),
    "sector": ("medical", "social", "humanitarian"),
}


def define_item(code: str, now: datetime | None = None, label: str = "") -> Receipt:
    """Defines one of ITEMS, or gives it a new version."""
    sector, category, kind, unit, base_unit = ITEMS[code]
    act = DefineItem.model_validate(
        {
            "code": code,
            "sector": sector,
            "category": category,
            "kind": kind,
            "unit": unit,
            "base_unit": base_unit,
            "label": Labels(en=label or f"Item {code}", fr=f"Article {code}"),
            "source": "test",
            "based_on": last_touch(f"catalogue.item/{code}"),
        }
    )
    return say(act, _clerk(now), now=now)


def define_catalogue(now: datetime | None = None) -> None:
    """A few units, items of all four sectors and kinds, a pack, the code lists of the forms."""
    clerk = _clerk(now)
    for code, base, factor in UNITS:
        unit = DefineUnit(code=code, base=base, base_per_unit=factor, label=Labels(en=code))
        say(unit, clerk, now=now)
    for sector, slug in sorted({(each[0], each[1]) for each in ITEMS.values()}):
        category = {"sector": sector, "slug": slug, "label": Labels(en=slug)}
        say(DefineCategory.model_validate(category), clerk, now=now)
    for item in ITEMS:
        define_item(item, now)
    pack = DefinePack(code=BOX, base_per_pack=50, label=Labels(en="box of 50"), basis="test")
    say(pack, clerk, now=now)
    for name, codes in CODES.items():
        for position, code in enumerate(codes, start=1):
            entry = DefineCode(list=name, code=code, position=position, label=Labels(en=code))
            say(entry, clerk, now=now)


def define_indicator(
    code: str = "D-GLOVES", item: str = GLOVES, now: datetime | None = None, **figures: int
) -> None:
    """An indicator linked to an item, with derived figures by state, in base units."""
    clerk = _clerk(now)
    sector, _category, _kind, unit, _base_unit = ITEMS[item]
    act = DefineIndicator.model_validate(
        {
            "code": code,
            "sector": sector,
            "unit": unit,
            "label": Labels(en=f"Indicator {code}"),
            "formula": "beds times days",
            "linked_item": item,
            "source": "test",
        }
    )
    say(act, clerk, now=now)
    said = tuple(StateFigure(state=each, base_quantity=n) for each, n in figures.items())
    say(RecordFigures(indicator=code, figures=said), clerk, now=now)


def open_emergency(
    code: str = EMERGENCY,
    opened_on: date = date(2020, 1, 30),
    due_on: date | None = None,
    now: datetime | None = None,
) -> Receipt:
    """Opens an emergency."""
    names = Names(en=f"Emergency {code}")
    act = OpenEmergency(code=code, names=names, opened_on=opened_on, due_on=due_on, source="test")
    return say(act, _clerk(now), now=now)


# A world, and statements on their way through it


@dataclass(frozen=True)
class World:
    """A founded ledger with a catalogue, an emergency, states and those who speak."""

    administrator: Mandate
    reviewer: Mandate
    secretariat: Mandate
    partner: Mandate
    focal_points: Mapping[str, Mandate]

    def focal_point(self, state: str = "ZMB") -> Mandate:
        return self.focal_points[state]


def found_world(
    states: Sequence[str] = ("ZMB", "KEN"),
    now: datetime | None = None,
    due_on: date | None = None,
    exercise: bool = True,
) -> World:
    """Founds all of it: `states` are members with a focal point each."""
    administrator = found(exercise, now)
    for state in states:
        register(state, now=now)
    register("WHO", kind="observer_organisation", since=None, now=now)
    define_catalogue(now)
    open_emergency(due_on=due_on, now=now)
    return World(
        administrator=administrator,
        reviewer=speaker("reviewer", person="person-reviewer", now=now),
        secretariat=speaker("secretariat", person="person-secretary", now=now),
        partner=speaker("partner_reader", "WHO", person="person-partner", now=now),
        focal_points={
            state: speaker("focal_point", state, person=f"person-{state}", now=now)
            for state in states
        },
    )


def need(n: int = 1, item: str = GLOVES, quantity: int | str = 100, **facts: Any) -> NeedLine:
    """A line of one of ITEMS, in its base unit unless `unit` or `pack` and `base_quantity` say
    otherwise."""
    base_unit = ITEMS[item][4] if item in ITEMS else "EA"
    if "unit" not in facts and "pack" not in facts:
        facts = {"unit": base_unit, "base_quantity": int(quantity), **facts}
    return NeedLine.model_validate(
        {
            "n": n,
            "item": item,
            "item_version": 1,
            "quantity": str(quantity),
            "base_unit": base_unit,
            "priority": 2,
            "basis": "estimated",
            **facts,
        }
    )


def statement(
    lines: Sequence[NeedLine] = (),
    state: str = "ZMB",
    scope: Sequence[str] = ("medical",),
    nil: Sequence[str] = (),
    emergency: str = EMERGENCY,
    as_of: date = AS_OF,
) -> Statement:
    """A statement; one line of gloves where neither lines nor nil sectors are given."""
    return Statement.model_validate(
        {
            "state": state,
            "emergency": emergency,
            "scope": tuple(scope),
            "nil": tuple(nil),
            "as_of": as_of,
            "lines": tuple(lines) or (() if nil else (need(),)),
        }
    )


def submit(
    world: World,
    said: Statement | None = None,
    now: datetime | None = None,
    corrects: int | None = None,
    seen: int | None = None,
    by: Mandate | None = None,
) -> int:
    """Submits the statement under its state's focal point; returns the submission's number."""
    said = said or statement()
    if seen is None:
        seen = publication_number(said.state, said.emergency, said.scope)
    act = SubmitNeeds.of(said, seen, corrects)
    contents = said.contents(SOURCE, b"the file as it came")
    return say(act, by or world.focal_point(said.state), contents, now).number


def seen(submission: int) -> int:
    """The last act that touched the submission."""
    return last_touch(f"needs.submission/{submission}") or submission


def accept(
    world: World, submission: int, now: datetime | None = None, by: Mandate | None = None
) -> int:
    """The reviewer accepts."""
    act = AcceptSubmission.of(submission, seen(submission))
    return say(act, by or world.reviewer, now=now).number


def send_back(
    world: World,
    submission: int,
    remarks: Sequence[RemarkText] = (RemarkText(reason="magnitude"),),
    now: datetime | None = None,
    by: Mandate | None = None,
) -> int:
    """The reviewer returns it with remarks."""
    act = ReturnSubmission.of(submission, seen(submission))
    contents = ReturnSubmission.contents(remarks)
    return say(act, by or world.reviewer, contents, now).number


def publish(
    world: World, submission: int, now: datetime | None = None, by: Mandate | None = None
) -> int:
    """The secretariat publishes."""
    act = PublishNeeds.of(submission, seen(submission))
    return say(act, by or world.secretariat, now=now).number


def submit_and_publish(
    world: World, said: Statement | None = None, now: datetime | None = None
) -> int:
    """The whole way; returns the submission's number."""
    submission = submit(world, said, now)
    accept(world, submission, now)
    publish(world, submission, now)
    return submission


def withdraw(
    world: World,
    submission: int,
    sectors: Sequence[str] = (),
    state: str = "ZMB",
    now: datetime | None = None,
) -> int:
    """Its state withdraws the submission, or its publication in `sectors` where named."""
    based_on = seen(submission)
    act: Act = (
        WithdrawPublication.of(submission, tuple(sectors), based_on)
        if sectors
        else WithdrawSubmission.of(submission, based_on)
    )
    return say(act, world.focal_point(state), now=now).number


def dispute(
    world: World,
    line: int,
    note: str = "counted twice",
    by: Mandate | None = None,
    now: datetime | None = None,
) -> int:
    """The secretariat, or `by`, marks the line with this key disputed."""
    act = DisputeLine.of(line, seen(line >> 16))
    return say(act, by or world.secretariat, note_block(note), now).number


def lift(world: World, line: int, note: str = "settled", now: datetime | None = None) -> int:
    """The secretariat lifts the mark."""
    act = LiftDispute.of(line, seen(line >> 16))
    return say(act, world.secretariat, note_block(note), now).number


def ledger_size() -> int:
    """How many acts there are: a refusal leaves it as it was."""
    return int(Head.objects.get(id=1).size)
