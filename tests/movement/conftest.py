"""A founded ledger, its administrator and secretariat; and the whole register, seeded once a module."""

from datetime import UTC, date, datetime
from itertools import count

import pytest

from bandung.ledger.act import Mandate
from bandung.ledger.acts import FoundLedger
from bandung.ledger.door import record
from bandung.movement.access import mandate
from bandung.movement.acts import Appoint
from bandung.movement.seeding import register_movement
from tests.emptying import empty_database

FOUNDED = datetime(2024, 1, 10, 9, tzinfo=UTC)
_numbers = count(1)


def keep(act, by, now=FOUNDED):
    """Records the act under a key of its own."""
    return record(act, by, f"test-{next(_numbers)}", now=now)


def found() -> tuple[Mandate, Mandate]:
    """An empty ledger's administrator and secretariat."""
    first = FoundLedger(
        name="bandung.test", term=18, chair="AZE", administrator="admin", exercise=False
    )
    record(first, None, "found", now=FOUNDED)
    administrator = mandate("1.1")
    clerk = Appoint(person="clerk", function="secretariat", since=date(2024, 1, 1))
    return administrator, mandate(f"{keep(clerk, administrator).number}.1")


@pytest.fixture
def speakers(db):
    return found()


@pytest.fixture
def administrator(speakers):
    return speakers[0]


@pytest.fixture
def clerk(speakers):
    return speakers[1]


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """The whole register, committed once for all tests of a module, which only read it."""
    with django_db_blocker.unblock():
        administrator, clerk = found()
        try:
            register_movement(clerk, now=FOUNDED)
            yield administrator, clerk
        finally:
            empty_database()
