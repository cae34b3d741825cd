"""docs/glossary/: a page for each term of the tables beside them."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pages.markdown import Pages, page, table

SUBJECTS = ("ledger", "people", "needs", "figures")
LANGUAGES = {"fr": "French", "es": "Spanish", "ar": "Arabic"}


def glossary(folder: Path) -> Pages:
    """One page for each term of the tables in `folder`, and their index by subject."""
    subjects = {name: _subject(folder / f"{name}.toml") for name in SUBJECTS}
    terms = {slug: term for each in subjects.values() for slug, term in each["terms"].items()}
    listed = [_term_list(each["title"], each["terms"]) for each in subjects.values()]
    pages = {"glossary/README.md": page("Glossary", GLOSSARY_INTRO, *listed, source=TOML)}
    return pages | {f"glossary/{slug}.md": _term(slug, term) for slug, term in terms.items()}


TOML = "the tables `docs/glossary/*.toml`"
UNCONFIRMED = "not yet confirmed by a person"
GLOSSARY_INTRO = f"""\
One page for each word that this project uses in one meaning, on its pages, in its code and in its
API. French, Spanish and Arabic words follow the usage of the United Nations and WHO as far as we
know it; each is marked "{UNCONFIRMED}" until somebody who works in that language has
agreed to it."""


def _subject(path: Path) -> dict[str, Any]:
    terms = tomllib.loads(path.read_text(encoding="utf-8"))
    return {"title": terms.pop("title"), "terms": terms}


def term_name(slug: str) -> str:
    """`focal point` for `focal-point`."""
    return slug.replace("-", " ")


def _link(text: str) -> str:
    return re.sub(r"\[\[([a-z-]+)\]\]", lambda m: f"[{term_name(m[1])}]({m[1]}.md)", text)


def _term_list(title: str, terms: Mapping[str, Any]) -> str:
    rows = [
        (f"[{term_name(slug)}]({slug}.md)", *(term[language] for language in LANGUAGES))
        for slug, term in terms.items()
    ]
    return f"## {title}\n\n{table(('term', *LANGUAGES), rows)}"


def _term(slug: str, term: Mapping[str, Any]) -> str:
    confirmed = term.get("confirmed", [])
    rows = [
        (f"{name} (`{code}`)", term[code], "confirmed" if code in confirmed else UNCONFIRMED)
        for code, name in LANGUAGES.items()
    ]
    code = "\n".join(f"- `{name}`" for name in term["code"])
    return page(
        term_name(slug).capitalize(),
        _link(term["means"]),
        _link(term["differs"]),
        "## In other languages",
        table(("language", "term", "wording"), rows),
        "## Where it is",
        f"Seen at: {_link(term['where'])}",
        f"In the code:\n\n{code}",
        source=TOML,
    )
