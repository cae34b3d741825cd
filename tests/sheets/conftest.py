"""What several tests of reading share."""

import resource
import time
from collections.abc import Callable

import pytest

from bandung.sheets.limits import Limits
from bandung.sheets.model import Workbook
from bandung.sheets.reading import read

Timed = Callable[[bytes, str, Limits], tuple[Workbook, float]]


@pytest.fixture
def reading_seconds() -> Timed:
    """Reads, and says how many seconds of processor time parent and child took together."""

    def children() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def timed(content: bytes, name: str, limits: Limits) -> tuple[Workbook, float]:
        started = time.process_time() + children()
        book = read(content, name, limits)
        return book, time.process_time() + children() - started

    return timed
