"""`bandung demo` in a folder of its own, as a newcomer runs it; then the commands on that instance."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

EXPECTED = [
    r"members 120 \(on 2023-03-02\)",
    r"items 170",
    r"derived figures 1,876 \(1,412 medical, 301 social, 163 humanitarian\)",
    r"submission \d+, receipt [0-9a-f]{64}",
    r"published lines [1-9]\d*",
    r"ledger \d+ acts, root [0-9a-f]{64}",
    r"verified",
]


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A folder where the tests' own database lies: in memory, where that is large enough."""
    with TemporaryDirectory(dir=os.environ["BANDUNG_TEST_HOME"], prefix="demo-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def home(memory):
    return memory / "home"


@pytest.fixture(scope="module")
def bandung(home):
    def call(*words: str, home=home) -> subprocess.CompletedProcess:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"BANDUNG_HOME": str(home)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        return subprocess.run(
            [sys.executable, "-m", "bandung.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return call


@pytest.fixture(scope="module")
def first(bandung, home):
    assert bandung("ledger", "verify").returncode == 1
    assert not home.exists()
    return bandung("demo", "--no-serve")


def test_it_prints_what_it_did(first):
    assert first.returncode == 0, first.stderr
    lines = first.stdout.splitlines()
    assert len(lines) == len(EXPECTED)
    for line, pattern in zip(lines, EXPECTED, strict=True):
        assert re.fullmatch(pattern, line), line


def test_a_second_run_changes_nothing(first, bandung):
    again = bandung("demo", "--no-serve")
    assert again.returncode == 0
    assert again.stdout == first.stdout


def test_the_instance_verifies_and_rebuilds(first, bandung, tmp_path):
    assert bandung("ledger", "verify").stdout.startswith("verified")
    assert bandung("ledger", "rebuild", "--check").returncode == 0
    assert bandung("ledger", "export", str(tmp_path / "bundle")).returncode == 0
    assert bandung("ledger", "verify", str(tmp_path / "bundle")).stdout.startswith("verified")
    log = tmp_path / "bundle" / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b"Zambia", b"Zambja", 1))
    broken = bandung("ledger", "verify", str(tmp_path / "bundle"))
    assert broken.returncode == 1
    assert re.search(r"entry \d+", broken.stdout)
    number = re.search(r"submission (\d+)", first.stdout)[1]
    shown = bandung("ledger", "show", number)
    assert shown.returncode == 0
    assert "leaf" in shown.stdout


def test_a_refused_bundle_leaves_no_instance_behind(first, bandung, memory, tmp_path):
    public, fresh = tmp_path / "public", memory / "fresh"
    assert bandung("ledger", "export", str(public)).returncode == 0
    for source in (public, tmp_path / "nothing"):
        refused = bandung("ledger", "rebuild", "--from", str(source), home=fresh)
        assert refused.returncode == 1
        assert "cannot be rebuilt from" in refused.stderr
        assert not fresh.exists()
    full = tmp_path / "full"
    assert bandung("ledger", "export", "--full", str(full)).returncode == 0
    assert bandung("ledger", "rebuild", "--from", str(full), home=fresh).returncode == 0
    assert bandung("ledger", "verify", home=fresh).stdout == bandung("ledger", "verify").stdout


def test_members_are_listed_one_a_line(first, bandung):
    listed = bandung("movement", "members", "--on", "2023-03-02").stdout.splitlines()
    assert len(listed) == 120
    assert "ZMB Zambia" in listed
    assert all(re.match(r"[A-Z]{3} \S", line) for line in listed)
    assert len(bandung("movement", "members", "--on", "2024-02-01").stdout.splitlines()) == 121
    early = bandung("movement", "members", "--on", "2011-05-01")
    assert len(early.stdout.splitlines()) == 118
    assert "without former members" in early.stderr
    assert bandung("movement", "members", "--kind", "nonsense").returncode == 64


def test_check_finds_nothing_wrong(first, bandung):
    assert bandung("check").returncode == 0


def test_a_second_run_appoints_nobody_again(first, bandung):
    """Somebody tried out how mandates end; the exercise stays as they left it."""
    held = re.findall(r"^  (\S+) (?:focal_point|reviewer) ", bandung("users", "list").stdout, re.M)
    assert len(held) == 2
    for code in held:
        assert bandung("users", "end", code).returncode == 0
    again = bandung("demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    size = int(re.search(r"ledger (\d+) acts", first.stdout)[1])
    assert f"ledger {size + 2} acts" in again.stdout
    assert again.stdout.splitlines()[:5] == first.stdout.splitlines()[:5]
    assert (
        "Nobody can continue as focal point, reviewer: those mandates were ended." in again.stderr
    )
    assert "focal_point" not in bandung("users", "list").stdout


def test_fresh_starts_over(first, bandung, home):
    (home / "keep.txt").write_text("not ours")
    again = bandung("demo", "--no-serve", "--fresh")
    assert again.returncode == 0
    assert again.stdout.splitlines()[0] == first.stdout.splitlines()[0]
    assert again.stdout.splitlines()[5] != first.stdout.splitlines()[5]
    assert (home / "keep.txt").exists()


def test_a_real_instance_is_left_alone(memory):
    real = memory / "real"
    environment = {**os.environ, "BANDUNG_HOME": str(real)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    def call(*words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "bandung.cli", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    founded = call("ledger", "found", "--name", "Log", "--term", "19", "--chair", "UGA")
    assert founded.returncode == 0, founded.stderr
    person = re.search(r"administrator is (\w+)", founded.stdout)[1]
    for words in (("demo", "--no-serve"), ("demo", "--no-serve", "--fresh")):
        refused = call(*words)
        assert refused.returncode == 1
        assert "not an exercise" in refused.stderr
    assert call("ledger", "found", "--name", "L", "--term", "1", "--chair", "UGA").returncode == 1
    invited = call("users", "invite", "--person", person, "--name", "First administrator")
    assert re.search(r"/invitation/\S+/", invited.stdout), invited.stderr
    assert person in call("users", "list").stdout
