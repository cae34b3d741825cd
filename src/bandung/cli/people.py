"""Under whose mandate a command speaks: `--as PERSON`, on exercise instances only."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.ledger.models import Instance
from bandung.movement.access import Reader, reader_of
from bandung.movement.context import FUNCTION_LABELS
from bandung.movement.queries import mandate_rows


class OnlyOnAnExercise(Refused):
    """On a real instance people speak for themselves."""

    code = "only-on-an-exercise"
    template = _("Only on an exercise does a command speak for people.")
    hint_template = _("Here they sign in to the site and speak for themselves.")


class NobodySpeaks(Refused):
    """Nobody holds the mandate."""

    code = "nobody-speaks"
    template = _("Nobody holds a mandate as %(function)s.")
    hint_template = _("See `bandung users list`.")


class NobodySpeaksFor(NobodySpeaks):
    """Nobody holds the mandate of this state."""

    template = _("Nobody holds a mandate as %(function)s for %(party)s.")


class PersonLacksMandate(NobodySpeaks):
    """The person named lacks the mandate."""

    template = _("%(person)s holds no mandate as %(function)s.")


class PersonLacksMandateOf(NobodySpeaks):
    """The person named lacks the mandate of this state."""

    template = _("%(person)s holds no mandate as %(function)s for %(party)s.")


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
    of_none = NobodySpeaksFor if party else NobodySpeaks
    of_one = PersonLacksMandateOf if party else PersonLacksMandate
    said = FUNCTION_LABELS.get(function, function.replace("_", " "))
    raise (of_one if person else of_none)(person=person, function=said, party=party)
