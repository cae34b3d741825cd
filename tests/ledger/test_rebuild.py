"""A rebuild from a full bundle gives the same tables: on either database, anywhere."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection

from bandung.ledger.act import REGISTRY
from bandung.ledger.audit import verify_instance
from bandung.ledger.bundle import export
from bandung.ledger.checkpoint import Checkpoint
from bandung.ledger.digest import Snapshot, digest_tables, official_models, rows_of, snapshot
from bandung.ledger.door import record
from bandung.ledger.guard import lifted, open_door
from bandung.ledger.models import Block, Entry
from bandung.ledger.queries import checkpoint
from bandung.ledger.rebuild import NotEmptyLedger, NotRebuildable, check, rebuild_from
from tests.emptying import empty_database
from tests.ledger import bundles, story
from tests.ledger.app.models import Stock, StockLine
from tests.ledger.story import KEEPER
from tests.ledger.test_door import LINES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.fixture
def told() -> None:
    story.tell()


def rebuilt_elsewhere(folder: Path, bundle: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The digests of a new instance in `folder`, made by a process with this environment."""
    folder.mkdir()
    finished = subprocess.run(
        [sys.executable, "-m", "bandung.ledger.scratch", str(bundle)],
        env={**os.environ, "BANDUNG_HOME": str(folder), **environment},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    digests: dict[str, str] = json.loads(finished.stdout)
    return digests


def test_a_rebuild_here_is_equal_and_sound(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=True)
    before, entries = snapshot(), list(Entry.objects.values())
    empty_database()
    assert snapshot().size == 0
    seen: list[tuple[int, int]] = []
    reached = rebuild_from(tmp_path / "bundle", progress=lambda *done: seen.append(done))
    assert reached == checkpoint() == Checkpoint("exercise/needs-of-the-test", 7, reached.root)
    assert snapshot() == before
    assert list(Entry.objects.values()) == entries
    assert seen[-1] == (7, 7)
    assert verify_instance().is_sound
    assert story.report(now=None).is_repeated
    assert record_next() == 8


def record_next() -> int:
    from tests.ledger.app.acts import CountStock

    return record(CountStock(code="gloves"), KEEPER, "next", LINES).number


ELSEWHERE = {
    "Asia/Kathmandu, seed 1": {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
    "America/St_Johns, seed 2": {
        "TZ": "America/St_Johns",
        "PYTHONHASHSEED": "2",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "ar",
        "PYTHONUTF8": "1",
    },
    "ASCII only": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_rebuild_elsewhere_is_equal(told: None, tmp_path: Path, where: str) -> None:
    """In SQLite, whichever database this is: under `--postgres` the two are compared."""
    export(tmp_path / "bundle", full=True)
    environment = {"DATABASE_URL": "", **ELSEWHERE[where]}
    assert rebuilt_elsewhere(tmp_path / "new", tmp_path / "bundle", environment) == digest_tables()


def test_check_finds_no_difference(told: None) -> None:
    assert check() == []


def test_check_names_the_tables_that_differ(told: None) -> None:
    with open_door():
        Stock.objects.update(quantity=61)
    (difference,) = check()
    assert difference.table == "stock_stock"
    assert difference.here == digest_tables()["stock_stock"] != difference.rebuilt


def test_check_finds_a_table_written_without_an_act(told: None) -> None:
    with open_door():
        StockLine.objects.create(key=1, stock_id="gloves", quantity=1)
        Stock.objects.create(
            code="ghost", quantity=0, opened_on="2024-01-01", changed_at=story.START
        )
    assert [each.table for each in check()] == ["stock_stock", "stock_stockline"]


def test_a_public_bundle_is_refused(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=False)
    empty_database()
    with pytest.raises(NotRebuildable, match="public bundle, without the sealed blocks"):
        rebuild_from(tmp_path / "bundle")
    with pytest.raises(NotRebuildable, match="does not exist"):
        rebuild_from(tmp_path / "nowhere")
    assert snapshot().size == 0


def test_a_damaged_bundle_is_refused_by_its_entry(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=True)
    lost = Block.objects.get(number=5, label="withheld").commitment
    (tmp_path / "bundle" / "blocks" / lost).unlink()
    empty_database()
    with pytest.raises(NotRebuildable, match=f"5: block {lost} is missing"):
        rebuild_from(tmp_path / "bundle")
    assert snapshot().size == 0


def test_an_instance_that_holds_acts_is_not_overwritten(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=True)
    before = snapshot()
    with pytest.raises(NotEmptyLedger, match="already holds 7 acts"):
        rebuild_from(tmp_path / "bundle")
    assert snapshot() == before


def test_an_act_that_cannot_be_applied_is_named_and_nothing_stays(
    told: None, tmp_path: Path
) -> None:
    entries, opened, blocks = bundles.sample()
    bundles.write(tmp_path / "bundle", entries, opened, blocks)
    empty_database()
    with pytest.raises(NotRebuildable, match="act 2 cannot be applied"):
        rebuild_from(tmp_path / "bundle")
    assert snapshot().size == 0
    assert Entry.objects.count() == 0


def test_a_verb_that_is_not_known_is_named(told: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", full=True)
    empty_database()
    known = REGISTRY.pop("stock.taken")
    try:
        with pytest.raises(NotRebuildable, match="act 7 cannot be applied"):
            rebuild_from(tmp_path / "bundle")
    finally:
        REGISTRY["stock.taken"] = known
    assert snapshot().size == 0


def test_replay_asks_nothing_of_mandate_check_or_chance(
    told: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decided is applied: an act that would be refused today is replayed."""
    from django.utils import timezone

    from bandung.ledger import seal
    from tests.ledger.app import acts

    export(tmp_path / "bundle", full=True)
    before = snapshot()
    empty_database()

    def forbidden(*arguments: object, **more: object) -> None:
        raise AssertionError("asked during replay")

    for kind in (acts.StockAct, acts.OpenStock, acts.TakeStock):
        monkeypatch.setattr(kind, "authorise", forbidden)
        monkeypatch.setattr(kind, "check", forbidden)
    monkeypatch.setattr(timezone, "now", forbidden)
    monkeypatch.setattr(seal.secrets, "token_bytes", forbidden)
    rebuild_from(tmp_path / "bundle")
    assert snapshot() == before


def test_an_old_version_is_read_through_its_upcaster(tmp_path: Path) -> None:
    founding = bundles.founding(
        act={
            "name": bundles.NAME,
            "exercise": True,
            "term": 1,
            "chair": "AZE",
            "administrator": "p",
            "based_on": None,
        }
    )
    opening = {"code": "gloves", "quantity": 9, "on": "2024-01-01", "name": "", "tags": []}
    entries = [
        founding,
        bundles.open_entry(2, verb="stock.opened", act=opening | {"based_on": None}),
        bundles.open_entry(
            3, verb="stock.taken", version=1, act={"code": "gloves", "quantity": 2, "based_on": 2}
        ),
    ]
    bundles.write(tmp_path / "bundle", entries, [], [])
    rebuild_from(tmp_path / "bundle")
    assert Stock.objects.get().quantity == 7
    assert bytes(Entry.objects.get(number=3).content) == bundles.canonical(entries[2])


# Digests


def test_every_official_table_has_a_digest_that_any_change_changes(told: None) -> None:
    """Also a change of one column of one row."""
    before = digest_tables()
    assert set(before) == {model._meta.db_table for model in official_models()}
    changed = set()
    with lifted():
        for model in (Stock, StockLine, Entry, Block):
            row = model.objects.order_by("pk")[0]
            field = next(
                each
                for each in model._meta.concrete_fields
                if each.get_internal_type()
                in ("BigIntegerField", "CharField", "PositiveIntegerField")
                and not each.primary_key
            )
            value = getattr(row, field.attname)
            new = value + 1 if isinstance(value, int) else value + "x"
            model.objects.filter(pk=row.pk).update(**{field.attname: new})
            changed.add(model._meta.db_table)
    after = digest_tables()
    assert {table for table in after if after[table] != before[table]} == changed


def test_rows_come_in_short_queries_and_none_is_missed(
    told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bandung.ledger import digest

    whole = {model: list(rows_of(model)) for model in official_models()}
    monkeypatch.setattr(digest, "ROWS_AT_ONCE", 2)
    for model, rows in whole.items():
        assert len(rows) == model._base_manager.count()
        assert list(rows_of(model)) == rows
    assert len(whole[Entry]) == 7


def test_a_snapshot_is_of_one_moment(told: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act recorded while the tables are read does not spoil the digests."""
    from bandung.ledger import digest

    read = digest.digest_tables
    calls = []

    def slowly() -> dict[str, str]:
        tables = read()
        if not connection.in_atomic_block and len(calls) < 2:
            calls.append(story.open_stock(f"store-{len(calls)}", now=None))
        return tables

    monkeypatch.setattr(digest, "digest_tables", slowly)
    assert snapshot() == Snapshot(9, read())
    assert len(calls) == 2
    monkeypatch.setattr(digest, "TRIES", 0)
    assert snapshot() == Snapshot(9, read())
