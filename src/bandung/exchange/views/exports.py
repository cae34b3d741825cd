"""Downloads of published lines and totals: public, streamed, never shown in the browser."""

from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bandung.exchange.columns import Language
from bandung.exchange.exporting import (
    MEDIA_TYPES,
    Format,
    export_lines,
    export_name,
    export_totals,
)
from bandung.exchange.forms import ExportFilter
from bandung.exchange.views.common import language
from bandung.movement.access import Reader
from bandung.needs.queries import LineFilter

Export = Callable[[Reader, LineFilter, Format, Language], Iterator[bytes]]


@login_not_required
@require_safe
def needs_export(request: HttpRequest, format_: Format) -> HttpResponseBase:
    """The lines that the page of needs lists, for the same question."""
    return _download(request, format_, export_name("needs", format_), export_lines)


@login_not_required
@require_safe
def totals_export(request: HttpRequest, format_: Format) -> HttpResponseBase:
    """The totals of those lines, by item."""
    return _download(request, format_, export_name("totals", format_), export_totals)


def _download(request: HttpRequest, format_: Format, name: str, export: Export) -> HttpResponseBase:
    form = ExportFilter(request.GET)
    if not form.is_valid():
        return render(request, "exchange/export_refused.html", {"form": form}, status=400)
    pieces = export(request.reader, form.chosen(), format_, language())
    disposition = content_disposition_header(True, name)
    return StreamingHttpResponse(
        pieces, content_type=MEDIA_TYPES[format_], headers={"Content-Disposition": disposition}
    )
