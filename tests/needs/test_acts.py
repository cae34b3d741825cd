"""Submitting: it works, each refusal, its entry. Emergencies: opened, due, closed."""

import json
from datetime import date, timedelta

import pytest

from bandung.catalogue.acts import WithdrawItem, WithdrawPack
from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.canonical import canonical
from bandung.ledger.door import KeyReused, Moved, record
from bandung.ledger.models import Entry
from bandung.ledger.queries import entry_view, everybody
from bandung.movement.acts import Names
from bandung.needs.acts import ChangeDueDay, CloseEmergency, OpenEmergency, SubmitNeeds
from bandung.needs.acts.emergencies import (
    EmergencyClosed,
    EmergencyExists,
    UnknownEmergency,
    WrongDays,
)
from bandung.needs.acts.lines import (
    DuplicateLine,
    EmptySector,
    LineTwice,
    OutOfScope,
    StaleItem,
    UnknownAttachment,
    UnknownChannel,
    UnknownItem,
    WrongQuantity,
    WrongUnit,
)
from bandung.needs.acts.rules import UnknownSubmission
from bandung.needs.acts.submitting import (
    AlreadyPending,
    BlockUnclear,
    NothingToCorrect,
    NotOfTheMovement,
    NotYet,
    PublicationMoved,
    ScopeUnclear,
)
from bandung.needs.models import Attachment, Emergency, Line, ScopeSector, Submission
from tests.factories import (
    AS_OF,
    BOX,
    CARE,
    CASH,
    EMERGENCY,
    GLOVES,
    MASKS,
    NOW,
    RICE,
    SOURCE,
    accept,
    define_item,
    ledger_size,
    need,
    open_emergency,
    publish,
    register,
    say,
    send_back,
    speaker,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def refused(world, why: type[Refused], said=None, **how) -> Refused:
    """Submitting is refused for this reason and leaves nothing behind."""
    before = ledger_size(), Submission.objects.count(), Line.objects.count()
    with pytest.raises(why) as caught:
        submit(world, said, NOW, **how)
    assert (ledger_size(), Submission.objects.count(), Line.objects.count()) == before
    assert str(caught.value)
    return caught.value


def test_a_statement_becomes_a_submission_with_its_lines(world):
    lines = [
        need(1, GLOVES, "3", pack=BOX, base_quantity=150, stock=20, monthly_use=10, severity=4),
        need(2, RICE, "2.5", unit="KG", base_quantity=2_500, needed_by=date(2026, 9, 1)),
        need(3, CASH, "1000.01", unit="USD", base_quantity=100_001, visibility="withheld"),
        need(
            4,
            MASKS,
            7,
            visibility="partners",
            channel="other",
            channel_reference="UN 12",
            justification="الحاجة",
            confidence="low",
            people_in_need=2**53 - 1,
        ),
    ]
    said = statement(lines, scope=("medical", "humanitarian", "social"), nil=("social",))
    number = submit(world, said, NOW)

    submission = Submission.objects.with_status().get(number=number)
    assert (submission.state_id, submission.emergency_id) == ("ZMB", EMERGENCY)
    assert (submission.as_of, submission.status) == (AS_OF, "submitted")
    assert (submission.submitted_at, submission.submitter) == (NOW, "person-ZMB")
    scope = ScopeSector.objects.filter(submission=number)
    assert dict(scope.values_list("sector", "is_nil")) == {
        "humanitarian": False,
        "medical": False,
        "social": True,
    }
    gloves, rice, cash, masks = Line.objects.filter(submission=number).order_by("key")
    assert [row.key for row in (gloves, rice, cash, masks)] == [
        number << 16 | n for n in (1, 2, 3, 4)
    ]
    assert (gloves.quantity, gloves.pack_id, gloves.unit_id, gloves.base_quantity) == (
        "3",
        BOX,
        None,
        150,
    )
    assert (gloves.stock, gloves.monthly_use, gloves.severity) == (20, 10, 4)
    assert (gloves.item_version_id, gloves.scope_id) == (f"{GLOVES}@1", f"{number}/medical")
    assert (rice.unit_id, rice.base_quantity, rice.needed_by) == ("KG", 2_500, date(2026, 9, 1))
    assert (cash.visibility, cash.base_quantity) == ("withheld", 100_001)
    assert (masks.visibility, masks.channel, masks.channel_reference) == (
        "partners",
        "other",
        "UN 12",
    )
    assert (masks.justification, masks.confidence) == ("الحاجة", "low")
    assert (masks.people_in_need, masks.attachments) == (2**53 - 1, [])


def test_its_entry_is_sealed_and_says_so_to_those_who_may_read_it(world):
    number = submit(
        world, statement(nil=("social",), scope=("medical", "social"), lines=[need()]), NOW
    )
    entry = Entry.objects.get(number=number)
    assert entry.is_sealed
    assert set(json.loads(bytes(entry.content))) == {"at", "blocks", "format", "number"}
    assert entry_view(number).sentence == ""
    seen = entry_view(number, everybody)
    assert seen.verb == "needs.submitted"
    assert seen.sentence.endswith(
        "ZMB submitted needs (medical) and a nil report (social) for COVID-19 as of 2026-06-01."
    )


def test_the_same_key_gives_the_same_receipt_and_other_content_is_refused(world):
    said = statement()
    act, contents = SubmitNeeds.of(said, 0), said.contents(SOURCE, b"")
    first = record(act, world.focal_point(), "key", contents, NOW)
    again = record(act, world.focal_point(), "key", contents, NOW)
    assert (again.number, again.is_repeated) == (first.number, True)
    assert Submission.objects.count() == 1
    with pytest.raises(KeyReused):
        record(act, world.focal_point(), "key", said.contents(SOURCE, b"other"), NOW)


def test_only_the_states_own_focal_point_submits_and_only_its_sectors(world):
    head = speaker("head_of_delegation", "ZMB", now=NOW)
    social = speaker("focal_point", "ZMB", ["social"], now=NOW)
    for other in (world.focal_point("KEN"), world.secretariat, world.reviewer, head, social):
        refused(world, NotAllowed, by=other)
    submit(world, statement([need(item=CARE)], scope=("social",)), NOW, by=social)


def test_observer_states_submit_and_others_do_not(world):
    register("CHN", kind="observer_state", since=None, now=NOW)
    observer = speaker("focal_point", "CHN", now=NOW)
    assert submit(world, statement(state="CHN"), NOW, by=observer)


def test_a_state_that_left_does_not_submit(world):
    from bandung.movement.acts import EndMembership
    from bandung.movement.models import Membership

    membership = Membership.objects.get(party="CUB")
    act = EndMembership(
        membership=membership.code,
        party_code="CUB",
        until=TODAY,
        source="test",
        based_on=ledger_size(),
    )
    say(act, world.secretariat, now=NOW)
    refused(world, NotOfTheMovement, statement(state="CUB"))


@pytest.mark.parametrize(
    ("scope", "nil"),
    [
        ((), ()),
        (("medical", "medical"), ()),
        (("medical",), ("social",)),
        (("social",), ("social", "social")),
    ],
)
def test_a_scope_that_contradicts_itself(world, scope, nil):
    refused(world, ScopeUnclear, statement([need()], scope=scope, nil=nil))


def test_days(world):
    refused(world, NotYet, statement(as_of=TODAY + timedelta(days=1)))
    refused(world, EmergencyClosed, statement(as_of=date(2020, 1, 29)))
    refused(world, UnknownEmergency, statement(emergency="FLOOD"))
    submit(world, statement(as_of=TODAY), NOW)


def test_a_closed_emergency_takes_statements_about_the_days_it_was_open(world):
    close = CloseEmergency(code=EMERGENCY, closed_on=AS_OF, based_on=ledger_size())
    say(close, world.secretariat, now=NOW)
    error = refused(world, EmergencyClosed, statement(as_of=AS_OF))
    assert "2026-06-01" in str(error)
    submit(world, statement(as_of=AS_OF - timedelta(days=1)), NOW)


@pytest.mark.parametrize(
    ("why", "line"),
    [
        (UnknownItem, {"item": "MED-NONE"}),
        (StaleItem, {"item_version": 2}),
        (OutOfScope, {"item": CARE}),
        (WrongUnit, {"unit": "G", "base_quantity": 100}),
        (WrongUnit, {"unit": "NONE", "base_quantity": 100}),
        (WrongUnit, {"unit": None, "base_quantity": 100}),
        (WrongUnit, {"unit": "EA", "pack": BOX, "base_quantity": 100}),
        (WrongUnit, {"item": MASKS, "pack": BOX, "base_quantity": 5_000}),
        (WrongUnit, {"base_unit": "G"}),
        (WrongQuantity, {"quantity": "2", "unit": "EA", "base_quantity": 3}),
        (WrongQuantity, {"quantity": "0.5", "unit": "EA", "base_quantity": 0}),
        (WrongQuantity, {"quantity": "0.5", "unit": "EA", "base_quantity": 1}),
        (WrongQuantity, {"quantity": "2", "pack": BOX, "base_quantity": 2}),
        (UnknownChannel, {"channel": "pigeon"}),
        (UnknownChannel, {"channel": "other"}),
        (UnknownAttachment, {"attachments": (1,)}),
    ],
)
def test_a_line_that_cannot_be_recorded_is_named(world, why, line):
    error = refused(world, why, statement([need(1), need(7, priority=1, **line)]))
    assert error.facts["line"] == 7


def test_lines_that_count_a_need_twice(world):
    refused(world, LineTwice, statement([need(1), need(1, MASKS)]))
    twice = need(2, GLOVES, 1, pack=BOX, base_quantity=50, visibility="withheld", channel="covax")
    error = refused(world, DuplicateLine, statement([need(1), twice]))
    assert (error.facts["first"], error.facts["line"]) == (1, 2)
    other_day = need(2, needed_by=TODAY)
    other_priority = need(3, priority=1)
    submit(world, statement([need(1), other_day, other_priority]), NOW)


def test_every_sector_is_spoken_of_once(world):
    refused(world, EmptySector, statement([need()], scope=("medical", "social")))
    refused(world, OutOfScope, statement([need()], scope=("medical",), nil=("medical",)))
    submit(world, statement(scope=("medical", "social"), nil=("medical", "social")), NOW)


def test_what_the_catalogue_withdrew_or_changed_is_refused(world):
    item = WithdrawItem(code=MASKS, reason="test", based_on=ledger_size())
    pack = WithdrawPack(code=BOX, reason="test", based_on=ledger_size() + 1)
    say(item, world.secretariat, now=NOW)
    say(pack, world.secretariat, now=NOW)
    refused(world, UnknownItem, statement([need(item=MASKS)]))
    refused(world, WrongUnit, statement([need(quantity=1, pack=BOX, base_quantity=50)]))
    define_item(GLOVES, NOW, label="Gloves, sterile")
    error = refused(world, StaleItem, statement([need()]))
    assert (error.facts["item"], error.facts["current"]) == (GLOVES, 2)
    number = submit(world, statement([need(item_version=2)]), NOW)
    assert Line.objects.get(submission=number).item_version_id == f"{GLOVES}@2"


def test_large_quantities_are_exact(world):
    most = 2**53 - 1
    submit(world, statement([need(quantity=most)]), NOW)
    line = need(item=RICE, quantity="9007199254740.991", unit="KG", base_quantity=most)
    submit(world, statement([line], scope=("humanitarian",)), NOW)
    off = need(item=RICE, quantity="9007199254740.990", unit="KG", base_quantity=most)
    refused(world, WrongQuantity, statement([off], scope=("humanitarian",), state="KEN"))


def test_a_publication_that_changed_since_is_named(world):
    first = submit_and_publish(world, now=NOW)
    error = refused(world, PublicationMoved, seen=0)
    assert error.facts["acts"] == str(first + 2)
    withdrawal = withdraw(world, first, ["medical"], now=NOW)
    error = refused(world, PublicationMoved, seen=first + 2)
    assert error.facts["acts"] == str(withdrawal)
    submit(world, statement([need(item=CARE)], scope=("social",)), NOW, seen=0)
    submit(world, now=NOW, seen=withdrawal)


def test_one_statement_about_a_sector_waits_at_a_time(world):
    first = submit(world, now=NOW)
    both = statement([need(), need(2, CARE)], scope=("medical", "social"))
    assert refused(world, AlreadyPending, both).facts["number"] == first
    accept(world, first, NOW)
    refused(world, AlreadyPending)
    submit(world, statement([need(item=CARE)], scope=("social",)), NOW)
    submit(world, statement(state="KEN"), NOW)
    open_emergency("FLOOD", now=NOW)
    submit(world, statement(emergency="FLOOD"), NOW)
    publish(world, first, NOW)
    submit(world, now=NOW)


def test_a_correction_answers_a_returned_submission(world):
    first = submit(world, now=NOW)
    refused(
        world, NothingToCorrect, statement([need(item=CARE)], scope=("social",)), corrects=first
    )
    send_back(world, first, now=NOW)
    refused(world, UnknownSubmission, statement(state="KEN"), corrects=first)
    refused(world, UnknownSubmission, corrects=1)
    second = submit(world, statement([need(quantity=90)]), NOW, corrects=first)
    assert Submission.objects.get(number=second).corrects_id == first
    open_emergency("FLOOD", now=NOW)
    refused(world, NothingToCorrect, statement(emergency="FLOOD"), corrects=first)


def contents_with(said, **blocks: bytes) -> dict[str, bytes]:
    return said.contents(SOURCE, b"") | blocks


def public(said, **facts) -> bytes:
    return canonical(json.loads(said.contents(SOURCE, b"")["public"]) | facts)


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("public", public(statement(), state="KEN")),
        ("public", public(statement(), as_of="2026-06-02")),
        ("public", public(statement(), scope=["medical", "social"])),
        ("public", public(statement(), more=1)),
        ("public", b"{}"),
        ("public", b"no JSON"),
        ("public", public(statement()).replace(b'"scope"', b' "scope"')),
        ("public", public(statement()).replace(b'"100"', '"١٠٠"'.encode())),
        ("public", public(statement()).replace(b'"2026-06-01"', b"1780272000")),
        ("public", public(statement()).replace(b'"quantity":"100"', b'"quantity":100')),
        ("partners", canonical({"lines": [{"n": 1}]})),
        ("withheld", canonical({})),
        ("source", canonical({"via": "form"})),
        ("source", canonical(SOURCE | {"via": "fax"})),
    ],
)
def test_blocks_say_what_the_act_says_in_one_writing(world, label, content):
    said, before = statement(), ledger_size()
    act = SubmitNeeds.of(said, 0)
    with pytest.raises(BlockUnclear) as caught:
        say(act, world.focal_point(), contents_with(said, **{label: content}), NOW)
    assert caught.value.facts["label"] == label
    assert ledger_size() == before


def test_attachments(world):
    said = statement([need(attachments=(1,))])
    source = SOURCE | {
        "attachments": [
            {"position": 1, "name": "note.pdf", "media_type": "application/pdf", "size": 3}
        ]
    }
    act, contents = SubmitNeeds.of(said, 0), said.contents(source, b"")
    for wrong in ({}, {"attachment2": b"abc"}, {"attachment1": b"abcd"}):
        with pytest.raises(BlockUnclear):
            say(act, world.focal_point(), contents | wrong, NOW)
    number = say(act, world.focal_point(), contents | {"attachment1": b"abc"}, NOW).number
    row = Attachment.objects.get(submission=number)
    assert (row.key, row.position, row.media_type, row.size) == (
        number << 16 | 1,
        1,
        "application/pdf",
        3,
    )


# Emergencies


def opening(**facts) -> OpenEmergency:
    names = Names(en="Floods", fr="Inondations")
    plain = {"code": "FLOOD", "names": names, "opened_on": TODAY, "source": "UN"}
    return OpenEmergency(**plain | facts)


def test_the_secretariat_opens_changes_and_closes_an_emergency(world):
    opened = say(opening(due_on=TODAY), world.secretariat, now=NOW).number
    row = Emergency.objects.get(code="FLOOD")
    assert (row.name_in("fr"), row.opened_on, row.due_on) == ("Inondations", TODAY, TODAY)
    later = TODAY + timedelta(days=30)
    change = ChangeDueDay(code="FLOOD", due_on=later, based_on=opened)
    changed = say(change, world.secretariat, now=NOW).number
    close = CloseEmergency(code="FLOOD", closed_on=later, based_on=changed)
    say(close, world.secretariat, now=NOW)
    row.refresh_from_db()
    assert (row.due_on, row.closed_on) == (later, later)
    assert entry_view(opened).sentence.endswith(
        "Emergency FLOOD (“Floods”) was opened from 2026-07-01; states report by 2026-07-01."
    )
    assert change.sentence() == "States report on emergency FLOOD by 2026-07-31."
    assert close.sentence() == "Emergency FLOOD was closed from 2026-07-31."
    none = change.model_copy(update={"due_on": None})
    assert none.sentence() == "Emergency FLOOD no longer has a day by which states report."


def test_emergencies_are_refused(world):
    size = ledger_size()
    for act, mandate, why in [
        (opening(), world.focal_point(), NotAllowed),
        (opening(), world.administrator, NotAllowed),
        (opening(code=EMERGENCY), world.secretariat, EmergencyExists),
        (opening(due_on=TODAY - timedelta(days=1)), world.secretariat, WrongDays),
        (ChangeDueDay(code=EMERGENCY, due_on=TODAY, based_on=1), world.secretariat, Moved),
        (
            ChangeDueDay(code="NONE", due_on=TODAY, based_on=size),
            world.secretariat,
            UnknownEmergency,
        ),
        (
            ChangeDueDay(code=EMERGENCY, due_on=date(2019, 1, 1), based_on=size),
            world.secretariat,
            WrongDays,
        ),
        (
            CloseEmergency(code=EMERGENCY, closed_on=date(2019, 1, 1), based_on=size),
            world.secretariat,
            WrongDays,
        ),
    ]:
        with pytest.raises(why):
            say(act, mandate, now=NOW)
    assert ledger_size() == size


def test_a_closed_emergency_is_only_closed_earlier(world):
    closed = say(
        CloseEmergency(code=EMERGENCY, closed_on=AS_OF, based_on=ledger_size()),
        world.secretariat,
        now=NOW,
    ).number
    with pytest.raises(EmergencyClosed):
        say(
            CloseEmergency(code=EMERGENCY, closed_on=TODAY, based_on=closed),
            world.secretariat,
            now=NOW,
        )
    earlier = AS_OF - timedelta(days=1)
    say(
        CloseEmergency(code=EMERGENCY, closed_on=earlier, based_on=closed),
        world.secretariat,
        now=NOW,
    )
    assert Emergency.objects.get(code=EMERGENCY).closed_on == earlier
