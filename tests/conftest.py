"""What all tests share: the database at hand, emptied after each test with real transactions."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import TestCase, TransactionTestCase
from django.utils import translation

from tests.emptying import empty_database

LONG = (
    "fairness/test_same_bytes.py",
    "contracts/test_matrix.py",
    "web/test_accessibility.py",
    "cli/test_demo.py",
    "contracts/test_canaries.py",
    "journeys/",
    "core/test_stylesheet_in_browser.py",
    "exchange/",
    "fairness/",
    "sheets/",
    "web/",
)
"""What takes long begins first, so that both cores end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; otherwise the order stays."""

    def rank(item: pytest.Item) -> int:
        name = item.nodeid.removeprefix("tests/")
        return next((n for n, long in enumerate(LONG) if name.startswith(long)), len(LONG))

    items.sort(key=rank)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays: to search it for rubbish again and again took a tenth of all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`tests.settings` reads --postgres itself, before any option is parsed."""
    parser.addoption(
        "--postgres",
        action="store_true",
        help="run on a PostgreSQL server that is started for this run instead of on SQLite",
    )
    parser.addoption(
        "--golden-add",
        action="store_true",
        help="write the missing files of tests/golden out of what these tests record (without -n)",
    )


def pytest_configure(config: pytest.Config) -> None:
    TransactionTestCase._fixture_teardown = lambda self: empty_database()
    if config.getoption("--golden-add"):
        for kind in (TransactionTestCase, TestCase):
            kind._fixture_teardown = _harvesting(kind._fixture_teardown)


def _harvesting(tear_down: Callable[[Any], None]) -> Callable[[Any], None]:
    def harvest_first(self: Any) -> None:
        from tests.golden.store import harvest

        harvest()
        tear_down(self)

    return harvest_first


@pytest.fixture(autouse=True)
def _speak_english_again() -> Iterator[None]:
    """A request leaves its reader's language behind in its thread; the next one sets its own."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _write_golden_files(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the last test, while the test database is still there."""
    if not request.config.getoption("--golden-add"):
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    yield
    from tests.golden.store import write_missing

    with blocker.unblock():
        for path in write_missing():
            print(f"wrote {path.name}")
        empty_database()
