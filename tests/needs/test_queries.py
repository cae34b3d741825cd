"""What is in force, when, known when; totals; submissions; the desk. Constant queries."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from bandung.ledger.act import print_key
from bandung.movement.access import PUBLIC
from bandung.needs.acts import RemarkText
from bandung.needs.drafts import new_draft
from bandung.needs.queries import (
    LINE_COLUMNS,
    LineFilter,
    LineRow,
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
    accept,
    define_item,
    dispute,
    group,
    ledger_size,
    lift,
    need,
    open_emergency,
    publish,
    reader,
    send_back,
    speaker,
    statement,
    submit,
    submit_and_publish,
    withdraw,
)

pytestmark = pytest.mark.django_db


def ids(rows) -> list[str]:
    return [row.line_id for row in rows]


def chosen(**facts) -> list[str]:
    return ids(published_lines(PUBLIC, LineFilter(**facts)))


# Lines


def test_a_line_row_has_the_columns_of_the_dictionary_in_their_order(world):
    line = need(
        5,
        GLOVES,
        "2.0",
        pack=BOX,
        base_quantity=100,
        stock=1,
        monthly_use=2,
        needed_by=date(2026, 8, 1),
        priority=1,
        severity=5,
        people_in_need=30,
        people_targeted=20,
        confidence="high",
        channel="covax",
        channel_reference="C 1",
        justification="for hospitals",
    )
    number = submit_and_publish(world, statement([line]), NOW)
    assert tuple(LINE_COLUMNS) == LineRow._fields
    with translation.override("fr"):
        [row] = published_lines(PUBLIC)
    assert row == LineRow(
        line_id=f"{number}.5",
        submission=number,
        act=number + 2,
        state="ZMB",
        emergency=EMERGENCY,
        sector="medical",
        item=GLOVES,
        item_version=1,
        item_label=f"Article {GLOVES}",
        kind="goods",
        quantity="2.0",
        unit=None,
        pack=BOX,
        base_quantity=100,
        base_unit="EA",
        stock=1,
        monthly_use=2,
        needed_by=date(2026, 8, 1),
        priority=1,
        severity=5,
        people_in_need=30,
        people_targeted=20,
        basis="estimated",
        confidence="high",
        channel="covax",
        channel_reference="C 1",
        justification="for hospitals",
        as_of=AS_OF,
        status="published",
        visibility="public",
    )
    assert print_key(row.key) == row.line_id
    with translation.override("ar"):
        assert published_lines(PUBLIC)[0].item_label == f"Item {GLOVES}"


def test_filters(world):
    both = statement([need(1), need(2, RICE, 5, priority=1)], scope=("medical", "humanitarian"))
    zambia = submit_and_publish(world, both, NOW)
    kenya = submit_and_publish(world, statement([need(1, MASKS)], state="KEN"), NOW)
    open_emergency("FLOOD", now=NOW)
    flood = submit_and_publish(world, statement([need(1, MASKS)], emergency="FLOOD"), NOW)
    group("sids", ["KEN"], NOW)
    z1, z2, k1, f1 = f"{zambia}.1", f"{zambia}.2", f"{kenya}.1", f"{flood}.1"
    assert chosen() == [z1, z2, k1, f1]
    assert chosen(state="ZMB") == [z1, z2, f1]
    assert chosen(group="sids") == [k1]
    assert chosen(group="sids", as_of=date(1999, 1, 1)) == []
    assert chosen(group="none") == []
    assert chosen(sector="humanitarian") == [z2]
    assert chosen(category="medical/ppe") == [z1, k1, f1]
    assert chosen(item=MASKS) == [k1, f1]
    assert chosen(emergency="FLOOD") == [f1]
    assert chosen(priority=1) == [z2]
    assert chosen(state="ZMB", item=MASKS, emergency=EMERGENCY) == []


def test_pages_follow_each_other_by_key(world):
    lines = [need(n, GLOVES, n, needed_by=AS_OF + timedelta(days=n)) for n in range(1, 8)]
    number = submit_and_publish(world, statement(lines), NOW)
    found, after = [], 0
    while page := published_lines(PUBLIC, after_key=after, limit=3):
        assert len(page) <= 3
        found += ids(page)
        after = page[-1].key
    assert found == [f"{number}.{n}" for n in range(1, 8)]
    assert ids(published_lines(PUBLIC, limit=None)) == found


def test_two_times(world):
    """as_of: the day a statement holds; known_at: what the ledger said after an act."""
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    first = submit_and_publish(world, statement([need(quantity=1)], as_of=may), NOW)
    second = submit_and_publish(world, statement([need(quantity=2)], as_of=june), NOW)
    a, b = f"{first}.1", f"{second}.1"
    assert chosen() == [b]
    assert chosen(known_at=first + 1) == []
    assert chosen(known_at=first + 2) == chosen(known_at=second + 1) == [a]
    assert chosen(known_at=second + 2) == [b]
    assert chosen(as_of=may - timedelta(days=1)) == []
    assert chosen(as_of=may) == chosen(as_of=june - timedelta(days=1)) == [a]
    assert chosen(as_of=june) == [b]
    # A later correction about an earlier day holds on that day, and is in force now.
    third = submit_and_publish(
        world, statement([need(quantity=3)], as_of=may + timedelta(days=1)), NOW
    )
    c = f"{third}.1"
    assert chosen() == [c]
    assert chosen(as_of=may) == [a]
    assert chosen(as_of=may + timedelta(days=1)) == chosen(as_of=june) == [c]
    assert chosen(as_of=june, known_at=second + 2) == [b]
    # Withdrawn is withdrawn on every day it held; the ledger still knows what it said before.
    withdrawal = withdraw(world, third, ["medical"], now=NOW)
    assert chosen() == chosen(as_of=june) == []
    assert chosen(as_of=may) == [a]
    assert chosen(as_of=june, known_at=withdrawal - 1) == [c]


def test_status_and_since(world):
    first = submit_and_publish(world, statement([need(1), need(2, MASKS)]), NOW)
    marked = dispute(world, first << 16 | 1, now=NOW)
    a, b = f"{first}.1", f"{first}.2"

    def statuses(**facts):
        return {row.line_id: row.status for row in published_lines(PUBLIC, LineFilter(**facts))}

    assert statuses() == {a: "disputed", b: "published"}
    assert statuses(status=frozenset({"disputed"})) == {a: "disputed"}
    assert statuses(since=marked - 1) == {a: "disputed"}
    assert statuses(since=marked) == {}
    assert statuses(known_at=marked - 1) == {a: "published", b: "published"}
    cleared = lift(world, first << 16 | 1, now=NOW)
    assert statuses(since=marked) == {a: "published"}
    assert statuses(known_at=cleared - 1) == {a: "disputed", b: "published"}
    second = submit_and_publish(world, statement([need(1)]), NOW)
    c = f"{second}.1"
    assert statuses() == {c: "published"}
    assert statuses(since=cleared) == {a: "superseded", b: "superseded", c: "published"}
    assert statuses(status=frozenset({"superseded"})) == {a: "superseded", b: "superseded"}
    gone = withdraw(world, second, ["medical"], now=NOW)
    assert statuses() == {}
    assert statuses(since=gone - 1) == {c: "withdrawn"}
    assert {row.line_id: row.status for row in changes_since(PUBLIC, gone - 1)} == {c: "withdrawn"}
    assert statuses(since=cleared, known_at=gone - 1)[c] == "published"
    assert statuses(status=frozenset({"withdrawn", "superseded"})) == {
        a: "superseded",
        b: "superseded",
        c: "withdrawn",
    }


def test_a_line_view_carries_the_acts_on_it(world):
    number = submit_and_publish(world, now=NOW)
    mark = dispute(world, number << 16 | 1, now=NOW)
    seen = line_view(PUBLIC, number << 16 | 1)
    assert seen.line.status == "disputed"
    assert [act.number for act in seen.acts] == [number + 2, mark]
    inside = line_view(reader(world.focal_point()), number << 16 | 1)
    assert [act.number for act in inside.acts] == [number + 1, number + 2, mark]
    assert line_view(PUBLIC, number << 16 | 2) is None
    withdraw(world, number, ["medical"], now=NOW)
    assert line_view(PUBLIC, number << 16 | 1).line.status == "withdrawn"


# Totals


def test_totals_add_within_an_item_and_leave_disputed_lines_apart(world):
    most = 2**53 - 1
    zambia = statement(
        [
            need(1, GLOVES, "1", pack=BOX, base_quantity=50),
            need(2, GLOVES, most, priority=1),
            need(3, CASH, "0.01", unit="USD", base_quantity=1),
            need(4, GLOVES, 7, priority=3),
        ],
        scope=("medical", "humanitarian"),
    )
    number = submit_and_publish(world, zambia, NOW)
    for state in ("KEN", "CUB"):
        submit_and_publish(world, statement([need(1, GLOVES, most)], state=state), NOW)
    dispute(world, number << 16 | 4, now=NOW)
    cash, gloves = totals(PUBLIC)
    assert (cash.item, cash.kind, cash.base_unit, cash.base_quantity) == (CASH, "money", "CENT", 1)
    assert (gloves.base_quantity, gloves.disputed_quantity) == (3 * most + 50, 7)
    assert (gloves.states, gloves.lines, gloves.disputed_lines) == (3, 5, 1)
    assert (gloves.sector, gloves.category, gloves.kind) == ("medical", "medical/ppe", "goods")
    [own] = totals(PUBLIC, LineFilter(state="KEN"))
    assert own.base_quantity == most
    assert totals(PUBLIC, LineFilter(known_at=1)) == []


def test_totals_span_the_versions_of_an_item(world):
    submit_and_publish(world, statement([need(quantity=5)]), NOW)
    define_item(GLOVES, NOW, label="Gloves, examination")
    submit_and_publish(world, statement([need(quantity=6, item_version=2)], state="KEN"), NOW)
    [total] = totals(PUBLIC)
    assert (total.base_quantity, total.item_label) == (11, "Gloves, examination")
    assert {row.item_label for row in published_lines(PUBLIC)} == {
        f"Item {GLOVES}",
        "Gloves, examination",
    }


def test_the_sums_of_a_page_are_those_of_its_lines(world):
    said = statement(
        [need(n, item, 10**n, needed_by=AS_OF) for n, item in enumerate((GLOVES, MASKS), 1)]
    )
    submit_and_publish(world, said, NOW)
    submit_and_publish(world, statement(state="KEN"), NOW)
    for filtered in (LineFilter(), LineFilter(state="KEN"), LineFilter(item=MASKS)):
        rows = published_lines(PUBLIC, filtered)
        by_item = {row.item: 0 for row in rows}
        for row in rows:
            by_item[row.item] += row.base_quantity
        assert {each.item: each.base_quantity for each in totals(PUBLIC, filtered)} == by_item


# Submissions and the desk


def test_submission_view(world):
    inside = reader(world.focal_point())
    number = submit(world, statement([need(1), need(2, MASKS, visibility="withheld")]), NOW)
    assert submission_view(PUBLIC, number, NOW) is None
    assert submission_view(inside, 1, NOW) is None
    view = submission_view(inside, number, NOW)
    assert (view.heading.status, view.heading.lines, view.heading.based_on) == (
        "submitted",
        2,
        number,
    )
    assert view.heading.moves == {"withdraw"}
    assert [row.status for row in view.lines] == ["submitted", "submitted"]
    assert [entry.number for entry in view.timeline] == [number]
    assert submission_view(reader(world.reviewer), number, NOW).heading.moves == {
        "accept",
        "return",
    }
    assert submission_view(reader(world.secretariat), number, NOW).heading.moves == set()

    back = send_back(world, number, [RemarkText(line=2, reason="unit")], NOW)
    view = submission_view(inside, number, NOW)
    assert view.remarks == ((f"{number}.2", "unit", ""),)
    assert view.heading.moves == {"withdraw", "correct"}
    assert (view.heading.based_on, view.via, view.file_name) == (back, "form", "")
    second = submit(world, now=NOW, corrects=number)
    view = submission_view(inside, number, NOW)
    assert (view.heading.corrected_by, view.heading.moves) == (second, {"withdraw"})
    accept(world, second, NOW)
    assert submission_view(reader(world.secretariat), second, NOW).heading.moves == {"publish"}
    publish(world, second, NOW)
    view = submission_view(PUBLIC, second, NOW)
    assert (view.heading.status, view.heading.moves, view.heading.corrects) == (
        "published",
        frozenset(),
        None,
    )
    assert [entry.number for entry in view.timeline] == [second, second + 2]
    assert view.timeline[0].is_hidden
    assert submission_view(inside, second, NOW).heading.moves == {"withdraw", "dispute"}


def test_moves_keep_to_four_eyes(world):
    number = submit(world, now=NOW)
    lent = speaker("reviewer", "ZMB", now=NOW)
    assert submission_view(reader(lent), number, NOW).heading.moves == set()
    both = speaker("secretariat", person="person-reviewer", now=NOW)
    accept(world, number, NOW)
    assert "publish" not in submission_view(reader(both), number, NOW).heading.moves
    social = speaker("focal_point", "ZMB", ["social"], now=NOW)
    assert submission_view(reader(social), number, NOW).heading.moves == set()


def test_the_desk(world):
    fresh = submit(world, now=NOW)
    accepted = submit(world, statement(state="KEN"), NOW)
    accept(world, accepted, NOW)
    returned = submit(world, statement(state="CUB"), NOW)
    send_back(world, returned, now=NOW)
    draft = new_draft(reader(world.focal_point()), "ZMB", EMERGENCY, NOW)

    def numbers(rows):
        return [row.number for row in rows]

    zambia = queue(reader(world.focal_point()), NOW)
    assert (list(zambia.drafts), numbers(zambia.waiting), numbers(zambia.returned)) == (
        [draft],
        [fresh],
        [],
    )
    assert (zambia.to_review, zambia.to_publish) == ((), ())
    cuba = queue(reader(world.focal_point("CUB")), NOW)
    assert (list(cuba.drafts), numbers(cuba.returned)) == ([], [returned])
    reviewer = queue(reader(world.reviewer), NOW)
    assert (numbers(reviewer.to_review), numbers(reviewer.to_publish)) == ([fresh], [])
    secretariat = queue(reader(world.secretariat), NOW)
    assert (numbers(secretariat.to_review), numbers(secretariat.to_publish)) == ([], [accepted])
    assert (reviewer.waiting, secretariat.waiting) == ((), ())
    submit(world, statement(state="CUB"), NOW, corrects=returned)
    assert queue(reader(world.focal_point("CUB")), NOW).returned == ()
    for outsider in (PUBLIC, reader(world.partner), reader(world.administrator)):
        assert queue(outsider, NOW) == type(zambia)((), (), (), (), ())


def test_publication_number(world):
    scope = ("medical", "social")
    assert publication_number("ZMB", EMERGENCY, scope) == 0
    first = submit_and_publish(world, now=NOW)
    assert publication_number("ZMB", EMERGENCY, scope) == first + 2
    assert publication_number("ZMB", EMERGENCY, ("social",)) == 0
    gone = withdraw(world, first, ["medical"], now=NOW)
    assert publication_number("ZMB", EMERGENCY, scope) == gone == ledger_size()


# Constant queries


def count_queries(django_assert_max_num_queries, question) -> int:
    with django_assert_max_num_queries(20) as counted:
        question()
    return len(counted)


def test_the_number_of_queries_does_not_grow(world, django_assert_max_num_queries):
    group("all", ["ZMB", "KEN", "CUB"], NOW)
    filtered = LineFilter(group="all")
    staff, focal = reader(world.reviewer), reader(world.focal_point())
    number = submit_and_publish(world, now=NOW)
    send_back(world, submit(world, now=NOW), now=NOW)
    submit(world, now=NOW)
    questions = {
        "lines": (lambda: published_lines(PUBLIC), 1),
        "lines of a group": (lambda: published_lines(PUBLIC, filtered), 2),
        "totals": (lambda: totals(PUBLIC), 2),
        "reporting": (lambda: reporting(staff, NOW), 4),
        "overview": (lambda: overview(PUBLIC, EMERGENCY, NOW), 9),
        "state": (lambda: state_page(focal, "ZMB", NOW), 13),
        "item": (lambda: item_page(PUBLIC, GLOVES), 4),
        "queue": (lambda: queue(staff, NOW), 8),
        "submission": (lambda: submission_view(focal, number, NOW), 19),
    }
    before = {
        name: count_queries(django_assert_max_num_queries, ask)
        for name, (ask, _most) in questions.items()
    }
    for state in ("KEN", "CUB"):
        submit_and_publish(world, statement([need(1), need(2, MASKS)], state=state), NOW)
        waiting = submit(world, statement([need(1, CARE)], state=state, scope=("social",)), NOW)
        send_back(world, waiting, now=NOW)
        submit(world, statement([need(1, CARE)], state=state, scope=("social",)), NOW)
    dispute(world, number << 16 | 1, now=NOW)
    after = {
        name: count_queries(django_assert_max_num_queries, ask)
        for name, (ask, _most) in questions.items()
    }
    assert after == before
    assert {name: most for name, (_ask, most) in questions.items() if before[name] > most} == {}, (
        before
    )
