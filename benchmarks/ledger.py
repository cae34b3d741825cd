"""What the door costs: `record` of acts of 40 lines, beside a plain transaction with the same rows.

Each engine gets an instance of its own in a temporary folder, with production settings. Acts and
the peer's transactions are timed in turn, so that the machine's mood meets both. Then the ledger
is exported and verified.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for `python benchmarks/ledger.py`

from benchmarks.report import Figure  # noqa: E402

ENGINES = ("sqlite", "postgresql")
SIZES = (1_000, 20_000)
SAMPLES, WARM_UP = 400, 100
LINES = 40
SUBMISSION = "record of a state's submission"


def figures() -> Iterator[Figure]:
    """Every figure of both engines."""
    for engine in ENGINES:
        for each in _in_a_process_of_its_own(engine, SIZES):
            yield Figure(f"{engine}: {each.name}", each.value, each.unit, each.promise)


def _in_a_process_of_its_own(engine: str, sizes: tuple[int, ...]) -> list[Figure]:
    home = tempfile.mkdtemp(prefix="bandung-bench-")
    environment = {
        **os.environ,
        "BANDUNG_HOME": home,
        "BANDUNG_TEST_HOME": home,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.ledger", engine, *map(str, sizes)]
    try:
        finished = subprocess.run(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return [Figure(**each) for each in json.loads(finished.stdout.splitlines()[-1])]


def measure(engine: str, sizes: list[int]) -> Iterator[Figure]:
    """The figures of one engine, in this process."""
    home = Path(os.environ["BANDUNG_HOME"])
    if engine == "postgresql":
        from tests.postgres import start

        os.environ["DATABASE_URL"] = start(home)
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from bandung.ledger.engines import refuse_unsafe
    from tests import factories
    from tests.ledger import story

    call_command("migrate", verbosity=0, run_syncdb=True)
    refuse_unsafe()
    world = factories.found_world(("ZMB",))
    story.open_stock(now=timezone.now())
    high = []
    for size in sizes:
        _fill(size)
        timed = _timed_in_turn(size, world)
        high.append(timed[SUBMISSION][1])
        for name, (middle, slow) in timed.items():
            promise = "<= 15" if name == SUBMISSION else ""
            yield Figure(f"{name}, {LINES} lines, at {size:,} acts, p50", middle, "ms")
            yield Figure(f"{name}, {LINES} lines, at {size:,} acts, p95", slow, "ms", promise)
    name = f"growth of record's p95 from {sizes[0]:,} to {sizes[-1]:,} acts"
    yield Figure(name, high[-1] / high[0], "x", "<= 1.2")
    yield from _reading(home)


def _fill(size: int) -> None:
    """Fills the ledger with the door's own parts, 500 acts in a transaction instead of one."""
    from django.db import transaction
    from django.utils import timezone

    from bandung.ledger.act import Moment
    from bandung.ledger.door import _prepare, _written
    from bandung.ledger.guard import open_door
    from bandung.ledger.models import Head
    from bandung.ledger.rows import take_place
    from tests.ledger.story import KEEPER

    contents = _contents()
    while (head := Head.objects.get()).size < size:
        with transaction.atomic(), open_door():
            for number in range(head.size + 1, min(head.size + 500, size) + 1):
                request = _prepare(_act(), KEEPER, f"fill-{number}", contents)
                at = max(timezone.now(), head.last_at)
                moment = Moment(number, at, request.speaker, request.contents)
                take_place(head, _written(request, moment))
            head.save()


def _act() -> Any:
    from tests.ledger.app.acts import ReportStock

    return ReportStock(code="gloves", reporter="ZMB")


def _record(key: str, contents: dict[str, bytes]) -> None:
    from bandung.ledger.door import record
    from tests.ledger.story import KEEPER

    record(_act(), KEEPER, key, contents)


def _contents() -> dict[str, bytes]:
    """A submission of 40 lines: 30 public, 10 withheld, and the uploaded original of 12 kB."""
    from bandung.ledger.canonical import canonical

    lines = [[number * 1000, _note(number)] for number in range(LINES)]
    return {
        "public": canonical(lines[:30]),
        "withheld": canonical(lines[30:]),
        "original": bytes(12_000),
    }


def _note(line: int) -> str:
    return f"Line {line}: gloves, nitrile, examination"


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
                note=_note(line),
            )
            for line in range(LINES)
        )


def _submit(world: Any) -> Callable[[str], float]:
    """Says how long a submission of 40 lines takes; it is withdrawn again, outside the time."""
    from datetime import date, timedelta

    from bandung.ledger.door import record
    from bandung.needs.acts import SubmitNeeds
    from tests import factories

    items, day = list(factories.ITEMS)[:2], date(2027, 1, 1)  # of one sector
    said = factories.statement(
        [
            factories.need(
                line + 1,
                items[line % len(items)],
                (line + 1) * 10,
                needed_by=day + timedelta(days=line),
                justification=_note(line),
                visibility="withheld" if line % 4 == 0 else "public",
            )
            for line in range(LINES)
        ],
        as_of=date(2026, 6, 1),
    )
    contents, speaker = said.contents(factories.SOURCE, bytes(12_000)), world.focal_point("ZMB")
    act = SubmitNeeds.of(said, 0, None)

    def submitted(key: str) -> float:
        begun = time.perf_counter()
        receipt = record(act, speaker, key, contents)
        taken = time.perf_counter() - begun
        factories.withdraw(world, receipt.number)
        return taken

    return submitted


def _timed_in_turn(size: int, world: Any) -> dict[str, tuple[float, float]]:
    names = (SUBMISSION, "record of an act of the tests", "a plain transaction")
    times: dict[str, list[float]] = {name: [] for name in names}
    contents, submitted = _contents(), _submit(world)
    for sample in range(WARM_UP + SAMPLES):
        number = size * 1000 + sample
        taken = (
            submitted(f"submitted-{number}"),
            _seconds(lambda number=number: _record(f"timed-{number}", contents)),
            _seconds(lambda number=number: _plain(number)),
        )
        for name, seconds in zip(names, taken, strict=True):
            times[name].append(seconds * 1000)
    return {name: _middle_and_high(found[WARM_UP:]) for name, found in times.items()}


def _seconds(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def _middle_and_high(found: list[float]) -> tuple[float, float]:
    cut = quantiles(found, n=20)
    return cut[9], cut[18]


def _reading(home: Path) -> Iterator[Figure]:
    from bandung.ledger.audit import verify_instance
    from bandung.ledger.bundle import export
    from bandung.ledger.queries import proof_of
    from bandung.ledger.verify import verify_bundle

    size = export(home / "public", full=False).size
    steps: dict[str, Callable[[], Any]] = {
        "export --full": lambda: export(home / "full", full=True),
        "verification of the public bundle": lambda: verify_bundle(home / "public"),
        "verification of the full bundle": lambda: verify_bundle(home / "full"),
        "verification of the instance": verify_instance,
    }
    for name, step in steps.items():
        yield Figure(f"{name} of {size:,} acts", size / _seconds(step), "acts/s")
    yield Figure(f"one proof among {size:,} acts", _seconds(lambda: proof_of(7)) * 1000, "ms")


if __name__ == "__main__":
    if sys.argv[1:]:
        found = measure(sys.argv[1], [int(each) for each in sys.argv[2:]])
        print(json.dumps([vars(each) for each in found]))
    else:
        for figure in figures():
            print(figure.line(), flush=True)
