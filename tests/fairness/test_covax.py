"""The published COVAX table of 3 February 2021: what the rule reproduces, and what it would lift."""

import csv
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest

from bandung.fairness import allocate
from bandung.fairness.examples import covax

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT.parent / "shared" / "data" / "allocation" / "covax_forecast_2021_02_03_az_sii.csv"
PUBLISHED = {row.state: row.doses for row in covax.claimants()}


@pytest.fixture(scope="module")
def runs():
    return covax.runs()


def doses(allocation):
    names, given = allocation.problem.ids, allocation.allocated.tolist()
    return dict(zip(names, given, strict=True))


@pytest.mark.skipif(not COLLECTED.is_file(), reason="../shared/data is absent: nothing to compare")
def test_the_table_holds_the_collected_figures():
    with COLLECTED.open(encoding="utf-8", newline="") as file:
        collected = {
            (row["iso3"], int(row["population"]), int(row["doses"])) for row in csv.DictReader(file)
        }
    assert {(row.state, row.population, row.doses) for row in covax.published()} == collected


def test_floor_of_the_inferred_supply_is_19_published_rows_to_the_pack(runs):
    assert len(covax.published()) == 20
    assert doses(runs["floor, inferred"]) == PUBLISHED
    assert sum(PUBLISHED.values()) == 77_304_000
    assert runs["floor, inferred"].left.tolist() == [77_410_000 - 77_304_000]


def test_the_level_lies_between_the_two_that_the_rows_allow(runs):
    low, high = covax.levels()
    assert low <= runs["floor, inferred"].lot_level[0] < high
    assert 0.0776849 <= low < Fraction(776850, 10**7)
    assert Fraction(777120, 10**7) < high < Fraction(777121, 10**7)


def test_just_these_supplies_give_the_published_rows():
    low, high = covax.levels()
    population = sum(row.population for row in covax.claimants())
    first, last = ceil(low * population), ceil(high * population) - 1
    assert (first, last) == (77_400_607, 77_427_648)
    for supply, is_published in (
        (first - 1, False),
        (first, True),
        (last, True),
        (last + 1, False),
    ):
        given = doses(allocate(covax.forecast(supply), "floor"))
        assert (given == PUBLISHED) == is_published


def test_the_row_of_syria_does_not_follow_the_rule():
    low, high = covax.levels()
    (syria,) = [row for row in covax.published() if row.state == covax.LEFT_OUT]
    expected = {int(level * syria.population) // covax.PACK for level in (low, high)}
    assert expected == {113}
    assert syria.doses == 85 * covax.PACK


@pytest.mark.parametrize(
    ("rule", "worst"),
    [("floor, inferred", 0.076825), ("quota-leximin", 0.077413), ("adams", 0.077468)],
)
def test_the_same_doses_lift_the_worst_covered(runs, rule, worst):
    assert sum(doses(runs[rule]).values()) == 77_304_000
    assert round(float(min(runs[rule].coverage)), 6) == worst


def test_adams_may_leave_a_state_more_than_a_pack_below_its_share(runs):
    for rule, most in (("quota-leximin", 1), ("adams", 3)):
        short = max(
            share - given
            for share, given in zip(runs[rule].shares, runs[rule].allocated.tolist(), strict=True)
        )
        assert most - 1 <= short / covax.PACK < most


def test_the_page_shows_what_the_example_prints():
    page = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
    assert "```text\n" + "\n".join(covax.lines()) + "\n```" in page
