"""Every version of every act that was ever released is still read, and still does the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from bandung.ledger.registry import load_acts
from tests.golden import store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_every_act_has_its_golden_file() -> None:
    missing = sorted(
        f"{verb}@{version}"
        for verb, version in store.due()
        if not store.path_of(verb, version).exists()
    )
    assert missing == [], "give each a test, then run: pytest --golden-add tests/<app>"


def test_no_released_act_is_forgotten() -> None:
    """Older versions stay, and the program knows each verb."""
    acts = load_acts()
    for path in store.paths():
        verb, _, version = path.stem.rpartition("@")
        assert verb in acts, f"{verb} was released and must stay readable"
        assert int(version) <= acts[verb].version


@pytest.mark.parametrize("path", store.paths(), ids=lambda path: path.stem)
def test_a_golden_act_is_replayed(path: Path) -> None:
    """Columns that were added since may hold anything; those that were written must be equal."""
    golden = store.read_golden(path)
    found, expected = store.effect(golden.history), golden.expected
    for name in ("verb", "version", "sentence", "party", "subjects"):
        assert found[name] == expected[name]
    assert path.stem == f"{found['verb']}@{found['version']}"
    assert sorted(found["rows"]) == sorted(expected["rows"])
    for key, row in expected["rows"].items():
        assert recorded_part(found["rows"][key], row) == row


def recorded_part(found: dict[str, Any] | None, row: dict[str, Any] | None) -> Any:
    if found is None or row is None:
        return found
    return {column: found.get(column, "no such column") for column in row}


def test_a_golden_file_is_never_overwritten(tmp_path: Path, monkeypatch: Any) -> None:
    """Also not when a test records the same act again."""
    path = store.paths()[0]
    before = path.read_bytes()
    golden = store.read_golden(path)
    monkeypatch.setattr(store, "_shortest", {})
    store.replay(golden.history)
    store.harvest()
    assert store._shortest == {}
    key = golden.expected["verb"], golden.expected["version"]
    monkeypatch.setattr(store, "_shortest", {key: list(golden.history)})
    with pytest.raises(FileExistsError):
        store.write_missing()
    assert path.read_bytes() == before


def test_what_is_harvested_is_what_was_recorded(tmp_path: Path, monkeypatch: Any) -> None:
    golden = store.read_golden(store.path_of("ledger.founded", 1))
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    monkeypatch.setattr(store, "_shortest", {})
    store.replay(golden.history)
    store.harvest()
    (written,) = store.write_missing()
    assert json.loads(written.read_text()) == json.loads(
        (Path(store.__file__).parent / written.name).read_text()
    )
