"""The same input gives the same bytes: in fresh processes, with and without compiled loops."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bandung.fairness import acceleration

ROOT = Path(__file__).parents[2]
SCRIPT = """
import hashlib
from bandung.fairness import acceleration, allocate
from bandung.fairness.checking import check_certificate
from tests.fairness.cases import text_of
from tests.fairness.test_hard_cases import large
print(acceleration.has_numba())
problem = large(1, 21_000, 40, 60)
for rule in (None, "quota-leximin"):
    result = allocate(problem, packs=rule)
    assert check_certificate(problem, result) == []
    print(rule, hashlib.sha256(text_of(result).encode()).hexdigest())
"""


def printed(**environment: str) -> list[str]:
    """What a fresh process prints: whether numba was used, then a digest for each rule."""
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    kept = {name: value for name, value in os.environ.items() if name != "BANDUNG_PLAIN"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**kept, "PYTHONPATH": paths, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_compiled_or_not_the_bytes_are_the_same() -> None:
    is_compiled, *plain = printed(BANDUNG_PLAIN="1", PYTHONHASHSEED="1")
    assert is_compiled == "False"
    assert len(set(plain)) == 2
    is_compiled, *fast = printed(PYTHONHASHSEED="2")
    if is_compiled == "False" and not acceleration.has_numba():
        pytest.skip("numba is not installed: only the plain loops were compared")
    assert is_compiled == "True"
    assert fast == plain
