"""One instance is one folder, BANDUNG_HOME: its database and its secret key.

Plain Python: settings import this module before Django is set up.
"""

import os
import secrets
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

DATABASE_NAME = "bandung.sqlite3"
KEY_FILE = "secret.key"
POSTGRESQL = "django.db.backends.postgresql"
# The server plans a statement once for a connection, not each time it is sent. Needs a connection
# of one's own: a pooler between must keep sessions apart.
POSTGRESQL_OPTIONS = {"server_side_binding": True, "prepare_threshold": 3}


class WrongEnvironment(ValueError):
    """A variable of the environment that no instance can work with; says how to mend it."""


def home() -> Path:
    """The folder of this instance; `./var` unless BANDUNG_HOME names another.

    Raises WrongEnvironment where a file stands in its place.
    """
    folder = Path(os.environ.get("BANDUNG_HOME") or "var").resolve()
    for each in (folder, *folder.parents):
        if each.exists() and not each.is_dir():
            raise WrongEnvironment(f"{each} is a file: set BANDUNG_HOME to the path of a folder.")
    return folder


def secret_key(folder: Path) -> str:
    """The instance's secret, made at its first start and readable by its owner only."""
    path = folder / KEY_FILE
    if path.exists():
        return path.read_text().strip()
    if not folder.exists():
        return secrets.token_urlsafe(48)  # no instance yet: nothing signed now needs to last
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def is_wal_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (fixed in 3.51.3, 3.50.7, 3.44.6)."""
    if version >= (3, 51, 3):
        return True
    fixed = {(3, 50): 7, (3, 44): 6}.get(version[:2])
    return fixed is not None and version[2] >= fixed


def sqlite_pragmas(version: tuple[int, int, int]) -> str:
    """Journal and sync settings under which an acknowledged act survives a power cut."""
    journal = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        if is_wal_safe(version)
        else "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
    )
    return journal + " PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"


def database(folder: Path) -> dict[str, Any]:
    """Django's DATABASES entry: DATABASE_URL (PostgreSQL), else SQLite in the folder.

    Raises WrongEnvironment if DATABASE_URL is no address of a PostgreSQL database.
    """
    if url := os.environ.get("DATABASE_URL"):
        found = _address(url)
        found["OPTIONS"] = POSTGRESQL_OPTIONS | dict(found.get("OPTIONS", {}))
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": folder / DATABASE_NAME,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": sqlite_pragmas(sqlite3.sqlite_version_info),
        },
    }


def _address(url: str) -> dict[str, Any]:
    """The parts of this address. What is wrong with it is said without it: it holds a password."""
    wrong = WrongEnvironment(
        "DATABASE_URL must be a postgresql:// address, postgresql://USER:PASSWORD@HOST:PORT/NAME, "
        "with / # ? and % in the password written as %2F %23 %3F %25; "
        "unset it to use SQLite in BANDUNG_HOME."
    )
    try:
        found = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        raise wrong from None
    # an "@" behind the host's place: a password was cut in two, and a part of it taken for a name
    parts = urlsplit(url)
    is_cut = "@" in parts.path + parts.query + parts.fragment
    is_named = found["NAME"] or "service" in found.get("OPTIONS", {})
    if found["ENGINE"] != POSTGRESQL or is_cut or not is_named:
        raise wrong
    return found
