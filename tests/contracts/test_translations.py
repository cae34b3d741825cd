"""Every sentence that a person reads has its French, Spanish and Arabic, and the site answers so."""

import importlib
import re
import sys
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext, ngettext

from bandung.core.refused import NotAllowed, Refused
from bandung.exchange.importing.problems import Problems, problem_of
from bandung.ledger.door import NotWritable
from bandung.ledger.registry import load_acts
from bandung.movement.acts.mandates import LastAdministrator
from bandung.needs.acts.rules import WrongStatus
from bandung.needs.models import Status
from bandung.sheets.errors import NotANumber, unreadable

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ar", "es", "fr")
COVERAGE = 95  # percent of the sentences outside COMPLETE
COMPLETE = (
    "bandung/core/",
    "bandung/exchange/",
    "bandung/ledger/door.py",
    "bandung/movement/acts/",
    "bandung/needs/acts/",
    "bandung/sheets/",
)
PLACEHOLDER = re.compile(r"%(?:\([^)]*\))?[#0\- +]*\d*(?:\.\d+)?[a-zA-Z%]")
TAG = re.compile(r"<[^>]*>")
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ARABIC = re.compile("[\u0621-\u064a]")
EXACT_FORMS = {"ar": {0, 1, 2}}  # forms for one number only: that number may go without saying


@pytest.fixture(scope="module")
def scripts():
    """The two scripts: `extract_messages` and `compile_messages`."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        yield (
            importlib.import_module("extract_messages"),
            importlib.import_module("compile_messages"),
        )
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="module")
def found(scripts):
    """Every sentence of the code with its files."""
    return scripts[0].sentences()


def path_of(language: str) -> Path:
    return ROOT / "src/bandung/locale" / language / "LC_MESSAGES/django.po"


def catalog_of(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages_of(language: str) -> list[Message]:
    return [message for message in catalog_of(language) if message.id]


def pairs(message: Message, language: str) -> list[tuple[str, str, bool]]:
    """Each translation with the sentence it must fit, and whether its number may be left out."""
    if not message.pluralizable:
        return [(message.id, message.string, False)]
    singular, plural = message.id
    exact = EXACT_FORMS.get(language, set())
    last = len(message.string) - 1
    return [
        (singular if form == 0 and last == 1 else plural, text, form in exact)
        for form, text in enumerate(message.string)
    ]


def is_translated(message: Message) -> bool:
    texts = message.string if message.pluralizable else (message.string,)
    return bool(texts) and all(texts) and not message.fuzzy


# The files


def test_every_language_of_the_site_has_its_file():
    assert {code for code, _ in settings.LANGUAGES} - {"en"} == set(LANGUAGES)
    assert [Path(each) for each in settings.LOCALE_PATHS] == [ROOT / "src/bandung/locale"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_says_what_is_not_confirmed_and_names_nobody(language):
    head = path_of(language).read_text(encoding="utf-8").partition("\n\n")[0]
    assert "# Wording not yet confirmed by a person." in head
    fields = set(re.findall(r'^"([A-Za-z-]+):', head, flags=re.MULTILINE))
    assert fields == {
        "Project-Id-Version",
        "Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Plural-Forms",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_holds_exactly_the_sentences_of_the_code(scripts, found, language):
    sentence = scripts[0].Sentence
    kept = {
        sentence(each.context or "", *(each.id if each.pluralizable else (each.id, "")))
        for each in messages_of(language)
    }
    new, gone = sorted(set(found) - kept), sorted(kept - set(found))
    assert not new, f"run `make messages`, then translate: {new}"
    assert not gone, f"run `make messages`: {gone}"
    assert not catalog_of(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_tags_and_spaces_are_those_of_the_sentence(language):
    wrong = []
    for message in messages_of(language):
        if not is_translated(message):
            continue
        for original, text, may_omit in pairs(message, language):
            wanted, given = (set(PLACEHOLDER.findall(each)) for each in (original, text))
            missing = wanted - given
            is_fit = given <= wanted and len(missing) <= (1 if may_omit else 0)
            is_fit &= sorted(TAG.findall(original)) == sorted(TAG.findall(text))
            is_fit &= (
                original[: len(original) - len(original.lstrip())]
                == (text[: len(text) - len(text.lstrip())])
            )
            is_fit &= original[len(original.rstrip()) :] == text[len(text.rstrip()) :]
            if not is_fit or DIRECTION_MARKS.search(text) or "  " in text:
                wrong.append((original, text))
    assert not wrong


@pytest.mark.parametrize(("language", "forms"), [("ar", 6), ("es", 2), ("fr", 2)])
def test_plural_sentences_have_all_forms_of_the_language(language, forms):
    assert catalog_of(language).num_plurals == forms
    plural = [each for each in messages_of(language) if each.pluralizable]
    assert plural
    assert [each.id for each in plural if len(each.string) != forms] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_uploads_and_refusals_say_is_translated_whole(found, language):
    files = {sentence.singular: places for sentence, places in found.items()}
    untranslated = []
    for message in messages_of(language):
        singular = message.id[0] if message.pluralizable else message.id
        if any(place.startswith(COMPLETE) for place in files[singular]):
            untranslated += [] if is_translated(message) else [singular]
    assert not untranslated


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rest_is_translated_nearly_whole(found, language, capsys):
    files = {sentence.singular: places for sentence, places in found.items()}
    rest = [
        message
        for message in messages_of(language)
        if not any(
            place.startswith(COMPLETE)
            for place in files[message.id[0] if message.pluralizable else message.id]
        )
    ]
    done = sum(map(is_translated, rest))
    with capsys.disabled():
        print(f"\n{language}: {done} of {len(rest)} sentences outside the complete parts")
    assert done * 100 >= len(rest) * COVERAGE


@pytest.mark.parametrize("language", LANGUAGES)
def test_arabic_is_written_in_arabic_letters_and_french_and_spanish_are_not(language):
    codes_alone = {"PDF", "JSON", "COVAX"}
    wrong = [
        (original, text)
        for message in messages_of(language)
        for original, text, _ in pairs(message, language)
        if text and text not in codes_alone and bool(ARABIC.search(text)) != (language == "ar")
    ]
    assert not wrong


# Extraction


def test_every_way_of_marking_a_sentence_is_found(scripts):
    extract = scripts[0]
    python = (
        "from django.utils.translation import gettext_lazy as say, ngettext, pgettext\n"
        "say('one ' 'two'); ngettext('a', 'b', n); pgettext('month', 'May'); other('not')\n"
    )
    assert set(extract.in_python(python)) == {
        extract.Sentence("", "one two", ""),
        extract.Sentence("", "a", "b"),
        extract.Sentence("month", "May", ""),
    }
    template = (
        "<p>\n      {% translate \"Don't\" %} 100% it's {# x #}\n"
        "  {% blocktranslate trimmed count n=n with who=x %}\n    {{ n }} of 5%\n by {{ who }}\n"
        '{% plural %}\n {{ n }} all{% endblocktranslate %}\n{% include "x" with y=_("Yes") %}</p>'
    )
    assert set(extract.in_template(template)) == {
        extract.Sentence("", "Don't", ""),
        extract.Sentence("", "%(n)s of 5%% by %(who)s", "%(n)s all"),
        extract.Sentence("", "Yes", ""),
    }


def test_the_tables_of_the_sheets_package_are_found(found):
    texts = {sentence.singular: places for sentence, places in found.items()}
    assert texts["The file is empty."] == {"bandung/sheets/messages.py"}
    assert texts["a PDF document (.pdf)"] == {"bandung/sheets/sniffing.py"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_written_file_depends_on_the_sentences_alone(scripts, found, language):
    extract = scripts[0]
    backwards = dict(reversed(found.items()))
    content = extract.written(language, found)
    assert extract.written(language, backwards) == content
    head = r"^#: .*(:\d|\s/)"
    assert not re.search(head, content.decode(), flags=re.MULTILINE)


def test_writing_keeps_translations_drops_what_is_gone_and_guesses_nothing(
    scripts, tmp_path, monkeypatch
):
    extract = scripts[0]
    monkeypatch.setattr(extract, "LOCALE", tmp_path)
    path = extract.path_of("fr")
    path.parent.mkdir(parents=True)
    kept, gone, new = (extract.Sentence("", each, "") for each in ("Kept", "Gone", "Kept."))
    path.write_bytes(extract.written("fr", {kept: {"a.py"}, gone: {"a.py"}}))
    text = path.read_text(encoding="utf-8").replace('"Kept"\nmsgstr ""', '"Kept"\nmsgstr "Gardé"')
    path.write_text(text, encoding="utf-8")
    path.write_bytes(extract.written("fr", {kept: {"b.py"}, new: {"b.py"}}))
    catalog = extract.read("fr")
    assert {each.id: each.string for each in catalog if each.id} == {"Kept": "Gardé", "Kept.": ""}
    assert not catalog.obsolete


# What runs


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(scripts, language):
    binary = path_of(language).with_suffix(".mo")
    assert binary.exists(), "run `make setup` (or scripts/compile_messages.py)"
    is_fresh = binary.read_bytes() == scripts[1].compiled(path_of(language))
    assert is_fresh, "the compiled messages are stale: run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_answers_from_the_compiled_file(scripts, language):
    answers = GNUTranslations(BytesIO(scripts[1].compiled(path_of(language))))
    for message in messages_of(language):
        if message.pluralizable and is_translated(message):
            given = {answers.ngettext(*message.id, n) for n in (0, 1, 2, 3, 11, 100)}
            assert given == set(message.string)
        elif is_translated(message):
            assert answers.gettext(message.id) == message.string


def test_an_unreadable_file_is_explained_in_the_chosen_language():
    macros = unreadable("macros", part="xl/vbaProject.bin")
    arabic, french = problem_of(macros, "ar"), problem_of(macros, "fr")
    assert arabic.message.startswith("في المصنف وحدات ماكرو (xl/vbaProject.bin)")
    assert ARABIC.search(arabic.hint)
    assert french.message.startswith("Le classeur contient des macros (xl/vbaProject.bin)")
    assert problem_of(macros, "en").message == macros.message


def test_a_problem_of_a_cell_is_explained_in_the_chosen_language():
    problems = Problems("es")
    problems.explained(NotANumber("number_unknown", seen="muchos"))
    problems.error("unknown-item", seen="guantes")
    assert [each.message for each in problems.found] == [
        "«muchos» no es un número.",
        "«guantes» no está en el catálogo.",
    ]


@pytest.mark.parametrize(
    ("refused", "french"),
    [
        (Refused(), "Cela a été refusé."),
        (NotAllowed(reason="x"), "Votre mandat ne couvre pas cela\u00a0: x"),
        (LastAdministrator(), "C’est le dernier administrateur"),
        (
            WrongStatus(number=7, status=Status.RETURNED.label),
            "La soumission 7 est dans l’état «\u00a0renvoyée\u00a0»",
        ),
        (NotWritable(where="note", why="x"), "Ceci ne peut pas être consigné"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_moment_it_is_read(refused, french):
    english = str(refused)
    with translation.override("fr"):
        assert str(refused).startswith(french)
    with translation.override("ar"):
        assert ARABIC.search(str(refused))
    assert str(refused) == english


def test_arabic_counts_in_six_forms_and_templates_are_translated():
    words = ("%(number)s line", "%(number)s lines")
    with translation.override("ar"):
        said = [ngettext(*words, n) % {"number": n} for n in (0, 1, 2, 3, 11, 100, 103, 111)]
        page = Template("{% load i18n %}{% translate 'Please note' %}").render(Context())
    assert len({text.lstrip("0123456789 ") for text in said[:6]}) == 6
    assert said[3].lstrip("0123456789 ") == said[6].lstrip("0123456789 ")
    assert said[4].lstrip("0123456789 ") == said[7].lstrip("0123456789 ")
    assert ARABIC.search(page)
    with translation.override("en"):
        assert gettext("Please note") == "Please note"


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_every_act_has_words_of_its_own_in_every_language(language):
    """Refusals name acts by them; an internal verb would tell a reader nothing."""
    acts = {verb: act for verb, act in load_acts().items() if act.__module__.startswith("bandung.")}
    with translation.override(language):
        words = {verb: str(act.words) for verb, act in acts.items()}
    assert [verb for verb, said in words.items() if not said or said == verb] == []
    assert len(set(words.values())) == len(words)
    if language != "en":
        assert [v for v, said in words.items() if said == acts[v].words] == []
