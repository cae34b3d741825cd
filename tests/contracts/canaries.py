"""Canaries: confidential texts and figures of each state, and who may meet them.

Who may is written down here once more, by hand, and knows nothing of the code that decides it.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse

VISIBILITIES = ("public", "partners", "withheld")
TEXTS = (*VISIBILITIES, "pending", "returned", "accepted", "file", "author", "remark", "note")
FIGURES: Mapping[tuple[str, str], int] = {
    ("ZMB", "public"): 100,
    ("ZMB", "partners"): 718_293_645,
    ("ZMB", "withheld"): 526_193_847,
    ("ZMB", "pending"): 381_927_465,
    ("ZMB", "returned"): 649_182_573,
    ("AZE", "public"): 300,
    ("AZE", "partners"): 827_364_519,
    ("AZE", "withheld"): 473_829_615,
    ("AZE", "pending"): 592_716_483,
    ("AZE", "returned"): 936_471_825,
}
GROUPS = ("", ",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", "_")
ARABIC = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")

STAFF = frozenset({"reviewer", "reviewer_with_ties", "secretariat", "secretariat_chair_state"})
OWN = {
    "ZMB": frozenset({"focal_point", "focal_point_other_sector", "head_of_delegation"}),
    "AZE": frozenset({"focal_point_chair_state"}),
}


def canary(state: str, kind: str) -> str:
    """A text that occurs in what this state said of this kind, and nowhere else."""
    return f"Qanary-{state}-{kind}-zq"


@dataclass(frozen=True)
class Canary:
    """Ways of writing one confidential thing."""

    state: str
    kind: str
    writings: tuple[bytes, ...]

    def may_meet(self, role: str) -> bool:
        """Public lines: everyone. Partners' lines: partners too. All else: its state and staff."""
        is_partners = self.kind == "partners" and role == "partner_reader"
        return self.kind == "public" or is_partners or role in STAFF | OWN[self.state]


def _written(figure: int) -> tuple[bytes, ...]:
    grouped = f"{figure:,}"
    texts = [grouped.replace(",", sign) for sign in GROUPS]
    texts += [str(figure).translate(ARABIC), grouped.translate(ARABIC)]
    return tuple(text.encode() for text in texts)


def _sums(state: str) -> Iterator[Canary]:
    """Totals of the lines in force that hold a hidden one."""
    public, partners, withheld = (FIGURES[state, kind] for kind in VISIBILITIES)
    yield Canary(state, "partners", _written(public + partners))
    for total in (public + withheld, partners + withheld, public + partners + withheld):
        yield Canary(state, "withheld", _written(total))


CANARIES = (
    *(Canary(s, kind, (canary(s, kind).encode(),)) for s in OWN for kind in TEXTS),
    *(Canary(s, kind, _written(n)) for (s, kind), n in FIGURES.items() if kind != "public"),
    *(each for state in OWN for each in _sums(state)),
)


def met(answer: HttpResponse) -> list[Canary]:
    """The canaries in an answer: its headers, its body, the members of its workbook."""
    text = b"\n".join(readable(answer))
    return [each for each in CANARIES if any(way in text for way in each.writings)]


def leaks(answer: HttpResponse, role: str) -> list[str]:
    """What this role met and may not."""
    return [f"{each.kind} of {each.state}" for each in met(answer) if not each.may_meet(role)]


def readable(answer: HttpResponse) -> Iterator[bytes]:
    """The bytes of an answer in which a text can be found."""
    for name, value in answer.items():
        yield f"{name}: {value}".encode()
    body = answer.getvalue() if answer.streaming else answer.content
    yield body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            for part in parts.namelist():
                yield part.encode() + b" " + parts.read(part)
