"""Text from cells: cleaned, searched for contacts, made harmless for export, compared."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from bandung.sheets.errors import BadText, Facts
from bandung.sheets.messages import MESSAGES

T = TypeVar("T")

DIRECTION = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u180e\u00ad"
INVISIBLE = dict.fromkeys(map(ord, DIRECTION + ZERO_WIDTH)) | dict.fromkeys(range(0xE0000, 0xE0080))
SPACES = re.compile(r"\s+")
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was done to a text, for its author to see."""

    code: str
    facts: Facts

    @property
    def message(self) -> str:
        return MESSAGES[self.code][0] % self.facts

    @property
    def hint(self) -> str:
        return MESSAGES[self.code][1] % self.facts


def clean_text(value: str, longest: int = LONGEST) -> tuple[str, tuple[Notice, ...]]:
    """The text as it is seen: NFC, single spaces, no invisible characters; with a notice of those.

    Refuses (BadText) control characters, unpaired surrogates, and more than `longest` characters.
    """
    if len(value) > 4 * longest:
        raise BadText("text_too_long", length=len(value), limit=longest)
    visible = value.translate(INVISIBLE)
    for character in visible:
        if unicodedata.category(character) in ("Cc", "Cs") and not character.isspace():
            raise BadText("text_control", seen=f"U+{ord(character):04X}")
    text = SPACES.sub(" ", unicodedata.normalize("NFC", visible)).strip()
    if len(text) > longest:
        raise BadText("text_too_long", length=len(text), limit=longest)
    return text, removed(value, visible)


def removed(value: str, visible: str) -> tuple[Notice, ...]:
    count = len(value) - len(visible)
    if not count:
        return ()
    codes = sorted(
        {f"U+{ord(character):04X}" for character in value if ord(character) in INVISIBLE}
    )
    return (Notice("invisible_removed", {"count": count, "seen": ", ".join(codes[:5])}),)


# --- personal contacts ---


@dataclass(frozen=True, slots=True)
class Contact:
    """What looks like a way to reach a person."""

    kind: Literal["email", "telephone"]
    seen: str

    @property
    def code(self) -> str:
        return f"personal_{self.kind}"


DIGITS = {ord(first) + n: str(n) for first in "\u0660\u06f0\uff10" for n in range(10)}
EMAIL = re.compile(
    r"[\w.+%'-]{1,64}\s?(?:@|＠|[\[({]\s?(?:at|arroba|arobase)\s?[\])}])"
    r"\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
    re.I,
)
LABEL = (
    r"(?:\b(?:tel|tél|telephone|téléphone|teléfono|telefono|phone|mobile|móvil|movil|celular)\b"
    r"|\b(?:whatsapp|fax|gsm)\b"
    r"|هاتف|الهاتف|جوال|موبايل|واتساب|تلفون)"
)
COLON = r"[\s.:#/]{0,3}(?:(?:no|n°|nº|num|number|رقم)\b)?[\s.:#]{0,3}"
JOINED = r"\d(?:[ .\u00a0\u202f()-]{0,2}\d)"
EDGE = r"(?<![\w.,/+-])(?<!\d[ '\u00a0\u202f])"  # no later part of a number or code
END = r"(?![\w/]|[.,-]\w)"
TELEPHONES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<![\w+])\+\s?\(?{JOINED}{{6,14}}{END}",  # +260 97 712 3456
        rf"{EDGE}00[1-9](?:[ .()-]{{0,2}}\d){{8,13}}{END}",  # 00 260 977 123 456
        rf"{LABEL}{COLON}\(?{JOINED}{{6,14}}{END}",  # Tel. 977123456
        rf"{EDGE}0\d{{8,10}}{END}",  # 0977123456
        rf"{EDGE}\(?0\d{{1,3}}\)?(?:[ .-]\d{{2,4}}){{2,4}}{END}",  # 0977 123 456, (021) 555-1234
        rf"{EDGE}(?:\(\d{{3}}\) ?|\d{{3}}[-.])\d{{3}}[-.]\d{{4}}{END}",  # (876) 555-1234
        rf"{EDGE}\d{{2}} \d{{3}} \d{{2}} \d{{2}}{END}",  # 77 123 45 67
        rf"{EDGE}\d{{2}}(?:[ .]\d{{2}}){{3,4}}{END}",  # 76 12 34 56
    )
)
DATE = re.compile(r"\(?\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}\Z|\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}\Z")
FEWEST_DIGITS, MOST_DIGITS = 7, 15


def find_personal(text: str) -> list[Contact]:
    """E-mail addresses and telephone numbers in a text, in reading order.

    A telephone number is international (+ or 00), labelled, begins with 0, or is grouped as no
    quantity is; plain quantities, days, item codes and p-codes are none.
    """
    plain = text.translate(INVISIBLE).translate(DIGITS)
    found = [
        (match.start(), Contact("email", match.group().strip())) for match in EMAIL.finditer(plain)
    ]
    taken: list[tuple[int, int]] = []
    for pattern in TELEPHONES:
        for match in pattern.finditer(plain):
            overlaps = any(start < match.end() and match.start() < end for start, end in taken)
            if not overlaps and is_telephone(match.group()):
                taken.append(match.span())
                found.append((match.start(), Contact("telephone", match.group().strip())))
    return [contact for _, contact in sorted(found, key=lambda pair: pair[0])]


def is_telephone(seen: str) -> bool:
    """Whether it has as many digits as telephones have, and is no day and no row of sizes."""
    digits = re.sub(r"\D", "", seen)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or DATE.match(seen):
        return False
    pairs = [int(pair) for pair in re.findall(r"\d+", seen)]
    is_rising = len(pairs) > 3 and pairs == sorted(pairs) and seen[0] not in "+0("
    return not is_rising


# --- export ---

RUNNABLE = tuple("=+-@\t\r\n＝＋－＠")


def neutralise(value: T) -> T | str:
    """A cell that no spreadsheet program runs: an apostrophe before what begins like a formula.

    Numbers and all else that is no text stay as they are, negative numbers included.
    """
    if not isinstance(value, str):
        return value
    seen = value.translate(INVISIBLE)
    begins = seen.startswith(RUNNABLE) or seen.lstrip().startswith(RUNNABLE)
    return f"'{value}" if begins else value


# --- names that resemble ---

LONGEST_NAME = 120
ALIKE = 0.6  # as difflib suggests for close matches
CONTAINED = 0.8


def folded(name: str) -> str:
    """A name without case, accents, Arabic vowel signs and punctuation, for comparing only."""
    parts = unicodedata.normalize("NFKD", name[:LONGEST_NAME]).casefold()
    kept = "".join(
        part if part.isalnum() else " " for part in parts if not unicodedata.combining(part)
    )
    return " ".join(kept.translate(INVISIBLE).split())


def closest(name: str, known: Iterable[str], n: int = 3) -> list[str]:
    """Up to n known names that resemble this one, the most alike first: to propose, never to take.

    A name whose every longer word occurs in the known one (or the reverse) counts as alike too.
    """
    wanted = folded(name).split()
    words = long_words(wanted)
    as_written = difflib.SequenceMatcher(b=" ".join(wanted), autojunk=False)
    in_order = difflib.SequenceMatcher(b=" ".join(sorted(wanted)), autojunk=False)
    scores: list[tuple[float, str]] = []
    for candidate in known:
        other = folded(candidate).split()
        as_written.set_seq1(" ".join(other))
        in_order.set_seq1(" ".join(sorted(other)))
        score = max(ratio(as_written), ratio(in_order))
        theirs = long_words(other)
        if words and theirs and (words <= theirs or theirs <= words):
            score = max(score, CONTAINED)
        if score >= ALIKE:
            scores.append((-score, candidate))
    return [candidate for _, candidate in sorted(scores)[:n]]


def ratio(matcher: "difflib.SequenceMatcher[str]") -> float:
    """How alike, from 0 to 1; 0 as soon as a cheap upper bound is too low."""
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def long_words(words: list[str]) -> set[str]:
    return {word for word in words if len(word) > 3}
