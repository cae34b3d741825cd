"""What the API's parts share: strict query types, keyset pages, answers encoded by msgspec."""

import re
from datetime import date
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import BeforeValidator, Field

from bandung.ledger.canonical import MAX_WHOLE
from bandung.ledger.queries import EXERCISE, is_exercise
from bandung.movement.access import PUBLIC, Reader

MAX_PAGE = 1_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE = re.compile(r"\d{1,16}", re.ASCII)


class WrongQuery(ValueError):
    """A parameter that this address does not know, or a value that it cannot read."""

    status = 422

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.problem = {"loc": ["query", name], "msg": message, "type": "value_error"}


class UnknownName(WrongQuery):
    """A filter names something that does not exist; an empty list would read as “no need”."""

    status = 404


def _day(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written YYYY-MM-DD")
    return value


def _whole(value: object) -> object:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError("a whole number in the digits 0 to 9")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, Field(ge=0, le=MAX_WHOLE), BeforeValidator(_whole)]
Priority = Annotated[
    int, Field(ge=1, le=3, description="1 the most urgent."), BeforeValidator(_whole)
]
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE), BeforeValidator(_whole)]
_ROW = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
LineId = Annotated[
    str, Field(pattern=rf"^[1-9][0-9]{{0,11}}\.{_ROW}$", examples=["345.12"])
]  # the submitting act and the row, 1 to 65,535
Code = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_./@-]*$")]


class Names(Schema):
    """A name in four languages; empty where it is not known."""

    en: str
    fr: str
    es: str
    ar: str


class NotFound(Schema):
    """Nothing has that code."""

    detail: str


class Problem(Schema):
    """A parameter that cannot be taken: where it stands and why."""

    loc: list[str | int]
    msg: str
    type: str


class WrongParameters(Schema):
    """Every parameter that cannot be taken."""

    detail: list[Problem]


WRONG = {422: WrongParameters}
UNKNOWN = {404: WrongParameters, **WRONG}


def exercise_note() -> str:
    """What every list says on an exercise: no state submitted this; empty on a real instance."""
    return str(EXERCISE) if is_exercise() else ""


def reader_of(request: HttpRequest) -> Reader:
    """Who asks."""
    return getattr(request, "reader", PUBLIC)


def refuse_unknown(request: HttpRequest, known: type[Schema] | set[str]) -> None:
    """Refuses a parameter that would otherwise be ignored, such as a misspelt filter."""
    names = known if isinstance(known, set) else set(known.model_fields)
    for name in request.GET:
        if name not in names:
            choices = ", ".join(sorted(names)) or "none"
            raise WrongQuery(name, f"not a parameter of this address; known: {choices}")


def answer(value: Any) -> HttpResponse:
    """`value` as JSON; quick on long lists."""
    return HttpResponse(msgspec.json.encode(value), content_type="application/json")
