"""Days from cells, read strictly.

| text                                           | en                  | fr, es, ar |
| ---------------------------------------------- | ------------------- | ---------- |
| a date cell; 2021-12-31, 2021/12/31            | taken               | taken      |
| 31/12/2021, 31.12.2021, 31-12-2021             | taken               | taken      |
| 12/31/2021                                     | taken (one reading) | refused    |
| 03/04/2021 (also with . or -)                  | refused, both named | 3 April    |
| 03/03/2021                                     | taken               | taken      |
| 31 December 2021, 31 décembre 2021, 31 de      | taken               | taken      |
| diciembre de 2021, ٣١ ديسمبر ٢٠٢١, 31-Dec-2021 |                     |            |

Names of months are understood in all four languages whatever the language of the file. Refused in
every language: bare numbers (some programs store days as such), years of two digits, months or
years without a day, days that are not in the calendar, and days before 1961 or after 2100.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from bandung.sheets.cells import quoted, refuse_markers
from bandung.sheets.errors import NotADay
from bandung.sheets.model import Language, NotFinite, Value
from bandung.sheets.months import MONTHS, fold
from bandung.sheets.text import DIGITS, INVISIBLE

EARLIEST = date(1961, 1, 1)
LATEST = date(2100, 12, 31)

CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?\Z")
YEAR_FIRST = re.compile(r"(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d+)")
WORDS = re.compile(r"[^\W\d_]+|\d+")
ORDINALS = {"st", "nd", "rd", "th", "er", "o", "a"}
FILLERS = {"de", "del", "of", "the", "le", "el", "من"}


def parse_day(value: Value, language: Language) -> date:
    """The day of a cell, from 1961-01-01 to 2100-12-31.

    Refuses (NotADay) what has no or two readings.
    """
    refuse_markers(value, NotADay)
    if value is None:
        raise NotADay("day_missing")
    if isinstance(value, datetime):
        return in_range(value.date(), value)
    if isinstance(value, date):
        return in_range(value, value)
    if isinstance(value, bool | NotFinite):
        raise NotADay(
            "day_unknown", seen=quoted(value.shown if isinstance(value, NotFinite) else value)
        )
    if isinstance(value, int | Decimal):
        raise bare_number(str(value))
    if isinstance(value, str):
        return in_range(parse_text(value, language), value)
    raise TypeError(f"not the value of a cell: {type(value).__name__}")


def in_range(day: date, seen: object) -> date:
    if not EARLIEST <= day <= LATEST:
        raise NotADay(
            "day_out_of_range",
            seen=quoted(seen),
            earliest=EARLIEST.isoformat(),
            latest=LATEST.isoformat(),
        )
    return day


def parse_text(seen: str, language: Language) -> date:
    text = " ".join(seen.translate(DIGITS).translate(INVISIBLE).split())
    if not text:
        raise NotADay("day_missing")
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?", text, re.ASCII):
        raise bare_number(text)
    text = CLOCK.sub("", text)
    if match := YEAR_FIRST.fullmatch(text):
        return made(match[1], match[3], match[4], seen)
    if match := YEAR_LAST.fullmatch(text):
        return year_last(match[1], match[3], match[4], language, seen)
    return spelled(text, seen)


def year_last(first: str, second: str, year: str, language: Language, seen: str) -> date:
    """Day first in French, Spanish and Arabic files.

    In English ones whichever reading is the only one.
    """
    a, b = int(first), int(second)
    if language != "en" or a > 12 or a == b:
        return made(year, second, first, seen)
    if b > 12:
        return made(year, first, second, seen)
    day_first, month_first = made(year, second, first, seen), made(year, first, second, seen)
    raise NotADay(
        "day_ambiguous",
        seen=quoted(seen),
        first=day_first.isoformat(),
        second=month_first.isoformat(),
    )


def spelled(text: str, seen: str) -> date:
    """A day whose month is named; day, month and year in any usual order."""
    words = [fold(word) for word in WORDS.findall(text)]
    numbers = [word for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit() and word not in FILLERS]
    names = [name for name in names if name not in ORDINALS] if len(names) > 1 else names
    month = month_named(names)
    if month is None:
        raise NotADay(
            "day_incomplete" if is_incomplete(numbers, names) else "day_unknown", seen=quoted(seen)
        )
    if len(numbers) == 1:
        raise NotADay("day_incomplete", seen=quoted(seen))
    if len(numbers) != 2 or any(len(number) > 4 for number in numbers):
        raise NotADay("day_unknown", seen=quoted(seen))
    year, day = sorted(numbers, key=len, reverse=True)
    if len(year) == len(day):
        raise NotADay("day_short_year", seen=quoted(seen))
    return made(year, str(month), day, seen)


def month_named(names: list[str]) -> int | None:
    """The month these words name, all of them: one name, or the same month by two names."""
    found: set[int] = set()
    rest = names
    while rest:
        size = 2 if " ".join(rest[:2]) in MONTHS and len(rest) > 1 else 1
        month = MONTHS.get(" ".join(rest[:size]))
        if month is None:
            return None
        found.add(month)
        rest = rest[size:]
    return found.pop() if len(found) == 1 else None


def is_incomplete(numbers: list[str], names: list[str]) -> bool:
    """Such as 12/2021: a month and a year, but no day."""
    return (
        not names and len(numbers) == 2 and {len(numbers[0]), len(numbers[1])} in ({4, 2}, {4, 1})
    )


def made(year: str, month: str, day: str, seen: str) -> date:
    """The day of these numbers. Refuses short years and days that are not in the calendar."""
    if len(year) != 4:
        raise NotADay("day_short_year" if len(year) < 4 else "day_unknown", seen=quoted(seen))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotADay("day_impossible", seen=quoted(seen)) from None


def bare_number(text: str) -> NotADay:
    """Why a number is no day: it is a year, a day as stored by some programs, or neither."""
    whole = text.partition(".")[0].partition(",")[0]
    number = int(whole) if len(whole) <= 6 and whole.isascii() and whole.isdigit() else 0
    if whole == text and EARLIEST.year <= number <= LATEST.year:
        return NotADay("day_incomplete", seen=quoted(text))
    day = date(1899, 12, 30) + timedelta(number) if 10_000 < number < 100_000 else None
    if day is not None and EARLIEST <= day <= LATEST:
        return NotADay("day_is_serial", seen=quoted(text), day=day.isoformat())
    return NotADay("day_is_number", seen=quoted(text))
