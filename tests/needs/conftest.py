"""A world founded once for each module; each test's own changes are rolled back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.factories import NOW, World, found_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Members ZMB, KEN and CUB with a focal point each; a reviewer, a secretariat, a partner.

    For tests marked `django_db`, whose own transaction lies within this one.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as in Django's TestCase: the door asks for the outermost block
    with django_db_blocker.unblock(), around:
        yield found_world(("ZMB", "KEN", "CUB"), now=NOW)
        transaction.set_rollback(True)
