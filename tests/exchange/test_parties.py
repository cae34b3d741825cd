"""States as people write them: exact, or only proposed."""

import pytest

from bandung.exchange.parties import ResemblesState, UnknownState, find_state
from tests.exchange.conftest import Desk

EXACT = {
    "ZMB": "ZMB",
    "zmb": "ZMB",
    "ZM": "ZMB",
    "NA": "NAM",
    "Namibia": "NAM",
    "Namibie": "NAM",
    "ناميبيا": "NAM",
    "  côte d'ivoire ": "CIV",
}


@pytest.mark.parametrize("text", EXACT)
def test_found(desk: Desk, text: str) -> None:
    assert find_state(text).code == EXACT[text]


@pytest.mark.parametrize("text", ["Nambia", "Zambiaa"])
def test_what_resembles_is_proposed(desk: Desk, text: str) -> None:
    with pytest.raises(ResemblesState, match=r"NAM|ZMB"):
        find_state(text)


@pytest.mark.parametrize("text", ["", "na", "n/a", "Atlantis", "World Health Organization"])
def test_all_else_is_unknown(desk: Desk, text: str) -> None:
    with pytest.raises(UnknownState):
        find_state(text)
