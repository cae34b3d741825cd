"""The door: an act is recorded whole, once, in order, in time, or not at all."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import REGISTRY, Act, Moment, official, print_key, read_key
from bandung.ledger.audit import verify_instance
from bandung.ledger.canonical import canonical
from bandung.ledger.digest import digest_tables
from bandung.ledger.door import (
    ClockBehind,
    KeyReused,
    Moved,
    NotFounded,
    NotWritable,
    Receipt,
    record,
)
from bandung.ledger.entry import ENVELOPE, read, read_envelope
from bandung.ledger.merkle import leaf_hash, root_of
from bandung.ledger.models import Block, Entry, Head, Opening, Touch
from tests.ledger import story
from tests.ledger.app.acts import (
    CountStock,
    NotEnough,
    OpenStock,
    PublishReport,
    ReportStock,
    StockAct,
    TakeStock,
)
from tests.ledger.app.models import Stock, StockLine
from tests.ledger.story import KEEPER, START, Keeper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

LINES = {"lines": canonical([1, 2, 3])}
NOON = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def opened() -> None:
    story.found()
    story.open_stock()


@pytest.fixture
def unchanged() -> Any:
    """What the test does leaves every official table as it was."""
    before: dict[str, str] = {}

    def remember() -> None:
        before.update(digest_tables())

    yield remember
    assert before
    assert digest_tables() == before


def take(quantity: int = 1, based_on: int | None = 2, reason: str = "sent") -> TakeStock:
    return TakeStock(code="gloves", quantity=quantity, reason=reason, based_on=based_on)


# What is recorded


def test_the_receipt_is_proved_by_the_stored_bytes() -> None:
    receipts = story.tell()
    leaves = [leaf_hash(bytes(entry.content)) for entry in Entry.objects.order_by("number")]
    assert [receipt.number for receipt in receipts] == list(range(1, 8))
    for receipt in receipts:
        assert receipt.size == receipt.number
        assert receipt.leaf == leaves[receipt.number - 1].hex()
        assert receipt.root == root_of(leaves[: receipt.size]).hex()
        assert not receipt.is_repeated
    assert verify_instance().is_sound


def test_an_open_entry_shows_its_act(opened: None) -> None:
    shown = read(bytes(Entry.objects.get(number=2).content))
    assert shown.statement is not None
    assert shown.statement.verb == "stock.opened"
    assert shown.statement.act["on"] == "2026-02-28"
    assert shown.statement.by == {
        "function": "keeper",
        "mandate": "1.1",
        "party": "ZMB",
        "person": "p-keeper",
    }
    assert Stock.objects.get().opened_on == date(2026, 2, 28)


def test_a_sealed_entry_shows_number_time_and_commitments_alone(opened: None) -> None:
    story.report()
    entry = Entry.objects.get(number=3)
    assert set(canonical_object(bytes(entry.content))) == {"at", "blocks", "format", "number"}
    blocks = list(Block.objects.filter(number=3).order_by("position"))
    assert [each.label for each in blocks] == [
        ENVELOPE,
        "attachment1",
        "original",
        "public",
        "withheld",
    ]
    said, labels = read_envelope(bytes(blocks[0].content))
    assert (said.verb, labels) == ("stock.reported", tuple(each.label for each in blocks[1:]))
    assert len({bytes(each.salt) for each in blocks}) == len(blocks)


def canonical_object(content: bytes) -> dict[str, Any]:
    from bandung.ledger.canonical import parse

    found: dict[str, Any] = parse(content)
    return found


def test_rows_are_numbered_by_the_act(opened: None) -> None:
    record(CountStock(code="gloves"), KEEPER, "count", LINES)
    keys = [print_key(line.key) for line in StockLine.objects.order_by("key")]
    assert keys == ["3.1", "3.2", "3.3"]
    assert read_key("3.2") == 3 << 16 | 2
    for wrong in ("3", "3.0", "3.65536", "x.1", "٣.1", "3.1.1", ".", "3."):
        with pytest.raises(ValueError, match="not a key"):
            read_key(wrong)


@pytest.mark.parametrize("line", [0, 65_536, -1])
def test_an_act_numbers_at_most_65535_rows(line: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 65,535"):
        Moment(3, START, None).key(line)


def test_an_opening_names_the_block_and_shows_only_that(opened: None) -> None:
    story.report()
    record(PublishReport(code="gloves", report=3, based_on=3), KEEPER, "publish")
    public = Block.objects.get(number=3, label="public")
    assert [each.block_id for each in Opening.objects.all()] == [public.commitment]
    assert read(bytes(Entry.objects.get(number=4).content)).opens == (public.commitment,)


def test_statements_are_few_and_do_not_grow_with_lines(opened: None) -> None:
    """BEGIN, head, earlier, entry, blocks, touches, the act's own, head, COMMIT."""
    counts = []
    for lines in (1, 40):
        with CaptureQueriesContext(connection) as asked:
            blocks = {"lines": canonical(list(range(lines)))}
            record(CountStock(code="gloves"), KEEPER, f"count-{lines}", blocks)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


# Exactly once


def test_the_same_request_gets_the_first_receipt_again(opened: None, unchanged: Any) -> None:
    first = story.report()
    story.open_stock("masks")
    unchanged()
    again = story.report(now=NOON)
    assert again == Receipt(first.number, first.at, first.leaf, first.size, first.root, True)


def test_a_key_with_another_request_is_refused(opened: None, unchanged: Any) -> None:
    record(CountStock(code="gloves"), KEEPER, "count", LINES, now=START)
    story.report()
    unchanged()
    with pytest.raises(KeyReused, match="as act 3") as refused:
        record(CountStock(code="gloves"), KEEPER, "count", {"lines": canonical([1, 2])})
    assert refused.value.facts == {"number": 3}
    others: list[tuple[str, dict[str, bytes]]] = [
        ("ZMB", {"withheld": canonical([[1, "other"]])}),
        ("ZMB", {"attachment2": b""}),
        ("ZWE", {}),
    ]
    for reporter, blocks in others:
        act, contents = ReportStock(code="gloves", reporter=reporter), story.report_contents()
        with pytest.raises(KeyReused, match="as act 4"):
            record(act, KEEPER, "report", contents | blocks)


def test_a_key_belongs_to_one_mandate_and_verb(opened: None) -> None:
    mandates = [KEEPER, Keeper(code="9.9")]
    numbers = [record(CountStock(code="gloves"), each, "key", LINES).number for each in mandates]
    numbers.append(record(take(based_on=4), KEEPER, "key").number)
    assert numbers == [3, 4, 5]


def in_threads(count: int, call: Callable[[int], object]) -> list[object]:
    """What `call` gave or raised in each of `count` threads that start together."""
    results: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def run(position: int) -> None:
        try:
            barrier.wait(10)
            results[position] = call(position)
        except BaseException as error:
            results[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def test_one_key_sent_50_times_by_8_threads_is_one_entry(opened: None) -> None:
    def send(position: int) -> list[Receipt]:
        return [story.report(key="once", now=NOON) for _each in range(50)]

    results = in_threads(8, send)
    assert all(isinstance(each, list) for each in results), results
    receipts = [receipt for each in results for receipt in each]  # type: ignore[attr-defined]
    assert len(receipts) == 400
    assert sum(not receipt.is_repeated for receipt in receipts) == 1
    assert {(receipt.number, receipt.leaf, receipt.root) for receipt in receipts} == {
        (3, receipts[0].leaf, receipts[0].root)
    }
    assert Entry.objects.count() == Head.objects.get().size == 3


def test_eight_writers_with_refusals_leave_no_gap_and_readers_skip_nothing(opened: None) -> None:
    """A reader that asks for what came after the last number it saw sees every number once."""
    writing = threading.Event()

    def write(position: int) -> None:
        chance = random.Random(position)
        for step in range(25):
            try:
                if chance.random() < 0.3:
                    record(take(10**6, based_on=2), KEEPER, f"{position}-{step}")
                else:
                    record(CountStock(code="gloves"), KEEPER, f"{position}-{step}", LINES)
            except (NotEnough, Moved):
                continue

    def follow() -> list[int]:
        seen = [2]
        while True:
            is_last = writing.is_set()
            later = Entry.objects.filter(number__gt=seen[-1]).order_by("number")
            seen += later.values_list("number", flat=True)
            if is_last:
                return seen

    reader: list[list[int]] = []

    def read_along() -> None:
        reader.append(follow())
        connection.close()

    reading = threading.Thread(target=read_along)
    reading.start()
    results = in_threads(8, write)
    writing.set()
    reading.join(60)
    assert results == [None] * 8
    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 100
    assert reader == [numbers[1:]]
    assert verify_instance().is_sound


def test_two_takers_of_one_stock_one_wins(opened: None) -> None:
    results = in_threads(8, lambda position: record(take(60), KEEPER, f"take-{position}"))
    assert sum(isinstance(each, Receipt) for each in results) == 1
    assert sum(isinstance(each, Moved) for each in results) == 7
    assert Stock.objects.get().quantity == 40


# Refusals leave nothing


def refusals() -> list[tuple[type[Exception], str, Callable[[], object]]]:
    stranger = Keeper(function="visitor")
    ended = Keeper(until=START)
    gloves = CountStock(code="gloves")
    masks = OpenStock(code="masks", quantity=1, on=date(2026, 1, 1))
    return [
        (NotAllowed, "keepers alone", lambda: record(masks, stranger, "k")),
        (NotAllowed, "not in force", lambda: record(masks, ended, "k", now=START)),
        (NotAllowed, "needs a mandate", lambda: record(masks, None, "k")),
        (NotFounded, "only once", story_refound),
        (NotEnough, "holds 100", lambda: record(take(101), KEEPER, "k")),
        (Moved, "not named", lambda: record(take(based_on=None), KEEPER, "k")),
        (Moved, "not named", lambda: record(take(based_on=0), KEEPER, "k")),
        (Moved, "not named", lambda: record(take(based_on=3), KEEPER, "k")),
        (Moved, r"store opened \(act 2\)", lambda: record(take(based_on=1), KEEPER, "k")),
        (NotWritable, "normal form", lambda: record(take(reason="e\u0301"), KEEPER, "k")),
        (NotWritable, "direction", lambda: record(take(), KEEPER, "k\u200f")),
        (NotWritable, "1 to 100", lambda: record(take(), KEEPER, "")),
        (NotWritable, "key: longer than 100", lambda: record(take(), KEEPER, "k" * 101)),
        (NotWritable, "64 KiB", lambda: record(take(reason="x" * 65_536), KEEPER, "k")),
        (NotWritable, "party", lambda: report_for("Z" * 41)),
        (NotWritable, "subject", lambda: record(CountStock(code="x" * 121), KEEPER, "k", LINES)),
        (NotWritable, "mandate", lambda: record(take(), Keeper(code="m" * 31), "k")),
        (NotWritable, "person", lambda: record(take(), Keeper(person="p" * 41), "k")),
        (NotWritable, "normal form", lambda: record(take(), Keeper(party="e\u0301"), "k")),
        (TypeError, "carries the blocks", lambda: record(gloves, KEEPER, "k")),
        (TypeError, "carries the blocks", lambda: record(gloves, KEEPER, "k", LINES | {"x": b""})),
        (TypeError, "carries the blocks", lambda: report_for("ZMB", envelope=b"")),
        (TypeError, "a block is bytes", lambda: report_for("ZMB", public="text")),
        (ValueError, "time zone", lambda: record(take(), KEEPER, "k", now=datetime(2026, 4, 1))),
        (TypeError, "no sealed block public", lambda: record(publish(2), KEEPER, "k")),
        (TypeError, "no sealed block public", lambda: record(publish(99), KEEPER, "k")),
    ]


def story_refound() -> object:
    from bandung.ledger.acts import FoundLedger

    again = FoundLedger(name="Other", term=2, chair="UGA", administrator="p", exercise=False)
    return record(again, None, "again")


def report_for(party: str, **blocks: Any) -> object:
    contents = story.report_contents() | blocks
    return record(ReportStock(code="gloves", reporter=party), KEEPER, "k", contents)


def publish(report: int) -> PublishReport:
    return PublishReport(code="gloves", report=report, based_on=2)


@pytest.mark.parametrize("position", range(len(refusals())))
def test_a_refused_act_leaves_nothing(opened: None, unchanged: Any, position: int) -> None:
    kind, words, call = refusals()[position]
    unchanged()
    with pytest.raises(kind, match=words):
        call()


def test_an_opened_block_is_not_opened_again(opened: None, unchanged: Any) -> None:
    story.report()
    record(PublishReport(code="gloves", report=3, based_on=3), KEEPER, "publish")
    unchanged()
    with pytest.raises(TypeError, match="no sealed block public"):
        record(PublishReport(code="gloves", report=3, based_on=4), KEEPER, "publish-2")


def test_nothing_comes_before_the_founding(unchanged: Any) -> None:
    unchanged()
    with pytest.raises(NotFounded):
        story.open_stock()


def test_the_mandate_is_asked_again_under_the_lock(opened: None) -> None:
    """A mandate that ends while its holder waits for the lock no longer speaks."""

    class Ending(Keeper):
        def holds_at(self, at: datetime) -> bool:
            assert connection.in_atomic_block
            return False

    with pytest.raises(NotAllowed, match="not in force"):
        record(take(), Ending(), "k")


def test_a_refusal_in_apply_leaves_no_gap(opened: None) -> None:
    with pytest.raises(Stock.DoesNotExist):
        record(take_from("nowhere"), KEEPER, "k")
    assert story.open_stock("masks").number == 3


def take_from(code: str) -> TakeStock:
    return TakeStock(code=code, quantity=1, reason="none", based_on=2)


def test_a_broken_constraint_leaves_nothing(opened: None, unchanged: Any) -> None:
    """Also one that the database only notices at the end of the transaction."""
    unchanged()
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        record(CountStock(code="nowhere"), KEEPER, "k", LINES)
    with pytest.raises(Exception, match="stock_not_below_zero"):
        record(OpenStock(code="x", quantity=-1, on=date(2026, 1, 1)), KEEPER, "k")


def test_a_key_of_a_refused_act_may_be_used_again(opened: None) -> None:
    with pytest.raises(NotEnough):
        record(take(101), KEEPER, "k")
    assert record(take(1), KEEPER, "k").number == 3


# A receipt is for what cannot be rolled back


def test_record_refuses_to_be_part_of_another_transaction(opened: None, unchanged: Any) -> None:
    unchanged()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        record(take(), KEEPER, "k")
    transaction.set_autocommit(False)
    try:
        with pytest.raises(RuntimeError, match="autocommit"):
            record(take(), KEEPER, "k")
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


# Order and time


def test_time_never_runs_backwards(opened: None) -> None:
    later = record(take(), KEEPER, "k", now=NOON)
    earlier = record(take(based_on=3), KEEPER, "k2", now=NOON - timedelta(seconds=59))
    assert later.at == earlier.at == NOON


def test_a_clock_more_than_a_minute_behind_stops_the_door(opened: None, unchanged: Any) -> None:
    record(take(), KEEPER, "k", now=NOON)
    unchanged()
    with pytest.raises(ClockBehind, match="2024-03-01T12:00:00") as refused:
        record(take(based_on=3), KEEPER, "k2", now=NOON - timedelta(seconds=61))
    assert "administrator" in refused.value.hint


def test_instants_are_utc_whatever_zone_they_come_in(opened: None) -> None:
    from zoneinfo import ZoneInfo

    receipt = record(take(), KEEPER, "k", now=NOON.astimezone(ZoneInfo("Asia/Baku")))
    stored = canonical_object(bytes(Entry.objects.get(number=3).content))
    assert stored["at"] == "2024-03-01T12:00:00.000000Z"
    assert receipt.at.utcoffset() == timedelta(0)


def test_touches_are_what_the_act_names(opened: None) -> None:
    record(take(), KEEPER, "k")
    touches = Touch.objects.order_by("number").values_list("subject", "number")
    assert list(touches) == [("stock/gloves", 2), ("stock/gloves", 3)]


# What a rebuild could not read is refused before it is written


@pytest.fixture
def registered() -> Any:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def test_an_act_that_is_not_official_is_refused(opened: None, unchanged: Any) -> None:
    class Unknown(StockAct):
        """Not registered."""

        verb: ClassVar[str] = "stock.unknown"

    unchanged()
    with pytest.raises(TypeError, match="cannot be read back"):
        record(Unknown(code="gloves"), KEEPER, "k")


def test_an_act_that_reads_back_otherwise_is_refused(
    opened: None, unchanged: Any, registered: None
) -> None:
    @official
    class Loose(StockAct):
        """Holds more than its JSON says."""

        verb: ClassVar[str] = "stock.loose"

        anything: Any

    unchanged()
    with pytest.raises(TypeError, match="not read back as it was written"):
        record(Loose(code="gloves", anything=(1, 2)), KEEPER, "k")


def test_a_sealed_act_cannot_open_blocks(opened: None, unchanged: Any, registered: None) -> None:
    @official
    class Sly(ReportStock):
        """Opens in secret."""

        verb: ClassVar[str] = "stock.sly"

        def opens(self) -> tuple[tuple[int, str], ...]:
            return ((3, "public"),)

    story.report()
    unchanged()
    with pytest.raises(TypeError, match="cannot make blocks public"):
        record(Sly(code="gloves", reporter="ZMB"), KEEPER, "k", story.report_contents())


def test_a_verb_names_one_documented_act(registered: None) -> None:
    with pytest.raises(TypeError, match="needs a verb"):
        official(type("Nameless", (Act,), {"__doc__": "A sentence."}))
    with pytest.raises(TypeError, match="two acts have the verb"):

        @official
        class Second(Act):
            """Takes another's verb."""

            verb: ClassVar[str] = "stock.taken"


# The request's digest gives no sealed content away


def test_no_opening_helps_to_guess_another_block(opened: None) -> None:
    """With the public block opened, its salt is known; the entry's request digest must not let
    anyone try values for the withheld block."""
    from hashlib import sha256

    receipt = record(CountStock(code="gloves"), KEEPER, "k", {"lines": canonical([7])})
    entry, block = (
        Entry.objects.get(number=receipt.number),
        Block.objects.get(number=receipt.number),
    )
    fields = {"code": "gloves", "based_on": None}
    for salt in (bytes(block.salt), sha256(bytes(block.salt)).digest(), b""):
        part = sha256(salt + canonical([7])).hexdigest()
        guess = sha256(salt + canonical({"act": fields, "contents": {"lines": part}})).hexdigest()
        assert (guess == entry.request) == (salt == sha256(bytes(block.salt)).digest())


def test_every_refusal_says_where_and_how_to_mend_it() -> None:
    for kind in (KeyReused, Moved, ClockBehind, NotWritable):
        assert str(kind.template)
        assert str(kind.hint_template)
        assert issubclass(kind, Refused)


def test_an_act_may_carry_hundreds_of_blocks(opened: None) -> None:
    """More than one statement inserts at once."""
    contents = story.report_contents() | {f"attachment{n}": bytes([n % 256]) for n in range(250)}
    receipt = record(ReportStock(code="gloves", reporter="ZMB"), KEEPER, "many", contents)
    stored = Block.objects.filter(number=receipt.number).order_by("position")
    assert [each.label for each in stored] == [ENVELOPE, *sorted(contents)]
    assert verify_instance().is_sound
