"""Mandates: who is appointed by whom, what is refused, and who spoke for a state when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bandung.core.refused import NotAllowed
from bandung.ledger.door import Moved
from bandung.ledger.models import Head
from bandung.ledger.queries import entry_view
from bandung.movement.access import mandate
from bandung.movement.acts import (
    Appoint,
    EndAppointment,
    MembershipFacts,
    Names,
    RecordMemberships,
    RegisterParty,
)
from bandung.movement.acts.common import UnknownParty, WrongDays
from bandung.movement.acts.mandates import (
    AlreadyHolds,
    ChairForState,
    LastAdministrator,
    NoSuchMandate,
    NotOfTheMovement,
    PartyMissing,
    ReferenceMissing,
)
from bandung.movement.models import Appointment
from bandung.movement.queries import (
    find_mandate,
    founding_mandate,
    had_state_mandate,
    mandate_rows,
    states_of_person,
)
from tests.movement.conftest import FOUNDED, keep

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def parties(clerk):
    """ZMB and AZE are members, BRA observes, KEN joins in 2030, WHO is an organisation."""
    kinds = {"ZMB": "member", "AZE": "member", "KEN": "member", "BRA": "observer_state"}
    for code in (*kinds, "WHO"):
        kind = "state" if code in kinds else "organisation"
        keep(RegisterParty(code=code, kind=kind, names=Names(en=code), source="test"), clerk)
    for code, kind in kinds.items():
        since = date(2030, 1, 1) if code == "KEN" else date(1964, 10, 10)
        facts = MembershipFacts(
            party=code, since=since, precision="day", basis="stated", source="test"
        )
        keep(RecordMemberships(kind=kind, memberships=(facts,)), clerk)


def appoint(person="p1", function="focal_point", party="ZMB", **others) -> Appoint:
    plain = {"person": person, "function": function, "party_code": party, "since": SINCE}
    return Appoint(**plain | {"reference": "Note 12/2024"} | others)


def refuses(refusal, act, by, now=FOUNDED, **facts):
    """The act is refused under this name, with its facts, and leaves no trace."""
    size = Head.objects.get().size
    with pytest.raises(refusal) as caught:
        keep(act, by, now)
    assert str(caught.value)
    assert {name: caught.value.facts[name] for name in facts} == facts
    assert Head.objects.get().size == size


def granted(act, by, now=FOUNDED) -> str:
    """The code of the mandate that the act grants."""
    return f"{keep(act, by, now).number}.1"


def test_a_focal_point_is_appointed(administrator):
    until = date(2025, 1, 1)
    act = appoint(sectors=("social", "medical", "social"), until=until)
    code = granted(act, administrator)
    row = find_mandate(code)
    assert (row.code, row.person, row.party, row.function) == (code, "p1", "ZMB", "focal_point")
    assert row.sectors == {"medical", "social"}
    assert (row.since, row.until, row.reference) == (SINCE, until, "Note 12/2024")
    view = entry_view(int(code.partition(".")[0]))
    assert (view.verb, view.party) == ("movement.mandate_granted", "ZMB")
    assert view.sentence == (
        "A person was appointed focal point for ZMB from 2024-01-01 until 2025-01-01 (exclusive)."
    )


def test_functions_of_the_movement_need_no_party(administrator):
    code = granted(appoint(function="reviewer", party="", reference=""), administrator)
    assert find_mandate(code).party == ""
    view = entry_view(int(code.partition(".")[0]))
    assert view.sentence == "A person was appointed reviewer for the movement from 2024-01-01."


def test_an_observer_state_has_speakers_and_an_organisation_readers(administrator):
    granted(appoint(party="BRA"), administrator)
    granted(appoint("p2", "partner_reader", "WHO", reference=""), administrator)
    granted(appoint("p3", "reviewer", "AZE", reference=""), administrator)
    assert Appointment.objects.count() == 3 + 1  # and the clerk


def test_only_the_administrator_appoints_and_ends(administrator, clerk):
    focal_point = mandate(granted(appoint(), administrator))
    for other in (clerk, focal_point):
        refuses(NotAllowed, appoint("p2"), other)
        refuses(NotAllowed, EndAppointment.of(find_mandate(clerk.code)), other)


@pytest.mark.parametrize(
    ("refusal", "act"),
    [
        (PartyMissing, appoint(party="")),
        (PartyMissing, appoint(function="head_of_delegation", party="")),
        (PartyMissing, appoint(function="partner_reader", party="")),
        (UnknownParty, appoint(party="XYZ")),
        (UnknownParty, appoint(function="reviewer", party="XYZ")),
        (NotOfTheMovement, appoint(party="WHO")),
        (NotOfTheMovement, appoint(party="KEN")),
        (ReferenceMissing, appoint(reference=" ")),
        (ReferenceMissing, appoint(function="head_of_delegation", reference="")),
        (WrongDays, appoint(until=SINCE)),
    ],
)
def test_an_appointment_is_refused(administrator, refusal, act):
    refuses(refusal, act, administrator)


def test_a_state_that_joins_later_has_speakers_from_then(administrator):
    granted(appoint(party="KEN", since=date(2030, 1, 1)), administrator)


class TestSameMandateTwice:
    def test_days_that_meet_are_refused(self, administrator):
        code = granted(appoint(until=date(2024, 6, 1)), administrator)
        refuses(AlreadyHolds, appoint(since=date(2024, 5, 31)), administrator, mandate=code)
        refuses(AlreadyHolds, appoint(sectors=("social",)), administrator, mandate=code)
        granted(appoint(since=date(2024, 6, 1)), administrator)

    def test_another_function_or_party_may_be_added(self, administrator):
        granted(appoint(), administrator)
        granted(appoint(function="head_of_delegation"), administrator)
        granted(appoint(party="BRA"), administrator)

    def test_after_its_end_it_may_be_given_again(self, administrator):
        code = granted(appoint(), administrator)
        keep(EndAppointment.of(find_mandate(code)), administrator)
        granted(appoint(), administrator)

    def test_the_founding_mandate_counts(self, administrator):
        again = appoint("admin", "administrator", "", since=date(2025, 1, 1))
        refuses(AlreadyHolds, again, administrator, mandate="1.1")


class TestTheChairMayNotActForAState:
    @pytest.mark.parametrize("person", ["clerk", "admin"])
    def test_its_people_speak_for_no_state(self, administrator, person):
        refuses(ChairForState, appoint(person), administrator)

    @pytest.mark.parametrize("function", ["secretariat", "administrator"])
    def test_a_states_speaker_does_not_work_for_the_chair(self, administrator, function):
        code = granted(appoint(), administrator)
        act = appoint(function=function, party="")
        refuses(ChairForState, act, administrator, mandate=code)

    def test_but_for_the_state_that_lent_them(self, administrator):
        granted(appoint(function="secretariat", party="AZE"), administrator)
        granted(appoint(party="AZE"), administrator)
        refuses(ChairForState, appoint(party="ZMB"), administrator)

    def test_and_at_other_times(self, administrator):
        granted(appoint(until=date(2024, 6, 1)), administrator)
        granted(appoint(function="secretariat", party="", since=date(2024, 6, 1)), administrator)

    def test_reviewers_come_from_states(self, administrator):
        granted(appoint(), administrator)
        granted(appoint(function="reviewer", party=""), administrator)


class TestEnds:
    def test_a_mandate_ends_at_once(self, administrator):
        held = mandate(granted(appoint(), administrator))
        at = FOUNDED + timedelta(days=30)
        assert held.holds_at(at)
        receipt = keep(EndAppointment.of(find_mandate(held.code), "Note 13"), administrator, at)
        assert held.holds_at(at - timedelta(seconds=1))
        assert not held.holds_at(at)
        row = Appointment.objects.get(key=find_mandate(held.code).key)
        assert (row.ended_at, row.ended_by, row.reference) == (at, receipt.number, "Note 12/2024")
        view = entry_view(receipt.number)
        assert (view.verb, view.party) == ("movement.mandate_ended", "ZMB")
        assert view.sentence == f"Mandate {held.code} was ended."

    def test_what_cannot_be_ended(self, administrator):
        act = EndAppointment.of(find_mandate(granted(appoint(), administrator)))
        for wrong in ({"mandate": "9999.1"}, {"mandate": "3.70000"}, {"party_code": "BRA"}):
            refuses(NoSuchMandate, act.model_copy(update=wrong), administrator)
        refuses(Moved, act.model_copy(update={"based_on": None}), administrator)
        ended = keep(act, administrator).number
        refuses(Moved, act, administrator)
        refuses(NoSuchMandate, act.model_copy(update={"based_on": ended}), administrator)

    def test_a_mandate_that_ran_out(self, administrator):
        code = granted(appoint(until=date(2024, 2, 1)), administrator)
        act = EndAppointment.of(find_mandate(code))
        refuses(NoSuchMandate, act, administrator, now=datetime(2024, 2, 1, tzinfo=UTC))
        keep(act, administrator, datetime(2024, 1, 31, 23, 59, tzinfo=UTC))

    def test_a_mandate_to_come(self, administrator):
        code = granted(appoint(since=date(2030, 1, 1)), administrator)
        keep(EndAppointment.of(find_mandate(code)), administrator)
        assert not mandate(code).holds_at(datetime(2030, 1, 2, tzinfo=UTC))

    def test_the_last_administrator_stays(self, administrator):
        act = EndAppointment.of(founding_mandate())
        refuses(LastAdministrator, act, administrator)
        to_come = appoint("p2", "administrator", "", since=date(2030, 1, 1))
        granted(to_come, administrator)
        refuses(LastAdministrator, act, administrator)

    def test_the_founding_administrator_hands_over(self, administrator):
        second = mandate(granted(appoint("p2", "administrator", ""), administrator))
        receipt = keep(EndAppointment.of(founding_mandate()), second)
        row = founding_mandate()
        assert (row.code, row.person, row.ended_by) == ("1.1", "admin", receipt.number)
        assert not administrator.holds_at(FOUNDED)
        refuses(NotAllowed, appoint("p3"), administrator)
        refuses(LastAdministrator, EndAppointment.of(find_mandate(second.code)), second)
        assert [each.code for each in mandate_rows("admin")] == ["1.1"]
        assert [each.function for each in mandate_rows()].count("administrator") == 2


class TestWhoSpokeForAState:
    """A mandate of ZMB held from 2022-03-01 to 2023-02-28 inclusive."""

    SPAN = {"since": date(2022, 3, 1), "until": date(2023, 3, 1)}

    @pytest.mark.parametrize(
        ("at", "had"),
        [
            (datetime(2022, 2, 28, 23, 59, 59, tzinfo=UTC), False),
            (datetime(2022, 3, 1, tzinfo=UTC), True),
            (datetime(2023, 2, 28, 12, tzinfo=UTC), True),
            (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), True),
            (datetime(2024, 3, 1, tzinfo=UTC), False),
        ],
    )
    def test_held_or_within_twelve_calendar_months(self, administrator, at, had):
        keep(appoint(**self.SPAN), administrator)
        assert had_state_mandate("p1", "ZMB", at) is had
        assert states_of_person("p1", at) == ({"ZMB"} if had else frozenset())

    def test_other_persons_and_states_are_not_meant(self, administrator):
        keep(appoint(), administrator)
        assert had_state_mandate("p1", "ZMB", FOUNDED)
        assert not had_state_mandate("p1", "BRA", FOUNDED)
        assert not had_state_mandate("p2", "ZMB", FOUNDED)

    def test_an_early_end_counts_from_its_instant(self, administrator):
        row = find_mandate(granted(appoint(), administrator))
        keep(EndAppointment.of(row), administrator)
        a_year_on = FOUNDED.replace(year=2025)
        assert had_state_mandate("p1", "ZMB", a_year_on - timedelta(seconds=1))
        assert not had_state_mandate("p1", "ZMB", a_year_on)

    def test_a_mandate_ended_before_it_began_was_never_held(self, administrator):
        row = find_mandate(granted(appoint(since=date(2024, 2, 1)), administrator))
        keep(EndAppointment.of(row), administrator)
        assert not had_state_mandate("p1", "ZMB", datetime(2024, 2, 2, tzinfo=UTC))

    def test_other_lengths_may_be_asked(self, administrator):
        keep(appoint(**self.SPAN), administrator)
        assert not had_state_mandate("p1", "ZMB", FOUNDED, months=0)
        assert not had_state_mandate("p1", "ZMB", FOUNDED, months=10)
        assert had_state_mandate("p1", "ZMB", FOUNDED, months=11)

    def test_a_reviewer_lent_by_a_state_is_of_that_state(self, administrator):
        keep(appoint(function="reviewer", party="AZE", reference=""), administrator)
        keep(appoint(function="partner_reader", party="BRA", reference=""), administrator)
        assert states_of_person("p1", FOUNDED) == {"AZE"}
