"""A workbook of 10,000 lines from its file to the ledger: CPU of this process and the reading child.

The peer in the same run reads the same file with calamine alone, unlimited and unchecked: what
lies between the two is understanding, checking and recording.
"""

import resource
import statistics
from collections.abc import Iterator
from io import BytesIO

from python_calamine import CalamineWorkbook

from benchmarks.exercise import exercise
from benchmarks.report import Figure

LINES, RUNS = 10_000, 3


def figures() -> Iterator[Figure]:
    with exercise() as founded:
        content = founded.workbook(LINES)
        ours = [founded.import_seconds(content, run) for run in range(RUNS)]
        peer = [_read_alone(content) for _ in range(RUNS)]
    yield Figure("10,000 lines from file to recorded, CPU", statistics.median(ours), "s", "<= 3")
    yield Figure("the same file read by calamine alone, CPU", statistics.median(peer), "s")


def cpu_seconds() -> float:
    """CPU of this process and of the children it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _read_alone(content: bytes) -> float:
    began = cpu_seconds()
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
    return cpu_seconds() - began
