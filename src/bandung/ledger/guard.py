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
_WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)"
    r"\s+(.+)",
    re.IGNORECASE | re.DOTALL,
)
_NAME = re.compile(r'"?(\w+)"?')


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
    if not _is_open.get() and (match := _WRITE.match(sql)):
        target = match[1]
        names = _NAME.findall(target) if sql.lstrip()[:1] in "Tt" else _NAME.findall(target)[:1]
        for name in names:
            if name in guarded_tables():
                raise OutsideTheDoor(f"{name} is written by ledger.record alone")
    return execute(sql, params, many, context)


TRIGGERS = ("ledger_entry", "ledger_block")


@contextmanager
def lifted() -> Iterator[None]:
    """The door open and the triggers off: for a rebuild in place and for emptying test databases."""
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
    """Statements after which entries and blocks cannot be changed or removed."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
            for table in TRIGGERS
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME; END $$",
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
            for verb in ("update", "delete")
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in TRIGGERS]
