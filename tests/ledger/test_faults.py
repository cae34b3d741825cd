"""A fault anywhere in `record` leaves the whole act or nothing, and tables equal to the ledger.

Hypothesis chooses the act, the place and the error: before or after any statement sent to the
database, at any line that runs in the ledger or the act, or when the database is to commit.
"""

import contextvars
import gc
import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bandung.ledger
from bandung.ledger.audit import verify_instance
from bandung.ledger.canonical import canonical
from bandung.ledger.digest import digest_tables
from bandung.ledger.door import Moved, Receipt, record
from bandung.ledger.models import Block, Entry
from bandung.ledger.queries import last_touch
from bandung.ledger.rebuild import check
from tests.ledger import app, story
from tests.ledger.app.acts import CountStock, PublishReport, TakeStock
from tests.ledger.story import KEEPER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

CASES = 2_000
TRACED = (str(Path(bandung.ledger.__file__).parent), str(Path(app.__file__).parent))
TABLES = ["entry", "block", "opening", "touch"]
COUNTED = [*(f"ledger_{table}" for table in TABLES), "stock_stock", "stock_stockline"]
FINGERPRINT = "SELECT {}, (SELECT size FROM ledger_head), (SELECT sum(quantity) FROM stock_stock)"
FINGERPRINT = FINGERPRINT.format(", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED))
numbers = itertools.count()


class Fault(Exception):
    """What goes wrong."""


def count() -> Receipt:
    blocks = {"lines": canonical(list(range(4)))}
    return record(CountStock(code="gloves"), KEEPER, f"count-{next(numbers)}", blocks)


def report() -> Receipt:
    return story.report(key=f"report-{next(numbers)}", now=None)


def take() -> Receipt:
    act = TakeStock(code="gloves", quantity=1, reason="sent", based_on=last_touch("stock/gloves"))
    return record(act, KEEPER, f"take-{next(numbers)}")


def publish() -> Receipt:
    sealed = Block.objects.filter(label="public", opening=None).order_by("number")
    number = sealed.values_list("number_id", flat=True)[0]
    act = PublishReport(code="gloves", report=number, based_on=last_touch("stock/gloves"))
    return record(act, KEEPER, f"publish-{next(numbers)}")


def send_again() -> Receipt:
    return story.open_stock(now=None)


def refused() -> Receipt | None:
    act = TakeStock(code="gloves", quantity=1, reason="sent", based_on=1)
    with pytest.raises(Moved):
        record(act, KEEPER, f"refused-{next(numbers)}")
    return None


CALLS: dict[str, Callable[[], Receipt | None]] = {
    "count": count,
    "report": report,
    "take": take,
    "publish": publish,
    "again": send_again,
    "refused": refused,
}


class Statements:
    """Fails before or after the statement number `point` (from 0); counts them all."""

    def __init__(self, point: int, is_after: bool, error: BaseException) -> None:
        self.point, self.is_after, self.error = point, is_after, error
        self.seen = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        is_chosen, self.seen = self.seen == self.point, self.seen + 1
        # Right after BEGIN, Django does not know yet that a transaction is open.
        if is_chosen and (not self.is_after or sql.startswith("BEGIN")):
            raise self.error
        result = execute(sql, params, many, context)
        if is_chosen:
            raise self.error
        return result


class Lines:
    """Fails at the line number `point` that runs in the ledger or in the act; counts them all."""

    def __init__(self, point: int, error: BaseException) -> None:
        self.point, self.error = point, error
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(TRACED):
            return None
        if event == "line":
            is_chosen, self.seen = self.seen == self.point, self.seen + 1
            if is_chosen:
                raise self.error
        return self


@contextmanager
def faulty_statements(point: int, is_after: bool, error: BaseException) -> Iterator[Statements]:
    statements = Statements(point, is_after, error)
    with connection.execute_wrapper(statements):
        yield statements


@contextmanager
def faulty_lines(point: int, error: BaseException) -> Iterator[Lines]:
    lines, earlier = Lines(point, error), sys.gettrace()
    sys.settrace(lines)
    try:
        yield lines
    finally:
        sys.settrace(earlier)


@contextmanager
def faulty_commit() -> Iterator[None]:
    """The database cannot commit, as with a full disk."""

    def fail() -> None:
        raise OperationalError("database or disk is full")

    connection._commit = fail
    try:
        yield
    finally:
        del connection._commit


def abandon_connection() -> None:
    connection.connection.close()
    del connections[connection.alias]


def fingerprint() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        found: tuple[int, ...] = tuple(cursor.fetchone())
        return found


def reach() -> dict[tuple[str, str], int]:
    """How many statements and lines each call runs through."""
    counts = {}
    for name, call in CALLS.items():
        call()
        with faulty_statements(-1, False, Fault()) as statements:
            call()
        with faulty_lines(-1, Fault()) as lines:
            call()
        counts[name, "statement"], counts[name, "line"] = statements.seen, lines.seen
        assert statements.seen >= 3
        assert lines.seen > 40
    return counts


@pytest.fixture(autouse=True)
def _end_interrupted_statements(transactional_db: None) -> Iterator[None]:
    """A statement that a fault cut short lives on in a cycle, and with it SQLite's lock."""
    yield
    gc.collect()


errors = st.sampled_from([Fault, OperationalError, MemoryError, KeyboardInterrupt])
places = st.sampled_from(["before", "after", "line", "line", "line", "commit"])


def test_a_fault_anywhere_leaves_all_or_nothing() -> None:
    story.tell()
    for _each in range(40):
        report()
    counts = reach()
    state = {"before": fingerprint(), "digests": digest_tables(), "cases": 0, "whole": 0}

    cases = CASES if connection.vendor == "sqlite" else CASES // 4

    @settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(CALLS)), places, st.integers(0, 10**6), errors)
    def case(name: str, place: str, point: int, kind: type[BaseException]) -> None:
        context = contextvars.copy_context()  # a fault may hit the line that shuts the door
        failed = context.run(attempt, name, place, point, kind("fault"))
        if connection.in_atomic_block:
            # Between two steps of `with` itself nothing can tidy up: as if the process had died.
            assert place == "line"
            abandon_connection()
        after, before = fingerprint(), state["before"]
        is_whole = after != before
        state["cases"] += 1
        if is_whole:
            assert after[0] == before[0] + 1 == after[-2]
            assert name not in ("again", "refused")
            assert not failed or place == "line"
            state["whole"] += 1
        elif state["cases"] % 50 == 0:
            assert digest_tables() == state["digests"]
        if is_whole:
            state.update(before=after, digests=digest_tables())
            verdict = verify_instance()
            assert verdict.is_sound, verdict

    def attempt(name: str, place: str, point: int, error: BaseException) -> bool:
        total = counts[name, "line" if place == "line" else "statement"]
        fault = {
            "before": lambda: faulty_statements(point % total, False, error),
            "after": lambda: faulty_statements(point % total, True, error),
            "line": lambda: faulty_lines(point % total, error),
            "commit": faulty_commit,
        }[place]
        try:
            with fault():
                CALLS[name]()
        except (Fault, OperationalError, MemoryError, KeyboardInterrupt):
            return True
        except BaseException as other:
            if error in (other.__cause__, other.__context__):
                return True
            raise
        return False

    case()
    assert state["cases"] >= cases
    assert digest_tables() == state["digests"]
    assert Entry.objects.count() == state["before"][0]
    assert verify_instance().is_sound
    assert check() == []
