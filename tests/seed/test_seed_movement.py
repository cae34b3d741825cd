"""The register's seed tables: membership at a date, names, groups, chairs, sources."""

from collections import Counter
from datetime import date

import pytest

from bandung.movement.seed import rows

LANGUAGES = ("en", "fr", "es", "ar")
TABLES = (
    "states",
    "organisations",
    "memberships",
    "groups",
    "group_members",
    "bodies",
    "chairs",
    "principles",
)


def in_force(kind: str, day: str) -> list[dict[str, str]]:
    """Memberships on a day; one without a known first day counts, an end is the first day out."""
    return [
        row
        for row in rows("memberships")
        if row["kind"] == kind
        and (row["effective_on"] == "" or row["effective_on"] <= day)
        and (row["until"] == "" or day < row["until"])
    ]


@pytest.mark.parametrize(
    ("day", "count"), [("2011-05-01", 118), ("2023-03-02", 120), ("2024-02-01", 121)]
)
def test_members_on_a_day(day, count):
    assert len(in_force("member", day)) == count


def test_observers_on_the_day_of_the_meeting_in_baku():
    assert len(in_force("observer_state", "2023-03-02")) == 18
    assert len(in_force("observer_organisation", "2023-03-02")) == 10


def test_russia_is_an_observer_from_14_july_2021():
    assert "RUS" not in {row["iso3"] for row in in_force("observer_state", "2021-07-13")}
    assert "RUS" in {row["iso3"] for row in in_force("observer_state", "2021-07-14")}


def test_how_well_each_day_is_known_is_said():
    for row in rows("memberships"):
        assert row["basis"] in {"stated", "two-agree", "near-agree", "conflict", "recalled"}
        if row["precision"] == "day":
            assert (
                row["effective_on"]
                == row["decided_on"]
                == str(date.fromisoformat(row["decided_on"]))
            )
        elif row["precision"] == "year":
            assert row["effective_on"].endswith("-12-31")
            assert row["decided_on"] == ""
        else:
            assert (row["precision"], row["effective_on"]) == ("unknown", "")
            assert row["kind"] != "member"
    members = [row for row in rows("memberships") if row["kind"] == "member" and not row["until"]]
    assert Counter(row["basis"] for row in members) == {
        "stated": 27,
        "two-agree": 44,
        "near-agree": 24,
        "conflict": 23 + 1,  # South Sudan: accepted in July 2023 or admitted in January 2024
        "recalled": 2,
    }


def test_another_year_is_kept_where_the_sources_differ():
    for row in rows("memberships"):
        if row["basis"] in {"near-agree", "conflict"} and row["iso3"] != "SSD":
            assert row["other_year"]
            assert row["other_year"] != row["effective_on"][:4]


def test_no_state_is_member_twice_at_once():
    member = [row for row in rows("memberships") if row["kind"] == "member"]
    assert len({row["iso3"] for row in member}) == len(member)


def test_the_only_former_member_is_the_one_the_collected_data_dates():
    former = [row for row in rows("memberships") if row["until"]]
    assert [(row["iso3"], row["effective_on"], row["until"]) for row in former] == [
        ("ARG", "1973-12-31", "1994-12-31")
    ]


def test_codes_of_states():
    states = {row["iso3"]: row for row in rows("states")}
    assert states["NAM"]["iso2"] == "NA"
    assert states["AFG"]["m49"] == "004"
    current = [row for row in states.values() if row["un_status"] != "former"]
    assert len(current) == 120 + 1 + 18
    assert len({row["iso2"] for row in current}) == len({row["m49"] for row in current}) == 139
    assert all(len(row["iso2"]) == 2 and len(row["m49"]) == 3 for row in current)


def test_the_former_state_is_there_as_a_chair_only():
    former = {row["iso3"] for row in rows("states") if row["un_status"] == "former"}
    assert former == {"YUG"}
    assert former <= {row["iso3"] for row in rows("chairs")}
    assert not former & {row["iso3"] for row in rows("memberships")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_filled_and_differ(language):
    for table, key in [
        ("states", "iso3"),
        ("organisations", "code"),
        ("groups", "code"),
        ("bodies", "code"),
    ]:
        names = {row[key]: row[f"name_{language}"] for row in rows(table)}
        assert all(names.values())
        assert len(set(names.values())) == len(names)


def test_palestine_is_shown_by_its_un_name_only():
    palestine = next(row for row in rows("states") if row["iso3"] == "PSE")
    assert [palestine[f"name_{language}"] for language in LANGUAGES] == [
        "State of Palestine",
        "État de Palestine",
        "Estado de Palestina",
        "دولة فلسطين",
    ]
    assert not any(palestine[f"menu_{language}"] for language in LANGUAGES)


def test_a_menu_name_is_given_only_where_it_differs():
    for row in rows("states"):
        assert all(row[f"menu_{language}"] != row[f"name_{language}"] for language in LANGUAGES)


def test_only_un_names_are_confirmed():
    assert all(row["confirmed"] == "1" for row in rows("states") if row["source"] == "UNTERM")
    for table in ("organisations", "groups", "bodies", "principles"):
        assert {row["confirmed"] for row in rows(table)} == {"0"}


def group_on(group: str, day: str) -> set[str]:
    return {
        row["iso3"]
        for row in rows("group_members")
        if row["group"] == group and (not row["until"] or day < row["until"])
    }


def test_regions_count_as_the_movement_counts():
    members = {row["iso3"] for row in in_force("member", "2023-03-02")}
    regions = ("africa", "asia", "latin-america-caribbean", "europe")
    counts = [len(group_on(region, "2023-03-02") & members) for region in regions]
    assert counts == [53, 39, 26, 2]
    assert "SSD" in group_on("africa", "2024-02-01")
    assert {"FJI", "PNG", "VUT"} <= group_on("asia", "2023-03-02")


def test_the_region_of_a_state_is_the_region_it_is_listed_in():
    listed = {(row["iso3"], row["group"]) for row in rows("group_members")}
    for state in rows("states"):
        for column in ("nam_region", "un_group"):
            assert not state[column] or (state["iso3"], state[column]) in listed


def test_least_developed_countries_move_with_the_day():
    assert "VUT" in group_on("ldc", "2020-12-03")
    assert "VUT" not in group_on("ldc", "2020-12-04")
    assert {"BTN", "STP"} <= group_on("ldc", "2023-03-02")
    assert not {"BTN", "STP", "VUT"} & group_on("ldc", "2024-12-13")
    assert len(group_on("ldc", "2024-12-13")) == 40 + 1


def test_official_groups():
    members = {row["iso3"] for row in in_force("member", "2023-03-02")}
    assert len(group_on("sids", "2023-03-02") & members) == 28
    assert len(group_on("lldc", "2023-03-02") & members) == 24
    assert len(group_on("african-union", "2023-03-02") & members) == 53
    assert {"ARM", "KAZ", "KGZ", "PRY", "TJK"} == group_on("lldc", "2023-03-02") - members - {"SSD"}


def test_like_minded_groups_start_empty_and_say_so():
    like_minded = [row for row in rows("groups") if row["kind"] == "like_minded"]
    assert {row["code"] for row in like_minded} == {"mine-affected", "refugee-hosting"}
    for row in like_minded:
        assert "No sourced list yet" in row["note"]
        assert not group_on(row["code"], "2023-03-02")


def test_group_members_and_memberships_name_known_parties():
    states = {row["iso3"] for row in rows("states")}
    groups = {row["code"] for row in rows("groups")}
    organisations = {row["code"] for row in rows("organisations")}
    assert {row["iso3"] for row in rows("group_members")} <= states
    assert {row["group"] for row in rows("group_members")} <= groups
    for row in rows("memberships"):
        assert (row["iso3"] in states) != (row["organisation"] in organisations)
    assert {row["iso3"] for row in rows("chairs")} <= states


def test_chairs_follow_each_other_without_a_gap():
    chairs = rows("chairs")
    assert [int(row["number"]) for row in chairs] == list(range(1, 20))
    assert [row["until"] for row in chairs[:-1]] == [row["from"] for row in chairs[1:]]
    assert chairs[-1]["until"] == ""


def test_a_chair_is_a_member_when_its_term_begins():
    for row in rows("chairs"):
        members = {member["iso3"] for member in in_force("member", row["from"])}
        assert row["iso3"] in members | {"YUG"}, row["number"]


def test_the_chair_of_2019_was_extended_by_a_year():
    azerbaijan = next(row for row in rows("chairs") if row["iso3"] == "AZE")
    assert (azerbaijan["from"], azerbaijan["until"]) == ("2019-10-25", "2024-01-19")
    assert (azerbaijan["planned_until"], azerbaijan["extended_until"]) == ("2022", "2023")
    assert [row["iso3"] for row in rows("chairs") if row["extended_until"]] == ["AZE"]


def test_bodies_and_principles():
    assert [row["code"] for row in rows("bodies")] == [
        "coordinating-bureau",
        "contact-group",
        "working-group",
        "parliamentary-network",
        "youth-network",
        "support-office",
    ]
    assert all(row["mandate"] and row["confidence"] for row in rows("bodies"))
    assert [row["number"] for row in rows("principles")] == [str(n) for n in range(1, 11)]
    for row in rows("principles"):
        assert all(row[f"{part}_{lang}"] for part in ("title", "statement") for lang in LANGUAGES)


def test_every_row_names_a_known_source_and_every_source_is_used():
    known = {row["code"]: row["text"] for row in rows("sources")}
    used = {row["source"] for table in TABLES for row in rows(table)}
    assert used == set(known)
    assert all(known.values())
