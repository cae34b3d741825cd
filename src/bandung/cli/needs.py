"""`bandung needs`."""

import typer

app = typer.Typer(help="Needs.", no_args_is_help=True)


@app.command()
def todo() -> None:
    """Nothing yet."""
