"""Refuses at start-up a database that could lose an acknowledged act or mix up two."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from bandung.site.instance import is_wal_safe

Ask = Callable[[str], str]
SYNC_FULL, SYNC_EXTRA = 2, 3
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
ISOLATION = "transaction_isolation"


class UnsafeDatabase(RuntimeError):
    """The database is set so that the ledger's promises do not hold."""


def check_engines(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A Django system check of every database that is in use."""
    return [
        Error(problem, hint="See docs/operations.md, databases.", id=f"ledger.E{number:03}")
        for alias in databases or []
        for number, problem in enumerate(problems_of(alias), start=1)
    ]


def refuse_unsafe(alias: str = "default") -> None:
    """Raises UnsafeDatabase naming every unsafe setting; called before anything is served."""
    if problems := problems_of(alias):
        raise UnsafeDatabase("; ".join(problems))


def problems_of(alias: str) -> list[str]:
    """What is unsafe about the database `alias`, each in one sentence."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        mode = (connection.settings_dict.get("OPTIONS") or {}).get("transaction_mode")
        pragmas = {
            name: _ask(connection, f"PRAGMA {name}")
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        return sqlite_problems(mode, pragmas, sqlite3.sqlite_version_info)
    if connection.vendor == "postgresql":
        return postgresql_problems(
            {name: _ask(connection, f"SHOW {name}") for name in (*DURABLE, ISOLATION)}
        )
    return [f"{connection.vendor} is not a database this project knows to be safe"]


def sqlite_problems(
    mode: str | None, pragmas: Mapping[str, str], version: tuple[int, int, int]
) -> list[str]:
    """The unsafe settings among these of SQLite (https://sqlite.org/pragma.html#pragma_synchronous)."""
    found = []
    if (mode or "").upper() not in ("IMMEDIATE", "EXCLUSIVE"):
        found.append("transactions are deferred: set transaction_mode to IMMEDIATE")
    journal, synchronous = pragmas["journal_mode"].lower(), int(pragmas["synchronous"])
    if journal == "wal":
        if not is_wal_safe(version):
            printed = ".".join(map(str, version))
            found.append(f"WAL on SQLite {printed}, which has the WAL-reset bug")
        if synchronous < SYNC_FULL:
            found.append("WAL with synchronous below FULL")
    elif journal in ("delete", "truncate", "persist"):
        if synchronous < SYNC_EXTRA:
            found.append("the rollback journal with synchronous below EXTRA")
    else:
        found.append(f"the journal is {journal}")
    if pragmas["foreign_keys"] != "1":
        found.append("foreign keys are off")
    return found


def postgresql_problems(settings: Mapping[str, str]) -> list[str]:
    """The unsafe settings among these of PostgreSQL."""
    found = [f"PostgreSQL runs with {name} off" for name in DURABLE if settings[name] == "off"]
    if settings[ISOLATION] != "read committed":
        found.append(f"transactions are {settings[ISOLATION]}: set them to read committed")
    return found


def _ask(connection: Any, statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
