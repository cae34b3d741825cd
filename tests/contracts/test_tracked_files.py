"""What must never stand in a file of the project: a path of one machine, a registry's address."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IGNORED = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__", ".hypothesis"}
FOLDERS = b"|".join((b"work", b"home", b"root", b"Users"))
PATHS = re.compile(rb"(?<![\w.~$}/-])/(?:" + FOLDERS + rb")/[A-Za-z]")
HOSTS = b"|".join(
    (b"pyp[i]", b"pythonhoste[d]", b"npmj[s]", b"artifactor[y]", b"nexu[s]", b"devp[i]")
)
REGISTRIES = re.compile(
    rb"https?:" + rb"//[^\s\"']*(?:" + HOSTS + rb")"
    rb"|^\s*--?(?:extra-)?(?:index-url|find-links|trusted-host)\b",
    re.IGNORECASE | re.MULTILINE,
)


def tracked() -> Iterator[Path]:
    """Every file of the project, whether git is there or not."""
    for folder, names, files in os.walk(ROOT):
        names[:] = [
            name
            for name in names
            if name not in IGNORED and not name.endswith(("_cache", ".egg-info"))
        ]
        yield from (Path(folder, name) for name in files if not name.endswith((".mo", ".pyc")))


def test_no_file_names_a_path_of_one_machine_or_a_registry():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in tracked()
        for pattern in (PATHS, REGISTRIES)
        for match in pattern.finditer(path.read_bytes())
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        (b"open('/home" + b"/somebody/x')", True),
        (b"see /work" + b"/main", True),
        (b"https://example.org/home" + b"/page", False),
        (b"--index" + b"-url https://x", True),
        (b"https://py" + b"pi.org/simple", True),
        (b"--no-emit-index-url", False),
    ],
)
def test_such_a_path_or_registry_would_be_found(text, is_found):
    assert bool(PATHS.search(text) or REGISTRIES.search(text)) == is_found
