"""The command `bandung`: everything an operator, a focal point or an auditor does at a terminal.

Exit codes: 0 done, 1 refused, 2 unreadable file, 64 wrong usage, 130 stopped.
"""

import os
import sys
from importlib import import_module

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
django.setup()

from bandung.cli.console import WRONG_USAGE, complain  # noqa: E402
from bandung.core.refused import Refused  # noqa: E402

STOPPED = 130
"""What typer returns, or the shell expects, after Ctrl-C."""
UsageError = typer.BadParameter.__mro__[1]  # typer gives its base no public name
GROUPS = ("needs", "ledger", "movement", "users")  # each in the module of its name
COMMANDS = {"allocate": "allocating", "demo": "demo", "serve": "serving", "check": "serving"}


def application(*names: str) -> typer.Typer:
    """The commands and groups of these names, or all; no other modules are loaded."""
    app = typer.Typer(
        name="bandung",
        help="One verifiable database of what a movement of states needs.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # so that even a single command keeps its name
    for name in names or (*GROUPS, *COMMANDS):
        module = import_module(f"bandung.cli.{COMMANDS.get(name, name)}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def run(arguments: list[str] | None = None) -> None:
    """The console script's entry point."""
    first = (sys.argv[1:] if arguments is None else arguments)[:1]
    app = application(*(each for each in first if each in GROUPS or each in COMMANDS))
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
