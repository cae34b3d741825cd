"""The seed tables become acts once, and only once; and the acts alone give the register back."""

from datetime import date

import pytest

from bandung.ledger.act import Moment, Speaker
from bandung.ledger.digest import official_models, table_digest
from bandung.ledger.entry import read
from bandung.ledger.guard import open_door
from bandung.ledger.models import Entry, Head, Instance, Touch
from bandung.ledger.queries import last_touch
from bandung.ledger.registry import read_act
from bandung.movement.access import mandate
from bandung.movement.acts import (
    Appoint,
    CorrectMembership,
    EndAppointment,
    EndGroupMembership,
    MembershipFacts,
    StrikeGroupMembership,
)
from bandung.movement.models import Appointment, Group, GroupMember, Membership, Party
from bandung.movement.queries import founding_mandate
from bandung.movement.seed import rows
from bandung.movement.seeding import register_movement, seed_steps
from tests.movement.conftest import keep

pytestmark = [pytest.mark.usefixtures("seeded"), pytest.mark.django_db]


def test_every_row_of_the_tables_is_in_the_register():
    assert Party.objects.count() == len(rows("states")) + len(rows("organisations"))
    assert Membership.objects.count() == len(rows("memberships"))
    assert GroupMember.objects.count() == len(rows("group_members"))


def test_every_row_keeps_the_text_of_its_source():
    texts = {row["text"] for row in rows("sources")}
    for model in (Party, Membership, GroupMember):
        assert set(model.objects.values_list("source", flat=True)) <= texts


def test_a_second_run_changes_nothing(seeded):
    _, clerk = seeded
    size, seen = Head.objects.get().size, []
    assert register_movement(clerk, lambda done, total: seen.append((done, total))) == 0
    assert Head.objects.get().size == size
    total = len(list(seed_steps()))
    assert seen == [(done, total) for done in range(1, total + 1)]
    assert size == total + 2  # the founding and the clerk's appointment


def test_keys_are_stable_and_say_what_they_hold():
    keys = [key for key, _ in seed_steps()]
    assert keys[0] == "seed:party/AFG"
    assert {"seed:memberships/member", "seed:group_members/ldc", "seed:chair/18"} < set(keys)
    kept = Entry.objects.filter(key__startswith="seed:").order_by("number")
    assert list(kept.values_list("key", flat=True)) == keys


def test_a_states_memberships_lead_to_their_act():
    number = Touch.objects.get(subject="movement.memberships/ZMB").number
    row = Membership.objects.get(party="ZMB")
    assert row.key >> 16 == number


def digests() -> dict[str, str]:
    models = [each for each in official_models() if each._meta.app_label == "movement"]
    return {model._meta.db_table: table_digest(model) for model in [*models, Instance]}


def forget() -> None:
    """Empties the register's tables, those that others point to last."""
    models = [each for each in official_models() if each._meta.app_label == "movement"]
    for model in sorted(models, key=lambda each: each in (Party, Group)):
        model.objects.filter(pk__isnull=False).delete()
    Instance.objects.all().delete()


def replay() -> None:
    for entry in Entry.objects.order_by("number"):
        shown = read(bytes(entry.content))
        said = shown.statement
        by = Speaker(**said.by) if said.by else None
        read_act(said).apply(Moment(shown.number, shown.at, by))


def test_the_seeded_register_and_its_later_life(seeded):
    administrator, clerk = seeded
    second = Appoint(person="p2", function="administrator", since=date(2024, 1, 1))
    second = mandate(f"{keep(second, administrator).number}.1")
    keep(
        Appoint(
            person="p3",
            function="focal_point",
            party_code="NAM",
            sectors=("social", "medical"),
            since=date(2024, 1, 1),
            reference="Note 1",
        ),
        second,
    )
    keep(EndAppointment.of(founding_mandate()), second)
    left = GroupMember.objects.get(group="sids", party="SGP")
    keep(
        EndGroupMembership(
            group="sids",
            membership=left.code,
            state="SGP",
            until=date(2025, 1, 1),
            source="test",
            based_on=left.key >> 16,
        ),
        clerk,
    )
    struck = GroupMember.objects.get(group="lldc", party="ZMB")
    keep(
        StrikeGroupMembership(
            group="lldc",
            membership=struck.code,
            state="ZMB",
            source="test",
            based_on=struck.key >> 16,
        ),
        clerk,
    )
    held = Membership.objects.get(party="NAM")
    facts = MembershipFacts(
        party="NAM", since=date(1990, 3, 21), precision="day", basis="stated", source="test"
    )
    seen = last_touch(f"movement.membership/{held.code}") or held.key >> 16
    keep(CorrectMembership(membership=held.code, facts=facts, based_on=seen), clerk)

    before = digests()
    assert Appointment.objects.count() == 4
    with open_door():
        forget()
        emptied = digests()
        replay()
    assert digests() == before
    assert all(emptied[table] != before[table] for table in before)
