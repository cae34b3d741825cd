"""Checks an exported bundle: every byte of the record, without database and without Django.

What is checked of each entry, in order: its leaf, its writing and format, its number, its time,
who speaks first, the blocks it names, the blocks it opens; then the files that no entry names,
the checkpoint, and a checkpoint held elsewhere. The first entry that fails is named. Memory grows
with the number of block files, not with the log.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bandung.ledger.canonical import NotCanonical
from bandung.ledger.checkpoint import Checkpoint, origin_of, read_checkpoint
from bandung.ledger.entry import HEX_DIGITS, MAX_BYTES, Shown, Statement, read, read_envelope
from bandung.ledger.merkle import Hash, empty_root, frontier_append, frontier_root, leaf_hash
from bandung.ledger.seal import SALT_BYTES, Sealed

Progress = Callable[[int, int], None]
LOG, LEAVES, CHECKPOINT, README = "log.jsonl", "leaves", "checkpoint", "README.md"
OPENED, BLOCKS = "opened", "blocks"
FILES = frozenset([LOG, LEAVES, CHECKPOINT, README])
FIRST_VERB = "ledger.founded"


class Broken(Exception):
    """The bundle fails at entry `number`; 0 where it is the bundle as a whole."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"entry {number}: {reason}" if number else reason)
        self.number = number
        self.reason = reason


@dataclass(frozen=True)
class Verdict:
    """What verification found. `first_failure` is (entry number or 0, reason), or None."""

    size: int
    root: str
    first_failure: tuple[int, str] | None
    sealed: int
    opened: int
    blocks: int
    is_full: bool

    @property
    def is_sound(self) -> bool:
        return self.first_failure is None


@dataclass
class Chain:
    """What the entries so far amount to; `add` refuses one that does not follow."""

    size: int = 0
    sealed: int = 0
    last_at: datetime | None = None
    frontier: tuple[Hash, ...] = ()
    origin: str = ""

    @property
    def root(self) -> str:
        return (frontier_root(self.frontier) if self.frontier else empty_root()).hex()

    def add(self, content: bytes, leaf: Hash) -> Shown:
        """Takes the next entry. Raises Broken if these bytes may not stand here."""
        number = self.size + 1
        if leaf_hash(content) != leaf:
            raise Broken(number, "its bytes do not give its leaf hash")
        try:
            shown = read(content)
        except NotCanonical as error:
            raise Broken(number, f"not the bytes of an entry: {error}") from error
        if shown.number != number:
            raise Broken(number, f"number {shown.number} stands where {number} is due")
        if self.last_at is not None and shown.at < self.last_at:
            raise Broken(number, "dated before the entry that precedes it")
        if number == 1:
            self.origin = _origin(shown)
        elif shown.statement is not None:
            check_speaker(number, shown.statement)
        self.frontier = frontier_append(self.frontier, self.size, leaf)
        self.size, self.last_at = number, shown.at
        self.sealed += shown.statement is None
        return shown


def check_speaker(number: int, said: Statement) -> None:
    """Raises Broken if a later entry founds the ledger again or names no speaker."""
    if said.verb == FIRST_VERB:
        raise Broken(number, "founds the ledger a second time")
    if said.by is None:
        raise Broken(number, "names no speaker")


def check_envelope(number: int, shown: Shown, envelope: bytes) -> tuple[Statement, tuple[str, ...]]:
    """A sealed entry's statement and its blocks' labels. Raises Broken unless they fit it."""
    try:
        said, labels = read_envelope(envelope)
    except NotCanonical as error:
        raise Broken(number, f"its envelope cannot be read: {error}") from error
    if len(labels) != len(shown.commitments) - 1:
        raise Broken(number, "its envelope does not name as many blocks as the entry")
    check_speaker(number, said)
    return said, labels


@dataclass
class Shelf:
    """The block files of one folder, each of which some entry must name."""

    folder: Path
    waiting: set[str] = field(default_factory=set)
    found: int = 0

    @classmethod
    def of(cls, folder: Path) -> "Shelf":
        return cls(folder, {path.name for path in folder.iterdir()} if folder.is_dir() else set())

    def take(self, number: int, commitment: str) -> Sealed | None:
        """The block of this commitment if its file is here. Raises Broken if it is another's."""
        if commitment not in self.waiting:
            return None
        try:
            block = read_block(self.folder / commitment)
        except (OSError, ValueError) as error:
            raise Broken(number, f"block {commitment} cannot be read: {error}") from error
        if block.commitment != commitment:
            raise Broken(number, f"the file {commitment} does not open that commitment")
        self.waiting.discard(commitment)
        self.found += 1
        return block

    def check_empty(self) -> None:
        """Raises Broken if a file is left that no entry names."""
        if self.waiting:
            name = min(self.waiting)
            raise Broken(0, f"unexpected file {self.folder.name}/{name}: no entry names it")


def read_block(path: Path) -> Sealed:
    """A block file: 32 bytes of salt, then the content. ValueError for anything else."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("not a plain file")
    with open(descriptor, "rb") as file:
        stored = file.read()
    if len(stored) < SALT_BYTES:
        raise ValueError("shorter than a salt")
    return Sealed(stored[:SALT_BYTES], stored[SALT_BYTES:])


def read_log(directory: Path) -> Iterator[bytes]:
    """The stored bytes of each entry. Raises Broken at a line that is too long or cut off."""
    with (directory / LOG).open("rb") as log:
        number = 0
        while line := log.readline(MAX_BYTES + 2):
            number += 1
            if not line.endswith(b"\n"):
                raise Broken(number, "its line is cut off or too long")
            yield line[:-1]


def verify_bundle(
    directory: Path, against: Checkpoint | None = None, progress: Progress | None = None
) -> Verdict:
    """Verifies the bundle in `directory`, also `against` a checkpoint kept from an earlier day."""
    walk = _Walk(directory, against, progress)
    failure: tuple[int, str] | None = None
    try:
        walk.run()
    except Broken as broken:
        failure = broken.number, broken.reason
    except OSError as error:
        failure = 0, f"cannot be read: {error}"
    return Verdict(
        size=walk.chain.size,
        root=walk.chain.root,
        first_failure=failure,
        sealed=walk.chain.sealed,
        opened=walk.opened.found,
        blocks=walk.blocks.found,
        is_full=walk.is_full,
    )


class _Walk:
    """One passage over a bundle."""

    def __init__(
        self, directory: Path, against: Checkpoint | None, progress: Progress | None
    ) -> None:
        self.directory, self.against, self.progress = directory, against, progress
        self.is_full = (directory / BLOCKS).is_dir()
        self.opened = Shelf.of(directory / OPENED)
        self.blocks = Shelf.of(directory / BLOCKS)
        self.unopened: dict[str, int] = {}
        self.chain = Chain()

    def run(self) -> None:
        self._compare_held()
        claimed = self._checkpoint()
        with (self.directory / LEAVES).open("rb") as leaves:
            for content in read_log(self.directory):
                self._entry(content, self._leaf(leaves), claimed)
            if leaves.readline(1):
                raise Broken(self.chain.size + 1, "has a leaf hash and no entry")
        self._ends(claimed)

    def _entry(self, content: bytes, leaf: Hash, claimed: Checkpoint) -> None:
        number = self.chain.size + 1
        if number > claimed.size:
            raise Broken(number, f"stands beyond the checkpoint, which counts {claimed.size}")
        shown = self.chain.add(content, leaf)
        blocks = [self._block(number, commitment) for commitment in shown.commitments]
        if shown.statement is None and (envelope := blocks[0]) is not None:
            check_envelope(number, shown, envelope.content)
        for commitment in shown.opens:
            if self.unopened.pop(commitment, number) == number:
                raise Broken(number, f"opens {commitment}, of which no earlier entry has a file")
        self._compare_held()
        if self.progress:
            self.progress(number, claimed.size)

    def _block(self, number: int, commitment: str) -> Sealed | None:
        block = self.opened.take(number, commitment)
        if block is not None:
            self.unopened[commitment] = number
        kept = self.blocks.take(number, commitment)
        if self.is_full and kept is None:
            raise Broken(number, f"block {commitment} is missing")
        return kept or block

    def _leaf(self, leaves: BinaryIO) -> Hash:
        line = leaves.readline(66)
        text = line[:-1].decode("ascii", "replace")
        if len(text) != 64 or not line.endswith(b"\n") or not HEX_DIGITS.issuperset(text):
            raise Broken(self.chain.size + 1, "has no leaf hash")
        return bytes.fromhex(text)

    def _checkpoint(self) -> Checkpoint:
        path = self.directory / CHECKPOINT
        try:
            return read_checkpoint(path.read_bytes().decode("ascii"))
        except ValueError as error:
            raise Broken(0, f"the checkpoint cannot be read: {error}") from error

    def _compare_held(self) -> None:
        held = self.against
        if held and held.size == self.chain.size and held.root != self.chain.root:
            raise Broken(0, f"the first {held.size} entries are not those of the checkpoint held")

    def _ends(self, claimed: Checkpoint) -> None:
        size, held = self.chain.size, self.against
        if size < claimed.size:
            raise Broken(size + 1, f"is missing: the checkpoint counts {claimed.size}")
        if held and size < held.size:
            raise Broken(size + 1, f"is missing: the checkpoint held counts {held.size}")
        for commitment, number in self.unopened.items():
            raise Broken(number, f"its block {commitment} is shown, though no entry opens it")
        self.opened.check_empty()
        self.blocks.check_empty()
        self._check_folder()
        if claimed.root != self.chain.root:
            raise Broken(0, "the entries do not give the root of the checkpoint")
        if claimed.origin != self.chain.origin:
            raise Broken(0, "the checkpoint is of another log")
        if held and held.origin != self.chain.origin:
            raise Broken(0, "the checkpoint held is of another log")

    def _check_folder(self) -> None:
        for path in sorted(self.directory.iterdir()):
            is_folder = path.name in (OPENED, BLOCKS)
            is_known = path.is_dir() if is_folder else path.name in FILES and path.is_file()
            if path.is_symlink() or not is_known:
                raise Broken(0, f"unexpected file {path.name}")


def _origin(shown: Shown) -> str:
    said = shown.statement
    if said is None or said.verb != FIRST_VERB or said.by is not None:
        raise Broken(1, "is not the founding of a ledger")
    name, is_exercise = said.act.get("name"), said.act.get("exercise")
    if not isinstance(name, str) or not isinstance(is_exercise, bool):
        raise Broken(1, "does not name the ledger it founds")
    return origin_of(name, is_exercise)
