"""Smaller answers for thin lines, where nothing secret can be read off their length."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "text/csv", "application/json")


class PublicCompression(GZipMiddleware):
    """Compresses pages, downloads and the API for whoever has no session.

    What a session sees may be secret and stand beside words that somebody else chose, so its
    answers keep their length (https://www.breachattack.com). A visitor's page holds one secret, the
    token of its forms, which is masked anew in each answer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return response
        if not response.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
