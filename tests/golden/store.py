"""The golden files: how they are read, replayed and, where one is missing, made."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bandung.ledger.act import Act
from bandung.ledger.checkpoint import origin_of
from bandung.ledger.digest import _plain, official_models, rows_of
from bandung.ledger.entry import Statement, read, read_envelope
from bandung.ledger.models import Block, Entry
from bandung.ledger.rebuild import rebuild_from
from bandung.ledger.registry import load_acts, read_act
from bandung.ledger.seal import Sealed
from tests.emptying import empty_database
from tests.ledger import bundles

FOLDER = Path(__file__).parent
Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Stored:
    """The bytes of an entry and its blocks."""

    content: bytes
    blocks: Sequence[Sealed]

    def statement(self) -> Statement:
        shown = read(self.content)
        return shown.statement or read_envelope(self.blocks[0].content)[0]


@dataclass(frozen=True)
class Golden:
    """A ledger that ends with one act, and what that act said and did."""

    history: Sequence[Stored]
    expected: Mapping[str, Any]


def due() -> set[tuple[str, int]]:
    """The verb and version of every act of the program, those of the tests left out."""
    acts = load_acts().values()
    return {(act.verb, act.version) for act in acts if not act.__module__.startswith("tests.")}


def paths() -> list[Path]:
    return sorted(FOLDER.glob("*@*.json"))


def path_of(verb: str, version: int) -> Path:
    return FOLDER / f"{verb}@{version}.json"


def read_golden(path: Path) -> Golden:
    value = json.loads(path.read_text("utf-8"))
    history = [
        Stored(entry["content"].encode(), [_read_block(block) for block in entry["blocks"]])
        for entry in value.pop("history")
    ]
    return Golden(history, value)


def replay(history: Sequence[Stored]) -> Rows:
    """Rebuilds an empty instance from this history; the rows by table and key."""
    empty_database()
    founding = json.loads(history[0].content)["act"]
    opened = {commitment for entry in history for commitment in read(entry.content).opens}
    blocks = [block for entry in history for block in entry.blocks]
    with TemporaryDirectory() as folder:
        bundle = bundles.write(
            Path(folder) / "bundle",
            [entry.content for entry in history],
            [block for block in blocks if block.commitment in opened],
            blocks,
            origin=origin_of(founding["name"], founding["exercise"]),
        )
        rebuild_from(bundle)
    return rows()


def rows() -> Rows:
    """Every row of the official tables, the ledger's own and those of the tests left out."""
    found: Rows = {}
    for model in official_models():
        if model._meta.app_label not in ("ledger", "stock"):
            for row in rows_of(model):
                plain = json.loads(json.dumps(row, default=_plain, sort_keys=True))
                found[f"{model._meta.db_table} {row[model._meta.pk.attname]}"] = plain
    return found


def effect(history: Sequence[Stored]) -> dict[str, Any]:
    """What the last act of this history says and changes: rows as they are after it, or null."""
    before = replay(history[:-1]) if len(history) > 1 else {}
    after = replay(history)
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    said = history[-1].statement()
    act: Act = read_act(said)
    return {
        "verb": said.verb,
        "version": said.version,
        "sentence": act.sentence(),
        "party": act.party(),
        "subjects": list(act.subjects()),
        "rows": {key: after.get(key) for key in sorted(changed)},
    }


# Making what is missing


_shortest: dict[tuple[str, int], list[Stored]] = {}


def harvest() -> None:
    """Remembers the shortest history in this database that ends with an act that has no file."""
    missing = {each for each in due() if not path_of(*each).exists()}
    verbs = {verb for verb, _version in missing}
    for number, verb in Entry.objects.order_by("number").values_list("number", "verb"):
        if verb in verbs:
            history = _history(number)
            key = verb, history[-1].statement().version
            known = _shortest.get(key)
            if key in missing and (known is None or _size(history) < _size(known)):
                _shortest[key] = history


def write_missing() -> list[Path]:
    """Writes what `harvest` remembered; leaves every existing file alone. The database is used."""
    written = []
    for key, history in _shortest.items():
        value = effect(history) | {"history": [_plain_entry(entry) for entry in history]}
        with path_of(*key).open("x", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write("\n")
        written.append(path_of(*key))
    return written


def _history(last: int) -> list[Stored]:
    found = Entry.objects.filter(number__lte=last).order_by("number")
    return [
        Stored(
            bytes(entry.content),
            [
                Sealed(bytes(block.salt), bytes(block.content))
                for block in Block.objects.filter(number=entry).order_by("position")
            ],
        )
        for entry in found
    ]


def _size(history: Sequence[Stored]) -> int:
    return sum(
        len(entry.content) + sum(len(block.content) for block in entry.blocks) for entry in history
    )


def _plain_entry(entry: Stored) -> dict[str, Any]:
    return {
        "content": entry.content.decode(),
        "blocks": [_plain_block(block) for block in entry.blocks],
    }


def _plain_block(block: Sealed) -> dict[str, str]:
    try:
        return {"salt": block.salt.hex(), "text": block.content.decode()}
    except UnicodeDecodeError:
        return {"salt": block.salt.hex(), "base64": b64encode(block.content).decode()}


def _read_block(block: Mapping[str, str]) -> Sealed:
    content = block["text"].encode() if "text" in block else b64decode(block["base64"])
    return Sealed(bytes.fromhex(block["salt"]), content)
