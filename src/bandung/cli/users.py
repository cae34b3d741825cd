"""`bandung users`: who may sign in, and under which mandates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone
from pydantic import ValidationError

from bandung.cli.console import instance
from bandung.cli.speaking import out, stop
from bandung.ledger.act import Mandate
from bandung.movement import accounts
from bandung.movement.access import mandates_of
from bandung.movement.queries.mandates import mandate_rows

app = typer.Typer(help="Accounts: invite, list, end a mandate.", no_args_is_help=True)
By = Annotated[str, typer.Option(help="Person id of the administrator who acts.")]


def administrator(by: str) -> Mandate:
    """The administrator's mandate under which the command acts."""
    now = timezone.now()
    people = [by] if by else sorted({row.person for row in mandate_rows()})
    held = [
        mandate
        for person in people
        for mandate in mandates_of(person, now)
        if mandate.function == "administrator"
    ]
    if len({mandate.person for mandate in held}) != 1:
        known = ", ".join(mandate.person for mandate in held) or "nobody"
        stop(f"Say which administrator acts, with --by PERSON; in force: {known}.")
    return held[0]


@app.command()
def invite(
    name: Annotated[str, typer.Option(help="Name shown on pages; never part of the record.")] = "",
    function: Annotated[str, typer.Option(help="focal_point, reviewer, secretariat, ...")] = "",
    party: Annotated[str, typer.Option(help="State (ISO alpha-3) or organisation.")] = "",
    sectors: Annotated[str, typer.Option(help="Comma list; empty for all.")] = "",
    email: Annotated[str, typer.Option(help="Address to sign in with; kept off the record.")] = "",
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day of the mandate; default today."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day it no longer holds.")
    ] = None,
    reference: Annotated[str, typer.Option(help="Note verbale that names the person.")] = "",
    person: Annotated[
        str, typer.Option(help="Only a new link, for this person, name or e-mail address.")
    ] = "",
    by: By = "",
) -> None:
    """Appoint a person and print the one-time link with which they set up their account."""
    instance()
    mandate = administrator(by)
    if person:
        invitation = _new_link(person, name, email, mandate)
    elif not (name and function):
        raise typer.BadParameter("--name and --function are needed, or --person for a new link")
    else:
        try:
            invitation = accounts.invite(
                name=name,
                email=email,
                function=function,
                by=mandate,
                party=party,
                sectors=[each for each in sectors.split(",") if each],
                since=(since or timezone.now()).date(),
                until=until.date() if until else None,
                reference=reference,
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(each) for each in first["loc"])
            raise typer.BadParameter(f"{where}: {first['msg']}") from error
    out.print(f"/invitation/{invitation.token}/", markup=False)
    out.print(f"Valid once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC.", markup=False)


def _new_link(person: str, name: str, email: str, by: Mandate) -> accounts.Invitation:
    try:
        return accounts.reinvite(accounts.find_user(person), by)
    except accounts.NoSuchAccount:
        if not mandates_of(person, timezone.now()):
            raise
    return accounts.invite_holder(person=person, name=name or person, email=email, by=by)


@app.command("list")
def list_accounts() -> None:
    """Print every account, administrators without one, and the mandates they hold now."""
    instance()
    for person, mandates in accounts.uninvited_administrators().items():
        link = f"`bandung users invite --person {person}` prints their link"
        out.print(f"{person}, not yet invited: {link}", markup=False)
        _print_mandates(mandates)
    for row in accounts.list_users():
        ready = "ready" if row.is_set_up else "not set up"
        out.print(f"{row.person} {row.name} ({row.username}), {ready}", markup=False)
        _print_mandates(row.mandates)


def _print_mandates(mandates: Iterable[Mandate]) -> None:
    for each in mandates:
        sectors = ", ".join(sorted(each.sectors)) or "all sectors"
        party = each.party or "the movement"
        out.print(f"  {each.code} {each.function} for {party}, {sectors}", markup=False)


@app.command()
def end(
    mandate: Annotated[str, typer.Argument(help="Code of the mandate, such as 345.1.")],
    reference: Annotated[str, typer.Option(help="Note or decision that ends it.")] = "",
    by: By = "",
) -> None:
    """End a mandate at once; sessions that rest on it end with it."""
    instance()
    receipt = accounts.end_mandate(mandate, administrator(by), reference)
    out.print(f"act {receipt.number}: mandate {mandate} ended", markup=False)
