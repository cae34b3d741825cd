"""The ledger's own act: its founding."""

from datetime import datetime
from typing import Annotated, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from bandung.core.refused import NotAllowed
from bandung.ledger.act import Act, Mandate, Moment, official
from bandung.ledger.models import Instance


@official
class FoundLedger(Act):
    """A chair's term begins a ledger and names its first administrator."""

    verb: ClassVar[str] = "ledger.founded"
    words: ClassVar[Promise] = _("ledger founded")
    needs_mandate: ClassVar[bool] = False

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    term: Annotated[int, Field(ge=1, le=10_000)]
    chair: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    administrator: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    exercise: bool

    def authorise(self, mandate: Mandate, at: datetime) -> None:
        raise NotAllowed(reason=_("the founding act has no mandate"))

    def apply(self, moment: Moment) -> None:
        Instance.objects.create(
            name=self.name,
            term=self.term,
            chair=self.chair,
            administrator=self.administrator,
            is_exercise=self.exercise,
            founded_at=moment.at,
        )

    def sentence(self) -> str:
        kind = "an exercise" if self.exercise else "the ledger"
        return f"{self.name}: {kind} was founded for chair term {self.term} ({self.chair})."
