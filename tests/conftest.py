"""What all tests share: the database at hand, emptied after each test with real transactions."""

import pytest
from django.test import TransactionTestCase

from tests.emptying import empty_database


def pytest_addoption(parser: pytest.Parser) -> None:
    """`tests.settings` reads --postgres itself, before any option is parsed."""
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run on a PostgreSQL server that is started for this run instead of on SQLite",
    )


def pytest_configure(config: pytest.Config) -> None:
    TransactionTestCase._fixture_teardown = lambda self: empty_database()
