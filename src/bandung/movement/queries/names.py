"""A name or text in the four languages of the register."""

from dataclasses import dataclass

from django.utils.translation import get_language

from bandung.movement.models import LANGUAGES, NamedModel


@dataclass(frozen=True)
class Named:
    """A text in four languages; `str()` gives the reader's, English where that is not known."""

    en: str
    fr: str = ""
    es: str = ""
    ar: str = ""

    def __str__(self) -> str:
        return self.text_in(get_language() or "en")

    def text_in(self, language: str) -> str:
        """The text in `language` (`fr`, `fr-fr`), in English where it is not known."""
        code = language[:2]
        return (code in LANGUAGES and getattr(self, code)) or self.en


def named(row: NamedModel) -> Named:
    """The names of a row."""
    return Named(row.name_en, row.name_fr, row.name_es, row.name_ar)
