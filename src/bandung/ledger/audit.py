"""Checks the tables of this instance: stored bytes, leaves, columns, blocks, openings, the head.

The same laws as `verify` of a bundle, and that what stands beside the stored bytes for searching
says the same as they do.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from bandung.ledger.entry import ENVELOPE, Shown, Statement
from bandung.ledger.models import Block, Entry, Head, Opening, Touch
from bandung.ledger.registry import read_act
from bandung.ledger.rows import plain_bytes, read_frontier
from bandung.ledger.seal import SALT_BYTES, Sealed
from bandung.ledger.verify import Broken, Chain, Progress, Verdict, check_envelope

ENTRIES_AT_ONCE = 200


def verify_instance(progress: Progress | None = None) -> Verdict:
    """Verifies this instance up to its last act; the first entry that fails is named."""
    walk = _Walk()
    failure: tuple[int, str] | None = None
    try:
        walk.run(progress)
    except Broken as broken:
        failure = broken.number, broken.reason
    return Verdict(
        size=walk.chain.size,
        root=walk.chain.root,
        first_failure=failure,
        sealed=walk.chain.sealed,
        opened=walk.opened,
        blocks=walk.blocks,
        is_full=True,
    )


@dataclass(frozen=True)
class _Rows:
    """An entry's row with what stands beside it."""

    entry: Entry
    blocks: Sequence[Block]
    opens: frozenset[str]
    touches: frozenset[str]


class _Walk:
    """One passage over the tables."""

    def __init__(self) -> None:
        self.chain = Chain()
        self.opened = self.blocks = 0

    def run(self, progress: Progress | None) -> None:
        head = Head.objects.get(id=1)
        for rows in _read(head.size):
            self._entry(rows)
            if progress:
                progress(self.chain.size, head.size)
        if self.chain.size != head.size:
            raise Broken(self.chain.size + 1, f"is missing: the head counts {head.size}")
        if read_frontier(head) != self.chain.frontier:
            raise Broken(0, "the entries do not give the frontier of the head")
        if head.last_at != self.chain.last_at:
            raise Broken(0, "the head's time is not that of the last entry")
        if Touch.objects.filter(number__gt=Head.objects.get(id=1).size).exists():
            raise Broken(0, "an object is said to be touched by an act that does not exist")

    def _entry(self, rows: _Rows) -> None:
        entry, number = rows.entry, self.chain.size + 1
        if entry.number != number:
            raise Broken(number, "is missing")
        shown = self.chain.add(plain_bytes(entry.content), plain_bytes(entry.leaf))
        if plain_bytes(entry.root).hex() != self.chain.root:
            raise Broken(number, "its root is not that of the tree that ends with it")
        said, labels = _check_blocks(shown, rows.blocks)
        if labels != tuple(block.label for block in rows.blocks):
            raise Broken(number, "a block's label is not the one the entry gives it")
        _check_columns(shown, said, rows)
        if rows.opens != frozenset(shown.opens):
            raise Broken(number, "the blocks marked as opened by it are not those it opens")
        self.opened += len(rows.opens)
        self.blocks += len(rows.blocks)


def _check_blocks(shown: Shown, blocks: Sequence[Block]) -> tuple[Statement, tuple[str, ...]]:
    """What the entry says and its blocks' labels; Broken unless each block opens its commitment."""
    if tuple(block.commitment for block in blocks) != shown.commitments:
        raise Broken(shown.number, "its blocks are not those it names")
    for position, block in enumerate(blocks):
        salt = plain_bytes(block.salt)
        if len(salt) != SALT_BYTES or block.position != position:
            raise Broken(shown.number, f"block {block.commitment} is damaged")
        if Sealed(salt, plain_bytes(block.content)).commitment != block.commitment:
            raise Broken(shown.number, f"block {block.commitment} does not open its commitment")
    if shown.statement is not None:
        return shown.statement, shown.labels or ()
    said, labels = check_envelope(shown.number, shown, plain_bytes(blocks[0].content))
    return said, (ENVELOPE, *labels)


def _check_columns(shown: Shown, said: Statement, rows: _Rows) -> None:
    """Broken unless the columns, derived from the bytes, say what the bytes say."""
    entry, by = rows.entry, said.by or {}
    try:
        act = read_act(said)
    except (KeyError, ValidationError) as error:
        raise Broken(shown.number, f"cannot be read as {said.verb}: {error}") from error
    due = {
        "at": shown.at,
        "verb": said.verb,
        "party": act.party(),
        "mandate": by.get("mandate", ""),
        "person": by.get("person", ""),
        "key": said.key,
        "request": said.request,
        "is_sealed": shown.statement is None,
    }
    for column, value in due.items():
        if getattr(entry, column) != value:
            raise Broken(shown.number, f"its column {column} does not say what its bytes say")
    if rows.touches != frozenset(act.subjects()):
        raise Broken(shown.number, "the objects marked as touched by it are not those it touches")


def _read(size: int) -> Iterator[_Rows]:
    for first in range(1, size + 1, ENTRIES_AT_ONCE):
        last = min(first + ENTRIES_AT_ONCE - 1, size)
        blocks: defaultdict[int, list[Block]] = defaultdict(list)
        for block in Block.objects.filter(number__number__range=(first, last)).order_by("position"):
            blocks[block.number_id].append(block)
        opened = Opening.objects.filter(opened_by__number__range=(first, last))
        opens = _grouped(opened.values_list("opened_by_id", "block_id"))
        touched = Touch.objects.filter(number__range=(first, last))
        touches = _grouped(touched.values_list("number", "subject"))
        for entry in Entry.objects.filter(number__range=(first, last)).order_by("number"):
            number = entry.number
            yield _Rows(entry, blocks[number], opens[number], touches[number])


def _grouped(pairs: Iterable[tuple[int, str]]) -> defaultdict[int, frozenset[str]]:
    groups: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for number, text in pairs:
        groups[number] |= {text}
    return groups
