"""What the commands say when the environment names no folder or database they can work with."""

import os
import subprocess
import sys

import pytest


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
