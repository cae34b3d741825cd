"""The runtime guard: a write to an official or ledger table raises unless the door is open.

Every statement that Django sends, bulk operations included, passes `refuse_side_doors`. The
ledger's own tables are also protected by triggers in the database (migration 0002).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from bandung.core.models import OfficialModel

_is_open: ContextVar[bool] = ContextVar("door_is_open", default=False)
_NOTE = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_IDENTIFIER = r"""["`\[]?\w+["`\]]?"""
_TABLE = rf"{_IDENTIFIER}(?:\s*\.\s*{_IDENTIFIER})?"
_WRITE = re.compile(
    r"\b(?:(?:INSERT|REPLACE|MERGE)\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM"
    rf"|COPY|TRUNCATE(?:\s+TABLE)?)\s+((?:ONLY\s+)?{_TABLE}(?:\s*,\s*{_TABLE})*)",
    re.IGNORECASE,
)
_NAME = re.compile(r"\w+")


class OutsideTheDoor(RuntimeError):
    """Code tried to write an official table without an act."""


@contextmanager
def open_door() -> Iterator[None]:
    """Within this block official tables may be written: `record` and `rebuild` alone use it."""
    token = _is_open.set(True)
    try:
        yield
    finally:
        _is_open.reset(token)


@cache
def guarded_tables() -> frozenset[str]:
    """Names of the tables that only the door may write."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, OfficialModel) or model._meta.app_label == "ledger"
    )


def refuse_side_doors(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """An execute wrapper, on every connection from its start."""
    if not _is_open.get():
        for name in written_tables(str(sql)):
            if name in guarded_tables():
                raise OutsideTheDoor(f"{name} is written by ledger.record alone")
    return execute(sql, params, many, context)


def written_tables(sql: str) -> frozenset[str]:
    """The names that stand where a statement names the tables it writes."""
    texts = [sql, _NOTE.sub(" ", sql)] if "--" in sql or "/*" in sql else [sql]
    targets = [match[1] for text in texts for match in _WRITE.finditer(text)]
    return frozenset(name for target in targets for name in _NAME.findall(target))


TRIGGERS = ("ledger_entry", "ledger_block", "ledger_opening", "ledger_touch")
KEYS = {
    "ledger_entry": "number = NEW.number OR "
    "(mandate, verb, key) = (NEW.mandate, NEW.verb, NEW.key)",
    "ledger_block": "commitment = NEW.commitment OR (number, label) = (NEW.number, NEW.label)",
    "ledger_opening": "block_id = NEW.block_id",
    "ledger_touch": "subject = NEW.subject AND number = NEW.number",
}


@contextmanager
def lifted() -> Iterator[None]:
    """The door open and the triggers off: for emptying test databases."""
    with open_door():
        _triggers(drop=True)
        try:
            yield
        finally:
            _triggers(drop=False)


def _triggers(drop: bool) -> None:
    with connection.cursor() as cursor:
        for statement in (drop_triggers if drop else create_triggers)(connection.vendor):
            cursor.execute(statement)


def create_triggers(vendor: str) -> list[str]:
    """Statements after which the rows of an act cannot be changed or removed."""
    if vendor == "sqlite":
        return [statement for table in TRIGGERS for statement in _sqlite_triggers(table)]
    return [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is only ever added to'; "
        "END $$",
        *(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            for table in TRIGGERS
        ),
    ]


def drop_triggers(vendor: str) -> list[str]:
    """The inverse of `create_triggers`."""
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_{verb}"
            for table in TRIGGERS
            for verb in ("update", "delete", "replace")
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in TRIGGERS]


def _sqlite_triggers(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    # REPLACE removes the old row without asking the DELETE trigger
    replaced = f"EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]})"  # noqa: S608
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {replaced} {refuse}",
    ]
