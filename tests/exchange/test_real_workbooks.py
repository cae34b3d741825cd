"""Real humanitarian spreadsheets, none of them ours: refused with clear problems, never a crash."""

import resource
import time
from pathlib import Path

import pytest

from bandung.exchange.importing import problem_of, understand
from bandung.exchange.templates import write_template
from bandung.sheets.errors import Unreadable
from tests.exchange.conftest import TODAY, Desk
from tests.exchange.test_templates import gloves

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "spreadsheets"
SUFFIXES = {".xlsx", ".csv", ".web_app"}
FILES = sorted(path for path in FOLDER.glob("*") if path.suffix in SUFFIXES)
FILES = [path for path in FILES if path.name != "manifest.csv"]


@pytest.mark.skipif(not FILES, reason="the real workbooks of ../shared are not here")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_refused_with_a_clear_problem(desk: Desk, path: Path) -> None:
    try:
        understood = understand(
            path.read_bytes(), path.name, desk.zambia, desk.emergency, desk.reader, today=TODAY
        )
    except Unreadable as refusal:
        problem = problem_of(refusal, "en")
        assert problem.message
        assert problem.hint
        return
    assert understood.errors
    assert understood.errors[0].code in ("no-header", "missing-column")
    assert understood.errors[0].hint
    assert not understood.is_acceptable


def cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def test_ten_thousand_lines_are_understood_in_two_seconds(desk: Desk) -> None:
    from datetime import date, timedelta

    many = [
        gloves(
            n,
            needed_by=date(2026, 1, 1) + timedelta(days=n % 9000),
            priority=1 + n // 9000,
            justification=f"Counted in ward {n} of the hospital, week {n % 52}.",
            people_in_need=n,
            stock=n,
        )
        for n in range(1, 10_001)
    ]
    content = write_template(
        desk.zambia, desk.emergency, ("medical",), "en", desk.reader, lines=many
    )
    begun = cpu_seconds()
    understood = understand(
        content, "a.xlsx", desk.zambia, desk.emergency, desk.reader, today=TODAY
    )
    used = cpu_seconds() - begun
    assert understood.errors == ()
    assert len(understood.statement.lines) == 10_000
    print(f"10,000 lines: {used:.2f} s of CPU")
    assert used < 4  # 2 s on a quiet machine; `make bench` prints the figure
