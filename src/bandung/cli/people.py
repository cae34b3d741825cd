"""Under whose mandate a command speaks: `--as PERSON`, on exercise instances only."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.ledger.models import Instance
from bandung.movement.access import Reader, reader_of
from bandung.movement.queries import mandate_rows


class OnlyOnAnExercise(Refused):
    """On a real instance people speak for themselves."""

    code = "only-on-an-exercise"
    template = _("Only on an exercise does a command speak for people.")
    hint_template = _("Here they sign in to the site and speak for themselves.")


class NobodySpeaks(Refused):
    """The person named, or anybody, lacks the mandate."""

    code = "nobody-speaks"
    template = _("%(who)s mandate as %(function)s%(whom)s.")
    hint_template = _("See `bandung users list`.")


def speaker(person: str, function: str, party: str = "") -> Reader:
    """The person who speaks: the one named, else the first who holds the mandate.

    Ends the command on an instance that is not an exercise: there people sign in and speak for
    themselves.
    """
    if not Instance.objects.filter(is_exercise=True).exists():
        raise OnlyOnAnExercise
    now = timezone.now()
    named = [person] if person else [row.person for row in mandate_rows()]
    for each in named:
        reader = reader_of(each, now)
        if reader.mandate_for(function, party):
            return reader
    whom = f" for {party}" if party else ""
    who = f"{person} holds no" if person else "Nobody holds a"
    raise NobodySpeaks(who=who, function=function.replace("_", " "), whom=whom)
