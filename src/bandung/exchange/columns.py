"""The one dictionary of a workbook's columns, and the words around them, in four languages.

Templates write it and import reads it, so a header means the same on both ways. Import also takes
the column names of exports and API (`CODES` as a fifth language), whose amounts are base units.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bandung.core.tables import seed_rows
from bandung.needs.queries import LINE_COLUMNS

Language = Literal["en", "fr", "es", "ar"]
HeaderLanguage = Literal["en", "fr", "es", "ar", "codes"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "es", "ar")
CODES: HeaderLanguage = "codes"

Kind = Literal[
    "item",
    "quantity",
    "counted_in",  # a unit or a pack
    "code",  # an entry of a code list
    "count",  # people, whole
    "amount",  # in what `stock_in`, else `counted_in`, says; base units in exports
    "day",
    "text",
    "row_key",
    "state",
    "emergency",
    "status",  # lines that have ended are not asked for again
    "derived",  # worked out from the others: known, never read
]


@dataclass(frozen=True)
class Column:
    """A column of the workbook; `code_list` names the list its drop-down offers."""

    code: str
    kind: Kind
    width: int = 14
    is_required: bool = False
    code_list: str = ""
    is_in_template: bool = True

    def header(self, language: HeaderLanguage) -> str:
        """The header in `language`; the code itself in exports; empty if it has none there."""
        if language == CODES:
            return self.code
        return words().get(f"column.{self.code}", {}).get(language, "")

    def help(self, language: Language) -> str:
        """One sentence on what belongs into the column."""
        return words()[f"help.{self.code}"][language]


def _imported(code: str, kind: Kind) -> Column:
    """A column that exports and foreign tables have and the template does not."""
    return Column(code, kind, is_in_template=False)


COLUMNS: tuple[Column, ...] = (
    Column("item", "item", width=42, is_required=True),
    Column("quantity", "quantity", is_required=True),
    Column("counted_in", "counted_in", width=30, is_required=True),
    Column("needed_by", "day"),
    Column("priority", "code", width=30, is_required=True, code_list="priority"),
    Column("severity", "code", width=18, code_list="severity"),
    Column("people_in_need", "count"),
    Column("people_targeted", "count"),
    Column("stock", "amount"),
    Column("monthly_use", "amount"),
    Column("stock_in", "counted_in", width=20),
    Column("basis", "code", width=26, is_required=True, code_list="basis"),
    Column("confidence", "code", width=30, code_list="confidence"),
    Column("justification", "text", width=50),
    Column("channel", "code", width=30, code_list="channel"),
    Column("channel_reference", "text", width=26),
    Column("visibility", "code", width=34, code_list="visibility"),
    Column("line_id", "row_key", width=10),
)
IMPORTED: tuple[Column, ...] = (
    _imported("state", "state"),
    _imported("emergency", "emergency"),
    _imported("unit", "counted_in"),
    _imported("pack", "counted_in"),
    _imported("status", "status"),
)
REQUIRED = tuple(column.code for column in COLUMNS if column.is_required)
LONGEST_TEXT = {"justification": 4_000, "channel_reference": 200}


@cache
def words() -> dict[str, dict[str, str]]:
    """All words of the workbook: key -> language -> text."""
    return {row.pop("key"): row for row in seed_rows("bandung.exchange.words", "workbook")}


def word(key: str, language: Language) -> str:
    """One word or sentence of the workbook."""
    return words()[key][language]


def is_wording_confirmed(language: Language) -> bool:
    """Whether a person has confirmed the workbook's own words; English is the original."""
    return language == "en" or all(row["confirmed"] == "1" for row in words().values())


def plain_header(text: str) -> str:
    """A header for comparing: NFKC, one case, single spaces, without closing marks * and :."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.rstrip("*: ").replace("'", "’")


@cache
def headers(language: HeaderLanguage) -> dict[str, Column]:
    """Every header known in `language`, as `plain_header` writes it."""
    return {plain_header(header): column for header, column in _headers(language)}


def _headers(language: HeaderLanguage) -> Iterator[tuple[str, Column]]:
    for column in (*COLUMNS, *IMPORTED):
        if header := column.header(language):
            yield header, column
    if language == CODES:
        for code in derived_codes():
            yield code, Column(code, "derived", is_in_template=False)


def derived_codes() -> tuple[str, ...]:
    """Columns of an export that follow from the others, or from acts."""
    own = {column.code for column in (*COLUMNS, *IMPORTED)}
    return (*(code for code in LINE_COLUMNS if code not in own), "note")
