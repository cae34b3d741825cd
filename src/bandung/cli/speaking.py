"""How the commands speak: exit codes, standard output and complaints. Loads nothing of Django."""

import sys
from typing import NoReturn

from rich.console import Console

REFUSED, UNREADABLE, WRONG_USAGE = 1, 2, 64
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """One line on standard error, as it is."""
    err.print(text, markup=False)


def stop(text: str, code: int = REFUSED) -> NoReturn:
    """Ends the command with a complaint."""
    complain(text)
    sys.exit(code)
