"""What every answer of the site must carry, and what its pages must not hold."""

import re
from collections.abc import Iterator

from django.http import HttpResponse

INLINE = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", re.I)
CLOSED = {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'"}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def problems(response: HttpResponse, is_private: bool = False) -> Iterator[str]:
    """What is wrong with the headers and the markup; `is_private`: somebody is signed in."""
    policy = response.get("Content-Security-Policy", "")
    parts = {words[0]: words[1:] for words in map(str.split, policy.split(";")) if words}
    for name, value in CLOSED.items():
        if parts.get(name) != [value]:
            yield f"{name} is {parts.get(name)}"
    for unsafe in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", " *", "http:", "https:"):
        if unsafe in policy:
            yield f"the policy allows {unsafe}"
    for name in ("script-src", "style-src", "connect-src", "form-action"):
        if not set(parts.get(name, ["?"])) <= {"'self'", *_nonces(parts.get(name, []))}:
            yield f"{name} is {parts.get(name)}"
    for name, value in FIXED.items():
        if response.get(name) != value:
            yield f"{name} is {response.get(name)}"
    if is_private and "no-store" not in response.get("Cache-Control", ""):
        yield "a private answer may be stored"
    for cookie in response.cookies.values():
        if cookie.value and not (cookie["httponly"] and cookie["samesite"] == "Lax"):
            yield f"cookie {cookie.key} is open"
    is_page = response.get("Content-Type", "").startswith("text/html")
    if is_page and not response.streaming and (found := INLINE.search(response.content.decode())):
        yield f"inline: {found[0]!r}"


def _nonces(words: list[str]) -> set[str]:
    return {word for word in words if re.fullmatch(r"'nonce-[A-Za-z0-9_+/=-]{16,}'", word)}
