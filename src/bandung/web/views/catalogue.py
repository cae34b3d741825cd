"""The secretariat edits the catalogue by acts: an item's new version, its packs, withdrawals."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bandung.catalogue.models import Item, ItemVersion, Pack
from bandung.catalogue.queries import item_history
from bandung.ledger.act import Mandate
from bandung.needs.lexicon import Lexicon
from bandung.web.catalogue_forms import (
    ActForm,
    DefineItemForm,
    DefinePackForm,
    NewItemForm,
    WithdrawItemForm,
    WithdrawPackForm,
)
from bandung.web.views.common import reader_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def new_item(request: HttpRequest) -> HttpResponse:
    """An item enters the catalogue."""
    mandate = _keeper(request)
    form = NewItemForm(request.POST or None)
    if form.is_bound and form.is_valid() and (receipt := form.record_under(mandate)):
        _say(request, receipt.number)
        return redirect("item", code=form.cleaned_data["code"])
    return render(request, "web/item_new.html", {"form": form})


@form_page
def edit_item(request: HttpRequest, code: str) -> HttpResponse:
    """All that can be done to one item, a form for each act."""
    mandate = _keeper(request)
    history = item_history(code)
    if not history:
        raise Http404
    packs = list(Pack.objects.filter(item=code, withdrawn_by=None).order_by("code"))
    forms = _forms(request, history[0], packs)
    sent = next((form for form in forms.values() if form.is_bound), None)
    if sent and sent.is_valid() and (receipt := sent.record_under(mandate)):
        _say(request, receipt.number)
        return redirect("item", code=code)
    return render(request, "web/item_edit.html", _context(code, history[0], forms, packs, sent))


def _keeper(request: HttpRequest) -> Mandate:
    """The mandate of the secretariat; nobody else keeps the catalogue."""
    mandate = reader_of(request).mandate_for("secretariat")
    if mandate is None:
        raise PermissionDenied
    return mandate


def _forms(request: HttpRequest, version: ItemVersion, packs: list[Pack]) -> dict[str, ActForm]:
    """The forms by name; the one that was sent is bound."""
    what, pack = request.POST.get("what"), request.POST.get("pack")

    def sent(name: str) -> Any:
        return request.POST if what == name else None

    withdrawals = {
        f"withdraw-pack {row.code}": WithdrawPackForm(
            sent("withdraw-pack") if pack == row.code else None, row=row
        )
        for row in packs
    }
    return {
        "define": DefineItemForm(sent("define"), version=version),
        "pack": DefinePackForm(sent("pack"), version=version),
        "withdraw": WithdrawItemForm(sent("withdraw"), version=version),
        **withdrawals,
    }


def _context(
    code: str, version: ItemVersion, forms: dict[str, ActForm], packs: list[Pack], sent: Any
) -> dict[str, Any]:
    words = Lexicon()
    return {
        "item": Item.objects.get(code=code),
        "version": version,
        "base_unit": words.unit(version.base_unit_id),
        "define": forms["define"],
        "pack": forms["pack"],
        "withdraw": forms["withdraw"],
        "packs": [(row, forms[f"withdraw-pack {row.code}"]) for row in packs],
        "sent": sent,
    }


def _say(request: HttpRequest, number: int) -> None:
    messages.success(request, _("Recorded as act %(number)s.") % {"number": number})
