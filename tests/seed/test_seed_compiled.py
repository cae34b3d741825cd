"""The tables in the package are exactly what scripts/compile_seed.py makes of the collected data."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT.parent / "shared" / "data"
READ = ("movement", "country", "catalogue", "derived")

needs_collected = pytest.mark.skipif(
    not COLLECTED.is_dir(), reason="../shared/data is absent: the tables are not compiled again"
)


def compile_seed(data: Path, out: Path, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "compile_seed.py", data, "--out", out],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Baku", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def tables(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("*/seed/*.csv")
    }


@needs_collected
@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_compiling_again_gives_the_same_bytes(tmp_path, hash_seed):
    made = compile_seed(COLLECTED, tmp_path, hash_seed)
    assert made.returncode == 0, made.stderr
    assert tables(tmp_path) == tables(ROOT / "src" / "bandung")


@pytest.fixture
def copied(tmp_path):
    """The folders the script reads, copied so that a test may spoil them."""
    for name in READ:
        shutil.copytree(COLLECTED / name, tmp_path / "data" / name, copy_function=shutil.copyfile)
        (tmp_path / "data" / name).chmod(0o755)
    return tmp_path


@needs_collected
@pytest.mark.parametrize(
    ("table", "added", "said"),
    [
        (
            "catalogue/items.csv",
            "MED-NEW-01,medical,Oxygen,goods,New item,EA,EA,,,own proposal",
            "MED-NEW-01 (New item): no label in fr, es, ar",
        ),
        (
            "derived/demo_needs_2021q1.csv",
            "AFG,D-GOWN,5,EA,1",
            "D-GOWN/AFG occurs twice",
        ),
        (
            "derived/demo_needs_2021q1.csv",
            "SSD,D-GOWN,5,PR,1",
            "SSD D-GOWN: unit or derived mark differs",
        ),
        (
            "catalogue/packs.csv",
            "MED-IPC-06,crate of 7,PR,7,typical",
            "pack of MED-IPC-06: no code for 'crate of 7'",
        ),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_written(copied, table, added, said):
    path = copied / "data" / table
    path.chmod(0o644)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip("\n") + "\n" + added + "\n", encoding="utf-8")
    made = compile_seed(copied / "data", copied / "out")
    assert made.returncode == 1
    assert said in made.stderr
    assert not (copied / "out").exists()


def test_tables_are_utf8_with_line_feeds_and_stay_small():
    found = tables(ROOT / "src" / "bandung")
    assert len(found) == 17
    for name, content in found.items():
        content.decode("utf-8")
        assert b"\r" not in content, name
        assert b"\xef\xbb\xbf" not in content, name
        assert content.endswith(b"\n"), name
    assert len(found["catalogue/seed/figures.csv"]) < 60_000
