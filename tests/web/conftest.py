"""A world in which every page has something to show, founded once for each module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from bandung.core.models import User
from bandung.ledger.act import Mandate
from bandung.movement.access import Reader
from tests import factories as make
from tests.factories import CASH, GLOVES, MASKS, RICE, World

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Site:
    """The world, and the submissions made in it by number."""

    world: World
    spoken: int  # ZMB, medical and nil social: public, partners' and withheld lines, one disputed
    older: int  # ZMB, medical: replaced by `spoken`
    rice: int  # KEN, humanitarian: goods and money
    taken_back: int  # CUB, medical: withdrawn
    pending: int  # CUB, medical: submitted only


def publish_all(world: World) -> Site:
    older = make.submit_and_publish(world, make.statement([make.need(quantity=40)]))
    lines = [
        make.need(1, GLOVES, 1200, pack=make.BOX, base_quantity=60_000, priority=1),
        make.need(2, MASKS, 7_000_000_000_000_000, needed_by=date(2026, 9, 1)),
        make.need(3, GLOVES, 51, visibility="partners", priority=3),
        make.need(4, MASKS, 77_777, visibility="withheld", justification="canary-withheld"),
    ]
    said = make.statement(lines, scope=("medical", "social"), nil=("social",))
    spoken = make.submit_and_publish(world, said)
    make.dispute(world, spoken << 16 | 2, "canary-note")
    rice = [
        make.need(1, RICE, 2500, unit="KG", base_quantity=2_500_000, priority=1),
        make.need(2, CASH, "12.50", unit="USD", base_quantity=1250),
    ]
    rice_number = make.submit_and_publish(
        world, make.statement(rice, state="KEN", scope=("humanitarian",))
    )
    back = make.submit_and_publish(world, make.statement(state="CUB"))
    make.withdraw(world, back, ("medical",), state="CUB")
    pending = make.submit(
        world, make.statement([make.need(justification="canary-pending")], state="CUB")
    )
    return Site(world, spoken, older, rice_number, back, pending)


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """For tests marked `django_db`, whose own transaction lies within this one."""
    around = transaction.atomic()
    around._from_testcase = True  # as in Django's TestCase: the door asks for the outermost block
    with django_db_blocker.unblock(), around:
        world = make.found_world(("ZMB", "KEN", "CUB"))
        make.group("test-group", ["ZMB", "KEN"])
        make.define_indicator(ZMB=45_000, KEN=1)
        yield publish_all(world)
        transaction.set_rollback(True)


def client_of(mandate: Mandate | None) -> Client:
    """A browser in which the holder of this mandate is signed in; the public's without one."""
    client = Client()
    if mandate:
        user, _made = User.objects.get_or_create(
            person=mandate.person, defaults={"username": mandate.person, "name": mandate.person}
        )
        client.force_login(user, BACKEND)
    return client


def reader_of(mandate: Mandate | None) -> Reader:
    return make.reader(mandate) if mandate else Reader()
