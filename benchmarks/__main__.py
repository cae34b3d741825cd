"""`make bench`: prints every figure that docs/benchmarks.md keeps."""

import platform
import sqlite3
import sys
from importlib import import_module

SCRIPTS = ("ledger", "workbook", "serving")


def main(chosen: list[str]) -> None:
    """Runs the benchmarks named, or all of them."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}\n")
    print("| figure | measured | promised |\n| --- | --- | --- |")
    for name in chosen or SCRIPTS:
        for figure in import_module(f"benchmarks.{name}").figures():
            print(figure.line(), flush=True)


main(sys.argv[1:])
