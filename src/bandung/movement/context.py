"""What the frame of every page shows: which instance this is, and who is reading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import CharField
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bandung.ledger.act import Mandate
from bandung.ledger.models import Entry, Instance
from bandung.ledger.prepared import Given, Prepared
from bandung.movement.access import FUNCTIONS, PUBLIC, Reader
from bandung.movement.models import Party
from bandung.movement.queries.names import Named

ROOT_SIGNS = 12
FUNCTION_LABELS = {
    FUNCTIONS.FOCAL_POINT.value: _("focal point"),
    FUNCTIONS.HEAD_OF_DELEGATION.value: _("head of delegation"),
    FUNCTIONS.REVIEWER.value: _("reviewer"),
    FUNCTIONS.SECRETARIAT.value: _("secretariat"),
    FUNCTIONS.PARTNER_READER.value: _("partner"),
    FUNCTIONS.ADMINISTRATOR.value: _("administrator"),
}
SECTOR_LABELS = {
    "medical": _("medical"),
    "social": _("social"),
    "humanitarian": _("humanitarian"),
}


@dataclass(frozen=True)
class InstanceNotice:
    """The instance and its record as the foot of a page names them."""

    name: str
    is_exercise: bool
    size: int
    root_short: str


@dataclass(frozen=True)
class Visitor:
    """The reader in words."""

    is_signed_in: bool = False
    name: str = ""
    function_label: str = ""
    party_name: str = ""


@dataclass(frozen=True)
class MandateNotice:
    """A mandate in words."""

    code: str
    function: str
    party: str
    sectors: tuple[str, ...]

    @classmethod
    def of(cls, mandate: Mandate, names: Mapping[str, str]) -> "MandateNotice":
        """`names` are those of the parties, by code."""
        return cls(
            mandate.code,
            str(FUNCTION_LABELS[mandate.function]),
            names.get(mandate.party, mandate.party),
            tuple(str(SECTOR_LABELS[each]) for each in sorted(mandate.sectors)),
        )


_FOUNDED = Prepared(lambda: Instance.objects.order_by("pk").values_list("name", "is_exercise")[:1])
_LAST = Prepared(lambda: Entry.objects.order_by("-number").values_list("number", "root")[:1])
_NAMES = Prepared(
    lambda: (
        Party.objects.order_by()
        .filter(code=Given("code", CharField()))
        .values_list("name_en", "name_fr", "name_es", "name_ar")
    )
)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every page: `instance` and `visitor`, asked for only where a page shows them."""
    return {
        "instance": SimpleLazyObject(instance_notice),
        "visitor": SimpleLazyObject(lambda: _visitor(request)),
    }


def instance_notice() -> InstanceNotice:
    """What this instance says of itself, and how far its record has grown."""
    name, is_exercise = _FOUNDED.first() or ("", False)
    size, root = _LAST.first() or (0, b"")
    return InstanceNotice(name, is_exercise, size, bytes(root).hex()[:ROOT_SIGNS])


def party_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of these parties in the reader's language, by code: one query for each, for the one
    or two parties of a person."""
    found = {code: _NAMES.first(code=code) for code in set(codes) if code}
    return {code: str(Named(*names)) for code, names in found.items() if names}


def _visitor(request: HttpRequest) -> Visitor:
    reader: Reader = getattr(request, "reader", PUBLIC)
    if not reader.is_signed_in:
        return Visitor()
    names = party_names(each.party for each in reader.mandates)
    notices = [MandateNotice.of(each, names) for each in reader.mandates]
    if len(notices) == 1:
        return Visitor(True, str(request.user), notices[0].function, notices[0].party)
    several = "; ".join(" ".join(filter(None, [each.function, each.party])) for each in notices)
    return Visitor(True, str(request.user), several)
