"""Compile the seed tables of the register and the catalogue from the collected data.

Run it again after the data or a file in scripts/seed/words has changed:

    python scripts/compile_seed.py [FOLDER WITH THE DATA] [--out src/bandung]

The same input gives the same bytes. Translations and our own wording are written by hand in
scripts/seed/words; this script reads them, checks that none is missing, and never writes them.
"""

import argparse
import sys
from pathlib import Path

from seed import catalogue, movement
from seed.tables import Row, SeedError, check_table, write_table

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Write every table, or say what is missing and write none."""
    parser = argparse.ArgumentParser(description="Compile the seed tables.")
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "bandung")
    options = parser.parse_args()
    try:
        tables = compile_tables(options.data)
    except FileNotFoundError as error:
        print(f"compile_seed: no {error.filename}; name the folder with the data", file=sys.stderr)
        return 1
    except SeedError as error:
        print(f"compile_seed: {error}", file=sys.stderr)
        return 1
    for (app, name), rows in tables.items():
        path = options.out / app / "seed" / f"{name}.csv"
        write_table(path, rows)
        print(f"{app}/seed/{path.name}: {len(rows)} rows, {path.stat().st_size} bytes")
    return 0


def compile_tables(data: Path) -> dict[tuple[str, str], list[Row]]:
    """Every table by app and name, each checked. Refuses at the first row that does not fit."""
    found = {
        "movement": movement.compile_tables(data / "movement", data / "country"),
        "catalogue": catalogue.compile_tables(data / "catalogue", data / "derived"),
    }
    tables = {(app, name): rows for app, by_name in found.items() for name, rows in by_name.items()}
    for (app, name), rows in tables.items():
        check_table(f"{app}/seed/{name}.csv", rows)
    return tables


if __name__ == "__main__":
    raise SystemExit(main())
