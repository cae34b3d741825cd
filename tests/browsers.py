"""Browsers of the test client in which somebody is signed in, and what their pages say."""

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from bandung.core.models import User
from bandung.ledger.act import Mandate

BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser(mandate: Mandate) -> Client:
    """A browser in which whoever holds this mandate is signed in."""
    user, _is_new = User.objects.get_or_create(
        person=mandate.person, defaults={"username": mandate.person, "name": mandate.person}
    )
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(answer: HttpResponse) -> str:
    """The words of a page's main part, in single spaces."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")] if "<main" in page else page
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def hidden(answer: HttpResponse, name: str) -> str:
    """The value of a hidden field of a page's last form that has one."""
    fields = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', _page(answer))
    return unescape(fields[-1])


def typed(answer: HttpResponse, name: str) -> str:
    """What stands in a text field."""
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', _page(answer))
    value = re.search(r' value="([^"]*)"', field[0]) if field else None
    return unescape(value[1]) if value else ""


def _page(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())
