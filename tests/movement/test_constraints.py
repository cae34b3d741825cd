"""What one row can know, the database refuses itself, whoever writes."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from bandung.ledger.guard import OutsideTheDoor, open_door
from bandung.movement.models import (
    Appointment,
    ChairTerm,
    Group,
    GroupMember,
    Membership,
    Party,
    Principle,
)

pytestmark = pytest.mark.django_db
DAY, LATER = date(2000, 1, 1), date(2001, 1, 1)
AT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
def door():
    with open_door():
        yield


@pytest.fixture
def zambia(door):
    Group.objects.create(code="ldc", name_en="LDC", kind="official")
    return Party.objects.create(
        code="ZMB", kind="state", iso2="ZM", m49="894", name_en="Zambia", source="test"
    )


# SQLite names the column of a UNIQUE constraint, PostgreSQL the constraint.
COLUMNS = {
    "movement_one_iso2": "movement_party.iso2",
    "movement_one_m49": "movement_party.m49",
    "movement_principle_slug": "movement_principle.slug",
}


def broken(constraint: str, row) -> None:
    """The database refuses the row under this constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    said = str(caught.value)
    assert constraint in said or COLUMNS.get(constraint, constraint) in said


def party(**facts) -> Party:
    return Party(**{"code": "KEN", "kind": "state", "name_en": "Kenya", "source": "test"} | facts)


def membership(**facts) -> Membership:
    plain = {"key": 1, "party_id": "ZMB", "kind": "member", "basis": "stated", "source": "test"}
    return Membership(**plain | {"since": DAY, "precision": "day"} | facts)


def term(**facts) -> ChairTerm:
    plain = {"number": 1, "state_id": "ZMB", "since": DAY, "source": "test"}
    return ChairTerm(**plain | facts)


def appointment(**facts) -> Appointment:
    plain = {"key": 1, "person": "p1", "function": "reviewer", "since": DAY}
    return Appointment(**plain | facts)


def principle(number: int, slug: str) -> Principle:
    texts = {
        f"{stem}_{language}": "x"
        for stem in ("title", "statement")
        for language in ("en", "fr", "es", "ar")
    }
    return Principle(number=number, slug=slug, source="test", **texts)


def test_nothing_is_written_outside_the_door(db):
    with pytest.raises(OutsideTheDoor):
        party().save(force_insert=True)


def test_what_is_right_is_kept(zambia):
    party().save(force_insert=True)
    party(code="OIC-2", kind="organisation").save(force_insert=True)
    membership(until=LATER).save(force_insert=True)
    membership(key=2, since=None, precision="unknown").save(force_insert=True)
    term(until=LATER, planned_until="2001", extended_until="2002").save(force_insert=True)
    appointment(until=LATER, ended_at=AT, ended_by=3).save(force_insert=True)
    principle(10, "ten").save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "row"),
    [
        ("movement_state_has_iso3", party(code="KENYA")),
        ("movement_state_has_iso3", party(code="ken")),
        ("movement_one_iso2", party(iso2="ZM")),
        ("movement_one_m49", party(m49="894")),
        ("movement_membership_days", membership(until=DAY)),
        ("movement_membership_precision", membership(since=None)),
        ("movement_membership_precision", membership(since=None, precision="year")),
        (
            "movement_group_days",
            GroupMember(key=1, group_id="ldc", party_id="ZMB", since=DAY, until=DAY, source="t"),
        ),
        ("movement_term_days", term(until=DAY)),
        ("movement_extended_plan", term(extended_until="2002")),
        ("movement_ten_principles", principle(0, "zero")),
        ("movement_ten_principles", principle(11, "eleven")),
        ("movement_mandate_end", appointment(ended_at=AT)),
        ("movement_mandate_end", appointment(ended_by=3)),
        ("movement_mandate_days", appointment(until=DAY)),
        ("movement_mandate_party", appointment(function="focal_point")),
        ("movement_mandate_party", appointment(function="head_of_delegation")),
        ("movement_mandate_party", appointment(function="partner_reader")),
    ],
)
def test_what_is_wrong_is_refused(zambia, constraint, row):
    broken(constraint, row)


def test_two_principles_with_one_slug(door):
    principle(1, "one").save(force_insert=True)
    broken("movement_principle_slug", principle(2, "one"))


def test_a_party_in_use_stays(zambia):
    membership().save(force_insert=True)
    with pytest.raises(IntegrityError):
        zambia.delete()
