"""The languages of explanations and charts."""

from typing import Literal, get_args

Language = Literal["en", "fr", "es", "ar"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
