"""Notes are kept as they are seen; what cannot be kept is an error where it was typed."""

import pytest
from django.urls import reverse

from bandung.needs.models import Remark, Status
from bandung.needs.notes import NoteNotKept, plain_note
from tests.factories import World, submit, submit_and_publish
from tests.needs.test_pages import browser, hidden, post, status_of, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\u0642\u0641\u0627\u0632\u0627\u062a\u200f 5", "\u0642\u0641\u0627\u0632\u0627\u062a 5"),
        ("a\u202eb", "ab"),
        ("cafe\u0301", "caf\u00e9"),
        (" first\r\nsecond\tpart ", "first\nsecond\tpart"),
        ("12 500 000 instead of 1 250 000", "12 500 000 instead of 1 250 000"),
    ],
)
def test_a_note_is_kept_as_it_is_seen(text, kept):
    assert plain_note(text) == kept


@pytest.mark.parametrize(
    ("text", "seen"),
    [("a\x07b", "U+0007"), ("\ud800", "U+D800"), ("ask anna@example.org", "anna@example.org")],
)
def test_what_cannot_be_kept_is_named(text, seen):
    with pytest.raises(NoteNotKept, match=seen.replace("+", r"\+")):
        plain_note(text)


def test_a_pasted_note_returns_a_submission(world: World):
    number = submit(world)
    client = browser(world.reviewer)
    for note in ("a\x07", "ask anna@example.org"):
        page = post(
            client, "review", number, "review", move="return", reason="magnitude", note=note
        )
        assert page.status_code == 422
        assert "This note cannot be kept" in text_of(page)
        assert f">\n{note}</textarea>" in page.content.decode(), "what was typed is kept"
    said = {"move": "return", "reason": "magnitude", "note": "cafe\u0301\u200f"}
    assert post(client, "review", number, "review", **said).status_code == 302
    assert status_of(number) == Status.RETURNED
    assert Remark.objects.get().note == "caf\u00e9"


def test_a_pasted_note_marks_a_line(world: World):
    number = submit_and_publish(world)
    client = browser(world.focal_point())
    address = reverse("line_mark", args=[number, 1])
    for note, status in (("b\x07", 422), ("a\u202eb", 302)):
        page = client.get(address)
        said = {each: hidden(page, each) for each in ("based_on", "key")}
        assert client.post(address, {**said, "note": note}).status_code == status
