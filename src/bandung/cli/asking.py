"""What several `needs` commands ask for: state, emergency, scope, language."""

from typing import Annotated, get_args

import typer

from bandung.core.refused import Refused
from bandung.exchange.columns import Language
from bandung.exchange.templates import find_emergency, read_scope
from bandung.movement.models import Party
from bandung.needs.models import Emergency

State = Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 code of the state, such as ZMB.")]
EmergencyCode = Annotated[str, typer.Option(help="Default: the one that is open.")]
Scope = Annotated[str, typer.Option(help="Sectors, such as medical,social.")]
Lang = Annotated[str, typer.Option(help="en, fr, es or ar.")]
As = Annotated[str, typer.Option("--as", help="Who speaks (person id); exercises only.")]


def state_of(code: str) -> Party:
    """The state with this code; wrong usage if there is none."""
    found = Party.objects.filter(code=code.upper(), kind=Party.Kind.STATE).first()
    if found is None:
        raise typer.BadParameter(f"{code!r} is no state of the register; write ISO 3166-1 alpha-3")
    return found


def emergency_of(code: str) -> Emergency:
    """The emergency with this code, or the only open one; wrong usage otherwise."""
    if not code:
        running = list(Emergency.objects.filter(closed_on=None)[:2])
        if len(running) != 1:
            raise typer.BadParameter("several emergencies are open, or none: say --emergency CODE")
        return running[0]
    try:
        return find_emergency(code)
    except Refused as refused:
        raise typer.BadParameter(str(refused)) from refused


def scope_of(names: str) -> tuple[str, ...]:
    """The sectors named; wrong usage for anything else."""
    try:
        return read_scope(names)
    except Refused as refused:
        raise typer.BadParameter(str(refused)) from refused


def language_of(code: str) -> Language:
    """One of the four languages; wrong usage otherwise."""
    for known in get_args(Language):
        if known == code:
            return known
    raise typer.BadParameter(f"{code!r} is none of {', '.join(get_args(Language))}")
