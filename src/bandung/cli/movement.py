"""`bandung movement`: the register at a date."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from bandung.catalogue.seeding import seed_catalogue
from bandung.cli.console import instance
from bandung.cli.progress import counting
from bandung.cli.speaking import complain, out
from bandung.movement.access import mandate as find_held
from bandung.movement.models import Membership
from bandung.movement.queries import members as members_on
from bandung.movement.seeding import register_movement

app = typer.Typer(help="The register: members at a date; the first records.", no_args_is_help=True)


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


@app.command()
def seed(
    mandate: Annotated[str, typer.Option(help="Code of the secretariat's mandate, such as 2.1.")],
) -> None:
    """Record the register and the catalogue from the tables that come with the program, once."""
    instance()
    held = find_held(mandate)
    with counting("register") as progress:
        new = register_movement(held, progress)
    with counting("catalogue") as progress:
        new += seed_catalogue(held, progress)
    out.print(f"{new} acts recorded", markup=False)
