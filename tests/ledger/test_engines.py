"""A database that could lose an acknowledged act, or mix up two, is refused before it is used."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.utils import load_backend

from bandung.ledger.engines import (
    UnsafeDatabase,
    postgresql_problems,
    problems_of,
    refuse_unsafe,
    sqlite_problems,
)
from bandung.site.instance import is_wal_safe, sqlite_pragmas

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

FIXED = (3, 51, 3)
GOOD = {"journal_mode": "delete", "synchronous": "3", "foreign_keys": "1"}


@contextmanager
def opened(settings: Mapping[str, Any]) -> Iterator[None]:
    """This thread's connection is a real one with these settings."""
    usual = connections["default"]
    configured = {"default": {**connections.settings["default"], **settings}}
    connections.configure_settings(configured)
    backend = load_backend(configured["default"]["ENGINE"])
    connections["default"] = backend.DatabaseWrapper(configured["default"], "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual


def sqlite_at(path: Path, pragmas: str, mode: str | None = "IMMEDIATE") -> dict[str, Any]:
    options = {"init_command": pragmas, "transaction_mode": mode, "timeout": 20}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": path / "x.sqlite3", "OPTIONS": options}


def test_the_database_of_these_tests_is_safe() -> None:
    assert problems_of("default") == []
    refuse_unsafe()
    call_command("check", databases=["default"])


def test_the_settings_of_an_instance_are_safe(tmp_path: Path) -> None:
    with opened(sqlite_at(tmp_path, sqlite_pragmas(sqlite3.sqlite_version_info))):
        assert problems_of("default") == []


ROLLBACK = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON;"
UNSAFE = {
    "deferred": (ROLLBACK, "DEFERRED", "transactions are deferred"),
    "no mode": (ROLLBACK, None, "transactions are deferred"),
    "rollback journal, FULL": (ROLLBACK + "PRAGMA synchronous=FULL;", "IMMEDIATE", "below EXTRA"),
    "truncated journal, FULL": (
        ROLLBACK + "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL;",
        "IMMEDIATE",
        "below EXTRA",
    ),
    "WAL, NORMAL": (
        ROLLBACK + "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "IMMEDIATE",
        "WAL with synchronous below FULL",
    ),
    "journal off": (ROLLBACK + "PRAGMA journal_mode=OFF;", "IMMEDIATE", "the journal is off"),
    "journal in memory": (
        ROLLBACK + "PRAGMA journal_mode=MEMORY;",
        "IMMEDIATE",
        "the journal is memory",
    ),
    "foreign keys off": (
        ROLLBACK + "PRAGMA foreign_keys=OFF;",
        "IMMEDIATE",
        "foreign keys are off",
    ),
}


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_sqlite_is_refused(tmp_path: Path, name: str) -> None:
    """Eight settings, each on a real connection."""
    pragmas, mode, words = UNSAFE[name]
    with opened(sqlite_at(tmp_path, pragmas, mode)):
        with pytest.raises(UnsafeDatabase, match=words):
            refuse_unsafe()
        with pytest.raises(CommandError, match=words):
            call_command("check", databases=["default"])


def test_wal_is_refused_on_an_affected_sqlite_alone(tmp_path: Path) -> None:
    pragmas = ROLLBACK + "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    with opened(sqlite_at(tmp_path, pragmas)):
        found = problems_of("default")
    is_safe = is_wal_safe(sqlite3.sqlite_version_info)
    assert found == [] if is_safe else ["WAL-reset bug" in each for each in found] == [True]


WAL = {**GOOD, "journal_mode": "wal", "synchronous": "2"}
AFFECTED = (3, 40, 1)


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_which_sqlite_has_the_wal_reset_bug(version: tuple[int, int, int], is_safe: bool) -> None:
    found = sqlite_problems("IMMEDIATE", WAL, version)
    assert found == [] if is_safe else "WAL-reset bug" in found[0]
    assert ("journal_mode=WAL" in sqlite_pragmas(version)) == is_safe


def test_every_unsafe_setting_is_told_at_once() -> None:
    pragmas = {"journal_mode": "wal", "synchronous": "1", "foreign_keys": "0"}
    assert len(sqlite_problems(None, pragmas, AFFECTED)) == 4
    assert sqlite_problems("exclusive", GOOD, FIXED) == []


POSTGRESQL = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "transaction_isolation": "read committed",
}


def test_postgresql_settings() -> None:
    assert postgresql_problems(POSTGRESQL) == []
    assert postgresql_problems({**POSTGRESQL, "synchronous_commit": "remote_apply"}) == []
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        (found,) = postgresql_problems({**POSTGRESQL, name: "off"})
        assert found == f"PostgreSQL runs with {name} off"
    (found,) = postgresql_problems({**POSTGRESQL, "transaction_isolation": "serializable"})
    assert "serializable" in found


def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_an_unsafe_postgresql_is_refused(setting: str) -> None:
    """On a real server, when the tests run on one; it is set right again."""
    if not on_postgresql():
        pytest.skip("needs --postgres")
    try:
        tell_server(f"ALTER SYSTEM SET {setting} = off")
        with pytest.raises(UnsafeDatabase, match=f"PostgreSQL runs with {setting} off"):
            refuse_unsafe()
    finally:
        tell_server(f"ALTER SYSTEM RESET {setting}")
    assert problems_of("default") == []


def test_another_isolation_is_refused_on_postgresql() -> None:
    if not on_postgresql():
        pytest.skip("needs --postgres")
    options = {"options": "-c default_transaction_isolation=serializable"}
    with opened({"OPTIONS": options}), pytest.raises(UnsafeDatabase, match="serializable"):
        refuse_unsafe()


def tell_server(sql: str) -> None:
    """Changes the server's configuration and waits until a new connection has it."""
    import time

    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)
    connection.close()


def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "vendor", "oracle")
    assert "oracle is not a database" in problems_of("default")[0]
