"""Canaries: a confidential word never reaches a reader who may not see it, in any query."""

from datetime import timedelta

import pytest

from bandung.ledger.queries import acts_touching, entries_of, latest
from bandung.movement.access import PUBLIC, Reader
from bandung.needs.acts import RemarkText, SubmitNeeds
from bandung.needs.queries import (
    LineFilter,
    changes_since,
    item_page,
    line_view,
    overview,
    publication_number,
    published_lines,
    queue,
    reporting,
    state_page,
    submission_view,
    totals,
)
from bandung.needs.queries.filters import LINE_STATUSES
from tests.factories import (
    EMERGENCY,
    GLOVES,
    MASKS,
    NOW,
    SOURCE,
    World,
    accept,
    dispute,
    need,
    publish,
    reader,
    say,
    send_back,
    speaker,
    statement,
    submit,
    withdraw,
)

pytestmark = pytest.mark.django_db
SHOWN, SHARED, KEPT = "canary-public", "canary-partners", "canary-withheld"
FILE, NOTE, MARK, WAITING = "canary-file", "canary-remark", "canary-dispute", "canary-waiting"
SHARED_QUANTITY, KEPT_QUANTITY = 710_000_001, 720_000_001


def all_words(who: Reader, numbers: list[int]) -> str:
    """Everything that any query tells this reader."""
    chosen = LineFilter(status=LINE_STATUSES)
    told = [
        published_lines(who, chosen, limit=None),
        published_lines(who, LineFilter(since=0), limit=None),
        changes_since(who, 0, limit=None),
        totals(who, chosen),
        totals(who),
        overview(who, EMERGENCY, NOW),
        reporting(who, NOW),
        state_page(who, "ZMB", NOW),
        item_page(who, GLOVES, chosen),
        item_page(who, MASKS, chosen),
        queue(who, NOW),
        [submission_view(who, number, NOW) for number in numbers],
        [line_view(who, number << 16 | n) for number in numbers for n in (1, 2, 3)],
        latest(),
        entries_of("ZMB"),
        [acts_touching(f"needs.submission/{number}") for number in numbers],
    ]
    return repr(told)


def story(world: World) -> list[int]:
    """A published submission of three visibilities, a returned one and one that waits."""
    lines = [
        need(1, justification=SHOWN),
        need(2, MASKS, SHARED_QUANTITY, visibility="partners", justification=SHARED),
        need(3, GLOVES, KEPT_QUANTITY, priority=1, visibility="withheld", justification=KEPT),
    ]
    said = statement(lines)
    act = SubmitNeeds.of(said, publication_number("ZMB", EMERGENCY, said.scope))
    contents = said.contents(SOURCE | {"file_name": FILE}, b"")
    published = say(act, world.focal_point(), contents, NOW).number
    accept(world, published, NOW)
    publish(world, published, NOW)
    dispute(world, published << 16 | 1, MARK, now=NOW)
    returned = submit(world, statement([need(1, justification=WAITING)]), NOW)
    send_back(world, returned, [RemarkText(line=1, reason="unit", note=NOTE)], NOW)
    waiting = submit(world, statement([need(1, justification=WAITING)]), NOW, corrects=returned)
    return [published, returned, waiting]


SEALED = {FILE, NOTE, MARK, WAITING}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("public", {SHOWN}),
        ("signed in", {SHOWN}),
        ("administrator", {SHOWN}),
        ("partner", {SHOWN, SHARED}),
        ("other state", {SHOWN}),
        ("other head of delegation", {SHOWN}),
        ("own state", {SHOWN, SHARED, KEPT} | SEALED),
        ("own head of delegation", {SHOWN, SHARED, KEPT} | SEALED),
        ("reviewer", {SHOWN, SHARED, KEPT} | SEALED),
        ("secretariat", {SHOWN, SHARED, KEPT} | SEALED),
    ],
)
def test_each_reader_sees_exactly_this(world, who, seen):
    readers = {
        "public": PUBLIC,
        "signed in": Reader("person-nobody", ()),
        "administrator": reader(world.administrator),
        "partner": reader(world.partner),
        "other state": reader(world.focal_point("KEN")),
        "other head of delegation": reader(speaker("head_of_delegation", "KEN", now=NOW)),
        "own state": reader(world.focal_point()),
        "own head of delegation": reader(speaker("head_of_delegation", "ZMB", now=NOW)),
        "reviewer": reader(world.reviewer),
        "secretariat": reader(world.secretariat),
    }
    words = all_words(readers[who], story(world))
    canaries = {SHOWN, SHARED, KEPT} | SEALED
    assert {canary for canary in canaries if canary in words} == seen
    assert (str(SHARED_QUANTITY) in words) == (SHARED in seen)
    assert (str(KEPT_QUANTITY) in words) == (KEPT in seen)


def test_totals_hold_only_what_the_reader_may_see(world):
    story(world)
    masks = LineFilter(item=MASKS)
    assert totals(PUBLIC, masks) == []
    assert [each.base_quantity for each in totals(reader(world.partner), masks)] == [
        SHARED_QUANTITY
    ]
    [own] = totals(reader(world.focal_point()), LineFilter(item=GLOVES))
    assert (own.base_quantity, own.disputed_quantity) == (KEPT_QUANTITY, 100)


def test_the_public_sees_how_many_lines_it_does_not_see_and_nothing_else(world):
    published, returned, waiting = story(world)
    view = submission_view(PUBLIC, published, NOW)
    assert view.hidden_lines == {"medical": 2}
    assert submission_view(reader(world.partner), published, NOW).hidden_lines == {"medical": 1}
    assert submission_view(reader(world.reviewer), published, NOW).hidden_lines == {}
    assert (view.heading.lines, len(view.lines)) == (1, 1)
    for number in (returned, waiting):
        assert submission_view(PUBLIC, number, NOW) is None
        assert submission_view(reader(world.focal_point("KEN")), number, NOW) is None


def test_what_was_withdrawn_before_publication_stays_unknown(world):
    number = submit(world, statement([need(justification=WAITING)]), NOW)
    withdraw(world, number, now=NOW)
    assert WAITING not in all_words(PUBLIC, [number])
    assert WAITING not in all_words(reader(world.focal_point("KEN")), [number])
    [row] = [row for row in reporting(PUBLIC, NOW, state="ZMB") if row.sector == "medical"]
    assert row.status == "awaited"


def test_a_mandate_that_ended_opens_nothing(world):
    from bandung.movement.access import reader_of

    number = submit(world, statement([need(justification=WAITING)]), NOW)
    brief = speaker("focal_point", "ZMB", person="person-brief", now=NOW)
    now_in_force = reader_of(brief.person, NOW)
    assert WAITING in all_words(now_in_force, [number])
    before_it = reader_of(brief.person, NOW - timedelta(days=10_000))
    assert WAITING not in all_words(before_it, [number])
