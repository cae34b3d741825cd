"""Where the command `bandung` begins; whoever stops it, even while it loads, gets no traceback."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def run() -> None:
    """The console script's entry point. Exits with 130 when stopped by Ctrl-C."""
    try:
        with _uncollected():
            from bandung.cli.main import loaded, obey

            app = loaded(sys.argv[1:])
        obey(app)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is loaded within stays until the end: looking for garbage in it, again and again while
    it grows, takes a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
