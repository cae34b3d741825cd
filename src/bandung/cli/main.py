"""The command `bandung`: everything an operator, a focal point or an auditor does at a terminal.

Exit codes: 0 done, 1 refused, 2 unreadable file, 64 wrong usage, 130 stopped.
"""

import os
import sys
from importlib import import_module

import typer

from bandung.cli.speaking import WRONG_USAGE, complain, stop

STOPPED = 130
"""What typer returns, or the shell expects, after Ctrl-C."""
UsageError = typer.BadParameter.__mro__[1]  # typer gives its base no public name
GROUPS = ("needs", "ledger", "movement", "users")  # each in the module of its name
COMMANDS = {"allocate": "allocating", "demo": "demo", "serve": "serving", "check": "serving"}
ALONE = {"allocate"}  # works on files: needs neither an instance nor Django


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
    chosen = names or (*GROUPS, *COMMANDS)
    if not ALONE.issuperset(chosen):
        _set_django_up()
    for name in chosen:
        module = import_module(f"bandung.cli.{COMMANDS.get(name, name)}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def run(arguments: list[str] | None = None) -> None:
    """The whole command, with these arguments or the process's own."""
    given = sys.argv[1:] if arguments is None else arguments
    obey(loaded(given), given)


def loaded(arguments: list[str]) -> typer.Typer:
    """The part of the command that these arguments ask for."""
    return application(*(each for each in arguments[:1] if each in GROUPS or each in COMMANDS))


def obey(app: typer.Typer, arguments: list[str] | None = None) -> None:
    """Runs the command and ends the process with its exit code."""
    try:
        code = app(arguments, standalone_mode=False)
    except UsageError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except typer.Abort:
        code = STOPPED
    except Exception as error:
        if not isinstance(error, _refusals()):
            raise
        complain(str(error))
        sys.exit(1)
    if code == STOPPED:
        complain("Stopped; nothing more was done.")
    sys.exit(code if isinstance(code, int) else 0)


def _refusals() -> tuple[type[Exception], ...]:
    """What is said in one line; the second is loaded only now, for it brings Django."""
    from bandung.core.refused import Refused

    return OSError, Refused


def _set_django_up() -> None:
    import django

    from bandung.site.instance import WrongEnvironment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bandung.site.settings")
    try:
        django.setup()
    except (WrongEnvironment, OSError) as error:  # the folder or its key cannot be read
        stop(str(error))
