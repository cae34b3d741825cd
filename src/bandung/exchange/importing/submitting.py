"""The last step of an import: the state's mandate submits what was understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.exchange.importing.understanding import LeftOut, Understanding
from bandung.ledger.act import Mandate
from bandung.ledger.door import Receipt, record
from bandung.needs.acts import SubmitNeeds
from bandung.needs.statement import AttachmentName


class NotAcceptable(Refused):
    """The upload has problems."""

    code = "not-acceptable"
    template = _("The file has %(count)s problems; nothing was recorded.")
    hint_template = _("Correct them at their cells, or take the good rows only.")


@dataclass(frozen=True)
class Submitted:
    """The outcome of an import: the receipt (None if nothing changed), and the rows left out."""

    receipt: Receipt | None
    left_out: tuple[LeftOut, ...] = ()


def submit_file(
    understanding: Understanding,
    mandate: Mandate,
    original: bytes,
    *,
    key: str | None = None,
    corrects: int | None = None,
    attachments: Sequence[tuple[AttachmentName, bytes]] = (),
    via: Literal["workbook", "form"] = "workbook",
    now: datetime | None = None,
) -> Submitted:
    """Submits what was understood, once; what equals the publication in force makes no act.

    For the good rows only pass `understanding.partial()`. The uploaded file is kept (sealed)
    unless it names persons' contacts and nobody asked to keep them. Refuses an upload with
    errors, and as `record` does.
    """
    statement = understanding.statement
    if statement is None or not understanding.is_acceptable:
        raise NotAcceptable(count=len(understanding.errors))
    if understanding.is_unchanged and corrects is None and not attachments:
        return Submitted(None)
    act = SubmitNeeds.of(statement, understanding.publication_seen, corrects)
    source = {
        "via": via,
        "file_name": understanding.file_name[-255:],
        "language": understanding.language,
        "attachments": [name.model_dump(mode="json") for name, _content in attachments],
    }
    contents: Mapping[str, bytes] = statement.contents(
        source, original if understanding.keeps_original else b""
    ) | {f"attachment{name.position}": content for name, content in attachments}
    receipt = record(act, mandate, key or understanding.key(corrects), contents, now)
    return Submitted(receipt, understanding.left_out)
