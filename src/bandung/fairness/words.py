"""The words of explanations and charts put together, and numbers as each language writes them.

Digits are 0 to 9 everywhere, as in the rest of the site.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from math import inf

from bandung.fairness import words_of_charts, words_of_shares
from bandung.fairness.languages import LANGUAGES as LANGUAGES
from bandung.fairness.languages import Language as Language

MOST_NAMES = 6
NO_BREAK, NARROW = "\u00a0", "\u202f"
ISOLATE, LEFT_TO_RIGHT, END = "\u2068", "\u2066", "\u2069"
MARKS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
SEPARATORS: dict[Language, tuple[str, str]] = {
    "en": (",", "."),
    "fr": (NARROW, ","),
    "es": (".", ","),
    "ar": (",", "."),
}


SAID = {**words_of_shares.SAID, **words_of_charts.SAID}
COUNTED = {**words_of_shares.COUNTED, **words_of_charts.COUNTED}


def whole(number: int, language: Language) -> str:
    """A whole number with its thousands grouped."""
    return f"{number:,}".replace(",", SEPARATORS[language][0])


def amount(number: Fraction | int, language: Language) -> str:
    """A quantity; a fraction is rounded to two decimals for reading."""
    is_whole = Fraction(number).denominator == 1
    return decimals(Fraction(number), 0 if is_whole else 2, language)


def decimals(number: Fraction, places: int, language: Language) -> str:
    """A number of zero or more, rounded to so many decimals."""
    above, below = divmod(round(number * 10**places), 10**places)
    point = SEPARATORS[language][1]
    return whole(above, language) + (f"{point}{below:0{places}}" if places else "")


def percent(part: Fraction | float, language: Language, places: int = 2) -> str:
    """A part of one as a percentage; no rounding reaches 0 or 100."""
    if part == inf:
        return "∞"
    sign, exact = "", Fraction(part) * 100
    least = Fraction(1, 10**places)
    if 0 < exact < least:
        sign, exact = "<" + NO_BREAK, least
    elif 100 - least / 2 <= exact < 100:
        sign, exact = ">" + NO_BREAK, 100 - least
    written = f"{sign}{decimals(exact, places, language)}{NO_BREAK}%"
    return f"{LEFT_TO_RIGHT}{written}{END}" if language == "ar" else written


def shown(name: str) -> str:
    """A name with its control and direction marks made visible."""
    return MARKS.sub("\ufffd", name)


def called(name: str, language: Language) -> str:
    """A name that cannot disturb the direction of the sentence around it."""
    is_apart = language == "ar" or RIGHT_TO_LEFT.search(name)
    return f"{ISOLATE}{shown(name)}{END}" if is_apart else shown(name)


def listed(names: Sequence[str], language: Language, most: int = MOST_NAMES) -> str:
    """Names joined as the language joins them; beyond a few, only how many more there are."""
    parts = [called(each, language) for each in names[:most]]
    if len(names) > most:
        parts.append(counted("more", len(names) - most, language))
    if len(parts) < 2:
        return "".join(parts)
    comma, last = {
        "en": (", ", " and "),
        "fr": (", ", " et "),
        "es": (", ", " y "),
        "ar": ("، ", " و"),
    }[language]
    return comma.join(parts[:-1]) + last + parts[-1]


def form(count: int, language: Language) -> str:
    """The plural form for a count, by the rules of the Unicode tables."""
    if language == "fr":
        return "one" if count < 2 else "other"
    if language != "ar":
        return "one" if count == 1 else "other"
    if count < 3:
        return ("zero", "one", "two")[count]
    tens = count % 100
    return "few" if 3 <= tens <= 10 else "many" if tens >= 11 else "other"


def counted(key: str, count: int, language: Language, **facts: str) -> str:
    """The text of a key for this count, filled in."""
    forms = COUNTED[key][language]
    chosen = forms.get(form(count, language), forms["other"])
    return chosen.format(count=whole(count, language), **facts)


def said(key: str, language: Language, **facts: str) -> str:
    """The text of a key, filled in."""
    return SAID[key][language].format(**facts)
