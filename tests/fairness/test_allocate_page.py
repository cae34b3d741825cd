"""docs/allocate.md: its files, commands and code are run, and print what the page shows."""

import re
from pathlib import Path

import pytest

from bandung.cli.main import run
from bandung.fairness.files import read_inputs

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "allocate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [text for each, text in BLOCKS if each == kind]


def shown_after(text: str) -> str:
    """The block of output below a block of commands or code."""
    place = next(at for at, block in enumerate(BLOCKS) if block[1] == text)
    kind, shown = BLOCKS[place + 1]
    assert kind == "text"
    return shown


def trimmed(text: str) -> str:
    """Without the blanks that fill a table's columns, and the lines that are empty at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The two files of the page."""
    monkeypatch.chdir(tmp_path)
    for name, text in zip(("claimants.csv", "lots.csv"), blocks("csv"), strict=False):
        assert f"`{name}`:\n\n```csv\n{text}```" in PAGE
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def printed(capsys, command: str) -> str:
    words = command.split()
    assert words.pop(0) == "bandung"
    with pytest.raises(SystemExit) as ended:
        run(words)
    found = capsys.readouterr()
    assert (ended.value.code, found.err) == (0, "")
    return trimmed(found.out)


def test_the_commands_print_what_the_page_shows(folder, capsys):
    commands = blocks("sh")
    options = ("--json", "--chart", "--explain", "--verify")
    assert all(option in "".join(commands) for option in options)
    for command in commands:
        out, shown = printed(capsys, command), trimmed(shown_after(command))
        assert out.endswith(shown) if "--explain" in command else out == shown
    (line,) = blocks("json")
    assert line.strip() in (folder / "result.json").read_text(encoding="utf-8")
    drawn = (folder / "chart.svg").read_text(encoding="utf-8")
    assert (ROOT / "docs" / "images" / "allocate.svg").read_text(encoding="utf-8") == drawn


def test_the_code_prints_what_the_page_shows_and_is_the_same_problem(folder, capsys):
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(code, "docs/allocate.md", "exec"), names)
    assert trimmed(capsys.readouterr().out) == trimmed(shown_after(code))
    problem = read_inputs(folder / "claimants.csv", folder / "lots.csv").problem
    assert names["problem"].digest == problem.digest  # type: ignore[attr-defined]


def test_the_page_names_every_column_and_only_those(folder):
    for header, text in zip(("claimants.csv", "lots.csv"), blocks("csv"), strict=False):
        table = PAGE.split(f"| {header} | meaning | blank |\n")[1].split("\n\n")[0]
        assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == text.split("\n")[0].split(",")


def test_the_file_with_semicolons_is_read_as_the_page_says(folder):
    text = blocks("csv")[2]
    (folder / "claimants.csv").write_text(text, encoding="utf-8")
    (folder / "lots.csv").write_text("lot;quantity;for\nL;5;coast|islands\n", encoding="utf-8")
    found = read_inputs(folder / "claimants.csv", folder / "lots.csv")
    assert {name: mask.tolist() for name, mask in found.groups.items()} == {
        "coast": [True, True, True],
        "islands": [False, True, True],
    }


def test_every_word_of_limited_by_is_explained():
    row = next(line for line in PAGE.splitlines() if line.startswith("| `limited_by`"))
    assert set(re.findall(r"`(\w+)`", row)) == {"limited_by", "lots", "cap", "minimum", "none"}
