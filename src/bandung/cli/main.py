"""The command `bandung`: everything an operator, a focal point or an auditor does at a terminal.

Exit codes: 0 done, 1 refused, 2 unreadable file, 64 wrong usage, 130 stopped.
"""

import os
import sys

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
django.setup()

from bandung.cli import allocating, demo, ledger, movement, needs, serving, users  # noqa: E402
from bandung.cli.console import WRONG_USAGE, complain  # noqa: E402
from bandung.core.refused import Refused  # noqa: E402

STOPPED = 130
"""What typer returns, or the shell expects, after Ctrl-C."""
UsageError = typer.BadParameter.__mro__[1]  # typer gives its base no public name

app = typer.Typer(
    name="bandung",
    help="One verifiable database of what a movement of states needs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(needs.app, name="needs")
app.add_typer(ledger.app, name="ledger")
app.add_typer(movement.app, name="movement")
app.add_typer(users.app, name="users")
app.command("allocate")(allocating.allocate)
app.command("demo")(demo.demo)
app.command("serve")(serving.serve)
app.command("check")(serving.check)


def run(arguments: list[str] | None = None) -> None:
    """The console script's entry point."""
    try:
        code = app(arguments, standalone_mode=False)
    except UsageError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except typer.Abort:
        code = STOPPED
    except (Refused, OSError) as error:
        complain(str(error))
        sys.exit(1)
    if code == STOPPED:
        complain("Stopped; nothing more was done.")
    sys.exit(code if isinstance(code, int) else 0)
