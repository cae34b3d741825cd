"""Queries that the ORM builds once, and statements that are sent without waiting for the last.

Where every act passes, building a query takes longer than the database takes to answer it.
`Prepared` keeps the statement; each reading only fills in its values.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Converters = dict[int, list[Convert]]
Statement = tuple[str, tuple[Any, ...], Converters]


class Given(Expression):
    """A value that each reading gives under `name`, as a whole or its element at `place`.

    `field` says how it is written.
    """

    def __init__(self, name: str, field: "Field[Any, Any]", place: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.place = name, place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def read(self, values: Mapping[str, Any], database: BaseDatabaseWrapper) -> Any:
        """What these values give here, as the database takes it."""
        value = values[self.name]
        if self.place is not None:
            value = value[self.place]
        return self.output_field.get_db_prep_value(value, database)


def given_each(name: str, field: "Field[Any, Any]", count: int) -> list[Given]:
    """The elements of a value of this length, for `in`."""
    return [Given(name, field, place) for place in range(count)]


@contextmanager
def pipelined() -> Iterator[None]:
    """Within this block PostgreSQL works on one statement while the next is prepared.

    What a statement refuses may only be raised where an answer is read, at the latest at the
    block's end. Nothing in it may ask how many rows a statement changed, as `save` does and
    `update`: the answer is not there yet. SQLite answers at once.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


class Answer:
    """What a query found; in a pipeline it is waited for when it is read."""

    def __init__(self, fetch: Callable[[], list[tuple[Any, ...]]], converters: Converters) -> None:
        self._fetch, self._converters = fetch, converters
        self._rows: list[tuple[Any, ...]] | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, as the ORM would give them."""
        if self._rows is None:
            found, converters = self._fetch(), self._converters
            self._rows = [_converted(row, converters) for row in found] if converters else found
        return self._rows

    def first(self) -> tuple[Any, ...] | None:
        """The first of the rows, or None."""
        return next(iter(self.rows()), None)


NOTHING = Answer(list, {})


class Prepared:
    """A query whose filters name `Given` values.

    `build` makes the query, with the columns it wants as `values_list`; it runs once for each
    kind of database.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._statements: dict[str, Statement] = {}

    def ask(self, **values: Any) -> Answer:
        """Sends the query with these values."""
        database = connections[DEFAULT_DB_ALIAS]  # asked through `connection`, each step costs more
        try:
            sql, parameters, converters = self._statement(database)
        except EmptyResultSet:  # no row can fit, as with `in` of nothing
            return NOTHING
        filled = [
            each.read(values, database) if isinstance(each, Given) else each for each in parameters
        ]
        if database.vendor == "postgresql":
            cursor = database.cursor()
            cursor.execute(sql, filled)
            return Answer(cursor.fetchall, converters)
        with database.cursor() as cursor:  # SQLite keeps its lock while a statement is open
            cursor.execute(sql, filled)
            rows = cursor.fetchall()
        return Answer(lambda: rows, converters)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, as the ORM would give them."""
        return self.ask(**values).rows()

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first of the rows, or None."""
        return self.ask(**values).first()

    def _statement(self, database: BaseDatabaseWrapper) -> Statement:
        found = self._statements.get(database.vendor)
        if found is None:
            found = self._statements[database.vendor] = self._compiled(database)
        return found

    def _compiled(self, database: BaseDatabaseWrapper) -> Statement:
        compiler = self._build().query.get_compiler(connection=database)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_rest in compiler.select]
        converters = {
            position: [_bound(each, expression) for each in functions]
            for position, (functions, expression) in compiler.get_converters(columns).items()
        }
        return sql, tuple(parameters), converters


def _bound(convert: Callable[[Any, Any, Any], Any], expression: Any) -> Convert:
    return lambda value: convert(value, expression, connection)


def _converted(row: tuple[Any, ...], converters: Converters) -> tuple[Any, ...]:
    values = list(row)
    for position, functions in converters.items():
        for convert in functions:
            values[position] = convert(values[position])
    return tuple(values)
