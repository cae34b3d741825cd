"""A world with the real register and catalogue, founded once for all these modules.

It lives in one transaction, rolled back at the end; each test works in a savepoint of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import pytest_django
from django.db import transaction

from bandung.catalogue.seeding import seed_catalogue
from bandung.ledger.act import Mandate
from bandung.movement.access import Reader
from bandung.movement.models import Party
from bandung.movement.seeding import register_movement
from bandung.needs.models import Emergency
from tests import factories

TODAY = datetime.now(UTC).date()


@dataclass(frozen=True)
class Desk:
    """Zambia's focal point and the others, on a ledger with all 170 items."""

    zambia: Party
    emergency: Emergency
    focal_point: Mandate
    reviewer: Mandate
    secretariat: Mandate

    @property
    def reader(self) -> Reader:
        return factories.reader(self.focal_point)

    def publish(self, said: object) -> int:
        """Takes a statement the whole way; returns the submission's number."""
        world = factories.World(
            administrator=self.focal_point,
            reviewer=self.reviewer,
            secretariat=self.secretariat,
            partner=self.reviewer,
            focal_points={"ZMB": self.focal_point},
        )
        return factories.submit_and_publish(world, said)  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def _founded(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Desk]:
    block = transaction.atomic()
    block._from_testcase = True  # as Django's TestCase does: `record` may nest in it
    with django_db_blocker.unblock(), block:
        factories.found()
        clerk = factories.appoint("person-clerk", "secretariat")
        register_movement(clerk)
        seed_catalogue(clerk)
        factories.open_emergency(opened_on=date(2020, 1, 30))
        yield Desk(
            Party.objects.get(pk="ZMB"),
            Emergency.objects.get(),
            factories.appoint("person-zambia", "focal_point", "ZMB"),
            factories.appoint("person-reviewer", "reviewer"),
            factories.appoint("person-secretary", "secretariat"),
        )
        transaction.set_rollback(True)


@pytest.fixture
def desk(_founded: Desk, db: None) -> Desk:
    return _founded
