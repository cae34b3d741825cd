"""What exists and what docs/ says of it are the same: settings, commands, addresses, acts, words."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "bandung"
REQUIRED = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/operations.md",
    "docs/tutorial-first-change.md",
    "docs/commands.md",
    "docs/api.md",
    "docs/promises.md",
    "docs/acts/README.md",
    "docs/glossary/README.md",
    "docs/adr/README.md",
)


def read(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def without_code(text: str) -> str:
    fenced = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", fenced)


@pytest.mark.parametrize("name", REQUIRED)
def test_the_page_exists(name):
    assert read(name).startswith("# ")


# Generated pages


@pytest.fixture(scope="module")
def write_docs():
    """The script that writes the generated pages."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        yield importlib.import_module("write_docs")
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.mark.parametrize("part", ["acts", "commands", "api", "glossary"])
def test_generated_pages_are_up_to_date(write_docs, part):
    with translation.override("en"):
        stale = write_docs.differences(part, write_docs.PARTS[part]())
    assert not stale, f"run `make docs`: {', '.join(stale)}"


def test_a_page_that_is_not_wanted_is_noticed(write_docs, tmp_path, monkeypatch):
    monkeypatch.setattr(write_docs, "DOCS", tmp_path)
    write_docs.write("acts", {"acts/one.md": "one", "acts/two.md": "two"})
    wanted = {"acts/one.md": "changed", "acts/three.md": "three"}
    assert write_docs.differences("acts", wanted) == ["acts/one.md", "acts/three.md", "acts/two.md"]
    write_docs.write("acts", wanted)
    assert write_docs.differences("acts", wanted) == []


def test_every_act_has_its_page():
    from bandung.ledger.registry import load_acts

    index = read("docs/acts/README.md")
    ours = {verb for verb, cls in load_acts().items() if cls.__module__.startswith("bandung.")}
    assert len(ours) > 20
    for verb in ours:
        assert f"({verb}.md)" in index
        assert read(f"docs/acts/{verb}.md").startswith(f"# {verb}\n")


def test_every_command_is_documented():
    from typer.main import get_command

    from bandung.cli.main import application

    page = read("docs/commands.md")
    headings = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    commands = dict(walk("bandung", get_command(application())))
    assert len(commands) > 10
    assert headings == set(commands)
    for words, command in commands.items():
        section = page.split(f"## {words}\n")[1].split("\n## ")[0]
        for option in (name for each in command.params for name in each.opts if name[0] == "-"):
            assert f"`{option}`" in section, f"{words} {option}"


def walk(words, command) -> Iterator[tuple[str, object]]:
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from walk(f"{words} {name}", inner)


def test_every_address_of_the_api_is_documented(write_docs):
    """Asked of the URL table, not of the description that the page is written from."""
    from django.urls import get_resolver

    page = read("docs/api.md")
    found = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        for route in routes(get_resolver().url_patterns)
        if route.startswith("/api/v1/")
    }
    found -= {"/api/v1/", "/api/v1/openapi.json", "/api/v1/docs"}
    assert len(found) >= 8
    for route in found:
        assert f"## GET {route}\n" in page, route


def routes(patterns, before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def test_the_parts_that_are_documented_exist():
    assert find_spec("bandung.cli.main"), "no command line"
    assert find_spec("bandung.web.api"), "no API"


# Settings


def settings_read(path: Path) -> Iterator[str]:
    """Names of the environment's variables that a file reads."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        key = None
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func)
            if name in ("os.environ.get", "os.environ.setdefault", "os.environ.pop", "os.getenv"):
                key = node.args[0]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            key = node.slice
        if key is not None:
            assert isinstance(key, ast.Constant), f"{path}: a variable's name is written out"
            yield key.value


def documented_settings() -> set[str]:
    table = read("docs/operations.md").split("### Environment")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_is_read():
    found = {name for path in SOURCE.rglob("*.py") for name in settings_read(path)}
    assert {"BANDUNG_HOME", "DATABASE_URL"} <= found
    assert documented_settings() == found


def test_every_unsafe_setting_of_a_database_is_documented():
    from bandung.ledger.engines import postgresql_problems, sqlite_problems

    page = read("docs/operations.md").split("## Databases")[1]
    off = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
    problems = postgresql_problems({**off, "transaction_isolation": "read committed"})
    for name, problem in zip(off, problems, strict=True):
        assert name in problem
        assert f"| PostgreSQL | `{name}` off |" in page
    on = dict.fromkeys(off, "on")
    assert len(postgresql_problems({**on, "transaction_isolation": "serializable"})) == 1
    assert "| PostgreSQL | `transaction_isolation` other than read committed |" in page
    safe = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    rows = {
        "deferred transactions": ("DEFERRED", safe, (3, 51, 3)),
        "WAL-reset bug": ("IMMEDIATE", safe, (3, 46, 0)),
        "`synchronous` below FULL": ("IMMEDIATE", safe | {"synchronous": "1"}, (3, 51, 3)),
        "`synchronous` below EXTRA": (
            "IMMEDIATE",
            safe | {"journal_mode": "delete"},
            (3, 51, 3),
        ),
        "journal off or in memory": ("IMMEDIATE", safe | {"journal_mode": "off"}, (3, 51, 3)),
        "foreign keys off": ("IMMEDIATE", safe | {"foreign_keys": "0"}, (3, 51, 3)),
    }
    for said, setting in rows.items():
        assert len(sqlite_problems(*setting)) == 1, said
        assert said in page


# Links and names


def links(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text(encoding="utf-8"))):
        if not target.startswith(("http://", "https://", "mailto:")):
            yield target


def anchors(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_link_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in pages()
        for link in links(path)
        if not leads_somewhere(path, link)
    ]
    assert not broken


def leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = (path.parent / name).resolve() if name else path
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def test_a_broken_link_is_noticed():
    page = ROOT / "CONTRIBUTING.md"
    assert leads_somewhere(page, "#a-commit")
    assert leads_somewhere(page, "docs/adr/README.md")
    for link in ("#no-such-heading", "docs/none.md", "../outside.md", "README.md#none"):
        assert not leads_somewhere(page, link)


def test_every_decision_is_listed_with_a_date_and_a_status():
    index = read("docs/adr/README.md")
    found = sorted((DOCS / "adr").glob("0*.md"))
    assert len(found) >= 7
    for number, path in enumerate(found, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert f"({path.name})" in index
        assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w", text, re.MULTILINE), path.name
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, path.name


# Promises


def promises() -> list[list[str]]:
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in read("docs/promises.md").splitlines()
        if line.startswith("|")
    ]
    return [
        row for row in rows if set("".join(row)) - set("-: ") and row[:2] != ["promise", "test"]
    ]


def test_every_promise_names_a_test_or_benchmark_that_exists():
    rows = promises()
    assert rows
    for row in rows:
        named = re.findall(r"(?:tests|benchmarks)/[\w/.-]+\.py(?:::[\w:]+)?", row[1])
        assert named, f"no test is named for: {row[0]}"
        for each in named:
            path, *names = each.split("::")
            assert (ROOT / path).is_file(), each
            assert has_definition(ROOT / path, names), each


def has_definition(path: Path, names: list[str]) -> bool:
    """Whether the file defines the function or class, the second inside the first, and so on."""
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    for name in names:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = [each for each in body if isinstance(each, kinds) and each.name == name]
        if not found:
            return False
        body = found[0].body
    return True


def test_a_definition_is_found_only_where_it_is():
    here = Path(__file__)
    assert has_definition(here, ["has_definition"])
    assert has_definition(here, [])
    assert not has_definition(here, ["has_definitions"])
    assert not has_definition(here, ["has_definition", "inner"])
