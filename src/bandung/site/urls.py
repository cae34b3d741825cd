"""Which app answers which address: wiring only."""

from django.urls import URLPattern, URLResolver, include, path

from bandung.web import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bandung.web.urls")),
    path("", include("bandung.exchange.urls")),
    path("", include("bandung.needs.urls")),
    path("", include("bandung.movement.urls")),
    path("api/v1/", api.urls()),
]
