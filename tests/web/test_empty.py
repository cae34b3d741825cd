"""Before the founding act, the pages say that there is nothing yet."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/needs/", "/states/", "/items/", "/record/", "/about/"])
def test_a_ledger_without_acts_has_pages(client, path):
    assert client.get(path).status_code == 200


def test_they_say_so(client):
    assert "No emergency is open yet" in client.get("/").content.decode()
    assert "no act has founded it" in client.get("/record/").content.decode()
