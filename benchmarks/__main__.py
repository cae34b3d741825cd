"""`make bench`: prints every figure that docs/benchmarks.md keeps."""

import platform
import sqlite3
from importlib import import_module

TABLES = ("workbook", "serving", "ledger", "allocation")


def main() -> None:
    """Runs all benchmarks, one after the other."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n")
    print("| figure | measured | promised |\n| --- | --- | --- |", flush=True)
    for name in TABLES:
        for figure in import_module(f"benchmarks.{name}").figures():
            print(figure.line(), flush=True)


main()
