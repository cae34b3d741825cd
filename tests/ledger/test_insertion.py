"""Plain INSERTs give the same rows as the ORM does, and pass the guard."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bandung.ledger.guard import OutsideTheDoor, open_door
from bandung.ledger.insertion import ROWS_AT_ONCE, insert_json, insert_rows
from bandung.ledger.prepared import Prepared, pipelined
from tests.ledger.app.models import Stock, StockLine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

NAMES = ["", "قفازات", "a “quoted” \\ % %s ' name", "🧤"]


def stocks() -> list[Stock]:
    return [
        Stock(
            code=str(number),
            name=NAMES[number % 4],
            quantity=(1 << 53) - number,
            opened_on=date(2024, 2, 29),
            changed_at=datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
            tags=["a", {"é": None}] if number % 2 else [],
        )
        for number in range(2 * ROWS_AT_ONCE + 1)
    ]


def as_json(stock: Stock) -> dict[str, Any]:
    return {
        "code": stock.code,
        "name": stock.name,
        "quantity": stock.quantity,
        "opened_on": "2024-02-29",
        "changed_at": "2024-02-29 23:59:59.123456",
        "tags": stock.tags,
        "not a column": "is left out",
    }


def rows() -> list[tuple[Any, ...]]:
    return list(Stock.objects.order_by("code").values_list())


def test_every_way_in_gives_the_same_rows() -> None:
    found = []
    for insert in (
        lambda: Stock.objects.bulk_create(stocks()),
        lambda: insert_rows(stocks()),
        lambda: insert_json(Stock, [as_json(each) for each in stocks()]),
    ):
        with open_door():
            insert()
            found.append(rows())
            Stock.objects.all().delete()
    assert len(found[0]) == 2 * ROWS_AT_ONCE + 1
    assert found[0] == found[1] == found[2]


def test_nothing_is_inserted_for_no_rows() -> None:
    with open_door():
        insert_rows([])
        insert_json(StockLine, [])
    assert not StockLine.objects.exists()


def test_the_guard_stands_before_them() -> None:
    with pytest.raises(OutsideTheDoor):
        insert_rows(stocks()[:1])
    with pytest.raises(OutsideTheDoor):
        insert_json(Stock, [as_json(stocks()[0])])
    assert not Stock.objects.exists()


def test_a_pipeline_hands_over_its_rows_and_answers() -> None:
    names = Prepared(lambda: Stock.objects.order_by("code").values_list("code"))
    with open_door(), transaction.atomic(), pipelined():
        before = names.ask()
        insert_rows(stocks()[:2])
        after = names.ask()
        insert_rows(stocks()[2:3])
        assert (before.rows(), after.rows()) == ([], [("0",), ("1",)])
    assert names.rows() == [("0",), ("1",), ("2",)]


@pytest.mark.parametrize("read_on", [True, False])
def test_what_a_pipeline_refuses_is_raised_within_the_transaction(read_on: bool) -> None:
    names = Prepared(lambda: Stock.objects.order_by().values_list("code"))

    def send() -> None:
        with open_door(), transaction.atomic(), pipelined():
            insert_rows(stocks()[:2])
            insert_rows(stocks()[1:3])
            if read_on:
                names.rows()

    with pytest.raises(IntegrityError):
        send()
    assert names.rows() == []
