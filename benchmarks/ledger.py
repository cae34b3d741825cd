"""What the door costs: `record` of acts of 40 lines, beside a plain transaction with the same rows.

    python benchmarks/ledger.py [--engines sqlite,postgresql] [--sizes 1000,20000] [--json]

Each engine gets an instance of its own in a temporary folder, with production settings. Acts and
the peer's transactions are timed in turn, so that the machine's mood meets both. Then the ledger
is exported, verified and rebuilt.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = 400
LINES = 40


def main() -> None:
    """Runs each engine in a process of its own and prints one table."""
    options = _options()
    if options.one:
        print(json.dumps(measure(options.one, [int(size) for size in options.sizes.split(",")])))
        return
    rows = [row for engine in options.engines.split(",") for row in _run(engine, options.sizes)]
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['engine']:<11} {row['what']:<48} {row['figure']}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--sizes", default="1000,20000")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(engine: str, sizes: str) -> list[dict[str, str]]:
    home = tempfile.mkdtemp(prefix="bandung-bench-")
    environment = {
        **os.environ,
        "BANDUNG_HOME": home,
        "BANDUNG_TEST_HOME": home,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    try:
        finished = subprocess.run(
            [sys.executable, __file__, "--one", engine, "--sizes", sizes],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    rows: list[dict[str, str]] = json.loads(finished.stdout)
    return rows


def measure(engine: str, sizes: list[int]) -> list[dict[str, str]]:
    """The figures of one engine, in this process."""
    home = Path(os.environ["BANDUNG_HOME"])
    if engine == "postgresql":
        from tests.postgres import start

        os.environ["DATABASE_URL"] = start(home)
    import django

    django.setup()
    from django.core.management import call_command

    from bandung.ledger.engines import refuse_unsafe
    from tests.ledger import story

    call_command("migrate", verbosity=0, run_syncdb=True)
    refuse_unsafe()
    story.found()
    story.open_stock()
    rows: list[dict[str, str]] = []
    p95 = []
    for size in sizes:
        _fill(size)
        timed = _timed_in_turn(size)
        p95.append(timed["record"][1])
        for name, (middle, high) in timed.items():
            rows.append(
                _row(engine, f"{name} at {size:,} acts", f"p50 {middle:.2f} ms, p95 {high:.2f} ms")
            )
    rows.append(
        _row(
            engine, f"growth of p95 from {sizes[0]:,} to {sizes[-1]:,}", f"{p95[-1] / p95[0]:.2f}x"
        )
    )
    return rows + _reading(engine, home)


def _row(engine: str, what: str, figure: str) -> dict[str, str]:
    return {"engine": engine, "what": what, "figure": figure}


def _fill(size: int) -> None:
    from bandung.ledger.models import Head

    for number in range(Head.objects.get().size, size):
        _record(f"fill-{number}")


def _record(key: str) -> None:
    from bandung.ledger.door import record
    from tests.ledger.app.acts import ReportStock
    from tests.ledger.story import KEEPER

    record(ReportStock(code="gloves", reporter="ZMB"), KEEPER, key, _contents())


def _contents() -> dict[str, bytes]:
    """A submission of 40 lines: 30 public, 10 withheld, and the uploaded original of 12 kB."""
    from bandung.ledger.canonical import canonical

    lines = [
        [number * 1000, f"Line {number}: gloves, nitrile, examination"] for number in range(LINES)
    ]
    return {
        "public": canonical(lines[:30]),
        "withheld": canonical(lines[30:]),
        "original": bytes(12_000),
    }


def _plain(number: int) -> None:
    """The peer: the same 40 rows in one transaction with the same durability, nothing else."""
    from django.db import transaction

    from bandung.ledger.guard import open_door
    from tests.ledger.app.models import StockLine

    with transaction.atomic(durable=True), open_door():
        StockLine.objects.bulk_create(
            StockLine(
                key=1 << 52 | number << 16 | line,
                stock_id="gloves",
                quantity=line * 1000,
                note=f"Line {line}: gloves, nitrile, examination",
            )
            for line in range(LINES)
        )


def _timed_in_turn(size: int) -> dict[str, tuple[float, float]]:
    records, plains = [], []
    for sample in range(SAMPLES):
        number = size * 1000 + sample
        records.append(_milliseconds(lambda number=number: _record(f"timed-{number}")))
        plains.append(_milliseconds(lambda number=number: _plain(number)))
    return {"record": _middle_and_high(records), "plain transaction": _middle_and_high(plains)}


def _milliseconds(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _middle_and_high(figures: list[float]) -> tuple[float, float]:
    cut = quantiles(figures, n=20)
    return cut[9], cut[18]


def _reading(engine: str, home: Path) -> list[dict[str, str]]:
    from bandung.ledger.audit import verify_instance
    from bandung.ledger.bundle import export
    from bandung.ledger.queries import proof_of
    from bandung.ledger.verify import verify_bundle

    size = export(home / "public", full=False).size
    steps: dict[str, Callable[[], Any]] = {
        "export --full": lambda: export(home / "full", full=True),
        "verify, public bundle": lambda: verify_bundle(home / "public"),
        "verify, full bundle": lambda: verify_bundle(home / "full"),
        "verify, this instance": verify_instance,
    }
    rows = []
    for name, step in steps.items():
        seconds = _milliseconds(step) / 1000
        rows.append(_row(engine, name, f"{size / seconds:,.0f} acts/s ({size:,} acts)"))
    rows.append(
        _row(engine, f"one proof of {size:,}", f"{_milliseconds(lambda: proof_of(7)):.0f} ms")
    )
    return rows


if __name__ == "__main__":
    main()
