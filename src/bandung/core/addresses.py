"""Which addresses can be got: what a link, a sign-in or the change of language may lead to."""

from collections.abc import Callable, Iterator
from posixpath import dirname
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponseBase]


def post_only(view: View) -> View:
    """Django's require_POST, and known as such: the page it answers with cannot be got again."""
    guarded = require_POST(view)
    guarded.is_post_only = True
    return guarded


def gettable(address: str) -> str:
    """This address; of one that only takes what is sent, the nearest above it that shows a page.

    `address` is a path of this site with its query, such as `/submissions/345/publish/`.
    """
    path = urlsplit(address).path
    if not _is_post_only(path):
        return address
    return next((each for each in _above(path) if _shows_a_page(each)), "/")


def _above(path: str) -> Iterator[str]:
    while path != "/":
        path = dirname(path.rstrip("/")).rstrip("/") + "/"
        yield path


def _shows_a_page(path: str) -> bool:
    return _view(path) is not None and not _is_post_only(path)


def _is_post_only(path: str) -> bool:
    return getattr(_view(path), "is_post_only", False)


def _view(path: str) -> Callable[..., Any] | None:
    try:
        return resolve(path).func
    except Resolver404:
        return None
