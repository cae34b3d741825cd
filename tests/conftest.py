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
    parser.addoption(
        "--golden-add",
        action="store_true",
        help="write the missing files of tests/golden out of what these tests record (without -n)",
    )


def pytest_configure(config: pytest.Config) -> None:
    is_adding = config.getoption("--golden-add")

    def tear_down(self: TransactionTestCase) -> None:
        if is_adding:
            from tests.golden.store import harvest

            harvest()
        empty_database()

    TransactionTestCase._fixture_teardown = tear_down


@pytest.fixture(autouse=True, scope="session")
def _write_golden_files(request: pytest.FixtureRequest) -> None:
    """After the last test, while the test database is still there."""
    if not request.config.getoption("--golden-add"):
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")

    def write() -> None:
        from tests.golden.store import write_missing

        with blocker.unblock():
            for path in write_missing():
                print(f"wrote {path.name}")  # noqa: T201
            empty_database()

    request.addfinalizer(write)
