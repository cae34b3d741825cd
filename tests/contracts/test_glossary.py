"""The glossary: every term in four languages, and every place in the code that it names exists."""

import importlib
import re
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary"


@cache
def terms() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for path in sorted(GLOSSARY.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        table.pop("title")
        assert not found.keys() & table.keys(), path.name
        found |= table
    return found


def test_every_term_says_what_it_is_in_four_languages():
    assert len(terms()) >= 60
    for slug, term in terms().items():
        wanted = {"fr", "es", "ar", "means", "differs", "code", "where"}
        assert wanted <= term.keys() <= wanted | {"confirmed"}, slug
        assert all(term[name] for name in wanted), slug
        assert set(term.get("confirmed", [])) <= {"fr", "es", "ar"}, slug
        assert re.search(r"[\u0621-\u064a]", str(term["ar"])), slug


def test_no_two_terms_share_a_word():
    for language in ("fr", "es", "ar"):
        words = [term[language] for term in terms().values()]
        assert not [each for each in set(words) if words.count(each) > 1]


def test_every_reference_between_terms_exists():
    for slug, term in terms().items():
        for text in ("means", "differs", "where"):
            for reference in re.findall(r"\[\[([^\]]*)\]\]", str(term[text])):
                assert reference in terms(), f"{slug}: [[{reference}]]"


def names_of_code() -> list[str]:
    return sorted({name for term in terms().values() for name in term["code"]})


def test_every_place_in_the_code_exists():
    assert not [name for name in names_of_code() if not is_in_the_code(name)]


def test_a_place_that_is_not_in_the_code_is_noticed():
    assert is_in_the_code("bandung.ledger.act.Act.check")
    for name in ("bandung.ledger.act.Actor", "bandung.nowhere", "bandung.ledger.nowhere.Act"):
        assert not is_in_the_code(name)


def is_in_the_code(name: str) -> bool:
    """Whether a module, or what a module holds, has this dotted name."""
    found: object = importlib.import_module("bandung")
    path = "bandung"
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        if not hasattr(found, part) and not (hasattr(found, "__path__") and find_spec(path)):
            return False
        found = getattr(found, part) if hasattr(found, part) else importlib.import_module(path)
    return True
