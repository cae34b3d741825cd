"""Where the command `bandung` begins; whoever stops it, even while it loads, gets no traceback."""

import sys


def run() -> None:
    """The console script's entry point. Exits with 130 when stopped by Ctrl-C."""
    try:
        from bandung.cli.main import run as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)
