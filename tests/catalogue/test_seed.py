"""The compiled seed through the door: the counts the movement's page prints."""

import pytest

from bandung.catalogue.queries import (
    current_items,
    figures,
    in_unit,
    indicators,
    item_history,
    size,
)
from bandung.catalogue.seeding import seed_catalogue
from bandung.ledger.models import Head
from tests.factories import found, speaker

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_the_seed_is_recorded_once():
    found()
    mandate = speaker("secretariat")
    before = Head.objects.get().size
    acts = seed_catalogue(mandate)
    assert Head.objects.get().size == before + acts > before
    assert seed_catalogue(mandate) == 0
    assert Head.objects.get().size == before + acts

    counted = size()
    assert (counted.items, counted.figures) == (170, 1876)
    assert counted.by_sector == {"medical": 1412, "social": 301, "humanitarian": 163}
    assert len(indicators()) == 20
    assert len(current_items()) == 170
    assert {item.kind for item in current_items()} == {"goods", "services", "people", "money"}
    assert len(current_items(sector="medical", category="medical/ipc-ppe")) == 11
    assert [version.version for version in item_history("MED-IPC-05")] == [1]

    gown = next(row for row in figures("AFG", "D-GOWN"))
    assert (gown.base_quantity, gown.quantity) == (20281, 20281)
    rub = next(row for row in figures("AFG", "D-RUB"))
    assert (rub.base_quantity, rub.quantity, rub.unit) == (677_000, 677, "L")
    assert "not submitted" in rub.source


def test_a_quantity_in_another_unit_is_exact():
    assert str(in_unit(2_500, 1_000)) == "2.5"
    assert in_unit(9_007_199_254_740_991, 1) == 9_007_199_254_740_991
