"""A page that answers to what was sent leads on to addresses that can be got, never to a 405."""

import re
from html import unescape

import pytest
from django.urls import reverse

from bandung.core.addresses import gettable
from tests.contracts.addresses import addresses
from tests.contracts.cast import play
from tests.contracts.objects import ARGUMENTS, objects_of
from tests.contracts.test_matrix import Row, table, undone

SHOWING = {"submission_publish", "submission_withdraw", "draft_documents", "draft_upload", "upload"}
READERS = ("anonymous", "focal_point", "secretariat")

LANGUAGE_FORM = re.compile(
    rb'<form method="post" action="/language/".*?name="next" value="([^"]*)"'
)


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


def post_only_rows() -> list[Row]:
    """The rows of what is sent to addresses that cannot be got."""
    closed = {
        row.url for row in table() if row.method == "GET" and "method" in row.expected.values()
    }
    return [row for row in table() if row.method == "POST" and row.url in closed]


def test_an_address_that_only_takes_what_is_sent_says_so():
    """Who writes require_POST beside a new page would bring its language form to a 405."""
    closed = {row.url for row in post_only_rows()}
    marked = {each.name for each in addresses() if getattr(each.view, "is_post_only", False)}
    assert marked == closed
    assert marked >= SHOWING


@pytest.mark.django_db
def test_the_language_form_leads_to_what_can_be_got():
    """Nothing but a state is sent, so that every form is refused, or the reader is."""
    cast, wrong, shown = play(), [], set()
    for row in post_only_rows():
        objects = objects_of(cast, row.owner)
        values = ARGUMENTS[row.url](cast, objects) if row.url in ARGUMENTS else {}
        for role in READERS:
            client = cast.client(role)
            with undone():
                answer = client.post(reverse(row.url, kwargs=values), {"state": objects.state})
                for found in LANGUAGE_FORM.findall(answer.content):
                    there = unescape(found.decode())
                    shown.add(row.url)
                    if client.get(there).status_code == 405:
                        wrong.append(f"{row.url} {role}: {there}")
    assert wrong == []
    assert shown >= SHOWING


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/submissions/345/publish/", "/submissions/345/"),
        ("/drafts/7/documents/?lang=fr", "/drafts/7/"),
        ("/submit/upload/", "/submit/"),
        ("/drafts/new/", "/"),
        ("/sign-out/", "/"),
        ("/needs/?state=ZMB", "/needs/?state=ZMB"),
        ("/nothing/here/", "/nothing/here/"),
    ],
)
def test_above_what_cannot_be_got_stands_a_page(address: str, page: str) -> None:
    assert gettable(address) == page


@pytest.mark.django_db
def test_signing_in_leads_to_the_page_above_what_was_sent(client):
    """A session that ended between the page and its button."""
    asked = client.post("/submissions/345/publish/")
    assert asked["Location"] == "/sign-in/?next=/submissions/345/publish/"
    page = client.get(asked["Location"])
    assert 'name="next" value="/submissions/345/"' in page.content.decode()
