"""Compiles the translated messages with Babel, so that no gettext tools are needed."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "src" / "bandung" / "locale"


def sources() -> list[Path]:
    """The catalogues as people edit them, one for each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """What the catalogue is to programs: every sentence that has a translation."""
    content = BytesIO()
    with source.open("rb") as file:
        write_mo(content, read_po(file, abort_invalid=True))
    return content.getvalue()


if __name__ == "__main__":
    for source in sources():
        source.with_suffix(".mo").write_bytes(compiled(source))
