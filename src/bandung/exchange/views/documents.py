"""Supporting documents of a draft, in the form's way and in the workbook's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bandung.core.addresses import post_only
from bandung.exchange.forms import MAX_DOCUMENTS, DocumentForm
from bandung.exchange.views.checking import check_page
from bandung.exchange.views.choosing import add_document
from bandung.exchange.views.common import find_draft
from bandung.exchange.views.drafts import draft_page


@post_only
def documents(request: HttpRequest, number: int) -> HttpResponse:
    """Adds a supporting document to the draft, or removes one."""
    found = find_draft(request, number)
    is_typed = found.upload is None
    here = "draft" if is_typed else "draft_check"
    if remove := request.POST.get("remove", ""):
        if remove.isascii() and remove.isdigit() and len(remove) < 16:
            found.documents.filter(pk=int(remove)).delete()
        return redirect(here, number)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid() and found.documents.count() < MAX_DOCUMENTS:
        add_document(found, form.cleaned_data["document"])
        return redirect(here, number)
    if form.is_valid():
        form.add_error("document", _("There are ten documents already; remove one first."))
    page = draft_page if is_typed else check_page
    return page(request, found, document_form=form)
