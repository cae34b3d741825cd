"""Compiles the translated messages with Babel, so that no gettext tools are needed."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

NO_DAY = datetime(1970, 1, 1, tzinfo=UTC)  # Babel would write today's: equal sources, equal files
LOCALE = Path(__file__).resolve().parent.parent / "src" / "bandung" / "locale"


def sources() -> list[Path]:
    """The catalogues as people edit them, one for each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """What the catalogue is to programs: every sentence that has a translation."""
    with source.open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    catalog.creation_date = catalog.revision_date = NO_DAY
    content = BytesIO()
    write_mo(content, catalog)
    return content.getvalue()


if __name__ == "__main__":
    for source in sources():
        source.with_suffix(".mo").write_bytes(compiled(source))
