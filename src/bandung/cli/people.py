"""Under whose mandate a command speaks: `--as PERSON`, on exercise instances only."""

from django.utils import timezone

from bandung.cli.console import stop
from bandung.ledger.models import Instance
from bandung.movement.access import Reader, reader_of
from bandung.movement.queries import mandate_rows

AS_HELP = "Person id or sign-in name that speaks; exercises only. Default: who holds the mandate."


def speaker(person: str, function: str, party: str = "") -> Reader:
    """The person who speaks: the one named, else the first who holds the mandate.

    Ends the command on an instance that is not an exercise: there people sign in and speak for
    themselves.
    """
    if not Instance.objects.filter(is_exercise=True).exists():
        stop("Only on an exercise does a command speak for people; here they sign in to the site.")
    now = timezone.now()
    named = [person] if person else [row.person for row in mandate_rows()]
    for each in named:
        reader = reader_of(each, now)
        if reader.mandate_for(function, party):
            return reader
    whom = f" for {party}" if party else ""
    who = f"{person} holds no" if person else "Nobody holds a"
    return stop(f"{who} mandate as {function.replace('_', ' ')}{whom}.")
