"""Who is reading: every request gets its `reader`; a session ends with its last mandate."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from bandung.movement.access import PUBLIC, reader_of


class ReaderMiddleware:
    """Sets `request.reader`, asked of the register at each request: nothing is remembered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = PUBLIC
        if request.user.is_authenticated:
            reader = reader_of(request.user.person, timezone.now())
            if not reader.mandates:
                logout(request)
                return mandate_ended(request)
            request.reader = reader
        response = self.get_response(request)
        if request.reader.is_signed_in:
            add_never_cache_headers(response)
        return response


def mandate_ended(request: HttpRequest) -> HttpResponse:
    """The page for a person who signed in, but speaks for nobody now."""
    response = render(request, "movement/mandate_ended.html", status=403)
    add_never_cache_headers(response)
    return response


def client_address(request: HttpRequest) -> str:
    """The network address guesses are counted by; a forwarded one only from our own proxies.

    Behind N proxies (BANDUNG_PROXIES) it is the N-th from the right, which the outermost of them
    wrote; whatever stands left of it the visitor may have made up. IPv6 counts by its /64 network.
    """
    direct = str(request.META.get("REMOTE_ADDR") or "")
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    count = settings.TRUSTED_PROXIES
    return _network(hops[-count].strip() if 0 < count <= len(hops) else direct) or "0.0.0.0"  # noqa: S104


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((int(parsed), 64), strict=False).network_address)
    return str(parsed)
