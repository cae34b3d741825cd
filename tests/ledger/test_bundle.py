"""Exports: what is in them, what never is, and that none is made of a damaged ledger."""

import base64
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from bandung.ledger.bundle import (
    BlockMissing,
    Damaged,
    NotEmptyFolder,
    NothingYet,
    export,
    write_bundle,
)
from bandung.ledger.checkpoint import Checkpoint, read_checkpoint
from bandung.ledger.guard import lifted
from bandung.ledger.models import Block, Entry, Opening
from bandung.ledger.queries import checkpoint
from bandung.ledger.verify import verify_bundle
from tests.ledger import bundles, story
from tests.ledger.story import AUTHOR, CANARY, FIGURE, FILE_NAME

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def told() -> None:
    story.tell()


def send(sql: str, *values: object) -> None:
    """A change behind the door's back."""
    with lifted(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        yield path.name, path.read_bytes() if path.is_file() else b""


def test_the_public_bundle(told: None, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    reached = export(tmp_path / "bundle", full=False, progress=lambda *done: seen.append(done))
    folder = tmp_path / "bundle"
    assert reached == checkpoint() == read_checkpoint((folder / "checkpoint").read_text())
    assert reached.origin == "exercise/needs-of-the-test"
    stored = [bytes(entry.content) for entry in Entry.objects.order_by("number")]
    assert (folder / "log.jsonl").read_bytes() == b"".join(each + b"\n" for each in stored)
    opened = Opening.objects.get().block
    assert [path.name for path in (folder / "opened").iterdir()] == [opened.commitment]
    content = (folder / "opened" / opened.commitment).read_bytes()
    assert content == bytes(opened.salt) + bytes(opened.content)
    assert not (folder / "blocks").exists()
    assert seen == [(7, 7)]
    verdict = verify_bundle(folder)
    assert (verdict.first_failure, verdict.size, verdict.root) == (None, 7, reached.root)
    assert (verdict.sealed, verdict.opened, verdict.is_full) == (2, 1, False)


def test_the_full_bundle(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=True)
    folder = tmp_path / "bundle"
    assert len(list((folder / "blocks").iterdir())) == Block.objects.count() == 11
    verdict = verify_bundle(folder)
    assert verdict.is_sound
    assert (verdict.blocks, verdict.opened, verdict.is_full) == (11, 1, True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "confidential" in (folder / "README.md").read_text()


def test_nothing_withheld_no_file_name_no_author_is_in_a_public_bundle(
    told: None, tmp_path: Path
) -> None:
    """In no writing: plain, escaped, hexadecimal, Base64 at any offset, figures, digests."""
    export(tmp_path / "public", full=False)
    export(tmp_path / "full", full=True)
    texts = [CANARY, FILE_NAME, AUTHOR, str(FIGURE), "stock.reported", 'p-keeper","party":"ZWE']
    needles = {needle.lower() for text in texts for needle in writings(text.encode())}
    needles |= {bytes(block.salt).hex().encode() for block in sealed_blocks()}
    needles |= {bytes(block.salt) for block in sealed_blocks()}
    found = {
        needle
        for _, content in everything(tmp_path / "public")
        for needle in needles
        if needle in content.lower()
    }
    assert found == set()
    names = [name for name, _ in everything(tmp_path / "public")]
    assert not any(block.commitment in names for block in sealed_blocks())
    kept = b"".join(content for _, content in everything(tmp_path / "full"))
    assert all(text.encode() in kept for text in texts[:5])


def sealed_blocks() -> list[Block]:
    return list(Block.objects.filter(opening=None))


def writings(text: bytes) -> Iterator[bytes]:
    yield text
    yield text.hex().encode()
    for lead in range(3):
        # Base64 of the text wherever it may stand in a longer one.
        coded = base64.b64encode(b"\0" * lead + text).rstrip(b"=")
        yield coded[(lead * 4 + 2) // 3 : -1]
    yield text.decode().encode("utf-16-le")


def test_an_export_holds_the_acts_up_to_its_checkpoint(told: None, tmp_path: Path) -> None:
    """Acts that come meanwhile, openings among them, are left out."""
    early = write_bundle(tmp_path / "early", full=False, size=5)
    assert (early.size, early.root) == (5, checkpoint(5).root)
    assert list((tmp_path / "early" / "opened").iterdir()) == []
    assert verify_bundle(tmp_path / "early").is_sound
    export(tmp_path / "late", full=False)
    assert verify_bundle(tmp_path / "late", against=early).is_sound


def test_a_folder_that_holds_something_is_refused(told: None, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("mine")
    for folder in (tmp_path, tmp_path / "note"):
        with pytest.raises(NotEmptyFolder, match=re.escape(str(folder))):
            export(folder, full=False)
    assert (tmp_path / "note").read_text() == "mine"
    (tmp_path / "empty").mkdir()
    export(tmp_path / "empty", full=False)
    assert verify_bundle(tmp_path / "empty").is_sound
    export(tmp_path / "in" / "new" / "folders", full=False)


def test_an_instance_without_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingYet):
        export(tmp_path / "bundle", full=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("full", [False, True])
def test_a_missing_block_is_named_and_nothing_is_left(
    told: None, tmp_path: Path, full: bool
) -> None:
    lost = Block.objects.get(number=5, label="withheld").commitment
    send("DELETE FROM ledger_block WHERE commitment = %s", lost)
    with pytest.raises(BlockMissing, match="Act 5 names block") as refused:
        export(tmp_path / "bundle", full=full)
    assert refused.value.facts == {"number": 5, "commitment": lost}
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_block_is_named(told: None, tmp_path: Path) -> None:
    changed = Opening.objects.get().block_id
    send("UPDATE ledger_block SET content = %s WHERE commitment = %s", b"[]", changed)
    with pytest.raises(BlockMissing, match="Act 4"):
        export(tmp_path / "bundle", full=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE ledger_entry SET content = %s WHERE number = 3", 3),
        ("UPDATE ledger_entry SET leaf = %s WHERE number = 3", 3),
        ("UPDATE ledger_entry SET root = %s WHERE number = 7", 7),
    ],
)
def test_a_damaged_entry_is_named(told: None, tmp_path: Path, sql: str, number: int) -> None:
    send(sql, bytes(Entry.objects.get(number=2).content)[:32])
    with pytest.raises(Damaged, match=f"Act {number}"):
        export(tmp_path / "bundle", full=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [3, 7])
def test_a_missing_entry_is_named(told: None, tmp_path: Path, number: int) -> None:
    reached = checkpoint()
    for table, column in [("touch", "number"), ("block", "number"), ("entry", "number")]:
        send(f"DELETE FROM ledger_{table} WHERE {column} = {number}")
    with pytest.raises(Damaged, match=f"Act {number}"):
        bundle_at(tmp_path / "bundle", reached)
    assert list(tmp_path.iterdir()) == []


def bundle_at(folder: Path, reached: Checkpoint) -> None:
    from bandung.ledger.bundle import _Bundle

    folder.mkdir()
    try:
        _Bundle(folder, False, reached).write(None)
    finally:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()


def test_a_bundle_cut_short_never_looks_complete(told: None, tmp_path: Path) -> None:
    """What a crash leaves has another name and no checkpoint."""
    names: list[str] = []

    def look(done: int, of: int) -> None:
        names.extend(path.name for path in tmp_path.rglob("*"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / "bundle", full=True, progress=look)
    assert "bundle" not in names
    assert "checkpoint" not in names
    assert "log.jsonl" in names
    assert list(tmp_path.iterdir()) == []


def test_what_is_exported_has_reached_the_disk(
    told: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file and folder is synced before the folder gets its name, its parent after."""
    synced: list[int] = []
    fsync, rename = os.fsync, os.rename
    monkeypatch.setattr(os, "fsync", lambda at: (synced.append(os.fstat(at).st_ino), fsync(at)))
    before: list[set[int]] = []

    def renaming(*paths: object) -> None:
        before.append(set(synced))
        rename(*paths)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", renaming)
    folder = tmp_path / "bundle"
    export(folder, full=True)
    assert {path.stat().st_ino for path in [folder, *folder.rglob("*")]} <= before[0]
    assert tmp_path.stat().st_ino == synced[-1]


# The README explains how to check it with Python alone


def script_of(folder: Path) -> str:
    found = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], cwd=folder, capture_output=True, text=True
    )


def test_the_readme_says_what_it_is_and_its_script_verifies(told: None, tmp_path: Path) -> None:
    reached = export(tmp_path / "bundle", full=False)
    text = (tmp_path / "bundle" / "README.md").read_text()
    assert "**Exercise: not submitted by any state.**" in text
    assert reached.root in text
    finished = run(script_of(tmp_path / "bundle"), tmp_path / "bundle")
    assert (finished.returncode, finished.stdout) == (0, f"7 {reached.root}\n"), finished.stderr


def test_a_real_ledger_does_not_say_exercise(tmp_path: Path) -> None:
    story.found(is_exercise=False)
    reached = export(tmp_path / "bundle", full=False)
    assert reached.origin == "needs-of-the-test"
    assert "xercise" not in (tmp_path / "bundle" / "README.md").read_text()


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("log.jsonl", lambda found: found.replace(b'"stock.counted"', b'"stock.COUNTED"'), "3"),
        ("log.jsonl", lambda found: b"".join(found.splitlines(True)[:6]), "7"),
        ("leaves", lambda found: found[:65] + b"0" * 64 + found[129:], "2"),
        ("leaves", lambda found: b"".join(found.splitlines(True)[:6]), "7"),
    ],
)
def test_the_readmes_script_names_the_entry_that_fails(
    told: None, tmp_path: Path, name: str, change: object, words: str
) -> None:
    export(tmp_path / "bundle", full=False)
    path = tmp_path / "bundle" / name
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    finished = run(script_of(tmp_path / "bundle"), tmp_path / "bundle")
    assert finished.returncode == 1
    assert f"entry {words} fails" in finished.stderr


def test_the_readmes_script_finds_false_and_foreign_blocks(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=False)
    script, opened = script_of(tmp_path / "bundle"), tmp_path / "bundle" / "opened"
    (block,) = opened.iterdir()
    content = block.read_bytes()
    block.write_bytes(content[:-1])
    assert "entry 4 fails" in run(script, tmp_path / "bundle").stderr
    block.unlink()
    assert "entry 6 fails" in run(script, tmp_path / "bundle").stderr
    block.write_bytes(content)
    (opened / "note").write_text("x")
    assert "belongs to no entry" in run(script, tmp_path / "bundle").stderr


def test_the_readmes_script_and_the_verifier_agree_on_made_bundles(
    told: None, tmp_path: Path
) -> None:
    export(tmp_path / "bundle", full=False)
    script = script_of(tmp_path / "bundle")
    entries, opened, _ = bundles.sample()
    folder = bundles.write(tmp_path / "made", entries, opened)
    verdict = verify_bundle(folder)
    assert verdict.is_sound
    assert run(script, folder).stdout == f"5 {verdict.root}\n"
    for position, changes in ((3, {"number": 5}), (3, {"at": bundles.instant(2)})):
        lie = [dict(each) for each in entries]
        lie[position] |= changes
        folder = bundles.write(tmp_path / "made", lie, opened)
        assert verify_bundle(folder).first_failure[0] == 4  # type: ignore[index]
        assert "entry 4 fails" in run(script, folder).stderr
