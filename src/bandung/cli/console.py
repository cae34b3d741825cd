"""The instance that the commands work on."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import Error, OperationalError, ProgrammingError, connection

from bandung.cli.speaking import stop
from bandung.ledger.engines import UnsafeDatabase, refuse_unsafe
from bandung.ledger.models import Instance
from bandung.site.instance import secret_key


def prepare_home() -> None:
    """Makes the instance's folder, its secret and its tables, if they are not there yet."""
    _refuse_unreachable()
    settings.BANDUNG_HOME.mkdir(parents=True, exist_ok=True)
    secret_key(settings.BANDUNG_HOME)
    _refuse_unsafe()
    call_command("migrate", verbosity=0, interactive=False)


def instance() -> Instance:
    """The instance in BANDUNG_HOME; ends the command with what to run if there is none."""
    _refuse_unreachable()
    try:
        found = Instance.objects.first()
    except (OperationalError, ProgrammingError):
        found = None
    if found is None:
        stop(
            f"There is no instance in {settings.BANDUNG_HOME}. "
            "Run `bandung demo` for an exercise, or `bandung ledger found` to found one; "
            "BANDUNG_HOME names another folder."
        )
    _refuse_unsafe()
    return found


def _refuse_unreachable() -> None:
    """Ends the command if the server of DATABASE_URL does not answer: what it holds is unknown."""
    if connection.vendor != "postgresql":
        return
    try:
        connection.ensure_connection()
    except (Error, ImproperlyConfigured) as error:
        reason = " ".join(str(error).split())
        stop(
            f"The database of DATABASE_URL cannot be reached: {reason} "
            "(Mend DATABASE_URL, or start the server; nothing was changed.)"
        )


def _refuse_unsafe() -> None:
    try:
        refuse_unsafe()
    except UnsafeDatabase as unsafe:
        stop(f"This database is not safe for a ledger: {unsafe}. See docs/operations.md.")
