"""The register's acts: each works, each refusal, its entry."""

from datetime import date

import pytest
from pydantic import ValidationError

from bandung.core.refused import NotAllowed
from bandung.ledger.act import REGISTRY
from bandung.ledger.door import Moved
from bandung.ledger.models import Entry, Head
from bandung.ledger.queries import entry_view, last_touch
from bandung.movement.acts import (
    AddGroupMembers,
    CorrectBody,
    CorrectChairTerm,
    CorrectGroup,
    CorrectGroupMembership,
    CorrectMembership,
    CorrectParty,
    CorrectPrinciple,
    DefineGroup,
    EndChairTerm,
    EndGroupMembership,
    EndMembership,
    EstablishBody,
    ExtendChairTerm,
    GroupDays,
    MembershipFacts,
    Names,
    RecordChairTerm,
    RecordMemberships,
    RecordPrinciple,
    RegisterParty,
    StrikeGroupMembership,
    StrikeMembership,
    Texts,
)
from bandung.movement.acts.common import (
    AlreadyThere,
    NotThere,
    RegisterAct,
    UnknownParty,
    WrongDays,
)
from bandung.movement.acts.groups import AlreadyInGroup
from bandung.movement.acts.memberships import (
    AlreadyEnded,
    NamedTwice,
    Overlaps,
    WrongKind,
    WrongPrecision,
)
from bandung.movement.acts.organs import NoPlan, NotLater, TermsMeet
from bandung.movement.acts.parties import CodeTaken, NotIso3
from bandung.movement.models import (
    Body,
    ChairTerm,
    Group,
    GroupMember,
    Membership,
    Party,
    Principle,
)
from tests.movement.conftest import keep

pytestmark = pytest.mark.django_db
SOURCE = "Note of the chair"
FOUNDING_SUMMIT = date(1961, 9, 6)
TODAY = date(2024, 1, 10)


def state(code="ZMB", **facts) -> RegisterParty:
    names = Names(en=f"State of {code}", fr="Nom", es="Nombre", ar="اسم")
    return RegisterParty(
        **{"code": code, "kind": "state", "names": names, "source": SOURCE} | facts
    )


def facts(party="ZMB", since=FOUNDING_SUMMIT, precision="day", **others) -> MembershipFacts:
    return MembershipFacts(
        **{"party": party, "since": since, "precision": precision, "basis": "stated"}
        | {"source": SOURCE}
        | others
    )


def membership(*rows: MembershipFacts, kind="member") -> RecordMemberships:
    return RecordMemberships(kind=kind, memberships=rows or (facts(),))


def group(code="ldc", **facts) -> DefineGroup:
    plain = {"code": code, "names": Names(en="Least developed"), "kind": "official"}
    return DefineGroup(**plain | {"source": SOURCE} | facts)


def in_group(*rows: GroupDays) -> AddGroupMembers:
    return AddGroupMembers(group="ldc", members=rows or (GroupDays(state="ZMB", source=SOURCE),))


def body(cls=EstablishBody, **facts):
    plain = {"code": "bureau", "names": Names(en="Bureau"), "mandate": "Coordinates."}
    return cls(**plain | {"confidence": "recalled", "source": SOURCE} | facts)


def term(cls=RecordChairTerm, **facts):
    plain = {"number": 18, "state": "AZE", "since": date(2019, 10, 25), "planned_until": "2022"}
    return cls(**plain | {"source": SOURCE} | facts)


def principle(cls=RecordPrinciple, **facts):
    texts = Texts(en="Equality", fr="Égalité", es="Igualdad", ar="المساواة")
    plain = {"number": 3, "slug": "equality", "titles": texts, "statements": texts}
    return cls(**plain | {"source": SOURCE} | facts)


def refuses(refusal, act, by, **facts):
    """The act is refused under this name, with its facts, and leaves no trace."""
    size = Head.objects.get().size
    with pytest.raises(refusal) as caught:
        keep(act, by)
    assert str(caught.value)
    assert {name: caught.value.facts[name] for name in facts} == facts
    assert Head.objects.get().size == size


def says(receipt, verb, sentence, party=""):
    """The ledger's entry of this act."""
    view = entry_view(receipt.number)
    assert (view.verb, view.party, view.sentence) == (verb, party, sentence)
    assert not Entry.objects.get(number=receipt.number).is_sealed


REGISTER_ACTS = [cls for cls in REGISTRY.values() if issubclass(cls, RegisterAct)]


@pytest.mark.parametrize("cls", REGISTER_ACTS, ids=lambda cls: cls.verb)
def test_the_register_is_kept_by_the_secretariat_alone(cls, administrator, clerk):
    act = cls.model_construct()
    act.authorise(clerk, TODAY)
    with pytest.raises(NotAllowed):
        act.authorise(administrator, TODAY)


def test_the_administrator_records_nothing_in_the_register(administrator):
    refuses(NotAllowed, state(), administrator)


class TestParties:
    def test_a_state_is_registered(self, clerk):
        act = state("NAM", iso2="NA", m49="516", menu_en="Short")
        says(
            keep(act, clerk),
            "movement.party_registered",
            "State of NAM (NAM) was entered in the register.",
            "NAM",
        )
        row = Party.objects.get(code="NAM")
        assert (row.iso2, row.m49, row.kind, row.name_ar) == ("NA", "516", "state", "اسم")
        assert (row.menu_name, row.menu_name_in("fr")) == ("Short", "Nom")

    def test_refusals(self, clerk):
        keep(state("NAM", iso2="NA", m49="516"), clerk)
        refuses(AlreadyThere, state("NAM"), clerk, what="NAM")
        refuses(NotIso3, state("NAMIBIA"), clerk, party="NAMIBIA")
        refuses(CodeTaken, state("ZMB", iso2="NA"), clerk, taken="NA", party="NAM")
        refuses(CodeTaken, state("ZMB", m49="516"), clerk, taken="516", party="NAM")

    def test_parties_without_codes_do_not_clash(self, clerk):
        keep(state("SOUTH-CENTRE", kind="organisation"), clerk)
        keep(state("WPC", kind="organisation"), clerk)
        assert Party.objects.count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [{"code": "zmb"}, {"source": " "}, {"iso2": "Zm"}, {"m49": "٨٩٤"}, {"names": Names},
         {"kind": "empire"}],
    )  # fmt: skip
    def test_malformed(self, wrong):
        with pytest.raises(ValidationError):
            state(**wrong)

    def test_a_name_is_corrected(self, clerk):
        seen = keep(state("SWZ", iso2="SZ"), clerk).number
        act = CorrectParty(
            code="SWZ", names=Names(en="Eswatini"), iso2="SZ", source="UNTERM", based_on=seen
        )
        says(
            keep(act, clerk),
            "movement.party_corrected",
            "What the register says of Eswatini (SWZ) was corrected.",
            "SWZ",
        )
        row = Party.objects.get(code="SWZ")
        assert (row.name_en, row.name_fr, row.iso2, row.source) == ("Eswatini", "", "SZ", "UNTERM")

    def test_a_correction_is_refused(self, clerk):
        seen = keep(state("ZMB", iso2="ZM"), clerk).number
        keep(state("NAM", iso2="NA"), clerk)
        plain = {"names": Names(en="Zambia"), "source": SOURCE, "based_on": seen}
        refuses(UnknownParty, CorrectParty(code="KEN", **plain), clerk, party="KEN")
        refuses(CodeTaken, CorrectParty(code="ZMB", iso2="NA", **plain), clerk, party="NAM")
        keep(CorrectParty(code="ZMB", **plain), clerk)
        refuses(Moved, CorrectParty(code="ZMB", **plain), clerk)
        refuses(Moved, CorrectParty(code="ZMB", **plain | {"based_on": None}), clerk)


class TestMemberships:
    @pytest.fixture(autouse=True)
    def parties(self, clerk):
        for each in (state("ZMB"), state("KEN"), state("OIC", kind="organisation")):
            keep(each, clerk)

    def end(self, row, until=date(1994, 12, 31)) -> EndMembership:
        return EndMembership(
            membership=row.code,
            party_code=row.party_id,
            until=until,
            source=SOURCE,
            based_on=row.key >> 16,
        )

    def correct(self, row, **others) -> CorrectMembership:
        based_on = last_touch(f"movement.membership/{row.code}") or row.key >> 16
        return CorrectMembership(membership=row.code, facts=facts(**others), based_on=based_on)

    def test_one_is_recorded(self, clerk):
        act = membership(facts(decided_on=FOUNDING_SUMMIT))
        says(
            keep(act, clerk),
            "movement.memberships_recorded",
            "ZMB was recorded as member from 1961-09-06.",
            "ZMB",
        )
        row = Membership.objects.get(party="ZMB")
        assert (row.kind, row.since, row.until) == ("member", FOUNDING_SUMMIT, None)
        assert (row.source, row.until_source) == (SOURCE, "")

    def test_many_are_recorded_each_with_its_row(self, clerk):
        year = facts("KEN", date(1964, 12, 31), "year", basis="near-agree", other_year="1965")
        receipt = keep(membership(facts(), year), clerk)
        says(
            receipt,
            "movement.memberships_recorded",
            "2 parties were recorded as member, each with its days.",
        )
        codes = list(Membership.objects.values_list("party", "key"))
        assert codes == [
            ("ZMB", receipt.number << 16 | 1),
            ("KEN", receipt.number << 16 | 2),
        ]
        assert Membership.objects.get(party="KEN").other_year == "1965"

    def test_a_day_that_is_not_known(self, clerk):
        act = membership(facts("OIC", None, "unknown"), kind="observer_organisation")
        says(
            keep(act, clerk),
            "movement.memberships_recorded",
            "OIC was recorded as observer organisation from a day not known.",
            "OIC",
        )

    @pytest.mark.parametrize(
        ("refusal", "row", "kind"),
        [
            (UnknownParty, facts("XYZ"), "member"),
            (WrongKind, facts("OIC"), "member"),
            (WrongKind, facts("OIC"), "observer_state"),
            (WrongKind, facts("ZMB"), "observer_organisation"),
            (WrongPrecision, facts(since=None), "member"),
            (WrongPrecision, facts(since=None, precision="year"), "member"),
            (WrongPrecision, facts(precision="unknown"), "member"),
            (WrongPrecision, facts(since=date(1964, 12, 30), precision="year"), "member"),
            (WrongDays, facts(until=FOUNDING_SUMMIT), "member"),
        ],
    )
    def test_refusals(self, clerk, refusal, row, kind):
        refuses(refusal, membership(row, kind=kind), clerk)

    def test_a_party_named_twice_is_refused(self, clerk):
        refuses(NamedTwice, membership(facts(), facts()), clerk, party="ZMB")

    def test_days_of_another_membership_are_refused(self, clerk):
        keep(membership(facts(until=date(1970, 1, 1))), clerk)
        late = facts(since=date(1969, 12, 31))
        refuses(Overlaps, membership(late), clerk, kind="member")
        refuses(Overlaps, membership(late, kind="observer_state"), clerk, kind="member")
        keep(membership(facts(since=date(1970, 1, 1))), clerk)
        assert Membership.objects.count() == 2

    def test_an_observer_of_unknown_since_may_have_been_a_member(self, clerk):
        keep(membership(facts(since=None, precision="unknown"), kind="observer_state"), clerk)
        keep(membership(facts(until=date(1970, 1, 1))), clerk)
        again = membership(facts(), kind="observer_state")
        refuses(Overlaps, again, clerk, kind="observer_state")

    def test_one_ends(self, clerk):
        keep(membership(), clerk)
        row = Membership.objects.get()
        says(
            keep(self.end(row), clerk),
            "movement.membership_ended",
            f"Membership {row.code} of ZMB ended on 1994-12-31.",
            "ZMB",
        )
        row.refresh_from_db()
        assert (row.until, row.until_source) == (date(1994, 12, 31), SOURCE)

    def test_an_end_is_refused(self, clerk):
        keep(membership(), clerk)
        row = Membership.objects.get()
        refuses(WrongDays, self.end(row, until=row.since), clerk)
        for wrong in ({"party_code": "KEN"}, {"membership": "9999.1"}, {"membership": "3.70000"}):
            refuses(NotThere, self.end(row).model_copy(update=wrong), clerk)
        ended = keep(self.end(row), clerk).number
        refuses(Moved, self.end(row), clerk)
        later = self.end(row).model_copy(update={"based_on": ended})
        refuses(AlreadyEnded, later, clerk, until=date(1994, 12, 31))

    def test_one_is_corrected(self, clerk):
        keep(membership(facts(until=date(1970, 1, 1))), clerk)
        row = Membership.objects.get()
        act = self.correct(row, since=date(1964, 12, 31), precision="year", source="List")
        says(
            keep(act, clerk),
            "movement.membership_corrected",
            f"Membership {row.code} of ZMB was corrected.",
            "ZMB",
        )
        row.refresh_from_db()
        assert (row.since, row.precision, row.until) == (date(1964, 12, 31), "year", None)
        assert (row.source, row.until_source) == ("List", "")

    def test_a_correction_is_refused(self, clerk):
        keep(membership(facts(until=date(1970, 1, 1))), clerk)
        keep(membership(facts(since=date(1980, 1, 1))), clerk)
        row = Membership.objects.order_by("key")[0]
        refuses(WrongDays, self.correct(row, until=FOUNDING_SUMMIT), clerk)
        refuses(WrongPrecision, self.correct(row, precision="year"), clerk)
        refuses(Overlaps, self.correct(row), clerk, kind="member")
        refuses(NotThere, self.correct(row, party="KEN"), clerk)

    def test_one_is_struck(self, clerk):
        keep(membership(), clerk)
        row = Membership.objects.get()
        plain = {"membership": row.code, "source": SOURCE, "based_on": row.key >> 16}
        refuses(NotThere, StrikeMembership(party_code="KEN", **plain), clerk)
        says(
            keep(StrikeMembership(party_code="ZMB", **plain), clerk),
            "movement.membership_struck",
            f"Membership {row.code} of ZMB was struck as a mistake.",
            "ZMB",
        )
        assert not Membership.objects.exists()


class TestGroups:
    @pytest.fixture(autouse=True)
    def parties(self, clerk):
        for each in (state("ZMB"), state("KEN"), state("OIC", kind="organisation"), group()):
            keep(each, clerk)

    def row_act(self, cls, row, **others):
        plain = {"group": "ldc", "membership": row.code}
        return cls(**plain | {"based_on": row.key >> 16} | others)

    def test_a_group_is_defined(self, clerk):
        act = group("mine-affected", kind="like_minded", note="No sourced list yet")
        says(
            keep(act, clerk),
            "movement.group_defined",
            "The group Least developed (mine-affected) was defined.",
        )
        assert Group.objects.get(code="mine-affected").note == "No sourced list yet"
        refuses(AlreadyThere, group(), clerk, what="ldc")

    def test_a_group_is_corrected(self, clerk):
        plain = {"names": Names(en="LDC"), "kind": "official", "source": SOURCE}
        seen = last_touch("movement.group/ldc")
        act = CorrectGroup(code="ldc", based_on=seen, **plain)
        says(
            keep(act, clerk),
            "movement.group_corrected",
            "What the register says of the group LDC (ldc) was corrected.",
        )
        assert Group.objects.get(code="ldc").name_en == "LDC"
        refuses(Moved, act, clerk)
        refuses(NotThere, CorrectGroup(code="lldc", based_on=1, **plain), clerk, what="lldc")

    def test_states_are_added(self, clerk):
        rows = (
            GroupDays(state="ZMB", source=SOURCE),
            GroupDays(state="KEN", until=date(2020, 12, 4), source=SOURCE),
        )
        receipt = keep(in_group(*rows), clerk)
        says(receipt, "movement.group_members_added", "2 states were recorded in the group ldc.")
        assert list(GroupMember.objects.values_list("party", "key", "until", "until_source")) == [
            ("ZMB", receipt.number << 16 | 1, None, ""),
            ("KEN", receipt.number << 16 | 2, date(2020, 12, 4), SOURCE),
        ]

    def test_one_state_is_named_in_its_entry(self, clerk):
        says(
            keep(in_group(), clerk),
            "movement.group_members_added",
            "ZMB was recorded in the group ldc.",
            "ZMB",
        )

    def test_adding_is_refused(self, clerk):
        zambia = GroupDays(state="ZMB", since=date(2000, 1, 1), source=SOURCE)
        wrong = zambia.model_copy(update={"until": date(2000, 1, 1)})
        unknown = in_group().model_copy(update={"group": "lldc"})
        refuses(NotThere, unknown, clerk, what="lldc")
        refuses(UnknownParty, in_group(GroupDays(state="XYZ", source=SOURCE)), clerk, party="XYZ")
        refuses(UnknownParty, in_group(GroupDays(state="OIC", source=SOURCE)), clerk, party="OIC")
        refuses(NamedTwice, in_group(zambia, zambia), clerk, party="ZMB")
        refuses(WrongDays, in_group(wrong), clerk)
        keep(in_group(zambia), clerk)
        refuses(AlreadyInGroup, in_group(), clerk, state="ZMB", group="ldc")
        before = GroupDays(state="ZMB", until=date(2000, 1, 1), source=SOURCE)
        keep(in_group(before), clerk)

    def test_a_state_leaves(self, clerk):
        keep(in_group(), clerk)
        row = GroupMember.objects.get()
        act = self.row_act(
            EndGroupMembership, row, state="ZMB", until=date(2026, 1, 1), source="List"
        )
        refuses(NotThere, act.model_copy(update={"state": "KEN"}), clerk)
        ended = keep(act, clerk)
        says(
            ended,
            "movement.group_membership_ended",
            "ZMB left the group ldc on 2026-01-01.",
            "ZMB",
        )
        row.refresh_from_db()
        assert (row.until, row.until_source) == (date(2026, 1, 1), "List")
        refuses(Moved, act, clerk)
        refuses(AlreadyEnded, act.model_copy(update={"based_on": ended.number}), clerk)

    def test_leaving_before_entering_is_refused(self, clerk):
        keep(in_group(GroupDays(state="ZMB", since=date(2000, 1, 1), source=SOURCE)), clerk)
        row = GroupMember.objects.get()
        until = date(2000, 1, 1)
        act = self.row_act(EndGroupMembership, row, state="ZMB", until=until, source=SOURCE)
        refuses(WrongDays, act, clerk)

    def test_days_are_corrected(self, clerk):
        keep(in_group(GroupDays(state="ZMB", until=date(2000, 1, 1), source=SOURCE)), clerk)
        keep(in_group(GroupDays(state="ZMB", since=date(2010, 1, 1), source=SOURCE)), clerk)
        row = GroupMember.objects.order_by("key")[0]

        def correct(**days):
            new = GroupDays(**{"state": "ZMB", "source": "List"} | days)
            return self.row_act(CorrectGroupMembership, row, days=new)

        refuses(AlreadyInGroup, correct(until=date(2010, 1, 2)), clerk, state="ZMB")
        refuses(WrongDays, correct(since=date(2001, 1, 1), until=date(2001, 1, 1)), clerk)
        refuses(NotThere, correct(state="KEN"), clerk)
        says(
            keep(correct(until=date(2010, 1, 1)), clerk),
            "movement.group_membership_corrected",
            "The days of ZMB in the group ldc were corrected.",
            "ZMB",
        )
        row.refresh_from_db()
        assert (row.until, row.source) == (date(2010, 1, 1), "List")

    def test_a_state_is_struck(self, clerk):
        keep(in_group(), clerk)
        row = GroupMember.objects.get()
        act = self.row_act(StrikeGroupMembership, row, state="ZMB", source=SOURCE)
        refuses(NotThere, act.model_copy(update={"state": "KEN"}), clerk)
        says(
            keep(act, clerk),
            "movement.group_membership_struck",
            "ZMB was struck from the group ldc as a mistake.",
            "ZMB",
        )
        assert not GroupMember.objects.exists()


class TestBodies:
    def test_one_is_established(self, clerk):
        act = body(established="2020-05-04", note="The day of its first summit")
        says(
            keep(act, clerk),
            "movement.body_established",
            "The body Bureau was entered in the register.",
        )
        row = Body.objects.get()
        assert (row.established, row.mandate) == ("2020-05-04", "Coordinates.")
        refuses(AlreadyThere, act, clerk, what="bureau")

    @pytest.mark.parametrize("when", ["2020-5", "20", "2020-05-04T00", "٢٠٢٠"])
    def test_malformed_dates(self, when):
        with pytest.raises(ValidationError):
            body(established=when)

    def test_one_is_corrected(self, clerk):
        seen = keep(body(), clerk).number
        act = body(CorrectBody, mandate="Meets in New York.", based_on=seen)
        says(
            keep(act, clerk),
            "movement.body_corrected",
            "What the register says of the body Bureau was corrected.",
        )
        assert Body.objects.get().mandate == "Meets in New York."
        refuses(Moved, act, clerk)
        refuses(NotThere, body(CorrectBody, code="other", based_on=1), clerk, what="other")


class TestChairTerms:
    @pytest.fixture(autouse=True)
    def parties(self, clerk):
        for each in (state("AZE"), state("UGA"), state("OIC", kind="organisation")):
            keep(each, clerk)

    def extend(self, until="2023", **others) -> ExtendChairTerm:
        plain = {"number": 18, "extended_until": until, "source": SOURCE}
        return ExtendChairTerm(
            **plain | {"based_on": last_touch("movement.chair_term/18") or 1} | others
        )

    def end(self, until=date(2024, 1, 19), **others) -> EndChairTerm:
        plain = {"number": 18, "until": until, "source": SOURCE}
        return EndChairTerm(
            **plain | {"based_on": last_touch("movement.chair_term/18") or 1} | others
        )

    def test_one_is_recorded_extended_and_ended(self, clerk):
        says(
            keep(term(), clerk),
            "movement.chair_term_recorded",
            "Chair term 18 of AZE from 2019-10-25 was recorded.",
            "AZE",
        )
        says(
            keep(self.extend(), clerk),
            "movement.chair_term_extended",
            "Chair term 18 was extended to 2023.",
        )
        says(
            keep(self.end(), clerk),
            "movement.chair_term_ended",
            "Chair term 18 ended with the handover on 2024-01-19.",
        )
        row = ChairTerm.objects.get()
        assert (row.planned_until, row.extended_until) == ("2022", "2023")
        assert (row.until, row.until_source) == (date(2024, 1, 19), SOURCE)

    def test_recording_is_refused(self, clerk):
        refuses(UnknownParty, term(state="XYZ"), clerk, party="XYZ")
        refuses(UnknownParty, term(state="OIC"), clerk, party="OIC")
        refuses(WrongDays, term(until=date(2019, 10, 25)), clerk)
        keep(term(), clerk)
        refuses(AlreadyThere, term(), clerk)
        after = term(number=19, state="UGA", since=date(2024, 1, 19))
        refuses(TermsMeet, after, clerk, number=18, state="AZE")
        keep(self.end(), clerk)
        keep(after, clerk)

    def test_an_extension_is_refused(self, clerk):
        refuses(NotThere, self.extend(), clerk)
        keep(term(), clerk)
        refuses(NotLater, self.extend("2022"), clerk, planned="2022")
        refuses(NotLater, self.extend("2021-12"), clerk, planned="2022")
        keep(self.extend("2022-12"), clerk)
        keep(self.end(), clerk)
        refuses(AlreadyEnded, self.extend(), clerk, until=date(2024, 1, 19))

    def test_a_term_without_plan_is_not_extended(self, clerk):
        keep(term(planned_until=""), clerk)
        refuses(NoPlan, self.extend(), clerk, number=18)

    def test_an_end_is_refused(self, clerk):
        refuses(NotThere, self.end(), clerk)
        keep(term(), clerk)
        refuses(WrongDays, self.end(until=date(2019, 10, 25)), clerk)
        keep(self.end(), clerk)
        refuses(AlreadyEnded, self.end(), clerk)

    def test_one_is_corrected(self, clerk):
        refuses(NotThere, term(CorrectChairTerm, based_on=1), clerk)
        keep(term(), clerk)
        seen = keep(self.extend(), clerk).number
        refuses(NoPlan, term(CorrectChairTerm, planned_until="", based_on=seen), clerk)
        act = term(CorrectChairTerm, since=date(2019, 10, 26), based_on=seen)
        says(
            keep(act, clerk),
            "movement.chair_term_corrected",
            "Chair term 18 of AZE was corrected.",
            "AZE",
        )
        row = ChairTerm.objects.get()
        assert (row.since, row.extended_until) == (date(2019, 10, 26), "2023")
        refuses(Moved, act, clerk)


class TestPrinciples:
    def test_one_is_recorded(self, clerk):
        says(
            keep(principle(), clerk),
            "movement.principle_recorded",
            "Principle 3 was recorded: Equality.",
        )
        row = Principle.objects.get()
        assert (row.title_fr, row.statement_ar) == ("Égalité", "المساواة")
        refuses(AlreadyThere, principle(), clerk)
        refuses(AlreadyThere, principle(number=4), clerk, what="equality")

    @pytest.mark.parametrize("number", [0, 11])
    def test_there_are_ten(self, number):
        with pytest.raises(ValidationError):
            principle(number=number)

    def test_one_is_corrected(self, clerk):
        seen = keep(principle(), clerk).number
        keep(principle(number=4, slug="other"), clerk)
        taken = principle(CorrectPrinciple, slug="other", based_on=seen)
        refuses(AlreadyThere, taken, clerk, what="other")
        act = principle(CorrectPrinciple, source="UN", based_on=seen)
        says(
            keep(act, clerk),
            "movement.principle_corrected",
            "Principle 3 was corrected: Equality.",
        )
        assert Principle.objects.get(number=3).source == "UN"
        refuses(Moved, act, clerk)
        refuses(NotThere, principle(CorrectPrinciple, number=5, based_on=1), clerk)
