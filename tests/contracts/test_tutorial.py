"""The tutorial works as written: its blocks are put into a copy of the project, whose test passes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial-first-change.md"
BLOCK = re.compile(
    r'<!-- (?:file (?P<file>\S+)|into (?P<into>\S+) before "(?P<before>.+?)") -->\n'
    r"```python\n(?P<code>.*?)```\n",
    re.DOTALL,
)


def test_the_tutorial_works_as_written(tmp_path):
    for name in ("src", "tests", "scripts", "pyproject.toml"):
        copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copied(ROOT / name, tmp_path / name)
    blocks = [match.groupdict() for match in BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8"))]
    assert [bool(each["file"]) for each in blocks] == [False, False, True]
    for block in blocks:
        follow(tmp_path, block)
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", blocks[-1]["file"], "--confcutdir", str(tmp_path)],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "5 passed" in finished.stdout


def follow(folder: Path, block: dict[str, str]) -> None:
    """Does what one code block of the tutorial says."""
    if block["file"]:
        assert not (folder / block["file"]).exists()
        (folder / block["file"]).write_text(block["code"], encoding="utf-8")
        return
    path, before = folder / block["into"], block["before"].replace("\\n", "\n")
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, f"{block['code']}\n\n{before}"), encoding="utf-8")


def environment() -> dict[str, str]:
    """Ours without what would lead the run to this run's databases."""
    ours = ("BANDUNG_", "DATABASE_URL", "DJANGO_", "PYTEST_", "PYTHONPATH")
    return {name: text for name, text in os.environ.items() if not name.startswith(ours)}
