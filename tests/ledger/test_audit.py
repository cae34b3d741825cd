"""Verification of an instance: any change behind the door is found and its entry named."""

import pytest
from django.db import connection

from bandung.ledger.audit import verify_instance
from bandung.ledger.guard import lifted
from bandung.ledger.models import Block, Entry, Opening
from bandung.ledger.queries import checkpoint
from tests.ledger import story

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def told() -> None:
    story.tell()


def change(sql: str, *values: object) -> None:
    with lifted(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_sound_instance_is_sound(told: None) -> None:
    seen: list[tuple[int, int]] = []
    verdict = verify_instance(progress=lambda *done: seen.append(done))
    assert verdict.is_sound
    assert (verdict.size, verdict.sealed, verdict.opened, verdict.blocks) == (7, 2, 1, 11)
    assert verdict.root == checkpoint().root
    assert seen == [(number, 7) for number in range(1, 8)]


def test_an_empty_instance_is_sound() -> None:
    assert verify_instance().is_sound


COLUMNS = {
    "at": "'2024-03-01 09:00:09+00'",
    "verb": "'stock.taken'",
    "party": "'AAA'",
    "mandate": "'9.9'",
    "person": "'p-other'",
    "key": "'other'",
    "request": "'00'",
}


@pytest.mark.parametrize("number", [2, 4])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_found(told: None, column: str, number: int) -> None:
    change(f"UPDATE ledger_entry SET {column} = {COLUMNS[column]} WHERE number = {number}")
    found = verify_instance().first_failure
    assert found == (number, f"its column {column} does not say what its bytes say")


@pytest.mark.parametrize(("number", "value"), [(2, True), (4, False)])
def test_a_changed_seal_is_found(told: None, number: int, value: bool) -> None:
    change(f"UPDATE ledger_entry SET is_sealed = %s WHERE number = {number}", value)
    assert verify_instance().first_failure == (
        number,
        "its column is_sealed does not say what its bytes say",
    )


CHANGES = [
    ("UPDATE ledger_entry SET content = 'x' WHERE number = 3", 3, "leaf hash"),
    ("UPDATE ledger_entry SET leaf = 'x' WHERE number = 3", 3, "leaf hash"),
    ("UPDATE ledger_entry SET root = 'x' WHERE number = 3", 3, "its root"),
    ("DELETE FROM ledger_touch WHERE number = 3", 3, "marked as touched"),
    ("INSERT INTO ledger_touch (subject, number) VALUES ('x', 3)", 3, "marked as touched"),
    ("INSERT INTO ledger_touch (subject, number) VALUES ('x', 8)", 0, "touched by an act"),
    ("UPDATE ledger_touch SET subject = 'x' WHERE number = 3", 3, "marked as touched"),
    ("DELETE FROM ledger_block WHERE number = 3", 3, "not those it names"),
    ("DELETE FROM ledger_block WHERE number = 5 AND label = 'public'", 5, "not those it names"),
    ("UPDATE ledger_block SET content = 'x' WHERE number = 3", 3, "does not open its"),
    ("UPDATE ledger_block SET salt = 'x' WHERE number = 3", 3, "is damaged"),
    ("UPDATE ledger_block SET label = 'x' WHERE number = 3", 3, "label"),
    ("UPDATE ledger_block SET label = 'x' WHERE number = 5 AND position = 2", 5, "label"),
    ("UPDATE ledger_block SET position = 1 WHERE number = 3", 3, "is damaged"),
    ("UPDATE ledger_block SET position = 9 - position WHERE number = 5", 5, "not those it names"),
    ("DELETE FROM ledger_opening", 6, "marked as opened"),
    ("UPDATE ledger_opening SET opened_by = 7", 6, "marked as opened"),
    ("UPDATE ledger_head SET size = 6", 0, "frontier"),
    ("UPDATE ledger_head SET size = 8", 8, "is missing: the head counts 8"),
    ("UPDATE ledger_head SET frontier = 'x'", 0, "frontier"),
    ("UPDATE ledger_head SET last_at = '2024-01-01 00:00:00+00'", 0, "the head's time"),
]


@pytest.mark.parametrize(("sql", "number", "words"), CHANGES)
def test_a_change_behind_the_door_is_found(told: None, sql: str, number: int, words: str) -> None:
    text = sql.replace("'x'", "'\\x78'::bytea") if is_bytes(sql) else sql
    change(text)
    found = verify_instance().first_failure
    assert found is not None
    assert found[0] == number, found
    assert words in found[1]


def is_bytes(sql: str) -> bool:
    names = ("content", "leaf", "root", "salt", "frontier")
    return connection.vendor == "postgresql" and any(f"SET {name} = 'x'" in sql for name in names)


def test_an_opened_block_that_no_act_opens_is_found(told: None) -> None:
    block = Block.objects.get(number=5, label="withheld").commitment
    change("INSERT INTO ledger_opening (block_id, opened_by) VALUES (%s, 3)", block)
    assert Opening.objects.count() == 2
    found = verify_instance().first_failure
    assert found == (3, "the blocks marked as opened by it are not those it opens")


def test_a_removed_entry_is_found(told: None) -> None:
    change("DELETE FROM ledger_touch WHERE number = 2")
    change("DELETE FROM ledger_entry WHERE number = 2")
    assert verify_instance().first_failure == (2, "is missing")


def test_a_verb_this_program_does_not_know_is_named(told: None) -> None:
    """A ledger written by a newer program is not declared sound by an older one."""
    from bandung.ledger.act import REGISTRY

    known = REGISTRY.pop("stock.counted")
    try:
        found = verify_instance().first_failure
    finally:
        REGISTRY["stock.counted"] = known
    assert found is not None
    assert found[0] == 3
    assert "cannot be read as stock.counted" in found[1]
    assert Entry.objects.count() == 7
