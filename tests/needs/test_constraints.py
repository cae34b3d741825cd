"""The database as referee: each constraint of the needs tables is broken once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from bandung.ledger.guard import OutsideTheDoor, open_door
from bandung.needs.models import Dispute, Line, ScopeSector, Submission
from tests.factories import BOX, NOW, RICE, accept, publish, statement, submit, submit_and_publish

pytestmark = pytest.mark.django_db


def breaks(name: str, change) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), open_door():
        change()
    assert name in str(caught.value) or "UNIQUE" in str(caught.value)


def test_tables_are_written_through_the_door_alone(world):
    number = submit(world, now=NOW)
    for write in (
        lambda: Submission.objects.filter(number=number).update(withdrawn_by=1),
        lambda: Line.objects.filter(submission=number).delete(),
        lambda: ScopeSector.objects.create(key="1/social"),
        lambda: Dispute.objects.bulk_create([Dispute(number=1, line_id=1)]),
    ):
        with pytest.raises(OutsideTheDoor), transaction.atomic():
            write()


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("needs_published_pair", {"published_at": NOW}),
        ("needs_published_pair", {"published_by": 9, "accepted_by": 8, "reviewer": "x"}),
        ("needs_published_is_accepted", {"published_by": 9, "published_at": NOW}),
        (
            "needs_returned_is_not_published",
            {
                "published_by": 9,
                "published_at": NOW,
                "accepted_by": 8,
                "returned_by": 8,
                "reviewer": "x",
            },
        ),
        ("needs_reviewed_by_someone", {"accepted_by": 8}),
        ("needs_reviewed_by_someone", {"returned_by": 8}),
        ("needs_four_eyes", {"accepted_by": 8, "reviewer": "person-ZMB"}),
    ],
)
def test_submissions(world, constraint, change):
    number = submit(world, now=NOW)
    breaks(constraint, lambda: Submission.objects.filter(number=number).update(**change))


def test_one_publication_in_force_for_a_sector(world):
    submit_and_publish(world, now=NOW)
    second = submit(world, now=NOW)
    accept(world, second, NOW)
    breaks(
        "needs_one_in_force",
        lambda: ScopeSector.objects.filter(submission=second).update(published_by=9),
    )
    publish(world, second, NOW)


@pytest.mark.parametrize("end", ["replaced_by", "withdrawn_by"])
def test_only_a_publication_ends(world, end):
    number = submit(world, now=NOW)
    breaks(
        "needs_ends_after_publication",
        lambda: ScopeSector.objects.filter(submission=number).update(**{end: 9}),
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("needs_line_of_its_scope", {"submission": 1}),
        ("needs_line_of_its_scope", {"scope": "1/medical"}),
        ("needs_line_of_its_item", {"item": RICE}),
        ("needs_line_of_its_item", {"item_version": f"{RICE}@1"}),
        ("needs_quantity", {"base_quantity": -1}),
        ("needs_unit_or_pack", {"unit": None}),
        ("needs_unit_or_pack", {"pack": BOX}),
        ("needs_priority", {"priority": 0}),
        ("needs_priority", {"priority": 4}),
        ("needs_severity", {"severity": 0}),
        ("needs_severity", {"severity": 6}),
        ("needs_counts", {"stock": -1}),
        ("needs_counts", {"monthly_use": -1}),
        ("needs_counts", {"people_in_need": -1}),
        ("needs_counts", {"people_targeted": -1}),
    ],
)
def test_lines(world, constraint, change):
    number = submit(world, now=NOW)
    breaks(constraint, lambda: Line.objects.filter(submission=number).update(**change))


def test_disputes(world):
    number = submit_and_publish(world, now=NOW)
    line = number << 16 | 1

    def mark(act, lifted_by=None):
        Dispute.objects.create(number=act, line_id=line, note="x", lifted_by=lifted_by)

    breaks("needs_lifted_after", lambda: mark(900, lifted_by=900))
    with open_door():
        mark(901)
    breaks("needs_one_dispute", lambda: mark(902))
    with open_door():
        Dispute.objects.update(lifted_by=F("number") + 1)
        mark(903)


def test_what_is_referred_to_cannot_be_removed(world):
    number = submit(world, statement(as_of=NOW.date() - timedelta(days=1)), NOW)
    with pytest.raises(Exception, match="protected"), open_door():
        Submission.objects.get(number=number).delete()
