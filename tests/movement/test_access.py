"""Mandates: whose are in force when, and what a reader may under them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bandung.core.refused import NotAllowed
from bandung.ledger.act import Mandate
from bandung.ledger.door import record
from bandung.movement.access import (
    PUBLIC,
    NoSuchMandate,
    Reader,
    mandate,
    mandates_of,
    reader_of,
)
from bandung.movement.accounts import end_mandate
from bandung.movement.acts import Appoint
from bandung.movement.middleware import client_address
from tests.factories import ADMINISTRATOR, NOW, appoint, found, register, say

pytestmark = [pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture
def ledger() -> Mandate:
    return found(now=NOW)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_the_founding_mandate_is_the_administrators(ledger):
    assert (ledger.code, ledger.person, ledger.function) == ("1.1", ADMINISTRATOR, "administrator")
    assert ledger.holds_at(NOW)
    assert mandates_of(ADMINISTRATOR, NOW) == (ledger,)
    assert mandates_of("somebody-else", NOW) == ()


def test_a_mandate_holds_from_its_first_day_to_its_last_exclusive(ledger):
    held = appoint("p-1", "reviewer", since=date(2026, 7, 10), until=date(2026, 7, 20), now=NOW)
    assert not held.holds_at(at(date(2026, 7, 9), 23))
    assert held.holds_at(at(date(2026, 7, 10), 0))
    assert held.holds_at(at(date(2026, 7, 19), 23))
    assert not held.holds_at(at(date(2026, 7, 20), 0))


def test_days_are_those_of_utc(ledger):
    held = appoint("p-1", "reviewer", since=date(2026, 7, 10), now=NOW)
    evening_in_new_york = datetime.fromisoformat("2026-07-09T21:00:00-04:00")  # 01:00 UTC
    assert held.holds_at(evening_in_new_york)


def test_an_ended_mandate_is_asked_of_the_tables_anew(ledger):
    held = appoint("p-1", "secretariat", now=NOW)
    assert held.holds_at(NOW + DAY)
    end_mandate(held.code, ledger, now=NOW + DAY)
    assert held.holds_at(NOW + DAY / 2), "it held before it was ended"
    assert not held.holds_at(NOW + DAY)
    assert mandates_of("p-1", NOW + 2 * DAY) == ()


def test_the_door_refuses_an_ended_mandate_kept_in_hand(ledger):
    other = appoint("p-1", "administrator", now=NOW)
    end_mandate(other.code, ledger, now=NOW)
    act = Appoint(person="p-2", function="reviewer", since=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        record(act, other, "late", now=NOW + DAY)


def test_a_mandate_of_another_person_never_holds(ledger):
    held = appoint("p-1", "reviewer", now=NOW)
    forged = type(held)(held.code, "p-2", held.party, held.function, held.sectors)
    assert not forged.holds_at(NOW)


@pytest.mark.parametrize("code", ["", "x", "7", "0.0", "999.1", "1.2", "٣.١", "-1.1", "1.1 "])
def test_a_code_that_no_act_granted(ledger, code):
    with pytest.raises(NoSuchMandate):
        mandate(code)


def test_the_public_may_nothing():
    assert not PUBLIC.is_signed_in
    assert not any([PUBLIC.is_staff, PUBLIC.is_partner, PUBLIC.is_administrator])
    assert PUBLIC.states == frozenset()
    assert not PUBLIC.speaks_for("ZMB")
    assert not PUBLIC.speaks_for("")


@pytest.mark.parametrize(
    ("function", "party", "true"),
    [
        ("focal_point", "ZMB", {"is_signed_in"}),
        ("head_of_delegation", "ZMB", {"is_signed_in"}),
        ("reviewer", "", {"is_signed_in", "may_review", "is_staff"}),
        ("secretariat", "", {"is_signed_in", "may_publish", "is_staff"}),
        ("partner_reader", "WHO", {"is_signed_in", "is_partner"}),
        ("administrator", "", {"is_signed_in", "is_administrator"}),
    ],
)
def test_what_each_function_is(ledger, function, party, true):
    if party == "WHO":
        register("WHO", kind="observer_organisation", since=None, now=NOW)
    held = appoint("p-1", function, party, now=NOW)
    reader = reader_of("p-1", NOW)
    questions = ("is_signed_in", "may_review", "may_publish", "is_staff", "is_partner")
    answers = {name for name in (*questions, "is_administrator") if getattr(reader, name)}
    assert answers == true
    assert reader.speaks_for("ZMB") == (party == "ZMB")
    assert not reader.speaks_for("KEN")
    assert not reader.speaks_for("")
    assert reader.mandate_for(function, party) == held


def test_lent_staff_do_not_speak_for_the_state_that_lent_them(ledger):
    register("KEN", now=NOW)
    appoint("p-1", "secretariat", "KEN", now=NOW)
    assert not reader_of("p-1", NOW).speaks_for("KEN")


def test_a_person_acts_under_the_mandate_that_fits(ledger):
    register("ZMB", now=NOW)
    register("KEN", now=NOW)
    social = appoint("p-1", "focal_point", "ZMB", sectors=["social"], now=NOW)
    other = appoint("p-1", "focal_point", "KEN", now=NOW)
    whole = appoint("p-1", "head_of_delegation", "ZMB", now=NOW)
    reader = reader_of("p-1", NOW)
    assert reader.states == {"ZMB", "KEN"}
    assert reader.mandate_for("focal_point") == social, "the oldest, where none is named"
    assert reader.mandate_for("focal_point", "KEN") == other
    assert reader.mandate_for("focal_point", "ZMB", ["social"]) == social
    assert reader.mandate_for("focal_point", "ZMB", ["medical"]) is None
    assert reader.mandate_for("focal_point", "ZMB", ["medical", "social"]) is None
    assert reader.mandate_for("head_of_delegation", "ZMB", ["medical"]) == whole
    assert reader.mandate_for("reviewer") is None


def test_readers_are_values():
    assert Reader("p", ()) == Reader("p", ())
    with pytest.raises(AttributeError):
        PUBLIC.person = "p"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "direct", "counted"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "0.0.0.0"),
        (1, "not an address", "10.0.0.1", "0.0.0.0"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (0, "", "::ffff:198.51.100.1", "198.51.100.1"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_a_forwarded_address_counts_only_from_our_own_proxies(
    rf, settings, proxies, forwarded, direct, counted
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=direct)
    assert client_address(request) == counted


def test_only_an_administrator_appoints(ledger):
    clerk = appoint("p-1", "secretariat", now=NOW)
    act = Appoint(person="p-2", function="reviewer", since=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        say(act, clerk, now=NOW)
