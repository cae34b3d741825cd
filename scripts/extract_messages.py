"""Bring src/bandung/locale up to date with the sentences in the code, with Babel alone.

    python scripts/extract_messages.py [--check]

Takes sentences from Python, from templates and from the plain tables of bandung.sheets; keeps the
translations that exist, adds what is new as untranslated, and drops what is gone. Nothing is
guessed from similar sentences. `--check` writes nothing and exits 1 if a file differs.
"""

import argparse
import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from bandung.sheets.messages import MESSAGES
from bandung.sheets.sniffing import LABELS

SOURCE = Path(__file__).resolve().parent.parent / "src" / "bandung"
LOCALE = SOURCE / "locale"
WIDTH = 100
# Babel's rule for Arabic differs from that of the Unicode tables, so that all three stand here.
PLURALS = {
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}
HEADER = """\
# Sentences of bandung in {language}.
# Wording not yet confirmed by a person.
msgid ""
msgstr ""
"Project-Id-Version: bandung\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
LANGUAGES = {"ar": "Arabic", "es": "Spanish", "fr": "French"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


class Sentence(NamedTuple):
    """One message: its context ("" if none), its singular, its plural ("" if none)."""

    context: str
    singular: str
    plural: str


def sentences() -> dict[Sentence, set[str]]:
    """Every sentence with the files it stands in, named from src/ on."""
    found: dict[Sentence, set[str]] = {}
    for place, sentence in occurrences():
        found.setdefault(sentence, set()).add(place)
    return found


def occurrences() -> Iterator[tuple[str, Sentence]]:
    """Every place at which a sentence stands, more than once where it stands there twice."""
    for path in sorted(SOURCE.rglob("*.py")):
        for sentence in in_python(path.read_text(encoding="utf-8")):
            yield name_of(path), sentence
    for path in sorted(SOURCE.rglob("templates/**/*")):
        if path.is_file() and path.suffix in {".html", ".txt", ".svg", ".xml"}:
            for sentence in in_template(path.read_text(encoding="utf-8")):
                yield name_of(path), sentence
    for pair in MESSAGES.values():
        for text in pair:
            yield "bandung/sheets/messages.py", Sentence("", text, "")
    for label in LABELS:
        yield "bandung/sheets/sniffing.py", Sentence("", label, "")


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE.parent).as_posix()


def in_python(code: str) -> Iterator[Sentence]:
    """The sentences marked in Python code, under whatever name it imported the marking function."""
    keywords = {
        name.asname or name.name: KEYWORDS[name.name]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in KEYWORDS
    }
    return marked(code, keywords) if keywords else iter(())


def in_template(template: str) -> Iterator[Sentence]:
    """The sentences of a Django template's translation tags."""
    calls = templatize(template)
    # What is left around the calls is indented as the page was, which Python would not read.
    return marked("\n".join(line.strip() for line in calls.splitlines()), KEYWORDS | {"_": None})


def marked(
    code: str, keywords: dict[str, tuple[int | tuple[int, str], ...] | None]
) -> Iterator[Sentence]:
    content = BytesIO(code.encode())
    for _line, found, _comments, context in extract("python", content, keywords=keywords):
        singular, plural = (found, "") if isinstance(found, str) else found
        if singular:
            yield Sentence(context or "", singular, plural)


def catalog_in(language: str, found: dict[Sentence, set[str]]) -> Catalog:
    """The sentences with the translations that exist for them."""
    kept = read(language)
    catalog = Catalog(locale=language, fuzzy=False)
    for sentence, places in sorted(found.items(), key=lambda each: (sorted(each[1]), each[0])):
        identifier = (sentence.singular, sentence.plural) if sentence.plural else sentence.singular
        old = kept.get(sentence.singular, sentence.context or None)
        translation = old.string if old and old.id == identifier else None
        catalog.add(
            identifier,
            translation,
            context=sentence.context or None,
            locations=[(place, 1) for place in sorted(places)],
            flags=sorted(old.flags - {"python-format"}) if old else (),
        )
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it stands in its file; an empty one where there is no file."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def written(language: str, found: dict[Sentence, set[str]]) -> bytes:
    """The file of one language as it should be."""
    header = HEADER.format(language=LANGUAGES[language], code=language, plurals=PLURALS[language])
    body = BytesIO()
    catalog = catalog_in(language, found)
    plurals = int(PLURALS[language].partition(";")[0].removeprefix("nplurals="))
    for message in catalog:
        if message.pluralizable and not any(message.string):
            message.string = ("",) * plurals
    write_po(body, catalog, width=WIDTH, omit_header=True, include_lineno=False)
    return header.encode() + body.getvalue()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing, exit 1 if stale")
    is_check = arguments.parse_args().check
    settings.configure()
    django.setup()
    found = sentences()
    is_stale = False
    for language in LANGUAGES:
        content = written(language, found)
        path = path_of(language)
        is_stale |= not path.exists() or path.read_bytes() != content
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        done = sum(bool(each.id and each.string and all(each.string)) for each in read(language))
        print(f"{language}: {done} of {len(found)} sentences translated")
    return 1 if is_check and is_stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
