"""The instances that the figures of fair allocation rest on: drawn with a fixed seed.

Lognormal needs (sigma 1.6), half with prior receipts, 10 % at weight 5/4, 5 % with acceptance
limits of 10 to 60 %; supply 30 % of need in Pareto lots. 120 states on six continents; each
authorises 80 % of 8 products; a site keeps one of three cold-chain levels, and 2 % of sites refuse
one product. 10 % of lots are for all, 25 % for a continent, 45 % for a state, 20 % for random ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from bandung.fairness import Problem

SEED = 27
STATES, CONTINENTS, PRODUCTS, COLD = 120, 6, 8, 3


@dataclass(frozen=True)
class Size:
    """How many claimants and lots; `is_plain` draws 5 % of all pairs at random instead of rules."""

    claimants: int
    lots: int
    is_plain: bool = False

    def __str__(self) -> str:
        words = ", unstructured 5 %" if self.is_plain else ""
        return f"{self.claimants:,} x {self.lots:,}{words}"


SIZES = {
    "small": Size(120, 20),
    "middle": Size(10_000, 300),
    "plain": Size(10_000, 300, is_plain=True),
    "large": Size(100_000, 1_000),
    "huge": Size(1_000_000, 1_000),
}


def problem(size: Size) -> Problem:
    """The instance of a size; the same on every machine."""
    draw = np.random.default_rng([SEED, size.claimants, size.lots])
    columns = _claimants(draw, size.claimants)
    need = columns["need"]
    if size.is_plain:
        pairs = np.argwhere(draw.random((size.claimants, size.lots)) < 0.05).tolist()
        return Problem.from_pairs(**columns, **_lots(draw, size.lots, need), pairs=pairs)
    class_of, lot_classes = _classes(draw, size)
    lots = _lots(draw, size.lots, need)
    return Problem(**columns, **lots, class_of=class_of, lot_classes=lot_classes)


def _claimants(draw: np.random.Generator, size: int) -> dict[str, Any]:
    need = np.maximum(1, draw.lognormal(8, 1.6, size)).astype(np.int64)
    has_received = draw.random(size) < 0.5
    received = np.where(has_received, (need * draw.random(size) * 0.4).astype(np.int64), 0)
    is_heavy = draw.random(size) < 0.1
    is_limited = draw.random(size) < 0.05
    limit = (need * draw.uniform(0.1, 0.6, size)).astype(np.int64)
    cap = np.where(is_limited, limit, np.maximum(0, need - received))
    weight = (np.where(is_heavy, 5, 1), np.where(is_heavy, 4, 1))
    return {"need": need, "received": received, "weight": weight, "cap": cap}


def _lots(draw: np.random.Generator, lots: int, need: Any) -> dict[str, Any]:
    parts = draw.pareto(1.2, lots) + 0.05
    supply = np.maximum(1, parts / parts.sum() * int(need.sum()) * 0.3).astype(np.int64)
    return {"supply": supply, "pack": np.minimum(supply, draw.choice([1, 10, 50, 100, 600], lots))}


def _classes(draw: np.random.Generator, size: Size) -> tuple[Any, list[Any]]:
    is_each_a_state = size.claimants == STATES
    states = np.arange(STATES) if is_each_a_state else draw.integers(0, STATES, size.claimants)
    has_authorised = draw.random((STATES, PRODUCTS)) < 0.8
    cold = draw.integers(0, COLD, size.claimants)
    refuses = draw.random(size.claimants) < 0.02
    refused = np.where(refuses, draw.integers(0, PRODUCTS, size.claimants), PRODUCTS)
    kinds, class_of = np.unique(
        (states * COLD + cold) * (PRODUCTS + 1) + refused, return_inverse=True
    )
    state, kept = kinds // (COLD * (PRODUCTS + 1)), kinds // (PRODUCTS + 1) % COLD
    not_wanted = kinds % (PRODUCTS + 1)
    lot_classes = []
    for scope in _scopes(draw, size.lots):
        product, needs_cold = draw.integers(0, PRODUCTS), draw.integers(0, COLD)
        is_open = has_authorised[state, product] & (kept >= needs_cold)
        is_open &= (not_wanted != product) & scope[state]
        lot_classes.append(np.flatnonzero(is_open))
    return class_of, lot_classes


def _scopes(draw: np.random.Generator, lots: int) -> Iterator[Any]:
    """For each lot, which states it is earmarked for."""
    continent = np.arange(STATES) % CONTINENTS
    for kind in draw.random(lots):
        scope = np.zeros(STATES, bool)
        if kind < 0.1:
            scope[:] = True
        elif kind < 0.35:
            scope = continent == draw.integers(0, CONTINENTS)
        elif kind < 0.8:
            scope[draw.integers(0, STATES)] = True
        else:
            scope[draw.choice(STATES, STATES // 5, replace=False)] = True
        yield scope
