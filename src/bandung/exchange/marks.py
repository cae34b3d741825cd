"""The hidden sheet of a downloaded workbook: for whom it was made, and on what it rests."""

from hashlib import sha256

from bandung.exchange.standing import Standing
from bandung.sheets.model import Workbook

FORMAT = "bandung.needs/1"
META_SHEET = "_bandung"
LIST_SHEET = "_lists"


def metadata(
    state: str, emergency: str, scope: tuple[str, ...], language: str, now: Standing
) -> dict[str, str]:
    """What the hidden sheet says of the workbook; `check` shows whether it was changed."""
    values = {
        "format": FORMAT,
        "state": state,
        "emergency": emergency,
        "scope": ",".join(scope),
        "language": language,
        "publication_seen": ",".join(f"{sector}={now.seen[sector]}" for sector in scope),
        "as_of": ",".join(sorted(now.as_of)),
    }
    return values | {"check": check(values)}


def check(values: dict[str, str]) -> str:
    """Tells whether the hidden sheet still says what was written; not a secret."""
    said = "\n".join(f"{key}={values[key]}" for key in sorted(values) if key != "check")
    return sha256(said.encode()).hexdigest()[:16]


def read_metadata(book: Workbook) -> dict[str, str]:
    """What the hidden sheet of our own workbooks says; empty where there is none."""
    for sheet in book.sheets:
        if sheet.name == META_SHEET:
            return {
                str(row.value(0)): str(row.value(1) if row.value(1) is not None else "")
                for row in sheet.rows
            }
    return {}
