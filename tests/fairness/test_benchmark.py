"""The benchmark's instances and peers, on the small instance; and the prices that the page shows."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bandung.fairness import Problem, acceleration, allocate
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
        pytest.importorskip("cvxpy", reason="cvxpy is not installed: the peer is not compared")
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


def with_minimum(given: Problem, least: int) -> Problem:
    cuts = given.lot_start.tolist()
    lot_classes = [given.lot_class[first:last].tolist() for first, last in pairwise(cuts)]
    return Problem(
        need=given.need,
        received=given.received,
        weight=(given.weight_above, given.weight_below),
        cap=given.cap,
        class_of=given.class_of,
        supply=given.supply,
        pack=given.pack,
        lot_classes=lot_classes,
        minimum=np.full(given.size, least),
    )


def prices_of_packs(given: Problem) -> list[str]:
    found = [
        "| rule | units not placed | worst coverage of whom a lot may serve | Gini |",
        "| --- | --- | --- | --- |",
    ]
    is_open = allocate(given, None).block >= 0
    for rule in (None, *RULES):
        allocation = allocate(given, rule)
        price = allocation.measures.get("price_of_packs", {"units": 0})
        worst, gini = allocation.coverage_array[is_open].min(), allocation.measures["after"]["gini"]
        name = f"`{rule}`" if rule else "exact shares"
        found.append(f"| {name} | {price['units']:,} | {worst:.2%} | {gini:.4f} |")
    return found


def prices_of_minima(given: Problem) -> list[str]:
    found = [
        "| minimum | consignments dropped | units not placed | Gini |",
        "| --- | --- | --- | --- |",
    ]
    for least in (0, 100, 1_000):
        allocation = allocate(with_minimum(given, least), None)
        price = allocation.measures.get("price_of_minimum", {"units": 0})
        gini = allocation.measures["after"]["gini"]
        deferred = len(allocation.deferred)
        found.append(f"| {least:,} | {deferred} | {price['units']:,} | {gini:.4f} |")
    return found


def test_the_page_shows_these_prices(small):
    page = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
    assert "\n".join(prices_of_packs(small)) in page
    assert "\n".join(prices_of_minima(small)) in page
