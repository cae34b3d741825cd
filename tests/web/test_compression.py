"""Answers are compressed for visitors, never for a session, whose length could tell a secret."""

from gzip import decompress

import pytest
from django.test import Client

from tests.browsers import browser
from tests.contracts.headers import problems
from tests.web.conftest import Site

pytestmark = pytest.mark.django_db
PATHS = ["/", "/needs/", "/states/ZMB/", "/record/", "/api/v1/states", "/needs/export.csv"]
ASKS = {"HTTP_ACCEPT_ENCODING": "gzip, br"}


def body(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


@pytest.mark.parametrize("path", PATHS)
def test_a_visitor_gets_the_same_in_fewer_bytes(site: Site, client: Client, path: str) -> None:
    plain, small = client.get(path), Client().get(path, **ASKS)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert list(problems(plain)) == []
    content = body(small)
    if "csv" in path or "api" in path:
        assert decompress(content) == body(plain)
    else:
        assert b"</html>" in decompress(content)
    assert len(content) < len(decompress(content))


@pytest.mark.parametrize("path", PATHS)
def test_a_session_s_answers_keep_their_length(site: Site, path: str) -> None:
    assert "Content-Encoding" not in browser(site.world.reviewer).get(path, **ASKS)


def test_what_is_compressed_already_is_left_alone(site: Site, client: Client) -> None:
    assert "Content-Encoding" not in client.get("/needs/export.xlsx", **ASKS)
