"""Forms by which the secretariat edits the catalogue: each makes one act.

A form carries its key, so that sending it twice records it once, and the number of the last act
on the object that its author saw, so that nobody overwrites what they have not seen.
"""

from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandung.catalogue.acts import DefineItem, DefinePack, Labels, WithdrawItem, WithdrawPack
from bandung.catalogue.models import LANGUAGES, Category, ItemVersion, Pack, Unit
from bandung.core.refused import Refused
from bandung.ledger.act import Act, Mandate
from bandung.ledger.canonical import MAX_WHOLE
from bandung.ledger.door import KeyReused, Moved, Receipt, record, refuse_moved
from bandung.ledger.models import Entry
from bandung.ledger.queries import last_touch
from bandung.needs.models import Sector
from bandung.web.templatetags.figures import KINDS, SECTORS

ITEM_CODE, PACK_CODE = r"^[A-Z0-9-]{3,20}$", r"^[a-z0-9-]{1,30}$"


class ActForm(forms.Form):
    """A form that makes one act on one object."""

    key = forms.CharField(widget=forms.HiddenInput(), max_length=100)
    based_on = forms.IntegerField(
        widget=forms.HiddenInput(), required=False, min_value=1, max_value=MAX_WHOLE
    )
    what = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        mark = kwargs.pop("mark", "")
        super().__init__(
            *args, auto_id=f"{self.what}{mark}_%s", use_required_attribute=False, **kwargs
        )
        self.initial.setdefault("key", token_urlsafe(16))
        self.initial.setdefault("based_on", last_touch(self.subject()))

    def subject(self) -> str:
        """The object the act touches."""
        raise NotImplementedError

    def act(self) -> Act:
        """The act that the valid form makes."""
        raise NotImplementedError

    def record_under(self, mandate: Mandate) -> Receipt | None:
        """The receipt; None if it was refused, with the reason among the form's errors."""
        try:
            self._refuse_stale()
            return record(self.act(), mandate, self.cleaned_data["key"])
        except Refused as refused:
            self.add_error(None, str(refused))
            self._renew(refused)
            return None

    def _refuse_stale(self) -> None:
        """Definitions may be repeated, so the door does not ask what their author saw."""
        if not self._is_repeated():
            refuse_moved(self.subject(), self.cleaned_data["based_on"] or 0)

    def _is_repeated(self) -> bool:
        """A second sending of the same form: the door answers it with the first receipt."""
        return bool(Entry.objects.filter(key=self.cleaned_data["key"]).exists())

    def _renew(self, refused: Refused) -> None:
        """What must differ when the form is sent again."""
        self.data = self.data.copy()
        if isinstance(refused, KeyReused):
            self.data["key"] = token_urlsafe(16)
        if isinstance(refused, KeyReused | Moved):
            self.data["based_on"] = last_touch(self.subject()) or ""


class LabelledForm(ActForm):
    """A label in four languages."""

    label_en = forms.CharField(label=_("Label in English"), max_length=200)
    label_fr = forms.CharField(label=_("Label in French"), max_length=200, required=False)
    label_es = forms.CharField(label=_("Label in Spanish"), max_length=200, required=False)
    label_ar = forms.CharField(label=_("Label in Arabic"), max_length=200, required=False)
    is_confirmed = forms.BooleanField(
        label=_("A person has confirmed the wording in all four languages"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            direction = "rtl" if language == "ar" else "ltr"
            self.fields[f"label_{language}"].widget.attrs |= {"lang": language, "dir": direction}

    def labels(self) -> Labels:
        values = {language: self.cleaned_data[f"label_{language}"] for language in LANGUAGES}
        return Labels(**values, confirmed=self.cleaned_data["is_confirmed"])


class DefineItemForm(LabelledForm):
    """A new version of an item: wording, unit of the same base, note, source."""

    what = "define"
    category = forms.ChoiceField(label=_("Category"))
    unit = forms.ChoiceField(
        label=_("Unit"),
        help_text=_("The unit in which totals are shown; lines keep the unit they were said in."),
    )
    atc = forms.CharField(
        label=_("ATC code"),
        max_length=20,
        required=False,
        help_text=_("For medicines: the WHO ATC code."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = [f"label_{language}" for language in LANGUAGES]

    def __init__(self, *args: Any, version: ItemVersion, **kwargs: Any) -> None:
        self.version = version
        initial = {
            **{
                f"label_{language}": getattr(version, f"label_{language}") for language in LANGUAGES
            },
            "is_confirmed": version.is_confirmed,
            "category": version.category_id,
            "unit": version.unit_id,
            "atc": version.atc,
            "note": version.note,
            "source": version.source,
        }
        super().__init__(*args, initial=initial, **kwargs)
        categories = Category.objects.filter(sector=version.sector)
        self.fields["category"].choices = [(row.code, row.label) for row in categories]
        units = Unit.objects.filter(base=version.base_unit_id)
        self.fields["unit"].choices = [(row.code, row.label) for row in units]

    def subject(self) -> str:
        return f"catalogue.item/{self.version.item_id}"

    def act(self) -> Act:
        sent = self.cleaned_data
        return DefineItem.model_validate(
            {
                "code": self.version.item_id,
                "sector": self.version.sector,
                "category": sent["category"].split("/")[1],
                "kind": self.version.kind,
                "unit": sent["unit"],
                "base_unit": self.version.base_unit_id,
                "label": self.labels(),
                "atc": sent["atc"],
                "note": sent["note"],
                "source": sent["source"],
                "based_on": sent["based_on"],
            }
        )


class NewItemForm(LabelledForm):
    """An item that the catalogue does not have yet."""

    what = "new"
    code = forms.RegexField(
        label=_("Code"),
        regex=ITEM_CODE,
        help_text=_("3 to 20 capital letters, digits and hyphens, such as MED-IPC-05."),
    )
    category = forms.ChoiceField(label=_("Category"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=list(KINDS.items()),
        help_text=_("Fixed once the item is defined; kinds are never added to each other."),
    )
    unit = forms.ChoiceField(
        label=_("Unit"), help_text=_("Its base unit is fixed once the item is defined.")
    )
    atc = forms.CharField(label=_("ATC code"), max_length=20, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["code", *(f"label_{language}" for language in LANGUAGES)]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(Category.objects.all())
        self.fields["category"].choices = [
            (SECTORS[sector], [(row.code, row.label) for row in rows if row.sector == sector])
            for sector in Sector.values
        ]
        self.fields["unit"].choices = [(row.code, row.label) for row in Unit.objects.all()]

    def subject(self) -> str:
        return f"catalogue.item/{self.data.get('code', '')}"

    def act(self) -> Act:
        sent = self.cleaned_data
        sector, category = sent["category"].split("/")
        return DefineItem.model_validate(
            {
                "code": sent["code"],
                "sector": sector,
                "category": category,
                "kind": sent["kind"],
                "unit": sent["unit"],
                "base_unit": Unit.objects.get(code=sent["unit"]).base_id,
                "label": self.labels(),
                "atc": sent["atc"],
                "note": sent["note"],
                "source": sent["source"],
            }
        )


class ReasonForm(ActForm):
    """A withdrawal names its reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Public, in the act's sentence.")
    )


class WithdrawItemForm(ReasonForm):
    """The item can no longer be asked for."""

    what = "withdraw"

    def __init__(self, *args: Any, version: ItemVersion, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)

    def subject(self) -> str:
        return f"catalogue.item/{self.version.item_id}"

    def act(self) -> Act:
        sent = self.cleaned_data
        return WithdrawItem(
            code=self.version.item_id, reason=sent["reason"], based_on=sent["based_on"]
        )


class DefinePackForm(LabelledForm):
    """A pack of the item; its content in base units never changes."""

    what = "pack"
    code = forms.RegexField(
        label=_("Code of the pack"),
        regex=PACK_CODE,
        help_text=_(
            "Small letters, digits and hyphens, such as box-50. The code of a pack that exists "
            "gives that pack new labels."
        ),
    )
    base_per_pack = forms.IntegerField(
        label=_("Content in base units"), min_value=1, max_value=MAX_WHOLE
    )
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("Where the content is known from.")
    )
    field_order = ["code", "base_per_pack", "basis"]

    def __init__(self, *args: Any, version: ItemVersion, **kwargs: Any) -> None:
        self.version = version
        super().__init__(*args, **kwargs)
        self.initial["based_on"] = None

    def subject(self) -> str:
        return f"catalogue.pack/{self.version.item_id}/{self.data.get('code', '')}"

    def _refuse_stale(self) -> None:
        """A pack's content cannot change and its label is one line: the last label stands."""

    def act(self) -> Act:
        sent = self.cleaned_data
        return DefinePack(
            code=f"{self.version.item_id}/{sent['code']}",
            base_per_pack=sent["base_per_pack"],
            label=self.labels(),
            basis=sent["basis"],
        )


class WithdrawPackForm(ReasonForm):
    """The pack can no longer be chosen."""

    what = "withdraw-pack"
    pack = forms.CharField(widget=forms.HiddenInput(), max_length=60)

    def __init__(self, *args: Any, row: Pack, **kwargs: Any) -> None:
        self.row = row
        mark = "-" + row.code.rpartition("/")[2]
        super().__init__(*args, initial={"pack": row.code}, mark=mark, **kwargs)

    def subject(self) -> str:
        return f"catalogue.pack/{self.row.code}"

    def act(self) -> Act:
        sent = self.cleaned_data
        return WithdrawPack(code=self.row.code, reason=sent["reason"], based_on=sent["based_on"])
