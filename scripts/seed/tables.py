"""Reading and writing the tables: UTF-8, NFC, LF, no invisible marks, no formula look-alikes."""

import csv
import unicodedata
from collections.abc import Iterable
from pathlib import Path

Row = dict[str, str]
WORDS = Path(__file__).parent / "words"
LANGUAGES = ("en", "fr", "es", "ar")
TRANSLATED = ("fr", "es", "ar")


class SeedError(Exception):
    """The data or the wording does not fit; the message says which row to mend."""


def read_table(path: Path) -> list[Row]:
    """Rows of a CSV as NFC text; an empty cell is an empty string, `NA` stays `NA`."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            {name: unicodedata.normalize("NFC", cell or "").strip() for name, cell in row.items()}
            for row in csv.DictReader(lines)
        ]


def read_words(name: str) -> list[Row]:
    """Rows of one of the hand-written tables."""
    return read_table(WORDS / f"{name}.csv")


def by_key(rows: Iterable[Row], *names: str) -> dict[tuple[str, ...], Row]:
    """Rows under their key. Refuses if a key occurs twice."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        if key in found:
            raise SeedError(f"{'/'.join(key)} occurs twice")
        found[key] = row
    return found


def labels(words: dict[tuple[str, ...], Row], key: tuple[str, ...], label_en: str) -> Row:
    """The four labels of one row, and whether a person has confirmed the wording."""
    row = words.get(key)
    missing = [lang for lang in TRANSLATED if not row or not row[f"label_{lang}"]]
    if row is None or missing:
        raise SeedError(f"{'/'.join(key)} ({label_en}): no label in {', '.join(missing)}")
    translated = {f"label_{lang}": row[f"label_{lang}"] for lang in TRANSLATED}
    return {"label_en": label_en, **translated, "confirmed": "0"}


def no_orphans(words: dict[tuple[str, ...], Row], used: Iterable[tuple[str, ...]]) -> None:
    """Refuses if the wording names a row that the data does not have."""
    orphans = sorted(set(words) - set(used))
    if orphans:
        raise SeedError(f"wording without a row in the data: {orphans}")


def check_cell(cell: str, where: str) -> None:
    """Refuses if a cell could not be read back unchanged from a workbook."""
    if cell != unicodedata.normalize("NFC", cell) or cell != cell.strip():
        raise SeedError(f"{where}: not NFC, or blank at an end: {cell!r}")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn") for letter in cell):
        raise SeedError(f"{where}: an invisible character: {cell!r}")
    if cell.startswith(("=", "+", "-", "@")):
        raise SeedError(f"{where}: reads as a formula: {cell!r}")


def check_table(name: str, rows: list[Row]) -> None:
    """Refuses if the rows differ in their columns or a cell could not be read back."""
    for number, row in enumerate(rows, start=2):
        if list(row) != list(rows[0]):
            raise SeedError(f"{name} row {number}: columns {list(row)}, not {list(rows[0])}")
        for column, cell in row.items():
            check_cell(cell, f"{name} row {number} {column}")


def write_table(path: Path, rows: list[Row]) -> None:
    """Write the rows in the given order; the first row's columns are the table's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
