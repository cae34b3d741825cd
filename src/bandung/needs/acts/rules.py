"""Rules that several acts on submissions share: whose it is, what state it is in, four eyes."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed, Refused
from bandung.ledger.act import Mandate
from bandung.movement.queries import had_state_mandate
from bandung.needs.models import MOVES, Status, Submission


class UnknownSubmission(Refused):
    """No submission of that state has this number."""

    code = "unknown-submission"
    template = _("%(state)s has no submission %(number)s.")
    hint_template = _("Check the number; it is that of the act that submitted it.")


class WrongStatus(Refused):
    """The submission is not in a status that allows this."""

    code = "wrong-status"
    template = _("Submission %(number)s is “%(status)s”; this cannot be done to it.")
    hint_template = _("Look at it as it is now.")


class NotIndependent(NotAllowed):
    """Four eyes: this person may not judge this submission."""

    code = "not-independent"
    template = _("You may not judge this submission: %(reason)s")
    hint_template = _("Another reviewer or another member of the secretariat must do it.")


def read_submission(number: int, state: str) -> Submission:
    """The submission with its `status`. Refuses if that state has none of this number."""
    found = Submission.objects.with_status().filter(number=number, state=state).first()
    if found is None:
        raise UnknownSubmission(number=number, state=state)
    return found


def refuse_move(move: str, submission: Submission) -> None:
    """Refuses a move that the table of legal moves does not know."""
    if submission.status not in MOVES[move]:
        raise wrong_status(submission)


def wrong_status(submission: Submission) -> WrongStatus:
    """The refusal that names the status in the reader's words."""
    return WrongStatus(number=submission.number, status=Status(submission.status).label)


def require_focal_point(mandate: Mandate, state: str, sectors: Iterable[str]) -> None:
    """Refuses any but the state's own focal point, within the sectors of the mandate."""
    if mandate.function != "focal_point" or mandate.party != state:
        raise NotAllowed(reason=_("only the state's own focal point may say this"))
    if mandate.sectors and not mandate.sectors.issuperset(sectors):
        raise NotAllowed(reason=_("the mandate covers other sectors"))


def require_independent(mandate: Mandate, state: str, at: datetime) -> None:
    """Refuses a person who holds, or within twelve months held, a mandate for `state`."""
    if had_state_mandate(mandate.person, state, at):
        raise NotIndependent(
            reason=_("you hold, or within twelve months held, a mandate for this state")
        )
