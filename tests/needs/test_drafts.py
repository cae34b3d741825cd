"""Drafts: whose they are, and that two windows do not overwrite each other."""

from datetime import timedelta

import pytest

from bandung.core.refused import NotAllowed
from bandung.movement.access import PUBLIC
from bandung.needs.drafts import (
    DraftMoved,
    delete_draft,
    drafts_of,
    new_draft,
    open_draft,
    renew_key,
    save_draft,
)
from bandung.needs.models import Draft
from tests.factories import EMERGENCY, NOW, ledger_size, reader, speaker

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


def test_a_draft_is_begun_saved_opened_and_deleted_without_acts(world):
    zambia, size = reader(world.focal_point()), ledger_size()
    draft = new_draft(zambia, "ZMB", EMERGENCY, NOW, {"scope": ["medical"]}, "fr", b"PK", "a.xlsx")
    assert (draft.person, draft.is_prepared, draft.language) == ("person-ZMB", False, "fr")
    saved_at = save_draft(zambia, draft.pk, draft.saved_at, {"scope": ["social"]}, LATER)
    found = open_draft(zambia, draft.pk)
    assert (found.content, found.saved_at) == ({"scope": ["social"]}, saved_at)
    assert (bytes(found.upload), found.upload_name) == (b"PK", "a.xlsx")
    assert len({draft.submit_key, renew_key(zambia, draft.pk)}) == 2
    assert delete_draft(zambia, draft.pk)
    assert not delete_draft(zambia, draft.pk)
    assert open_draft(zambia, draft.pk) is None
    assert ledger_size() == size


def test_the_second_of_two_windows_is_told(world):
    zambia = reader(world.focal_point())
    draft = new_draft(zambia, "ZMB", EMERGENCY, NOW)
    first = save_draft(zambia, draft.pk, draft.saved_at, {"a": 1}, NOW)
    assert first > draft.saved_at  # even within one tick of the clock
    with pytest.raises(DraftMoved):
        save_draft(zambia, draft.pk, draft.saved_at, {"a": 2}, LATER)
    assert Draft.objects.get(pk=draft.pk).content == {"a": 1}
    delete_draft(zambia, draft.pk)
    with pytest.raises(DraftMoved):
        save_draft(zambia, draft.pk, first, {"a": 3}, LATER)
    with pytest.raises(DraftMoved):
        renew_key(zambia, draft.pk)


def test_drafts_are_the_states_own_and_prepared_ones_the_secretariats_too(world):
    zambia, secretariat = reader(world.focal_point()), reader(world.secretariat)
    own = new_draft(zambia, "ZMB", EMERGENCY, NOW)
    prepared = new_draft(secretariat, "ZMB", EMERGENCY, LATER)
    assert prepared.is_prepared
    colleague = reader(speaker("focal_point", "ZMB", now=NOW))
    for who in (zambia, colleague):
        assert list(drafts_of(who)) == [prepared, own]
    assert list(drafts_of(secretariat)) == [prepared]
    others = (
        PUBLIC,
        reader(world.focal_point("KEN")),
        reader(world.reviewer),
        reader(world.partner),
        reader(speaker("head_of_delegation", "ZMB", now=NOW)),
    )
    for other in others:
        assert list(drafts_of(other)) == []
        assert open_draft(other, own.pk) is None
        assert not delete_draft(other, own.pk)
        with pytest.raises(DraftMoved):
            save_draft(other, own.pk, own.saved_at, {"a": 1}, LATER)
        with pytest.raises(NotAllowed):
            new_draft(other, "ZMB", EMERGENCY, NOW)
