"""The benchmark's instances and peers, on the small instance; and the prices that the page shows."""

from pathlib import Path

import numpy as np
import pytest

from bandung.fairness import acceleration, allocate
from benchmarks import prices
from benchmarks.allocation import own_figures, result_bytes, times
from benchmarks.instances import SIZES, Size, problem
from benchmarks.peers import PEERS, pairs

ROOT = Path(__file__).resolve().parents[2]
RULES = ("quota-leximin", "hamilton", "adams", "floor")


@pytest.fixture(scope="module")
def small():
    return problem(SIZES["small"])


def test_an_instance_is_the_same_again_and_as_described(small):
    assert problem(SIZES["small"]).digest == small.digest
    middle = problem(SIZES["middle"])
    need, supply = int(middle.need.sum()), int(middle.supply.sum())
    assert 0.29 < supply / need <= 0.3
    assert 0.45 < np.mean(middle.received > 0) < 0.55
    assert 0.08 < np.mean(middle.weight_above == 5) < 0.12
    assert len(pairs(middle)[0]) > 200_000


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("sequential LP (HiGHS)", 1e-5),
        ("one QP (Clarabel)", 1e-2),
        ("decomposition without classes", 1e-12),
    ],
)
def test_a_peer_finds_the_same_coverages(small, name, error):
    if "QP" in name:
        pytest.importorskip(
            "clarabel", reason="clarabel is not installed: the peer is not compared"
        )
    exact = allocate(small, None).share_coverage_array
    assert np.abs(PEERS[name](small) - exact).max() < error


def test_pro_rata_places_no_more_and_leaves_the_worst_covered_lower(small):
    exact, coverage = allocate(small, None), PEERS["pro rata per lot"](small)
    is_open = exact.block >= 0
    assert coverage[is_open].min() < exact.share_coverage_array[is_open].min()
    weighted = small.slope / small.weight_lcm
    assert (coverage * weighted).sum() <= (exact.share_coverage_array * weighted).sum() * 1.000001


def test_the_figures_of_the_small_instance_are_made():
    figures = times("small")
    assert figures["blocks"] == allocate(problem(SIZES["small"])).measures["blocks"]["count"]
    assert figures["solve"] > 0
    assert all(figure.line() for figure in own_figures("small", figures))


def test_with_and_without_numba_the_bytes_are_the_same(monkeypatch):
    pytest.importorskip("numba", reason="numba is not installed: there is nothing to compare")
    given = problem(Size(30_000, 300))
    found = set()
    for is_plain in ("", "1"):
        monkeypatch.setenv("BANDUNG_PLAIN", is_plain)
        acceleration.has_numba.cache_clear()
        assert acceleration.has_numba() == (not is_plain)
        found.add((result_bytes(allocate(given, None)), result_bytes(allocate(given))))
    acceleration.has_numba.cache_clear()
    assert len(found) == 1


# The prices that the page shows


def test_the_page_shows_these_prices_and_the_command_that_prints_them(small, capsys):
    page = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
    for table in (prices.of_packs(small), prices.of_minima(small)):
        assert "\n".join(table) in page
    assert "`python -m benchmarks.prices`" in page
    total = f"{small.size} states and {small.lots} lots of {int(small.supply.sum()):,} units"
    assert total in " ".join(page.split())
    prices.main()
    printed = capsys.readouterr().out
    assert all(line in page for line in printed.splitlines()[1:])


def test_what_is_left_and_what_is_placed_are_the_supply(small):
    total = int(small.supply.sum())
    for rule in (None, *RULES):
        found = allocate(small, rule)
        assert prices.left(found) + sum(found.allocated) == total
    deferring = allocate(prices.with_minimum(small, 1_000), None)
    assert prices.left(deferring) + sum(deferring.allocated) == total
