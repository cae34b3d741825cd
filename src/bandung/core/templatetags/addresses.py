"""Template words for addresses."""

from django import template
from django.http import HttpRequest

from bandung.core.addresses import gettable

register = template.Library()


@register.filter
def gettable_address(request: HttpRequest) -> str:
    """The address at which this page, or the page its form was sent from, can be got again."""
    return gettable(request.get_full_path())
