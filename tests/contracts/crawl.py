"""A reader who opens every page that a role can find: all addresses, then every link on them."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.contracts.addresses import addresses
from tests.contracts.cast import OWNERS, WHICH, Cast
from tests.contracts.objects import ARGUMENTS, QUERIES, objects_of

LINK = re.compile(rb"""(?:href|src|action|hx-get)="([^"]+)\"""")


def starts(cast: Cast) -> list[str]:
    """Each address, filled for every object, with every question of QUERIES put to it."""
    found = []
    for address in addresses():
        for owner in OWNERS:
            for which in WHICH:
                objects = objects_of(cast, f"{owner} {which}")
                fill = ARGUMENTS.get(address.name)
                path = reverse(address.name, kwargs=fill(cast, objects) if fill else {})
                asked = QUERIES.get(address.name, lambda cast, objects: [])(cast, objects)
                found += [path, *(f"{path}?{query}" for query in asked)]
    return list(dict.fromkeys(found))


def crawl(
    client: Client, paths: list[str], limit: int = 2_000
) -> Iterator[tuple[str, HttpResponse]]:
    """GETs `paths` and whatever they link to on this site, at most `limit` answers in all."""
    waiting, known = list(paths), set(paths)
    while waiting and limit:
        path, limit = waiting.pop(0), limit - 1
        answer = client.get(path)
        yield path, answer
        for link in _links(path, answer):
            if link not in known:
                known.add(link)
                waiting.append(link)


def _links(path: str, answer: HttpResponse) -> Iterator[str]:
    if location := answer.get("Location"):
        yield from _ours(path, location)
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        for link in LINK.findall(answer.content):
            yield from _ours(path, unescape(link.decode()))


def _ours(path: str, link: str) -> Iterator[str]:
    target = urljoin(f"http://testserver{path}", urldefrag(link)[0])
    parts = urlsplit(target)
    if parts.netloc == "testserver" and not parts.path.startswith("/static/"):
        yield parts.path + (f"?{parts.query}" if parts.query else "")
