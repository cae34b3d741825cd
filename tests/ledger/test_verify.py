"""Verification finds every changed byte and names the first entry that fails."""

import ast
import importlib
import inspect
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bandung.ledger import checkpoint as checkpoint_module
from bandung.ledger import entry as entry_module
from bandung.ledger import verify as verify_module
from bandung.ledger.checkpoint import Checkpoint, origin_of, read_checkpoint
from bandung.ledger.merkle import empty_root, leaf_hash, root_of
from bandung.ledger.verify import Verdict, verify_bundle
from tests.ledger import bundles
from tests.ledger.bundles import block, envelope, founding, instant, open_entry, sealed_entry, write

FLIPS = 500
Case = tuple[str, int, str]


def verdict_of(folder: Path, **options: Any) -> tuple[int, str] | None:
    return verify_bundle(folder, **options).first_failure


def sample(folder: Path, full: bool = True) -> Path:
    entries, opened, blocks = bundles.sample()
    return write(folder, entries, opened, blocks if full else None)


@pytest.mark.parametrize("full", [False, True])
def test_a_sound_bundle_is_sound(tmp_path: Path, full: bool) -> None:
    seen: list[tuple[int, int]] = []
    verdict = verify_bundle(
        sample(tmp_path / "bundle", full), progress=lambda done, of: seen.append((done, of))
    )
    leaves = [bytes.fromhex(each) for each in (tmp_path / "bundle/leaves").read_text().split()]
    assert verdict == Verdict(
        size=5,
        root=root_of(leaves).hex(),
        first_failure=None,
        sealed=1,
        opened=1,
        blocks=4 if full else 0,
        is_full=full,
    )
    assert seen == [(number, 5) for number in range(1, 6)]


def test_it_runs_without_django_and_third_party_packages() -> None:
    source = str(Path(verify_module.__file__).parents[2])
    script = (
        f"import sys; sys.path.insert(0, {source!r}); import bandung.ledger.verify; "
        "sys.exit(any(name in sys.modules for name in ('django', 'pydantic')))"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True)


# Every kind of lie, told well: leaves and checkpoint fit the entries


def lies() -> Iterator[tuple[str, int, str, Callable[[Path], object]]]:
    """Name, entry that fails, words of the reason, how the bundle is made."""
    entries, opened, blocks = bundles.sample()
    public, cover = opened[0], blocks[1]

    def changed(position: int, **changes: Any) -> Callable[[Path], object]:
        told = [dict(each) for each in entries]
        told[position - 1] |= changes
        return lambda folder: write(folder, told, opened, blocks)

    def with_entries(told: list[Any], **changes: Any) -> Callable[[Path], object]:
        return lambda folder: write(folder, told, opened, blocks, **changes)

    yield "number skipped", 4, "number 5 stands where 4", changed(4, number=5)
    yield "number repeated", 4, "number 3 stands where 4", changed(4, number=3)
    yield "number is true", 1, "number: not a whole number", changed(1, number=True)
    yield "number is text", 2, "number: not a whole number", changed(2, number="2")
    yield "number is zero", 2, "number: not a whole number", changed(2, number=0)
    yield "time runs back", 4, "dated before", changed(4, at=instant(2))
    for at in ("2024-03-01", "2024-03-01T09:00:04Z", "2024-03-01T09:00:04.000000+00:00", 4):
        yield f"time {at}", 4, "at: ", changed(4, at=at)
    yield "time in another zone", 4, "at: ", changed(4, at="2024-03-01T09:00:04.000000")
    yield "format unknown", 5, "format", changed(5, format=2)
    yield "format is true", 5, "format", changed(5, format=True)
    yield "member added", 5, "not an entry", changed(5, note="x")
    yield "member missing", 5, "not an entry", with_entries([*entries[:4], missing(entries[4])])
    yield "not an object", 5, "not an entry", with_entries([*entries[:4], b"[5]"])
    yield "not canonical", 5, "canonical", with_entries([*entries[:4], b'{"number": 5}'])
    yield "not JSON", 5, "not JSON", with_entries([*entries[:4], b"five"])
    yield "empty line", 5, "not JSON", with_entries([*entries[:4], b""])
    yield "act is a list", 5, "act: not an object", changed(5, act=[])
    yield "verb is a number", 5, "verb: not text", changed(5, verb=5)
    yield "key is null", 5, "key: not text", changed(5, key=None)
    yield "version is zero", 5, "version: not a whole", changed(5, version=0)
    yield "request is short", 5, "request: not 64", changed(5, request="0")
    yield "request is not hexadecimal", 5, "request: not 64", changed(5, request="g" * 64)
    yield "request in capitals", 5, "request: not 64", changed(5, request="A" * 64)
    yield "by is text", 5, "by: not a speaker", changed(5, by="keeper")
    yield "by is a list", 5, "by: not a speaker", changed(5, by=sorted(bundles.BY))
    yield "by says more", 5, "by: not a speaker", changed(5, by={**bundles.BY, "name": "x"})
    yield "by holds a number", 5, "party: not text", changed(5, by={**bundles.BY, "party": 1})
    yield "no speaker", 5, "names no speaker", changed(5, by=None)
    yield "founded twice", 5, "a second time", changed(5, verb="ledger.founded")
    yield "blocks are a list", 2, "blocks: not an object", changed(2, blocks=[])
    yield "block is no hash", 2, "blocks: not 64", changed(2, blocks={"lines": "x"})
    twice = {"a": public.commitment, "b": public.commitment}
    yield "block named twice", 2, "one commitment twice", changed(2, blocks=twice)
    yield "opens is an object", 4, "opens: not a list", changed(4, opens={})
    yield "opens a number", 4, "opens: not 64", changed(4, opens=[4])
    again = [public.commitment, public.commitment]
    yield "opens one twice", 4, "one commitment twice", changed(4, opens=again)
    yield "opens an unknown block", 4, "no earlier entry", changed(4, opens=["0" * 64])
    yield "opens again later", 5, "no earlier entry", changed(5, opens=[public.commitment])
    yield (
        "opens its own",
        2,
        "no earlier entry",
        changed(2, blocks={"lines": public.commitment}, opens=[public.commitment]),
    )
    yield "shown, never opened", 3, "no entry opens it", changed(4, opens=[])
    yield "sealed blocks an object", 3, "blocks: not a list", changed(3, blocks={})
    yield "sealed without envelope", 3, "without an envelope", changed(3, blocks=[])
    yield "first is sealed", 1, "not the founding", with_entries([sealed_entry(1, [cover])])
    yield "first is another act", 1, "not the founding", changed(1, verb="stock.opened")
    yield "founder speaks", 1, "not the founding", changed(1, by=bundles.BY)
    yield "founding without name", 1, "does not name", changed(1, act={"exercise": True})
    yield "founding unclear", 1, "does not name", changed(1, act={"name": "x", "exercise": 1})
    yield "other name", 0, "of another log", changed(1, act={"name": "x", "exercise": True})
    yield (
        "no longer an exercise",
        0,
        "of another log",
        changed(1, act={"name": bundles.NAME, "exercise": False}),
    )
    yield "checkpoint of more", 6, "is missing", with_entries(entries, size=6)
    yield "checkpoint of fewer", 5, "beyond the checkpoint", with_entries(entries, size=4)
    yield (
        "checkpoint of another root",
        0,
        "do not give the root",
        with_entries(entries, root="0" * 64),
    )
    yield "checkpoint of another log", 0, "of another log", with_entries(entries, origin="x")
    yield from envelopes()


def envelopes() -> Iterator[tuple[str, int, str, Callable[[Path], object]]]:
    """Full bundles whose sealed second entry hides something wrong."""
    public = block("public")
    outsider = {"by": bundles.BY, "verb": "stock.reported"}

    def hiding(cover: Any, *more: Any) -> Callable[[Path], object]:
        told = [founding(), sealed_entry(2, [cover, *more])]
        return lambda folder: write(folder, told, [], [cover, *more])

    yield "label missing", 2, "as many blocks", hiding(envelope([]), public)
    yield "label too many", 2, "as many blocks", hiding(envelope(["a", "b"]), public)
    yield "label twice", 2, "a label named twice", hiding(envelope(["a", "a"]), public, block("b"))
    yield "founding inside", 2, "a second time", hiding(envelope([], verb="ledger.founded"))
    yield "no speaker inside", 2, "names no speaker", hiding(envelope([], by=None))
    yield "no envelope", 2, "envelope: not an envelope", hiding(block("text"))
    for labels in ("public", [1]):
        value = {**outsider, "act": {}, "key": "k", "labels": labels, "request": "0" * 64}
        content = bundles.canonical(value | {"version": 1})
        cover = bundles.Sealed(leaf_hash(b"cover"), content)
        yield f"labels {labels}", 2, "labels: not a list", hiding(cover, public)
    for value in (sorted([*outsider, "act", "key", "labels", "request", "version"]), outsider):
        cover = bundles.Sealed(leaf_hash(b"cover"), bundles.canonical(value))
        yield f"envelope {type(value)}", 2, "envelope: not an envelope", hiding(cover)
    not_json = bundles.Sealed(leaf_hash(b"cover"), b"\xff")
    yield "envelope of bytes", 2, "not JSON", hiding(not_json)


def missing(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "key"}


# Damage to the files


def damage() -> Iterator[tuple[str, int, str, Callable[[Path], object]]]:
    """What happens to a sound full bundle; entry 0 where no entry can be named."""
    _, opened, blocks = bundles.sample()
    public, (lines, cover, _, withheld) = opened[0].commitment, (b.commitment for b in blocks)

    def rewrite(
        name: str, change: Callable[[list[bytes]], list[bytes]]
    ) -> Callable[[Path], object]:
        def apply(folder: Path) -> None:
            content = (folder / name).read_bytes().splitlines(keepends=True)
            (folder / name).write_bytes(b"".join(change(content)))

        return apply

    def in_both(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], object]:
        def apply(folder: Path) -> None:
            for name in ("log.jsonl", "leaves"):
                rewrite(name, change)(folder)

        return apply

    def add(name: str, content: bytes = b"x") -> Callable[[Path], object]:
        def apply(folder: Path) -> None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)

        return apply

    def remove(name: str) -> Callable[[Path], object]:
        return lambda folder: (folder / name).unlink()

    def link(name: str) -> Callable[[Path], object]:
        def apply(folder: Path) -> None:
            (folder / name).rename(folder.parent / "elsewhere")
            (folder / name).symlink_to(folder.parent / "elsewhere")

        return apply

    def drop(position: int) -> Callable[[list[bytes]], list[bytes]]:
        return lambda found: found[: position - 1] + found[position:]

    def swap(found: list[bytes]) -> list[bytes]:
        return [found[0], found[2], found[1], *found[3:]]

    def twice(found: list[bytes]) -> list[bytes]:
        return [*found[:2], *found[1:]]

    yield "entry deleted", 2, "leaf hash", rewrite("log.jsonl", drop(2))
    yield "leaf deleted", 2, "leaf hash", rewrite("leaves", drop(2))
    yield "entry and leaf deleted", 2, "number 3 stands", in_both(drop(2))
    yield "entries swapped", 2, "number 3 stands", in_both(swap)
    yield "entry doubled", 3, "number 2 stands", in_both(twice)
    yield "log cut", 5, "has a leaf hash and no entry", rewrite("log.jsonl", drop(5))
    yield "leaves cut", 5, "has no leaf hash", rewrite("leaves", drop(5))
    yield "both cut", 5, "is missing", in_both(drop(5))
    yield "all cut", 1, "is missing", in_both(lambda found: [])
    yield (
        "last newline cut",
        5,
        "cut off",
        rewrite("log.jsonl", lambda found: [*found[:4], found[4][:-1]]),
    )
    yield (
        "leaf newline cut",
        5,
        "has no leaf hash",
        rewrite("leaves", lambda found: [*found[:4], found[4][:-1]]),
    )
    yield (
        "leaf newline replaced",
        5,
        "has no leaf hash",
        rewrite("leaves", lambda found: [*found[:4], found[4][:-1] + b"0"]),
    )
    yield (
        "leaf in capitals",
        2,
        "has no leaf hash",
        rewrite("leaves", lambda found: [found[0], found[1].upper(), *found[2:]]),
    )
    yield (
        "leaf too long",
        2,
        "has no leaf hash",
        rewrite("leaves", lambda found: [found[0], b"0" + found[1], *found[2:]]),
    )
    yield "leaf added", 6, "has a leaf hash", rewrite("leaves", lambda found: [*found, found[0]])
    yield "entry forged at the end", 6, "beyond the checkpoint", forge
    yield (
        "line too long",
        2,
        "too long",
        rewrite("log.jsonl", lambda found: [found[0], b" " * (1 << 20) + found[1], *found[2:]]),
    )
    for name in ("log.jsonl", "leaves", "checkpoint"):
        yield f"{name} removed", 0, "cannot be read", remove(name)
        yield f"{name} a link", 0, f"unexpected file {name}", link(name)
    yield "checkpoint empty", 0, "checkpoint cannot be read", rewrite("checkpoint", lambda _: [])
    yield "checkpoint cut", 0, "checkpoint cannot be read", rewrite("checkpoint", drop(3))
    yield (
        "checkpoint not ASCII",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [b"\xc3\xa9" + found[0], *found[1:]]),
    )
    yield (
        "checkpoint without origin",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [b"\n", *found[1:]]),
    )
    yield (
        "size with a zero before",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [found[0], b"0" + found[1], found[2]]),
    )
    yield (
        "size not digits",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [found[0], b"-5\n", found[2]]),
    )
    yield (
        "size of two digits",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [found[0], "²\n".encode("latin-1"), found[2]]),
    )
    yield (
        "root too short",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [*found[:2], b"AAAA\n"]),
    )
    yield (
        "checkpoint signed",
        0,
        "cannot be read",
        rewrite("checkpoint", lambda found: [*found, b"\n", b"signature\n"]),
    )
    yield "opened block removed", 4, "has a file", remove(f"opened/{public}")
    yield "opened block changed", 3, "does not open", add(f"opened/{public}", b"x" * 40)
    yield "opened block cut", 3, "shorter than a salt", add(f"opened/{public}", b"x" * 31)
    yield "opened block a link", 3, "cannot be read", link(f"opened/{public}")
    yield (
        "sealed block shown",
        3,
        "no entry opens it",
        lambda folder: shutil.copy(folder / "blocks" / withheld, folder / "opened" / withheld),
    )
    yield "block removed", 3, "is missing", remove(f"blocks/{withheld}")
    yield "block of the public removed", 3, "is missing", remove(f"blocks/{public}")
    yield "block of an open entry removed", 2, "is missing", remove(f"blocks/{lines}")
    yield "block changed", 3, "does not open", add(f"blocks/{cover}", b"x" * 40)
    yield (
        "block a folder",
        3,
        "cannot be read",
        lambda folder: folder_for(folder / "blocks" / cover),
    )
    yield "file added", 0, "unexpected file note", add("note")
    yield "hidden file added", 0, "unexpected file .note", add(".note")
    yield "folder added", 0, "unexpected file more", add("more/note")
    yield "file in opened", 0, "unexpected file opened/note", add("opened/note")
    yield "file in blocks", 0, "unexpected file blocks/note", add("blocks/note")
    yield (
        "a folder for README",
        0,
        "unexpected file README.md",
        lambda folder: folder_for(folder / "README.md"),
    )
    yield "opened is a file", 4, "has a file", file_for_opened


def file_for_opened(folder: Path) -> None:
    shutil.rmtree(folder / "opened")
    (folder / "opened").write_bytes(b"")


def folder_for(path: Path) -> None:
    path.unlink()
    path.mkdir()


def forge(folder: Path) -> None:
    content = bundles.canonical(open_entry(6))
    with (folder / "log.jsonl").open("ab") as log, (folder / "leaves").open("a") as leaves:
        log.write(content + b"\n")
        leaves.write(leaf_hash(content).hex() + "\n")


LIES = {f"lie: {name}": (number, words, make) for name, number, words, make in lies()}
DAMAGE = {f"damage: {name}": (number, words, make) for name, number, words, make in damage()}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found_and_named(tmp_path: Path, name: str) -> None:
    number, words, make = LIES[name]
    make(tmp_path / "bundle")
    found = verdict_of(tmp_path / "bundle")
    assert found is not None
    assert found[0] == number, found
    assert words in found[1]


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_named(tmp_path: Path, name: str) -> None:
    number, words, apply = DAMAGE[name]
    apply(sample(tmp_path / "bundle"))
    found = verdict_of(tmp_path / "bundle")
    assert found is not None
    assert found[0] == number, found
    assert words in found[1]


def test_opened_may_be_absent_where_nothing_is_opened(tmp_path: Path) -> None:
    folder = write(tmp_path / "bundle", [founding()])
    (folder / "opened").rmdir()
    assert verdict_of(folder) is None
    (folder / "opened").write_bytes(b"")
    assert verdict_of(folder) == (0, "unexpected file opened")


# A checkpoint held elsewhere


def held(folder: Path, size: int) -> Checkpoint:
    leaves = [bytes.fromhex(each) for each in (folder / "leaves").read_text().split()]
    return Checkpoint(origin_of(bundles.NAME, True), size, root_of(leaves[:size]).hex())


@pytest.mark.parametrize("size", range(6))
def test_an_earlier_checkpoint_holds(tmp_path: Path, size: int) -> None:
    folder = sample(tmp_path / "bundle")
    checkpoint = held(folder, size)
    assert checkpoint.root == empty_root().hex() or size
    assert verdict_of(folder, against=checkpoint) is None


def test_a_rewritten_past_is_found(tmp_path: Path) -> None:
    """All of the bundle fits together; only the checkpoint kept by another tells."""
    entries, opened, blocks = bundles.sample()
    checkpoints = [held(sample(tmp_path / "bundle"), size) for size in range(1, 6)]
    entries[1]["key"] = "other"
    folder = write(tmp_path / "other", entries, opened, blocks)
    assert verdict_of(folder) is None
    assert verdict_of(folder, against=checkpoints[0]) is None
    for checkpoint in checkpoints[1:]:
        found = verdict_of(folder, against=checkpoint)
        assert found == (
            0,
            f"the first {checkpoint.size} entries are not those of the checkpoint held",
        )


def test_a_shortened_log_is_found(tmp_path: Path) -> None:
    entries, opened, blocks = bundles.sample()
    checkpoint = held(sample(tmp_path / "bundle"), 5)
    folder = write(tmp_path / "short", entries[:4], opened, blocks)
    assert verdict_of(folder) is None
    found = verdict_of(folder, against=checkpoint)
    assert found == (5, "is missing: the checkpoint held counts 5")


def test_a_checkpoint_of_another_log_is_found(tmp_path: Path) -> None:
    folder = sample(tmp_path / "bundle")
    other = Checkpoint("other", 2, held(folder, 2).root)
    assert verdict_of(folder, against=other) == (0, "the checkpoint held is of another log")
    wrong = Checkpoint(held(folder, 0).origin, 0, "0" * 64)
    found = verdict_of(folder, against=wrong)
    assert found == (0, "the first 0 entries are not those of the checkpoint held")


def test_a_checkpoint_reads_back() -> None:
    checkpoint = Checkpoint("exercise/needs", 5, "ab" * 32)
    assert checkpoint.text() == f"exercise/needs\n5\n{'q6ur' * 10}q6s=\n"
    assert read_checkpoint(checkpoint.text()) == checkpoint
    for text in (
        checkpoint.text()[:-1],
        checkpoint.text() + "\n",
        checkpoint.text().replace("=", ""),
        checkpoint.text().replace("q6s=", "q6t="),
        checkpoint.text().replace("5", "05"),
        checkpoint.text().replace("5", "٥"),
    ):
        with pytest.raises(ValueError, match=r"checkpoint|padding|padded"):
            read_checkpoint(text)


def test_an_origin_is_one_ascii_word_and_tells_names_apart() -> None:
    assert origin_of("Needs of the Movement, 2024", False) == "needs-of-the-movement-2024"
    assert origin_of("Needs of the Movement", True) == "exercise/needs-of-the-movement"
    names = ["قفاز", "قفازات", "Besoins avérés", "Besoins averes", "+", " "]
    origins = [origin_of(name, False) for name in names]
    assert len(set(origins)) == len(names)
    for origin in origins:
        assert origin.isascii()
        assert not set(" +\n") & set(origin)


# Every flipped bit


def files_of(folder: Path) -> list[Path]:
    """Every file that counts; the README explains and proves nothing."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")


def entry_of(folder: Path, path: Path, position: int) -> set[int]:
    """The entries that may be named for a change of this byte."""
    if path.parent.name in ("opened", "blocks"):
        name = path.name
        named = [entry["number"] for entry in bundles.entries_of(folder) if name in str(entry)]
        return set(named[:1])
    if path.name == "checkpoint":
        return {0, *range(1, 100)}
    return {path.read_bytes()[:position].count(b"\n") + 1}


def flip(path: Path, position: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.parametrize("flips", [FLIPS, pytest.param(1 << 20, marks=pytest.mark.slow)])
def test_every_flipped_bit_is_found_and_its_entry_named(tmp_path: Path, flips: int) -> None:
    folder = sample(tmp_path / "bundle")
    places = [
        (path, position, bit)
        for path in files_of(folder)
        for position in range(path.stat().st_size)
        for bit in range(8)
    ]
    assert len(places) > 19_000
    for path, position, bit in random.Random(1).sample(places, min(flips, len(places))):
        due = entry_of(folder, path, position)
        flip(path, position, bit)
        found = verdict_of(folder)
        flip(path, position, bit)
        assert found is not None, (path, position, bit)
        assert found[0] in due, (path, position, bit, found)
    assert verdict_of(folder) is None


# The verifier checks: without any one of its conditions some case above passes


def conditions(module: ModuleType) -> list[int]:
    tree = ast.parse(inspect.getsource(module))
    return [
        position
        for position, node in enumerate(ast.walk(tree))
        if isinstance(node, ast.If) and _refuses(node)
    ]


def _refuses(node: ast.If) -> bool:
    return any(isinstance(inner, ast.Raise) for each in node.body for inner in ast.walk(each))


def parts_of(module: ModuleType, position: int) -> int:
    """How many parts joined by `or` the condition has."""
    node = list(ast.walk(ast.parse(inspect.getsource(module))))[position]
    assert isinstance(node, ast.If)
    is_or = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or)
    return len(node.test.values) if is_or else 1  # type: ignore[attr-defined]


MODULES = [verify_module, entry_module, checkpoint_module]
MUTANTS = [
    (module, position, part)
    for module in MODULES
    for position in conditions(module)
    for part in range(parts_of(module, position))
]


def mutated(module: ModuleType, position: int, part: int) -> str:
    """The module's source with one part of one condition never true."""
    tree = ast.parse(inspect.getsource(module))
    node = list(ast.walk(tree))[position]
    assert isinstance(node, ast.If)
    if parts_of(module, position) == 1:
        node.test = ast.Constant(value=False)
    else:
        node.test.values[part] = ast.Constant(value=False)  # type: ignore[attr-defined]
    return ast.unparse(ast.fix_missing_locations(tree))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, tuple[int, str] | None]]:
    """Every bundle above with what is found in it, and with checkpoints held elsewhere."""
    root, found = tmp_path_factory.mktemp("cases"), []
    for position, (_number, _words, make) in enumerate([*LIES.values(), *DAMAGE.values()]):
        folder = root / str(position) / "bundle"
        if position >= len(LIES):
            sample(folder)
        make(folder)
        found.append((folder, verdict_of(folder)))
    return found


def run_cases(
    verify: Callable[..., Verdict], cases: list[tuple[Path, tuple[int, str] | None]]
) -> bool:
    """Whether this verifier gives the right verdict in every case."""
    for folder, due in cases:
        try:
            if verify(folder).first_failure != due:
                return False
        except Exception:
            return False
    sound = cases[0][0].parent / "sound"
    held_cases: list[tuple[Checkpoint, bool]] = []
    sample(sound)
    for size in range(7):
        good = Checkpoint(origin_of(bundles.NAME, True), size, held(sound, size).root)
        held_cases.append((good, size < 6))
        held_cases.append((Checkpoint(good.origin, size, "1" * 64), False))
    held_cases.append((Checkpoint("other", 2, held(sound, 2).root), False))
    return all(verify(sound, against=each).is_sound == due for each, due in held_cases)


def reloaded(module: ModuleType, source: str) -> Callable[..., Verdict]:
    """`verify_bundle` of fresh modules, one of them with this source."""
    sources = {each.__name__: inspect.getsource(each) for each in MODULES}
    sources[module.__name__] = source
    fresh: dict[str, dict[str, Any]] = {}
    for each in (checkpoint_module, entry_module, verify_module):
        space: dict[str, Any] = {"__name__": each.__name__}
        text = sources[each.__name__]
        exec(compile(text, each.__name__, "exec"), space)
        for earlier in fresh.values():
            for name, value in earlier.items():
                if name in space and not name.startswith("__"):
                    space[name] = value
        fresh[each.__name__] = space
    verify: Callable[..., Verdict] = fresh[verify_module.__name__]["verify_bundle"]
    return verify


def test_the_cases_pass_with_the_verifier_as_it_is(cases: Any) -> None:
    source = inspect.getsource(verify_module)
    assert run_cases(reloaded(verify_module, source), cases)
    assert importlib.import_module("bandung.ledger.verify") is verify_module


@pytest.mark.parametrize(
    "mutant",
    MUTANTS,
    ids=[f"{each.__name__.split('.')[-1]}-{at}-{part}" for each, at, part in MUTANTS],
)
def test_every_condition_of_the_verifier_is_needed(cases: Any, mutant: Any) -> None:
    module, position, part = mutant
    source = mutated(module, position, part)
    assert not run_cases(reloaded(module, source), cases), source
