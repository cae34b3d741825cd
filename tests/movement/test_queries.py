"""What the register answers at a date, on the real seed tables."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils.translation import override

from bandung.movement.models import Membership
from bandung.movement.queries import (
    bodies,
    chair_on,
    chair_terms,
    group_members,
    groups,
    members,
    parties,
    principles,
    state,
    states,
)

pytestmark = [pytest.mark.usefixtures("seeded"), pytest.mark.django_db]
BAKU = date(2023, 3, 2)
BALI = date(2011, 5, 26)
A_DAY = timedelta(days=1)


def codes(answer):
    return [row.party for row in answer.rows]


@pytest.mark.parametrize(
    ("on", "count"),
    [
        (BAKU, 120),
        (date(2024, 2, 1), 121),
        (date(2011, 5, 1), 118),
        (date(1961, 9, 5), 0),
    ],
)
def test_members_at_a_date(on, count):
    assert members(on).count == count


def test_the_two_members_of_bali_count_from_their_day():
    before, after = set(codes(members(BALI - A_DAY))), set(codes(members(BALI)))
    assert after - before == {"AZE", "FJI"}
    assert before < after


def test_the_121st_member_counts_from_its_day():
    day = date(2024, 1, 17)
    assert members(day - A_DAY).count == 120
    assert set(codes(members(day))) - set(codes(members(day - A_DAY))) == {"SSD"}


def test_a_year_only_admission_counts_from_31_december_of_that_year():
    assert "ZMB" not in codes(members(date(1964, 12, 30)))
    assert "ZMB" in codes(members(date(1964, 12, 31)))


@pytest.mark.parametrize(("kind", "count"), [("observer_state", 18), ("observer_organisation", 10)])
def test_observers_on_the_day_of_baku(kind, count):
    assert members(BAKU, kind).count == count


def test_an_observer_admitted_on_a_day():
    day = date(2021, 7, 14)
    assert "RUS" not in codes(members(day - A_DAY, "observer_state"))
    assert "RUS" in codes(members(day, "observer_state"))


def test_rows_are_ordered_by_code_and_carry_source_and_act():
    rows = members(BAKU).rows
    assert [row.party for row in rows] == sorted(row.party for row in rows)
    assert all(row.source and row.act > 1 for row in rows)
    assert rows[0].code == f"{rows[0].act}.1"


def test_answers_before_bali_say_what_they_lack():
    answer = members(date(2011, 5, 1))
    assert answer.is_without_former_members
    held = Membership.objects.filter(kind="member", since__lte=date(2011, 5, 1), until=None)
    unsettled = held.filter(basis__in=["near-agree", "conflict", "recalled"]).count()
    assert answer.provisional == unsettled > 40
    assert answer.remarks == (
        "Counted without former members.",
        f"The years of {unsettled} admissions are provisional: their sources differ or they rest "
        "on one list.",
    )


def test_answers_from_bali_on_need_no_remark():
    assert members(BALI).remarks == ()
    assert members(BAKU).remarks == ()


def test_a_former_member_counts_for_its_years_and_is_no_observer_then():
    then, since = date(1980, 1, 1), date(1994, 12, 31)
    assert "ARG" in codes(members(then))
    assert "ARG" not in codes(members(then, "observer_state"))
    assert members(then).remarks[0] == (
        "Counted without former members, except 1 whose years are recorded."
    )
    assert "ARG" in codes(members(since - A_DAY))
    assert "ARG" not in codes(members(since))
    assert "ARG" in codes(members(since, "observer_state"))


def test_observers_without_a_first_day_are_counted_and_said_so():
    answer = members(BAKU, "observer_organisation")
    assert answer.undated == 10
    assert answer.remarks == ("10 are counted although their first day is not known.",)


def test_namibia_keeps_its_code():
    view = state("NAM", BAKU)
    assert (view.party.iso2, view.party.m49, view.party.name) == ("NA", "516", "Namibia")


def test_names_in_the_readers_language():
    view = state("ATG", BAKU)
    assert view.party.menu_name == "Antigua & Barbuda"
    assert view.party.name == "Antigua and Barbuda"
    with override("ar"):
        assert view.party.name == "أنتيغوا وبربودا"
    with override("fr"):
        assert view.party.menu_name == view.party.name == view.party.names.fr


def test_every_state_has_its_four_names():
    for row in parties(row.code for row in states(BAKU)):
        assert all((row.names.en, row.names.fr, row.names.es, row.names.ar)), row.code


def test_states_of_a_day(django_assert_num_queries):
    with django_assert_num_queries(3):
        rows = states(BAKU)
    assert len(rows) == 120 + 18
    by_code = {row.code: row for row in rows}
    assert by_code["ZMB"].kind == "member"
    assert by_code["ZMB"].groups == (
        "africa",
        "african-union",
        "ldc",
        "lldc",
        "un-african",
    )
    assert by_code["BRA"].kind == "observer_state"
    assert "SSD" not in by_code


def test_a_state_before_during_and_outside_its_membership():
    assert state("SSD", BAKU).kind == ""
    assert state("SSD", date(2024, 2, 1)).kind == "member"
    view = state("ARG", BAKU)
    assert view.kind == "observer_state"
    assert sorted(row.kind for row in view.memberships) == ["member", "observer_state"]
    assert state("XYZ", BAKU) is None
    assert state("OIC", BAKU) is None


def test_a_chair_that_is_no_state_any_more():
    view = state("YUG", date(1985, 1, 1))
    assert (view.party.name, view.party.iso2, view.kind) == ("Yugoslavia", "", "")


def test_the_regions_add_up_to_the_members():
    regions = {row.code: row.members for row in groups(BAKU) if row.kind == "region"}
    assert regions == {"africa": 53, "asia": 39, "latin-america-caribbean": 26, "europe": 2}


def test_every_member_is_in_one_region_and_one_group_of_the_united_nations():
    kinds = {row.code: row.kind for row in groups(date(2024, 2, 1))}
    for row in states(date(2024, 2, 1)):
        own = [kinds[group] for group in row.groups]
        if row.kind == "member":
            assert (own.count("region"), own.count("un_group")) == (1, 1), row.code


@pytest.mark.parametrize(
    ("code", "until"),
    [("VUT", date(2020, 12, 4)), ("BTN", date(2023, 12, 13)), ("STP", date(2024, 12, 13))],
)
def test_a_graduated_state_leaves_the_least_developed(code, until):
    assert code in [row.state for row in group_members("ldc", until - A_DAY)]
    assert code not in [row.state for row in group_members("ldc", until)]


def test_the_least_developed_list_of_today():
    inside = group_members("ldc", date(2025, 1, 1))
    assert sum(row.is_member for row in inside) == 40 + 1  # the 120 hold 40; South Sudan


def test_lists_of_the_united_nations_tell_observers_apart():
    inside = {row.state: row.is_member for row in group_members("lldc", BAKU)}
    assert (inside["ZMB"], inside["KAZ"]) == (True, False)
    row = next(row for row in groups(BAKU) if row.code == "lldc")
    assert (row.states, row.members) == (len(inside), sum(inside.values()))


@pytest.mark.parametrize("code", ["mine-affected", "refugee-hosting"])
def test_a_like_minded_group_without_a_list_is_empty_and_says_so(code):
    row = next(row for row in groups(BAKU) if row.code == code)
    assert row.kind == "like_minded"
    assert row.is_empty
    assert row.remark == "Empty: no sourced list of its states is recorded."
    assert group_members(code, BAKU) == ()


def test_other_groups_need_no_remark():
    full = [row for row in groups(BAKU) if row.kind != "like_minded"]
    assert len(full) == 12
    assert not any(row.remark for row in full)


def test_groups_cost_the_same_however_many_there_are(django_assert_num_queries):
    with django_assert_num_queries(3):
        groups(BAKU)
    with django_assert_num_queries(2):
        group_members("africa", BAKU)


def test_bodies():
    assert [row.code for row in bodies()] == [
        "contact-group",
        "coordinating-bureau",
        "parliamentary-network",
        "support-office",
        "working-group",
        "youth-network",
    ]
    assert all(row.mandate and row.source and row.name for row in bodies())


def test_the_eighteenth_term_was_extended_and_then_handed_over():
    term = chair_terms()[17]
    assert (term.number, term.state, term.name) == (18, "AZE", "Azerbaijan")
    assert (term.planned_until, term.extended_until) == ("2022", "2023")
    assert (term.since, term.until) == (date(2019, 10, 25), date(2024, 1, 19))
    assert "trend.az" in term.extended_source


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(1961, 9, 1), 1),
        (BAKU, 18),
        (date(2024, 1, 18), 18),
        (date(2024, 1, 19), 19),
        (date(2026, 1, 1), 19),
    ],
)
def test_the_chair_on_a_day(day, number):
    assert chair_on(day).number == number


def test_no_chair_before_the_first():
    assert chair_on(date(1961, 8, 31)) is None


def test_chair_terms_follow_each_other_without_a_gap():
    terms = chair_terms()
    assert [term.number for term in terms] == list(range(1, 20))
    assert all(term.until == after.since for term, after in pairwise(terms))
    assert terms[-1].until is None


def test_the_ten_principles():
    assert [row.number for row in principles()] == list(range(1, 11))
    with override("es"):
        assert principles()[1].title == "Soberanía"
    assert all(row.statements.ar for row in principles())
