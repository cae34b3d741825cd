"""What this is, whose movement it serves, what it rests on, how to check it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bandung.catalogue.models import Indicator, ItemVersion
from bandung.ledger.models import Instance
from bandung.ledger.queries import checkpoint
from bandung.movement.models import Group, GroupMember, Membership, Party
from bandung.movement.queries import bodies, chair_on, chair_terms, members, principles
from bandung.web.views.common import public_page, today

SOURCED: tuple[type[Model], ...] = (Party, Membership, Group, GroupMember, ItemVersion, Indicator)


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """The page for whoever asks what this is."""
    return render(
        request,
        "web/about.html",
        {
            "principles": principles(),
            "bodies": bodies(),
            "terms": chair_terms()[::-1],
            "chair": chair_on(today()),
            "members": members(today()),
            "sources": _sources(SOURCED),
            "checkpoint": checkpoint() if Instance.objects.exists() else None,
            "on": today(),
        },
    )


def _sources(models: Iterable[Any]) -> list[tuple[str, int]]:
    """Every source that a row of the register or the catalogue names, with how many do."""
    counted: dict[str, int] = {}
    for model in models:
        rows = model.objects.exclude(source="").order_by().values_list("source")
        for source, count in rows.annotate(rows=Count("pk")):
            counted[source] = counted.get(source, 0) + count
    return sorted(counted.items())
