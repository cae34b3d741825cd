"""The rows that an act leaves in the ledger's tables: the same at the door and at a rebuild."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bandung.ledger.act import Act, Moment
from bandung.ledger.entry import Statement
from bandung.ledger.insertion import insert_rows
from bandung.ledger.merkle import frontier_append, frontier_root, leaf_hash
from bandung.ledger.models import Block, Entry, Head, Opening, Touch
from bandung.ledger.seal import Sealed

HASH_BYTES = 32


@dataclass(frozen=True)
class Written:
    """One act with its stored bytes and its blocks, ready to take its place."""

    act: Act
    moment: Moment
    said: Statement
    content: bytes
    blocks: Mapping[str, Sealed]
    opens: Sequence[str]


def take_place(head: Head, written: Written) -> Entry:
    """Writes the entry's rows, applies its change, then moves the frontier of `head` (unsaved)."""
    act, number = written.act, written.moment.number
    leaf = leaf_hash(written.content)
    frontier = frontier_append(read_frontier(head), head.size, leaf)
    entry = _entry(written, leaf, frontier_root(frontier))
    insert_rows([entry])
    insert_rows(_blocks(written.blocks, number))
    insert_rows([Opening(block_id=each, opened_by=entry) for each in written.opens])
    insert_rows([Touch(subject=each, number=number) for each in dict.fromkeys(act.subjects())])
    act.apply(written.moment)
    head.size, head.frontier, head.last_at = number, b"".join(frontier), written.moment.at
    return entry


def read_frontier(head: Head) -> tuple[bytes, ...]:
    """The frontier's hashes as stored in the head row."""
    stored = plain_bytes(head.frontier)
    return tuple(stored[i : i + HASH_BYTES] for i in range(0, len(stored), HASH_BYTES))


def plain_bytes(stored: bytes | memoryview | str) -> bytes:
    """What a binary column holds; SQLite gives back text if somebody put text into it."""
    return stored.encode() if isinstance(stored, str) else bytes(stored)


def _entry(written: Written, leaf: bytes, root: bytes) -> Entry:
    said, act = written.said, written.act
    return Entry(
        number=written.moment.number,
        at=written.moment.at,
        leaf=leaf,
        root=root,
        content=written.content,
        verb=said.verb,
        party=act.party(),
        mandate=said.by["mandate"] if said.by else "",
        person=said.by["person"] if said.by else "",
        key=said.key,
        request=said.request,
        is_sealed=act.sealed,
    )


def _blocks(blocks: Mapping[str, Sealed], number: int) -> list[Block]:
    return [
        Block(
            commitment=block.commitment,
            number_id=number,
            position=position,
            label=label,
            salt=block.salt,
            content=block.content,
        )
        for position, (label, block) in enumerate(blocks.items())
    ]
