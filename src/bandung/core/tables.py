"""Reading the seed tables that travel inside the package."""

import csv
from importlib.resources import files
from io import StringIO


def seed_rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of `package`/`name`.csv in file order; every cell is text, empty cells are ""."""
    text = files(package).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text), strict=True))
