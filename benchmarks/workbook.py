"""10,000 lines from their file to the ledger: CPU of this process and the reading child.

The peer in the same run reads the same file with calamine alone, unlimited and unchecked: what
lies between the two is understanding, checking and recording.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

from benchmarks.report import Figure

LINES, RUNS = 10_000, 3


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"BANDUNG_HOME": home}
        for words in (["-m", "bandung.cli", "demo", "--no-serve"], ["-m", "benchmarks.workbook"]):
            ran = subprocess.run(
                [sys.executable, *words], env=environment, check=True, stdout=subprocess.PIPE
            )
    ours, peer = json.loads(ran.stdout)
    yield Figure(f"{LINES:,} lines from file to recorded, CPU", ours, "s", "<= 3")
    yield Figure("the same file read by calamine alone, CPU", peer, "s")


def measure() -> tuple[float, float]:
    """Medians of CPU seconds: ours, the peer's; each run is another state's workbook."""
    from django.utils import timezone

    from bandung.exchange.templates import write_template
    from bandung.movement.access import reader_of
    from bandung.movement.models import Party
    from bandung.movement.queries import mandate_rows
    from bandung.needs.models import Emergency

    emergency, ours, peer = Emergency.objects.get(), [], []
    speakers = [row for row in mandate_rows() if row.function == "focal_point"]
    for row in [each for each in speakers if each.party != "ZMB"][:RUNS]:
        state, reader = Party.objects.get(code=row.party), reader_of(row.person, timezone.now())
        scope = ("medical", "social", "humanitarian")
        content = write_template(state, emergency, scope, "en", reader, _lines())
        ours.append(_import(content, state, emergency, reader))
        peer.append(_read_alone(content))
    return statistics.median(ours), statistics.median(peer)


def _lines() -> list:
    from bandung.catalogue.queries import current_items
    from bandung.needs.statement import NeedLine

    items = current_items()
    return [
        NeedLine(
            n=n + 1,
            item=item.item_id,
            item_version=item.version,
            quantity=str(n + 1),
            unit=item.unit_id,
            base_quantity=(n + 1) * item.unit.base_per_unit,
            base_unit=item.base_unit_id,
            needed_by=date(2027, 1, 1) + timedelta(days=n // len(items)),
            priority=1 + n % 3,
            basis="estimated",
            justification="Benchmark line",
        )
        for n in range(LINES)
        for item in [items[n % len(items)]]
    ]


def _import(content: bytes, state, emergency, reader) -> float:
    from bandung.exchange.importing import submit_file, understand

    began = cpu_seconds()
    understood = understand(content, "needs.xlsx", state, emergency, reader)
    submitted = submit_file(understood, reader.mandate_for("focal_point", state.code), content)
    assert submitted.receipt
    assert len(understood.statement.lines) == LINES
    return cpu_seconds() - began


def _read_alone(content: bytes) -> float:
    from python_calamine import CalamineWorkbook

    began = cpu_seconds()
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
    return cpu_seconds() - began


def cpu_seconds() -> float:
    """CPU of this process and of the children it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
    import django

    django.setup()
    print(json.dumps(measure()))
