"""Drafts: what is being written and not yet said. They are not official and need no acts.

A draft belongs to its state's focal points. One that the secretariat prepared, from a file it
received, is seen by the secretariat too; only the state's own mandate submits it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bandung.core.refused import NotAllowed, Refused
from bandung.movement.access import Reader
from bandung.needs.models import Draft

TICK = timedelta(microseconds=1)


class DraftMoved(Refused):
    """Somebody else has saved the draft meanwhile, or deleted it."""

    code = "draft-moved"
    template = _("This draft was changed elsewhere since you opened it.")
    hint_template = _("Open it again; what you typed here has not been saved.")


def drafts_of(reader: Reader) -> QuerySet[Draft]:
    """The drafts this reader may see, last saved first."""
    states = [each.party for each in reader.mandates if each.function == "focal_point"]
    seen = Q(state__in=states)
    if reader.may_publish:
        seen |= Q(is_prepared=True)
    return Draft.objects.filter(seen).order_by("-saved_at", "-id")


def open_draft(reader: Reader, draft: int) -> Draft | None:
    """A draft; None if there is none that this reader may see."""
    return drafts_of(reader).filter(pk=draft).first()


def new_draft(
    reader: Reader,
    state: str,
    emergency: str,
    now: datetime,
    content: Mapping[str, Any] | None = None,
    language: str = "en",
    upload: bytes | None = None,
    upload_name: str = "",
) -> Draft:
    """Begins a draft with a key under which it will be submitted once.

    Refuses, as NotAllowed, all but the state's focal points and the secretariat.
    """
    is_own = reader.mandate_for("focal_point", state) is not None
    if not (is_own or reader.may_publish):
        raise NotAllowed(reason=_("a draft is begun by the state's focal point or the secretariat"))
    return Draft.objects.create(
        state_id=state,
        emergency_id=emergency,
        person=reader.person,
        is_prepared=not is_own,
        language=language,
        content=dict(content or {}),
        upload=upload,
        upload_name=upload_name,
        submit_key=new_key(),
        saved_at=now,
    )


def save_draft(
    reader: Reader, draft: int, seen_at: datetime, content: Mapping[str, Any], now: datetime
) -> datetime:
    """Saves what was typed over the version last saved at `seen_at`; returns the new `saved_at`.

    Refuses, as DraftMoved, if it was saved elsewhere since, or is gone.
    """
    saved_at = max(now, seen_at + TICK)
    found = drafts_of(reader).filter(pk=draft, saved_at=seen_at)
    changed = Draft.objects.filter(pk__in=found.values("pk"), saved_at=seen_at).update(
        content=dict(content), saved_at=saved_at
    )
    if not changed:
        raise DraftMoved
    return saved_at


def renew_key(reader: Reader, draft: int) -> str:
    """Gives the draft another key, after a refusal as KeyReused. Refuses a draft that is gone."""
    key = new_key()
    if not Draft.objects.filter(pk__in=drafts_of(reader).filter(pk=draft).values("pk")).update(
        submit_key=key
    ):
        raise DraftMoved
    return key


def delete_draft(reader: Reader, draft: int) -> bool:
    """Removes a draft; whether there was one that this reader may see."""
    found = open_draft(reader, draft)
    if found is None:
        return False
    found.delete()
    return True


def new_key() -> str:
    """A key under which something is submitted exactly once."""
    return token_urlsafe(24)
