"""Forms that narrow a list: they are sent by GET and keep what was chosen."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bandung.ledger.canonical import MAX_WHOLE
from bandung.needs.lexicon import Lexicon
from bandung.needs.models import Sector
from bandung.needs.queries import LineFilter, Occurring
from bandung.needs.words import SECTORS

Choices = Sequence[tuple[str, Any]]
EVERY = _("all")
PRIORITIES = (1, 2, 3)
LONGEST_CODE = 60


class DayInput(forms.DateInput):
    """A day as the browser offers it; what is no day is kept as it was typed."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        try:
            date.fromisoformat(context["widget"]["value"] or "2000-01-01")
        except ValueError:
            context["widget"]["type"] = "text"
        return context


class KnownCode(forms.CharField):
    """A code of a list; offered are those that occur, taken is any well-formed one."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, required=False, max_length=LONGEST_CODE, widget=forms.Select()
        )

    def offer(self, choices: Choices, chosen: tuple[str, str]) -> None:
        """`chosen` is offered too, so that a link with it does not lose it."""
        code, name = chosen
        offered = list(choices)
        if code and code not in dict(offered):
            offered.append((code, name))
        self.widget.choices = [("", EVERY), *offered]


class NeedsFilter(forms.Form):
    """Which published lines; the names are those of the API."""

    emergency = KnownCode(_("Emergency"))
    state = KnownCode(_("State"))
    group = KnownCode(_("Group of states"))
    sector = KnownCode(_("Sector"))
    category = KnownCode(_("Category"))
    item = KnownCode(_("Item"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), required=False, coerce=int, empty_value=None
    )
    as_of = forms.DateField(
        label=_("As of the day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=DayInput(),
        error_messages={"invalid": _("A day is written YYYY-MM-DD, such as 2021-01-31.")},
    )
    since = forms.IntegerField(
        required=False, min_value=0, max_value=MAX_WHOLE, widget=forms.HiddenInput()
    )
    known_at = forms.IntegerField(
        required=False, min_value=0, max_value=MAX_WHOLE, widget=forms.HiddenInput()
    )

    def __init__(self, *args: Any, words: Lexicon, occurring: Occurring, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.words = words
        self.fields["priority"].choices = [("", EVERY), *self._priorities()]
        self._offer("emergency", words.emergency, words.emergencies())
        self._offer("state", words.party, occurring.states)
        self._offer("group", words.group, words.groups())
        self._offer("sector", SECTORS.get, Sector.values)
        self._offer("category", words.category, occurring.categories)
        self._offer("item", words.item, occurring.items)
        for name in ("since", "known_at"):
            if not self.data.get(name):
                del self.fields[name]

    def _priorities(self) -> Choices:
        return [(str(each), f"{each} · {self.words.code('priority', each)}") for each in PRIORITIES]

    def _offer(self, name: str, word: Any, codes: Iterable[str]) -> None:
        choices = [(code, str(word(code) or code)) for code in codes]
        if name in ("state", "item"):
            choices.sort(key=lambda choice: choice[1].casefold())
        chosen = str(self.data.get(name, ""))[:LONGEST_CODE]
        self.fields[name].offer(choices, (chosen, str(word(chosen) or chosen)))

    def chosen(self) -> LineFilter:
        """The filter as the queries take it."""
        return LineFilter(
            **{name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        )


class DayForm(forms.Form):
    """The day for which a register answers; today where it is left empty."""

    on = forms.DateField(
        label=_("On the day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=DayInput(),
        error_messages={"invalid": _("A day is written YYYY-MM-DD, such as 2023-03-02.")},
    )

    def day(self, today: date) -> date:
        """The day asked for, today if none or none that can be read."""
        if not self.is_valid():
            return today
        on: date | None = self.cleaned_data["on"]
        return on or today
