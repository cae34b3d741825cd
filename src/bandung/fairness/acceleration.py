"""Compiled loops where numba is installed (the extra `fast`); the same loops without it.

Nothing that is decided here changes a result: compiled or not, the bytes are the same.
Setting BANDUNG_PLAIN=1 leaves numba out, for comparison.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

LARGE = 20_000
"""From so many claimants or edges on, loading numba pays."""


@cache
def has_numba() -> bool:
    """Whether numba is there and wanted; asked only when a problem is large."""
    if os.environ.get("BANDUNG_PLAIN"):
        return False
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def _compile(loop: Callable[..., Any], is_loose: bool) -> Callable[..., Any]:
    import numba

    return numba.njit(cache=True, fastmath=is_loose, nogil=True)(loop)


def compiled(loop: Callable[..., Any], is_loose: bool = False) -> Callable[..., Any]:
    """The loop, compiled. `is_loose` lets sums be taken in any order: for searches only."""
    return _compile(loop, is_loose)
