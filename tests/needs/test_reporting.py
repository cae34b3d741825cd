"""Who spoke and who did not; the overview, a state's page, an item's page."""

from datetime import date, timedelta

import pytest

from bandung.movement.access import PUBLIC
from bandung.needs.queries import (
    ReportingStatus,
    item_page,
    overview,
    reporting,
    state_page,
)
from tests.factories import (
    AS_OF,
    CARE,
    EMERGENCY,
    GLOVES,
    MASKS,
    NOW,
    accept,
    dispute,
    need,
    open_emergency,
    publish,
    reader,
    register,
    speaker,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = pytest.mark.django_db
WEEKS = timedelta(days=7)


# Absences


def where(world, who=PUBLIC, now=NOW, state="ZMB", sector="medical"):
    [row] = [
        row for row in reporting(who, now, emergency=EMERGENCY, state=state) if row.sector == sector
    ]
    return row


def test_absences_are_told_apart(world):
    inside = reader(world.focal_point())
    assert where(world).status == ReportingStatus.AWAITED
    number = submit(world, now=NOW)
    assert (where(world).status, where(world).pending) == (ReportingStatus.AWAITED, None)
    assert where(world, reader(world.focal_point("KEN"))).pending is None
    for who in (inside, reader(world.reviewer), reader(world.secretariat)):
        assert (where(world, who).status, where(world, who).pending) == (
            ReportingStatus.SUBMITTED,
            number,
        )
    accept(world, number, NOW)
    publish(world, number, NOW)
    row = where(world)
    assert (row.status, row.lines, row.act, row.as_of) == (
        ReportingStatus.REPORTED,
        1,
        number + 2,
        AS_OF,
    )
    assert where(world, sector="social").status == ReportingStatus.AWAITED
    submit_and_publish(world, statement(nil=("medical",)), NOW)
    assert where(world).status == ReportingStatus.SAID_ZERO
    hidden = submit_and_publish(
        world,
        statement([need(1, visibility="withheld"), need(2, MASKS, visibility="partners")]),
        NOW,
    )
    row = where(world)
    assert (row.status, row.lines, row.hidden_lines) == (ReportingStatus.WITHHELD, 0, 2)
    row = where(world, reader(world.partner))
    assert (row.status, row.lines, row.hidden_lines) == (ReportingStatus.REPORTED, 1, 1)
    row = where(world, inside)
    assert (row.status, row.lines, row.hidden_lines) == (ReportingStatus.REPORTED, 2, 0)
    gone = withdraw(world, hidden, ["medical"], now=NOW)
    row = where(world)
    assert (row.status, row.act, row.lines) == (ReportingStatus.WITHDRAWN, gone, 0)
    again = submit(world, now=NOW)
    assert (where(world, inside).status, where(world, inside).pending) == (
        ReportingStatus.WITHDRAWN,
        again,
    )


def test_silent_after_the_due_day_awaited_before(world):
    open_emergency("FLOOD", due_on=NOW.date(), now=NOW)
    later = NOW + timedelta(days=1)

    def statuses(now):
        return {row.status for row in reporting(PUBLIC, now, emergency="FLOOD")}

    assert statuses(NOW) == {ReportingStatus.AWAITED}
    assert statuses(later) == {ReportingStatus.SILENT}
    submit(world, statement(emergency="FLOOD", state="ZMB"), NOW)
    assert statuses(later) == {ReportingStatus.SILENT}


def test_members_are_listed_and_others_once_they_spoke(world):
    register("CHN", kind="observer_state", since=None, now=NOW)
    register("NOR", kind="outside", now=NOW)
    assert {row.state for row in reporting(PUBLIC, NOW)} == {"CUB", "KEN", "ZMB"}
    observer = speaker("focal_point", "CHN", now=NOW)
    number = submit(world, statement(state="CHN"), NOW, by=observer)
    assert "CHN" not in {row.state for row in reporting(PUBLIC, NOW)}
    accept(world, number, NOW)
    publish(world, number, NOW)
    [row] = [row for row in reporting(PUBLIC, NOW) if row.state == "CHN"]
    assert (row.is_member, row.status) == (False, ReportingStatus.REPORTED)


# Pages


def test_overview(world):
    assert overview(PUBLIC, "NONE", NOW) is None
    both = statement(
        [need(1), need(2, MASKS, visibility="withheld"), need(3, CARE)],
        scope=("medical", "social", "humanitarian"),
        nil=("humanitarian",),
    )
    old = submit_and_publish(world, statement(state="KEN"), NOW)
    later = NOW + 2 * WEEKS
    number = submit_and_publish(world, both, later)
    mark = dispute(world, number << 16 | 1, now=later)
    gone = withdraw(world, old, ["medical"], state="KEN", now=later)
    page = overview(PUBLIC, EMERGENCY, later + WEEKS / 2)
    assert (page.members, page.spoken, page.lines) == (3, 1, 2)
    medical, social, humanitarian = page.sectors
    assert (medical.sector, medical.lines, medical.hidden_lines, medical.spoken) == (
        "medical",
        1,
        1,
        1,
    )
    assert medical.statuses[ReportingStatus.REPORTED] == 1
    assert medical.statuses[ReportingStatus.WITHDRAWN] == 1
    assert medical.statuses[ReportingStatus.AWAITED] == 1
    assert sum(medical.statuses.values()) == page.members
    assert (social.spoken, social.lines) == (1, 1)
    assert humanitarian.statuses[ReportingStatus.SAID_ZERO] == 1
    week = page.week
    assert (week.publications, week.withdrawals, week.disputes) == (1, 1, 1)
    assert week.changed_lines == 3
    assert [(each.number, each.verb, each.state) for each in week.latest] == [
        (gone, "needs.publication_withdrawn", "KEN"),
        (mark, "needs.line_disputed", "ZMB"),
        (number + 2, "needs.published", "ZMB"),
    ]
    assert week.latest[2].sectors == ("humanitarian", "medical", "social")
    quiet = overview(PUBLIC, EMERGENCY, later + 3 * WEEKS).week
    assert (quiet.publications, quiet.changed_lines, quiet.latest) == (0, 0, ())


def test_state_page(world):
    assert state_page(PUBLIC, "NOR", NOW) is None
    assert state_page(PUBLIC, "WHO", NOW) is None
    first = submit_and_publish(world, now=NOW)
    waiting = submit(world, statement([need(item=CARE)], scope=("social",)), NOW)
    page = state_page(PUBLIC, "ZMB", NOW)
    assert (page.name, [row.number for row in page.submissions]) == ("State of ZMB", [first])
    assert [row.item for row in page.totals] == [GLOVES]
    assert {row.state for row in page.reporting} == {"ZMB"}
    inside = state_page(reader(world.focal_point()), "ZMB", NOW)
    assert [row.number for row in inside.submissions] == [waiting, first]


def test_item_page(world):
    assert item_page(PUBLIC, "NONE") is None
    empty = item_page(PUBLIC, GLOVES)
    assert (empty.total, empty.states, len(empty.versions)) == (None, (), 1)
    day = date(2026, 9, 1)
    number = submit_and_publish(
        world, statement([need(1, needed_by=day), need(2, quantity=5, priority=1)]), NOW
    )
    submit_and_publish(world, statement([need(quantity=3)], state="KEN"), NOW)
    dispute(world, number << 16 | 2, now=NOW)
    page = item_page(PUBLIC, GLOVES)
    kenya, zambia = page.states
    assert (kenya.state, kenya.base_quantity, kenya.needed_by) == ("KEN", 3, None)
    assert (zambia.base_quantity, zambia.disputed_quantity, zambia.lines) == (100, 5, 2)
    assert (zambia.priority, zambia.needed_by) == (1, day)
    assert page.total.base_quantity == sum(each.base_quantity for each in page.states)
