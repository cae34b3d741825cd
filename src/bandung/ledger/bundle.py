"""Exports: the public bundle that anyone may check, the full one for backup and handover.

A bundle is made in a folder beside the wanted one, brought to disk and renamed, so that a
half-written bundle never looks complete. Entries and blocks never change: acts recorded while
it is made are left out.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.ledger.canonical import NotCanonical
from bandung.ledger.checkpoint import Checkpoint
from bandung.ledger.entry import read
from bandung.ledger.merkle import frontier_append, frontier_root, leaf_hash
from bandung.ledger.models import Block, Entry, Instance
from bandung.ledger.queries import EXERCISE, checkpoint, is_exercise
from bandung.ledger.readme import readme
from bandung.ledger.rows import plain_bytes
from bandung.ledger.seal import Sealed
from bandung.ledger.verify import BLOCKS, CHECKPOINT, LEAVES, LOG, OPENED, README, Progress

ENTRIES_AT_ONCE = 500
BLOCKS_AT_ONCE = 16


class NotEmptyFolder(Refused):
    """The folder already holds something."""

    code = "not-empty-folder"
    template = _("%(folder)s already exists and is not an empty folder.")
    hint_template = _("Name a new folder.")


class NothingYet(Refused):
    """The ledger is not founded."""

    code = "nothing-yet"
    template = _("This instance has no ledger yet.")
    hint_template = _("Found it first.")


class BlockMissing(Refused):
    """An entry names a block that the database does not hold, or holds damaged."""

    code = "block-missing"
    template = _("Act %(number)s names block %(commitment)s, which is missing or damaged.")
    hint_template = _("Nothing was exported. Restore the database from a backup.")


class Damaged(Refused):
    """The stored entries are not those that the ledger's root was made of."""

    code = "damaged"
    template = _("Act %(number)s is damaged: its stored bytes do not give the ledger's root.")
    hint_template = _("Nothing was exported. Restore the database from a backup.")


def export(directory: Path, full: bool, progress: Progress | None = None) -> Checkpoint:
    """Writes the bundle of all acts into the new or empty folder `directory`.

    `full` adds every sealed block: for backup and handover, not for the public. Refuses a folder
    that holds something, and a ledger of which an entry or a named block is missing or damaged.
    """
    if not Instance.objects.exists():
        raise NothingYet
    return write_bundle(directory, full, checkpoint().size, progress)


def write_bundle(
    directory: Path, full: bool, size: int, progress: Progress | None = None
) -> Checkpoint:
    """`export` of the first `size` acts alone."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise NotEmptyFolder(folder=directory)
    target = directory.resolve()
    partial = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir(mode=0o700)
    try:
        reached = _Bundle(partial, full, checkpoint(size)).write(progress)
        partial.chmod(0o700 if full else 0o755)
        partial.rename(target)
        _to_disk(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return reached


@dataclass(frozen=True)
class _Stored:
    """An entry's row with the blocks that go into the bundle."""

    number: int
    content: bytes
    leaf: bytes
    commitments: frozenset[str]


class _Bundle:
    """One bundle while it is written."""

    def __init__(self, folder: Path, full: bool, reached: Checkpoint) -> None:
        self.folder, self.full, self.reached = folder, full, reached

    def write(self, progress: Progress | None) -> Checkpoint:
        for name in (OPENED, BLOCKS) if self.full else (OPENED,):
            (self.folder / name).mkdir()
        self._write_entries(progress)
        exercise = str(EXERCISE) if is_exercise() else ""
        (self.folder / README).write_text(readme(self.reached, exercise, self.full), "utf-8")
        (self.folder / CHECKPOINT).write_text(self.reached.text())
        for path in sorted(self.folder.rglob("*"), reverse=True):
            _to_disk(path)
        _to_disk(self.folder)
        return self.reached

    def _write_entries(self, progress: Progress | None) -> None:
        frontier: tuple[bytes, ...] = ()
        with (self.folder / LOG).open("wb") as log, (self.folder / LEAVES).open("w") as leaves:
            for first in range(1, self.reached.size + 1, ENTRIES_AT_ONCE):
                last = min(first + ENTRIES_AT_ONCE - 1, self.reached.size)
                for entry in self._entries(first, last):
                    frontier = frontier_append(frontier, entry.number - 1, entry.leaf)
                    log.write(entry.content + b"\n")
                    leaves.write(entry.leaf.hex() + "\n")
                self._write_blocks(first, last)
                if progress:
                    progress(last, self.reached.size)
        if self.reached.size and frontier_root(frontier).hex() != self.reached.root:
            raise Damaged(number=self.reached.size)

    def _entries(self, first: int, last: int) -> Iterator[_Stored]:
        held = _commitments(first, last)
        rows = Entry.objects.filter(number__range=(first, last)).order_by("number")
        due = first
        for number, content, leaf in rows.values_list("number", "content", "leaf"):
            stored = _stored(number, plain_bytes(content), plain_bytes(leaf))
            if number != due:
                raise Damaged(number=due)
            if missing := stored.commitments - held.get(number, frozenset()):
                raise BlockMissing(number=number, commitment=min(missing))
            due += 1
            yield stored
        if due != last + 1:
            raise Damaged(number=due)

    def _write_blocks(self, first: int, last: int) -> None:
        found = Block.objects.filter(number__number__range=(first, last))
        if not self.full:
            found = found.filter(opening__opened_by__number__lte=self.reached.size)
        columns = ("number_id", "commitment", "salt", "content", "opening__opened_by_id")
        rows = found.order_by("number_id", "position").values_list(*columns)
        for number, commitment, salt, content, opened_by in rows.iterator(BLOCKS_AT_ONCE):
            block = Sealed(plain_bytes(salt), plain_bytes(content))
            if block.commitment != commitment:
                raise BlockMissing(number=number, commitment=commitment)
            if self.full:
                (self.folder / BLOCKS / commitment).write_bytes(block.salt + block.content)
            if opened_by is not None and opened_by <= self.reached.size:
                (self.folder / OPENED / commitment).write_bytes(block.salt + block.content)


def _stored(number: int, content: bytes, leaf: bytes) -> _Stored:
    try:
        shown = read(content)
    except NotCanonical as error:
        raise Damaged(number=number) from error
    if leaf_hash(content) != leaf or shown.number != number:
        raise Damaged(number=number)
    return _Stored(number, content, leaf, frozenset(shown.commitments))


def _commitments(first: int, last: int) -> dict[int, frozenset[str]]:
    """The commitments of which the database holds the block, by act."""
    held: dict[int, set[str]] = {}
    rows = Block.objects.filter(number__number__range=(first, last))
    for number, commitment in rows.values_list("number_id", "commitment"):
        held.setdefault(number, set()).add(commitment)
    return {number: frozenset(found) for number, found in held.items()}


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
