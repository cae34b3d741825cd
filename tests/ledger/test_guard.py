"""Nothing but the door writes an official table: the runtime guard and the triggers."""

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from bandung.core.models import User
from bandung.ledger.guard import (
    OutsideTheDoor,
    guarded_tables,
    lifted,
    open_door,
    written_tables,
)
from bandung.ledger.models import Block, Entry, Head, Instance, Opening, Touch
from tests.ledger import story
from tests.ledger.app.models import Stock, StockLine
from tests.ledger.story import START

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def told() -> None:
    story.tell()


def send(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def masks() -> Stock:
    return Stock(code="masks", quantity=1, opened_on=date(2024, 1, 1), changed_at=START)


WRITES: dict[str, Callable[[], object]] = {
    "create": lambda: Stock.objects.create(**vars_of(masks())),
    "get_or_create": lambda: Stock.objects.get_or_create(code="x", defaults=vars_of(masks())),
    "save new": lambda: masks().save(),
    "save existing": lambda: Stock.objects.get(code="gloves").save(),
    "save some": lambda: Stock.objects.get(code="gloves").save(update_fields=["quantity"]),
    "delete": lambda: StockLine.objects.first().delete(),
    "delete many": lambda: StockLine.objects.all().delete(),
    "update": lambda: Stock.objects.update(quantity=F("quantity") + 1),
    "update_or_create": lambda: Stock.objects.update_or_create(
        code="gloves", defaults={"quantity": 1}
    ),
    "bulk_create": lambda: Stock.objects.bulk_create([masks()]),
    "bulk_create over": lambda: Stock.objects.bulk_create(
        [masks()], update_conflicts=True, unique_fields=["code"], update_fields=["quantity"]
    ),
    "bulk_update": lambda: Stock.objects.bulk_update(Stock.objects.all(), ["quantity"]),
    "related create": lambda: Stock.objects.get(code="gloves").lines.create(key=9, quantity=1),
    "related add": lambda: Stock.objects.get(code="gloves").lines.add(
        StockLine(key=9, quantity=1), bulk=False
    ),
    "raw update": lambda: send("UPDATE stock_stock SET quantity = 1"),
    "raw delete": lambda: send('DELETE FROM "stock_stock"'),
    "raw insert": lambda: send("insert\n into stock_stock (code) values ('x')"),
    "raw after a note": lambda: send("/* tidy */ UPDATE stock_stock SET quantity = 1"),
    "raw with": lambda: send("WITH x AS (SELECT 1) DELETE FROM stock_stock"),
    "head": lambda: Head.objects.update(size=0),
    "instance": lambda: Instance.objects.all().delete(),
    "entry": lambda: Entry.objects.update(party="AAA"),
    "block": lambda: Block.objects.filter(label="withheld").delete(),
    "opening": lambda: Opening.objects.all().delete(),
    "touch": lambda: Touch.objects.all().delete(),
    "flush": lambda: call_command("flush", interactive=False, verbosity=0),
}


def vars_of(stock: Stock) -> dict[str, object]:
    return {field.attname: getattr(stock, field.attname) for field in Stock._meta.concrete_fields}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_outside_the_door_raises_and_changes_nothing(told: None, name: str) -> None:
    before = {model: list(model.objects.values()) for model in (Stock, StockLine, Entry, Head)}
    with pytest.raises(Exception, match=r"written by ledger.record alone|Database .* couldn't be"):
        WRITES[name]()
    assert {model: list(model.objects.values()) for model in before} == before


def test_unofficial_tables_are_free() -> None:
    user = User.objects.create(username="someone")
    user.name = "Some One"
    user.save()
    User.objects.all().delete()


def test_the_door_shuts_behind_an_error() -> None:
    with pytest.raises(ZeroDivisionError), open_door():
        raise ZeroDivisionError
    with pytest.raises(OutsideTheDoor):
        masks().save()


def test_after_an_act_the_door_is_shut(told: None) -> None:
    """Also for what an act leaves to be done once it is committed."""
    seen = []

    def try_to_write() -> None:
        with pytest.raises(OutsideTheDoor):
            masks().save()
        seen.append("shut")

    class Listening(story.Keeper):
        def holds_at(self, at: object) -> bool:
            transaction.on_commit(try_to_write)
            return True

    from bandung.ledger.door import record
    from tests.ledger.app.acts import OpenStock

    act = OpenStock(code="masks", quantity=1, on=date(2024, 1, 1))
    record(act, Listening(), "key")
    assert seen == ["shut"]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT * FROM a FOR UPDATE", ()),
        ("SELECT * FROM a FOR UPDATE OF b", ("OF",)),
        ("SELECT note FROM updates", ()),
        ("INSERT OR REPLACE INTO a VALUES (1)", ("a",)),
        ("REPLACE INTO [a] VALUES (1)", ("a",)),
        ("INSERT INTO public.a VALUES (1)", ("public", "a")),
        ('UPDATE ONLY "main"."a" SET b = 1', ("ONLY", "a", "main")),
        ("UPDATE OR IGNORE `a` SET b = 1", ("a",)),
        ("DELETE FROM a", ("a",)),
        ("DELETE FROM ONLY a", ("ONLY", "a")),
        ("TRUNCATE a, b", ("a", "b")),
        ("TRUNCATE TABLE a", ("a",)),
        ("MERGE INTO a USING b ON 1 = 1", ("a",)),
        ("COPY a FROM STDIN", ("a",)),
        ("SELECT 1; DELETE FROM a", ("a",)),
        ("-- a note\nDELETE FROM a", ("a",)),
        ("DELETE /* really */ FROM a", ("a",)),
        ("INSERT INTO a (b) VALUES (1) ON CONFLICT (b) DO UPDATE SET b = 2", ("a", "SET")),
    ],
)
def test_the_guard_reads_which_tables_a_statement_writes(sql: str, names: tuple[str, ...]) -> None:
    assert written_tables(sql) == set(names)


# Triggers: even with the door open, what an act left is only ever added to


TRIGGERED = {
    "ledger_entry": ("UPDATE ledger_entry SET party = 'AAA'", "DELETE FROM ledger_entry"),
    "ledger_block": ("UPDATE ledger_block SET label = 'x'", "DELETE FROM ledger_block"),
    "ledger_opening": ("UPDATE ledger_opening SET opened_by = 1", "DELETE FROM ledger_opening"),
    "ledger_touch": ("UPDATE ledger_touch SET number = 9", "DELETE FROM ledger_touch"),
}


@pytest.mark.parametrize("table", TRIGGERED)
@pytest.mark.parametrize("verb", [0, 1])
def test_triggers_refuse_changes_even_with_the_door_open(told: None, table: str, verb: int) -> None:
    message = f"{table} is only ever added to"
    with open_door(), pytest.raises(DatabaseError, match=message):
        send(TRIGGERED[table][verb])


def test_triggers_refuse_replacing_and_truncating(told: None) -> None:
    statements = {
        "sqlite": [f"REPLACE INTO {table} SELECT * FROM {table}" for table in sorted(TRIGGERED)],
        "postgresql": [f"TRUNCATE {table} CASCADE" for table in sorted(TRIGGERED)],
    }
    for statement in statements[connection.vendor]:
        with open_door(), pytest.raises(DatabaseError, match="is only ever added to"):
            send(statement)


def test_lifting_puts_the_triggers_back(told: None) -> None:
    with lifted():
        Touch.objects.all().delete()
    with open_door(), pytest.raises(DatabaseError, match="only ever added to"):
        send("DELETE FROM ledger_entry")


def test_every_ledger_and_official_table_is_guarded() -> None:
    tables = guarded_tables()
    assert {"stock_stock", "stock_stockline", "ledger_head", "ledger_instance"} <= tables
    assert {*TRIGGERED} <= tables
    ledger = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    assert ledger <= tables
    assert User._meta.db_table not in tables
