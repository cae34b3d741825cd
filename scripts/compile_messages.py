"""Compiles the translated messages with Babel, so that no gettext tools are needed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "src" / "bandung" / "locale"

for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
    with source.open("rb") as file:
        catalog = read_po(file)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
