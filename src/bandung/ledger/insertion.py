"""Plain INSERTs of many rows at once, for the door and for acts with many lines.

`bulk_create` spends twice as long on building the statement. Each passes the guard.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, JSONField, Model

ROWS_AT_ONCE = 100


def insert_rows(rows: Sequence[Model]) -> None:
    """Inserts new objects of one table."""
    database = connections[DEFAULT_DB_ALIAS]  # asked through `connection`, each value costs more
    for first in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[first : first + ROWS_AT_ONCE]
        insert, places, fields = _insertion(type(rows[0]))
        prepared = [
            each.get_db_prep_save(getattr(row, each.attname), database)
            for row in some
            for each in fields
        ]
        with database.cursor() as cursor:
            cursor.execute(f"{insert} VALUES {', '.join([places] * len(some))}", prepared)


def insert_json(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows given as JSON objects with a value for each column of their table.

    PostgreSQL takes them all as one value: written out singly, 40 lines took four times as long.
    """
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_insertion_of_json(model), [json.dumps(rows)])
            return
        insert, places, fields = _insertion(model)
        columns = [(str(each.column), isinstance(each, JSONField)) for each in fields]
        values = [
            [json.dumps(row[name]) if is_json else row[name] for name, is_json in columns]
            for row in rows
        ]
        cursor.executemany(f"{insert} VALUES {places}", values)


@cache
def _insertion(model: type[Model]) -> tuple[str, str, "list[Field[Any, Any]]"]:
    """The statement up to its values, the places of one row, the fields in their order."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {_table(model)} ({_columns(model)})", f"({places})", fields


@cache
def _insertion_of_json(model: type[Model]) -> str:
    table, columns = _table(model), _columns(model)
    source = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608
    return f"INSERT INTO {table} ({columns}) {source}"


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[Model]) -> str:
    names = [str(each.column) for each in model._meta.concrete_fields if each.column]
    return ", ".join(map(connection.ops.quote_name, names))
