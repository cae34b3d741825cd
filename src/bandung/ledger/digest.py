"""One digest for each official table: two instances with equal digests hold the same facts.

A row's hash is over canonical JSON (instants in UTC, bytes in hexadecimal). A table's digest is
over its row hashes in the order of the hashes themselves, so that no database's way of sorting
text matters, nor any time zone, locale or hash seed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import models, transaction

from bandung.ledger.entry import write_instant
from bandung.ledger.guard import guarded_tables
from bandung.ledger.models import Head

ROWS_AT_ONCE = 2000
TRIES = 3


@dataclass(frozen=True)
class Snapshot:
    """The digest of every official table when the ledger held `size` acts."""

    size: int
    tables: dict[str, str]


def digest_tables() -> dict[str, str]:
    """Each official table's name and digest (64 hexadecimal digits)."""
    return {model._meta.db_table: table_digest(model) for model in official_models()}


def snapshot() -> Snapshot:
    """The digests of one moment. Every official write moves the head, so an unmoved head proves
    that nothing changed meanwhile; after some tries the head's lock is taken."""
    for _attempt in range(TRIES):
        before = _size()
        tables = digest_tables()
        if _size() == before:
            return Snapshot(before, tables)
    with transaction.atomic():
        head = Head.objects.select_for_update().get(id=1)
        return Snapshot(head.size, digest_tables())


def official_models() -> list[type[models.Model]]:
    """The models of all tables that only the door may write, by table name."""
    tables = guarded_tables()
    found = [model for model in apps.get_models() if model._meta.db_table in tables]
    return sorted(found, key=lambda model: model._meta.db_table)


def table_digest(model: type[models.Model]) -> str:
    """The digest of one table; about 60 bytes of memory a row."""
    digest = sha256()
    for row in sorted(sha256(_row_bytes(row)).digest() for row in rows_of(model)):
        digest.update(row)
    return digest.hexdigest()


def rows_of(model: type[models.Model]) -> Iterator[dict[str, Any]]:
    """The table's rows by column, read in short queries that hold up no writer."""
    names = [field.attname for field in model._meta.concrete_fields if field.column]
    keys = [field.attname for field in model._meta.pk_fields]
    ordered = model._base_manager.order_by(*keys).values(*names)
    found = list(ordered[:ROWS_AT_ONCE])
    while found:
        yield from found
        last = found[-1]
        after = tuple(last[key] for key in keys)
        pk = after if len(keys) > 1 else after[0]
        found = list(ordered.filter(pk__gt=pk)[:ROWS_AT_ONCE])


def _row_bytes(row: dict[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return write_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"an official table holds a {type(value).__name__}, which has no digest")


def _size() -> int:
    return Head.objects.values_list("size", flat=True).get(id=1)
