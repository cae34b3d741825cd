"""What the commands say when the environment names no folder or database they can work with."""

import os
import subprocess
import sys

import pytest

from bandung.site.instance import WrongEnvironment, database


@pytest.fixture
def bandung(tmp_path):
    """Runs the command in an empty folder with these variables."""
    here = tmp_path / "here"
    here.mkdir()

    def call(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        ours = ("BANDUNG_HOME", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        environment = {name: text for name, text in os.environ.items() if name not in ours}
        # the folder of the tests' own path is relative to where they began
        environment["PYTHONPATH"] = os.pathsep.join(os.path.abspath(each) for each in sys.path)
        return subprocess.run(
            [sys.executable, "-m", "bandung.cli", *words],
            env=environment | variables,
            cwd=here,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return call


def is_one_line(text: str) -> bool:
    """Whether this complaint is a line of its own, not a traceback."""
    return text.count("\n") == 1 and text.endswith("\n")


FOUND = ("ledger", "found", "--name", "Log", "--term", "19", "--chair", "UGA")


def test_an_empty_home_is_none(bandung, tmp_path):
    assert bandung(*FOUND, BANDUNG_HOME="").returncode == 0
    assert [each.name for each in (tmp_path / "here").iterdir()] == ["var"]


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_is_no_home(bandung, tmp_path, below):
    file = tmp_path / "file"
    file.touch()
    ended = bandung("check", BANDUNG_HOME=str(file / below))
    assert ended.returncode == 1
    assert ended.stderr == f"{file} is a file: set BANDUNG_HOME to the path of a folder.\n"


@pytest.mark.parametrize("words", [("check",), ("serve",), FOUND, ("demo", "--no-serve")])
def test_a_database_that_cannot_be_reached_is_not_taken_for_an_empty_one(bandung, tmp_path, words):
    ended = bandung(*words, DATABASE_URL="postgresql://u:pass-word@127.0.0.1:1/x")
    assert ended.returncode == 1
    assert is_one_line(ended.stderr), ended.stderr
    assert ended.stderr.startswith("The database of DATABASE_URL cannot be reached: ")
    assert "found one" not in ended.stderr
    assert "pass-word" not in ended.stderr
    assert not list((tmp_path / "here").iterdir()), "nothing is made for it"


@pytest.mark.parametrize("option", ["pass_word=1", "connect_timeout=never", "isolation_level=9"])
def test_options_that_no_server_takes_are_said_in_one_line(bandung, option):
    ended = bandung("check", DATABASE_URL=f"postgresql://u:pass-word@127.0.0.1:1/x?{option}")
    assert ended.returncode == 1
    assert is_one_line(ended.stderr), ended.stderr
    assert "pass-word" not in ended.stderr


NO_ADDRESSES = (
    "pass-word",
    "mysql://u:pass-word@127.0.0.1/x",
    "sqlite:////tmp/pass-word",
    "sqlite://:memory:",
    "postgresql://u:pass-word@127.0.0.1:99999/x",
    "postgresql://u:pass-word@[::1/x",
    "postgresql://u:pass-word@127.0.0.1",
    "postgresql://u:1/pass-word@127.0.0.1/x",
    "postgresql://u:1#pass-word@127.0.0.1/x",
    "postgresql://u:1?pass-word@127.0.0.1/x",
)


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_an_address_of_no_postgresql_database_is_refused_unseen(monkeypatch, tmp_path, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(WrongEnvironment) as refused:
        database(tmp_path)
    assert str(refused.value).startswith("DATABASE_URL must be a postgresql:// address")
    assert "pass-word" not in str(refused.value)


@pytest.mark.parametrize("words", [("check",), FOUND])
def test_such_an_address_is_said_in_one_line(bandung, words):
    ended = bandung(*words, DATABASE_URL="mysql://u:pass-word@127.0.0.1/x")
    assert ended.returncode == 1
    assert is_one_line(ended.stderr), ended.stderr
    assert ended.stderr.startswith("DATABASE_URL must be a postgresql:// address")


def test_allocating_asks_for_neither_folder_nor_database(bandung, tmp_path):
    file = tmp_path / "file"
    file.touch()
    ended = bandung("allocate", "--help", BANDUNG_HOME=str(file), DATABASE_URL="garbage")
    assert ended.returncode == 0, ended.stderr
