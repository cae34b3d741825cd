"""Queries that the ORM builds once.

Where every act passes, building a query takes longer than the database takes to answer it.
`Prepared` keeps the statement; each reading only fills in its values.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]
Statement = tuple[str, tuple[Any, ...], dict[int, list[Convert]]]


class Given(Expression):
    """A value that each reading gives under `name`, as a whole or its element at `place`.

    `field` says how it is written.
    """

    def __init__(self, name: str, field: "Field[Any, Any]", place: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.place = name, place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s", [self]

    def read(self, values: Mapping[str, Any]) -> Any:
        """What these values give here, as the database takes it."""
        value = values[self.name]
        if self.place is not None:
            value = value[self.place]
        return self.output_field.get_db_prep_value(value, connection)


def given_each(name: str, field: "Field[Any, Any]", count: int) -> list[Given]:
    """The elements of a value of this length, for `in`."""
    return [Given(name, field, place) for place in range(count)]


class Prepared:
    """Rows of a query whose filters name `Given` values.

    `build` makes the query, with the columns it wants as `values_list`; it runs once for each
    kind of database.
    """

    def __init__(self, build: Callable[[], "QuerySet[Any, Any]"]) -> None:
        self._build = build
        self._statements: dict[str, Statement] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, as the ORM would give them."""
        try:
            sql, parameters, converters = self._statement()
        except EmptyResultSet:  # no row can fit, as with `in` of nothing
            return []
        filled = [each.read(values) if isinstance(each, Given) else each for each in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, converters) for row in rows] if converters else rows

    def first(self, **values: Any) -> tuple[Any, ...] | None:
        """The first of the rows, or None."""
        return next(iter(self.rows(**values)), None)

    def _statement(self) -> Statement:
        found = self._statements.get(connection.vendor)
        if found is None:
            found = self._statements[connection.vendor] = self._compiled()
        return found

    def _compiled(self) -> Statement:
        compiler = self._build().query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns = [column for column, *_rest in compiler.select]
        converters = {
            position: [_bound(each, expression) for each in functions]
            for position, (functions, expression) in compiler.get_converters(columns).items()
        }
        return sql, tuple(parameters), converters


def _bound(convert: Callable[[Any, Any, Any], Any], expression: Any) -> Convert:
    return lambda value: convert(value, expression, connection)


def _converted(row: tuple[Any, ...], converters: dict[int, list[Convert]]) -> tuple[Any, ...]:
    values = list(row)
    for position, functions in converters.items():
        for convert in functions:
            values[position] = convert(values[position])
    return tuple(values)
