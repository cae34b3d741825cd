"""Bundles for the tests of verification: made by hand, so that each lie can be told well."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bandung.ledger.canonical import canonical, parse
from bandung.ledger.checkpoint import Checkpoint, origin_of
from bandung.ledger.entry import Statement, envelope_bytes
from bandung.ledger.merkle import leaf_hash, root_of
from bandung.ledger.seal import Sealed

NAME = "Needs of the test"
BY = {"function": "keeper", "mandate": "1.1", "party": "ZMB", "person": "p"}
REQUEST = "0" * 64


def instant(second: int) -> str:
    return f"2024-03-01T09:00:{second:02}.000000Z"


def open_entry(number: int, **changes: Any) -> dict[str, Any]:
    """An open entry's value; `changes` replace members."""
    return {
        "act": {"code": "gloves"},
        "at": instant(number),
        "blocks": {},
        "by": BY,
        "format": 1,
        "key": f"key-{number}",
        "number": number,
        "opens": [],
        "request": REQUEST,
        "verb": "stock.counted",
        "version": 1,
    } | changes


def founding(**changes: Any) -> dict[str, Any]:
    act = {"name": NAME, "exercise": True, "term": 1, "chair": "AZE", "administrator": "p"}
    return open_entry(1, act=act, by=None, verb="ledger.founded") | changes


def sealed_entry(number: int, blocks: Sequence[Sealed], **changes: Any) -> dict[str, Any]:
    return {
        "at": instant(number),
        "blocks": [block.commitment for block in blocks],
        "format": 1,
        "number": number,
    } | changes


def block(text: str) -> Sealed:
    """A block under a salt that depends on its text alone."""
    return Sealed(leaf_hash(text.encode()), canonical(text))


def envelope(labels: Sequence[str], verb: str = "stock.reported", by: Any = BY) -> Sealed:
    said = Statement(verb, 1, {"code": "gloves"}, by, "key", REQUEST)
    return Sealed(leaf_hash(b"envelope"), envelope_bytes(said, tuple(labels)))


def write(
    folder: Path,
    entries: Sequence[dict[str, Any] | bytes],
    opened: Sequence[Sealed] = (),
    blocks: Sequence[Sealed] | None = None,
    **changes: Any,
) -> Path:
    """A bundle of these entries whose leaves and checkpoint fit them, whatever they say."""
    contents = [each if isinstance(each, bytes) else canonical(each) for each in entries]
    leaves = [leaf_hash(content) for content in contents]
    if folder.exists():
        shutil.rmtree(folder)
    (folder / "opened").mkdir(parents=True)
    (folder / "log.jsonl").write_bytes(b"".join(content + b"\n" for content in contents))
    (folder / "leaves").write_text("".join(leaf.hex() + "\n" for leaf in leaves))
    origin = changes.get("origin", origin_of(NAME, True))
    size = changes.get("size", len(leaves))
    checkpoint = Checkpoint(origin, size, changes.get("root", root_of(leaves).hex()))
    (folder / "checkpoint").write_text(checkpoint.text())
    (folder / "README.md").write_text("A bundle.\n")
    _write_blocks(folder / "opened", opened)
    if blocks is not None:
        (folder / "blocks").mkdir()
        _write_blocks(folder / "blocks", blocks)
    return folder


def _write_blocks(folder: Path, blocks: Sequence[Sealed]) -> None:
    for each in blocks:
        (folder / each.commitment).write_bytes(each.salt + each.content)


def sample() -> tuple[list[dict[str, Any]], list[Sealed], list[Sealed]]:
    """Entries of every kind, the opened blocks, all blocks."""
    public, withheld, lines = block("public"), block("withheld"), block("lines")
    cover = envelope(["public", "withheld"])
    entries = [
        founding(),
        open_entry(2, blocks={"lines": lines.commitment}),
        sealed_entry(3, [cover, public, withheld]),
        open_entry(4, verb="stock.published", opens=[public.commitment]),
        open_entry(5),
    ]
    return entries, [public], [lines, cover, public, withheld]


def entries_of(folder: Path) -> list[dict[str, Any]]:
    """The entries of a bundle as values."""
    found: list[dict[str, Any]] = [
        parse(line) for line in (folder / "log.jsonl").read_bytes().splitlines()
    ]
    return found
