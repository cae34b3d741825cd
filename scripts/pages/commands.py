"""docs/commands.md: what the commands say about themselves."""

import inspect
from collections.abc import Iterator
from typing import Any

from pages.markdown import Pages, page, table


def commands() -> Pages:
    """The page of the command line, from the commands' own help."""
    from typer.main import get_command

    from bandung.cli.main import application

    app = application()
    sections = [_command(words, each) for words, each in _walk(("bandung",), get_command(app))]
    intro = f"{app.info.help}\n\n{COMMANDS_INTRO}"
    return {"commands.md": page("Commands", intro, *sections, source="the commands' help")}


COMMANDS_INTRO = """\
Every command works on the instance in `BANDUNG_HOME` (see [operations](operations.md)), except
`bandung allocate`, which works on files alone. Exit codes: 0 done, 1 refused, 2 unreadable file,
64 wrong usage."""


def _walk(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if hasattr(command, "commands"):
        for name, inner in sorted(command.commands.items()):
            yield from _walk((*words, name), inner)
    elif not command.hidden:
        yield words, command


def _command(words: tuple[str, ...], command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each not in arguments and not each.hidden]
    usage = [*words, *(_usage(each) for each in arguments), *(["[OPTIONS]"] if options else [])]
    rows = [(_names(each), _meaning(each)) for each in (*arguments, *options)]
    help_text = inspect.cleandoc(command.help or "").replace("\f", "").strip()
    parts = [f"## {' '.join(words)}", help_text, f"```\n{' '.join(usage)}\n```"]
    return "\n\n".join([*parts, *([table(("", "meaning"), rows)] if rows else [])])


def _usage(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper() + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_usage(parameter).strip('[]')}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _meaning(parameter: Any) -> str:
    meaning = " ".join((parameter.help or "").split())
    default = parameter.default
    if parameter.required:
        return f"{meaning} (required)".strip()
    if default in (None, "", ()) or isinstance(default, bool) or callable(default):
        return meaning
    return f"{meaning} (default `{default}`)".strip()
