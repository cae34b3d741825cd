"""`bandung movement`: the register at a date."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bandung.cli.console import complain, instance, out
from bandung.movement.models import Membership
from bandung.movement.queries import members as members_on

app = typer.Typer(help="The register: who belongs to the movement at a date.", no_args_is_help=True)


@app.callback()
def movement() -> None:
    """The register: who belongs to the movement at a date."""


@app.command()
def members(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, such as 2023-03-02.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="member, observer_state or observer_organisation.")
    ] = "member",
) -> None:
    """Print one ISO alpha-3 code and name a line: the members on a day (default today)."""
    instance()
    if kind not in Membership.Kind.values:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(Membership.Kind.values)}")
    day = (on or datetime.now(UTC)).date()
    answer = members_on(day, kind)
    for row in answer.rows:
        out.print(f"{row.party} {row.name}", markup=False)
    for remark in answer.remarks:
        complain(remark)
