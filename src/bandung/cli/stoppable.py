"""Granian's own command, but Ctrl-C ends it at once while it still loads.

`bandung serve` becomes this process with Ctrl-C held back, so that none is lost between the two.
Granian puts its own answer to Ctrl-C in this one's place before it starts its workers. They inherit
it and would not heed the signal to end while they load the pages: until they answer, it ends them.
They are told to end by Granian alone: a terminal's Ctrl-C as well, and some would never end.
"""

import os
import signal
from types import FrameType

STOPPED = 130


def _stop(number: int, frame: FrameType | None) -> None:
    os._exit(STOPPED)  # nothing is open yet, and an exception could be lost in what is loading


def _end_when_told() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _stop)
    os.register_at_fork(after_in_child=_end_when_told)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    from granian.cli import entrypoint

    entrypoint()
