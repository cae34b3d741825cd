"""Reading the record: each reader sees what he may; proofs hold without us."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandung.ledger.merkle import is_included
from bandung.ledger.models import Block, Entry
from bandung.ledger.queries import (
    NoSuchAct,
    acts_touching,
    checkpoint,
    content_of,
    entries,
    entries_of,
    entry_view,
    everybody,
    last_touch,
    latest,
    nobody,
    opened_blocks,
    opened_by,
    proof_of,
    stored_text,
    text_of,
)
from tests.ledger import story
from tests.ledger.story import CANARY, FILE_NAME

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]
PREFIX = "Exercise: not submitted by any state. "


@pytest.fixture
def told() -> None:
    story.tell()


def zmb(party: str) -> bool:
    return party == "ZMB"


def zwe(party: str) -> bool:
    return party == "ZWE"


def test_an_open_entry_is_for_all(told: None) -> None:
    view = entry_view(3)
    assert (view.verb, view.version, view.function) == ("stock.counted", 1, "keeper")
    assert view.sentence == PREFIX + "Store gloves was counted."
    assert (view.is_sealed, view.is_hidden, view.opened) == (False, False, ())
    assert [block.label for block in view.blocks] == ["lines"]
    assert view.leaf == bytes(Entry.objects.get(number=3).leaf).hex()


@pytest.mark.parametrize("sees", [nobody, zwe])
def test_a_sealed_entry_shows_strangers_number_time_and_commitments(
    told: None, sees: Callable[[str], bool]
) -> None:
    view = entry_view(5, sees)
    assert (view.number, view.at) == (5, Entry.objects.get(number=5).at)
    assert (view.is_sealed, view.is_hidden) == (True, True)
    assert (view.verb, view.version, view.party, view.function, view.sentence) == (
        "",
        0,
        "",
        "",
        "",
    )
    stored = Block.objects.filter(number=5).order_by("position")
    assert view.commitments == tuple(stored.values_list("commitment", flat=True))
    assert [block.label for block in view.blocks] == [""] * 5


@pytest.mark.parametrize("sees", [everybody, zmb])
def test_a_sealed_entry_is_read_by_its_party_and_the_secretariat(
    told: None, sees: Callable[[str], bool]
) -> None:
    view = entry_view(5, sees)
    assert (view.is_sealed, view.is_hidden, view.party) == (True, False, "ZMB")
    assert view.sentence == PREFIX + "ZMB reported store gloves."
    assert [block.label for block in view.blocks][3:] == ["public", "withheld"]


def test_an_opened_block_shows_its_label_and_who_opened_it(told: None) -> None:
    (opened,) = entry_view(4).opened
    assert (opened.label, opened.opened_by) == ("public", 6)
    assert [block.label for block in entry_view(4).blocks] == ["", "", "", "public", ""]
    (of_four,) = opened_blocks(4)
    assert opened_by(6) == (of_four,)
    assert (of_four.number, of_four.commitment) == (4, opened.commitment)
    assert opened_blocks(5) == opened_by(5) == ()


def test_a_real_ledger_says_no_exercise() -> None:
    story.found(is_exercise=False)
    assert "Exercise:" not in text_of(1)
    assert entry_view(1).sentence.startswith("Needs of the test: the ledger was founded")
    assert checkpoint().origin == "needs-of-the-test"


def test_entries_are_paged_by_number(told: None) -> None:
    assert [view.number for view in entries(limit=3)] == [1, 2, 3]
    assert [view.number for view in entries(after=5)] == [6, 7]
    assert entries(after=7) == ()
    assert [view.number for view in latest(limit=3)] == [7, 6, 5]
    assert [view.number for view in latest(before=3)] == [2, 1]
    assert all(view == entry_view(view.number, zmb) for view in latest(sees=zmb))


def test_the_acts_of_a_party_do_not_tell_strangers_which_sealed_ones_are_its(told: None) -> None:
    assert entries_of("ZMB") == entries_of("ZMB", sees=zwe) == ()
    assert [view.number for view in entries_of("ZMB", sees=zmb)] == [5, 4]
    assert [view.number for view in entries_of("ZMB", before=5, sees=zmb)] == [4]


def test_the_acts_on_an_object(told: None) -> None:
    assert [view.number for view in acts_touching("stock/gloves")] == [2, 3, 6, 7]
    assert [view.number for view in acts_touching("stock/gloves", zmb)] == [2, 3, 4, 5, 6, 7]
    assert last_touch("stock/gloves") == 7
    assert last_touch("stock/nothing") is None


def test_queries_do_not_grow_with_entries(told: None) -> None:
    counts = []
    for limit in (4, 7):
        with CaptureQueriesContext(connection) as asked:
            entries(limit=limit, sees=everybody)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("size", [None, 5, 7])
def test_a_proof_holds_without_us(told: None, size: int | None) -> None:
    for number in range(1, (size or 7) + 1):
        proof = proof_of(number, size)
        path = [bytes.fromhex(each) for each in proof.path]
        leaf, root = bytes.fromhex(proof.leaf), bytes.fromhex(proof.root)
        assert proof.size == (size or 7)
        assert proof.root == checkpoint(size).root
        assert is_included(leaf, proof.index, proof.size, path, root)
        with CaptureQueriesContext(connection) as asked:
            proof_of(number, size)
        assert len(asked) <= 2


def test_what_is_not_there_is_named(told: None) -> None:
    for call in (entry_view, proof_of, text_of, checkpoint, stored_text):
        with pytest.raises(NoSuchAct, match="8"):
            call(8)
    for number in (0, -1):
        with pytest.raises(NoSuchAct):
            proof_of(number)
    with pytest.raises(NoSuchAct, match="act 6"):
        proof_of(6, 5)
    with pytest.raises(NoSuchAct, match="act 3 has no block other"):
        content_of(3, "other")
    assert content_of(3, "lines") == b"[1,2,3]"


def test_without_a_ledger_there_is_no_checkpoint() -> None:
    with pytest.raises(NoSuchAct, match="not founded"):
        checkpoint()


def test_an_act_as_text(told: None) -> None:
    text = text_of(3)
    proof = proof_of(3)
    assert text.splitlines()[0] == "act 3, 2024-03-01T09:00:02.000000Z"
    assert "Store gloves was counted." in text
    assert bytes(Entry.objects.get(number=3).content).decode() in text
    assert all(each in text for each in (proof.leaf, proof.root, *proof.path))
    assert "ZMB reported store gloves." in text_of(5)
    public = text_of(5, nobody)
    assert "This entry is sealed." in public
    for secret in ("ZMB", "reported", CANARY, FILE_NAME):
        assert secret not in public


def test_no_view_holds_a_withheld_value(told: None) -> None:
    for view in (*entries(), *entries(sees=everybody)):
        assert CANARY not in repr(view)
        assert FILE_NAME not in repr(view)
