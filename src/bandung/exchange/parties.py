"""States as people write them: by code or by exact name in four languages; what resembles is only
proposed. `NA` is Namibia.
"""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from bandung.core.refused import Refused
from bandung.exchange.choices import plain_name
from bandung.exchange.columns import LANGUAGES
from bandung.movement.models import Party
from bandung.sheets.text import closest


class UnknownState(Refused):
    """No state has this code or name."""

    code = "state-unknown"
    template = _("“%(seen)s” is not a known state.")
    hint_template = _("Write the state’s three-letter code, such as ZMB.")


class ResemblesState(UnknownState):
    """The name only resembles that of a state."""

    template = _("“%(seen)s” is not a known state; it resembles %(proposals)s.")
    hint_template = _("Nothing was assumed. Write the state’s three-letter code.")


class States:
    """A snapshot of the register's states by every code and name."""

    def __init__(self) -> None:
        self.by_code: dict[str, Party] = {
            each.code: each for each in Party.objects.filter(kind=Party.Kind.STATE)
        }
        self._by_iso2: dict[str, Party] = {
            each.iso2: each for each in self.by_code.values() if each.iso2
        }
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for each in self.by_code.values():
            for language in LANGUAGES:
                self._by_name[plain_name(each.name_in(language))].add(each.code)

    def find(self, text: str) -> Party | None:
        """The state with this ISO 3166-1 code (alpha-2 in capitals) or exactly this name."""
        wanted = text.strip()
        if found := self.by_code.get(wanted.upper()) or self._by_iso2.get(wanted):
            return found
        codes = self._by_name.get(plain_name(wanted), set())
        return self.by_code[next(iter(codes))] if len(codes) == 1 else None

    def like(self, text: str) -> list[Party]:
        """Up to three states whose name resembles, to be proposed."""
        names = {
            each.name_in(language): each for language in LANGUAGES for each in self.by_code.values()
        }
        near = (names[name] for name in closest(text, names))
        return list({each.code: each for each in near}.values())


def find_state(text: str) -> Party:
    """The state that `text` names exactly. Refuses all else, proposing states that it resembles."""
    states = States()
    if found := states.find(text):
        return found
    if near := states.like(text):
        proposals = ", ".join(f"{each.code} ({each.name})" for each in near)
        raise ResemblesState(seen=text, proposals=proposals)
    raise UnknownState(seen=text)
