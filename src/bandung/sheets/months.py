"""Names of months in English, French, Spanish and the Arabic of three regions."""

import unicodedata

NAMES = (
    "january jan|janvier janv|enero ene|يناير|كانون الثاني|جانفي",
    "february feb|février févr fév|febrero|فبراير|شباط|فيفري",
    "march mar|mars|marzo|مارس|آذار",
    "april apr|avril avr|abril abr|أبريل ابريل إبريل|نيسان|أفريل",
    "may|mai|mayo|مايو|أيار|ماي",
    "june jun|juin|junio|يونيو يونية|حزيران|جوان",
    "july jul|juillet juil|julio|يوليو يولية|تموز|جويلية يوليوز",
    "august aug|août|agosto ago|أغسطس|آب|أوت غشت",
    "september sept sep|septembre|septiembre setiembre set|سبتمبر|أيلول|شتنبر",
    "october oct|octobre|octubre|أكتوبر|تشرين الأول",
    "november nov|novembre|noviembre|نوفمبر|تشرين الثاني|نونبر",
    "december dec|décembre déc|diciembre dic|ديسمبر|كانون الأول|دجنبر",
)
TWO_WORDS = ("كانون", "تشرين")


def fold(word: str) -> str:
    """A word without case, accents and vowel signs.

    The forms of alef and the hamza on it become one.
    """
    parts = unicodedata.normalize("NFKD", word).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part))


def build() -> dict[str, int]:
    months: dict[str, int] = {}
    for number, line in enumerate(NAMES, start=1):
        for names in line.split("|"):
            spellings = [names] if names.startswith(TWO_WORDS) else names.split()
            for spelling in spellings:
                if months.setdefault(fold(spelling), number) != number:
                    raise ValueError(f"{spelling} names two months")
    return months


MONTHS = build()  # folded name -> 1 to 12
