"""Fair allocation: how long, how much memory, how many blocks, and the peers in the same run.

Each figure is taken in a process of its own. A peer that does not finish within a minute is
stopped, and not tried on larger instances. Times of compiled code are taken after a first run on a
smaller instance, as are the peers'.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for `python benchmarks/allocation.py`

from benchmarks.instances import SIZES, Size, problem  # noqa: E402
from benchmarks.report import Figure  # noqa: E402

RUNS = {"small": 101, "middle": 31, "plain": 15, "large": 15, "huge": 9}
TARGETS = {"small": 2, "middle": 15, "plain": 100, "large": 40, "huge": 100}
PROTOTYPE = {
    "small": "1.4 to 12",
    "middle": "20 to 44",
    "plain": "200 to 500",
    "large": "68 to 152",
    "huge": "173 to 242",
}
PATIENCE = 60


def figures() -> Iterator[Figure]:
    """Every size; the largest without compiled loops too."""
    names = [*_peer_names()]
    for size in SIZES:
        ours = _measured("times", size, {})
        yield from own_figures(size, ours)
        if size in ("large", "huge"):
            yield from _memory_figures(size)
        for name in [*names]:
            found = _peer(name, size)
            yield from _peer_figures(name, size, ours, found)
            if found is None:
                names.remove(name)
        if size == "huge":
            yield from _without_numba(size, ours)


def own_figures(size: str, ours: dict[str, Any]) -> Iterator[Figure]:
    at, promise = SIZES[size], f"{TARGETS[size]} (prototype {PROTOTYPE[size]})"
    yield Figure(f"{at}: pairs", ours["pairs"], "")
    yield Figure(f"{at}: pairs once collapsed", ours["edges"], "")
    yield Figure(f"{at}: blocks", ours["blocks"], "")
    yield Figure(f"{at}: exact optimum, median of {RUNS[size]}", ours["solve"], "ms", promise)
    yield Figure(f"{at}: exact optimum, fastest", ours["fastest"], "ms")
    more = "250 (prototype 444)" if size == "huge" else ""
    yield Figure(f"{at}: with consignments and packs", ours["pack"], "ms", more)
    promise = "50" if size == "huge" else ""
    yield Figure(f"{at}: certificate checked", ours["certificate"], "ms", promise)
    yield Figure(f"{at}: measures", ours["measures"], "ms")
    yield Figure(f"{at}: worst coverage", ours["worst"] * 100, "%")
    yield Figure(f"{at}: Gini", ours["gini"] * 100, "%")
    if size == "huge":
        yield Figure(f"{at}: one pass over 40 bytes a claimant", ours["pass"], "ms")


def _memory_figures(size: str) -> Iterator[Figure]:
    """Memory is returned at once while it is measured, which would slow the times down."""
    prompt = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
    at, found = SIZES[size], _measured("memory", size, prompt)
    promise = "400 (prototype 344)" if size == "huge" else ""
    yield Figure(f"{at}: memory above the instance's", found["solve"], "MB", promise)
    yield Figure(f"{at}: memory above the instance's, with packs", found["pack"], "MB")


def _peer_figures(
    name: str, size: str, ours: dict[str, Any], found: dict[str, float] | None
) -> Iterator[Figure]:
    what = f"{SIZES[size]}: {name}"
    if found is None:
        yield Figure(what, PATIENCE, "s and not finished, or out of memory")
        return
    yield Figure(what, found["seconds"], "s")
    yield Figure(f"{what}, times ours", found["seconds"] * 1000 / ours["solve"], "x")
    if name == "pro rata per lot":
        yield Figure(f"{what}, worst coverage", found["worst"] * 100, "%")
        yield Figure(f"{what}, Gini", found["gini"] * 100, "%")
    else:
        yield Figure(f"{what}, largest error", found["error"] * 1e6, "millionths of full coverage")


def _without_numba(size: str, ours: dict[str, Any]) -> Iterator[Figure]:
    plain, at = _measured("times", size, {"BANDUNG_PLAIN": "1"}), SIZES[size]
    yield Figure(f"{at}: exact optimum without numba", plain["solve"], "ms")
    ratio = plain["solve"] / ours["solve"]
    yield Figure(f"{at}: without numba, times with it", ratio, "x", "<= 6")
    ratio = plain["pack"] / ours["pack"]
    yield Figure(f"{at}: with packs, without numba, times with it", ratio, "x", "<= 6")
    differing = sum(plain["bytes"][each] != ours["bytes"][each] for each in ours["bytes"])
    yield Figure(f"{at}: results that differ without numba", differing, "of 2", "0")


def _measured(what: str, size: str, more: dict[str, str]) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if key != "BANDUNG_PLAIN"}
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.allocation", what, size],
        env={**environment, **more},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return found


def _peer_names() -> tuple[str, ...]:
    from benchmarks.peers import PEERS

    return tuple(PEERS)


def _peer(name: str, size: str) -> dict[str, float] | None:
    """What a peer found; None if it was stopped or gave up."""
    command = [sys.executable, "-m", "benchmarks.peers", name, size]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", f"{name} fails on the small instance"
        stop = Timer(PATIENCE, process.kill)
        stop.start()
        printed = process.stdout.read()
        stop.cancel()
    return json.loads(printed) if process.returncode == 0 else None


def warm_up() -> None:
    """Imports and compiles all that is timed."""
    from bandung.fairness import allocate
    from bandung.fairness.certificate import check_certificate

    warm = problem(Size(30_000, 300))
    check_certificate(warm, allocate(warm, None))
    allocate(warm).measures  # noqa: B018


def memory(size: str) -> dict[str, float]:
    """The engine's memory for one size, in this process."""
    from bandung.fairness import allocate

    warm_up()
    given = problem(SIZES[size])
    given.slope  # noqa: B018
    return {"solve": _peak(lambda: allocate(given, None)), "pack": _peak(lambda: _packed(given))}


def times(size: str) -> dict[str, Any]:
    """The engine's figures for one size, in this process."""
    from bandung.fairness import allocate
    from bandung.fairness.certificate import check_certificate

    warm_up()
    given, runs = problem(SIZES[size]), RUNS[size]
    given.slope  # noqa: B018
    exact, packed = allocate(given, None), _packed(given)
    solved, packing = _in_turn(runs, lambda: allocate(given, None), lambda: _packed(given))
    faults = check_certificate(given, exact)
    assert not faults, faults[0]
    checked = _in_turn(min(runs, 9), lambda: check_certificate(given, exact))
    figures, measured = packed.measures, _in_turn(min(runs, 9), lambda: _measures(given, packed))
    sizes = _sizes(given)
    served = exact.share_coverage_array[exact.block >= 0]
    return {
        "pairs": int(sizes[given.lot_class].sum()),
        "edges": exact.optimum.collapsed.edges,
        "blocks": figures["blocks"]["count"],
        "solve": median(solved),
        "fastest": min(solved),
        "pack": median(packing),
        "certificate": median(checked[0]),
        "measures": median(measured[0]),
        "worst": float(served.min()),
        "gini": exact_gini(given, exact),
        "pass": median(_in_turn(9, lambda: _pass(given))[0]),
        "bytes": {"exact": result_bytes(exact), "packed": result_bytes(packed)},
    }


def _packed(given: Any) -> Any:
    from bandung.fairness import allocate

    found = allocate(given)
    found.consignment_quantity, found.allocated, found.placed  # noqa: B018
    return found


def _measures(given: Any, found: Any) -> Any:
    from bandung.fairness.measures import measure as measures

    return measures(given, found)


def exact_gini(given: Any, exact: Any) -> float:
    """The Gini of the exact shares."""
    from bandung.fairness.measures import spread

    return spread(given.need, exact.share_coverage_array).gini


def _sizes(given: Any) -> Any:
    import numpy as np

    return np.bincount(given.class_of, minlength=given.classes)


def _pass(given: Any) -> Any:
    """The least that any method does: reads all that decides the shares once."""
    columns = (given.slope, given.received, given.cap, given.class_of, given.need)
    return [int(each.sum()) for each in columns]


def result_bytes(found: Any) -> str:
    """A digest of all that a result says."""
    said = sha256()
    for lot_level, left in zip(found.lot_level, list(found.left), strict=True):
        said.update(f"{lot_level} {left}\n".encode())
    for pour in found.certificate.pours:
        said.update(repr(pour).encode())
    said.update(found.shares_array.tobytes() + found.block.tobytes())
    said.update(found.consignment_claimant.tobytes() + found.consignment_lot.tobytes())
    if found.rule != "continuous":
        said.update(found.consignment_quantity.tobytes() + found.allocated.tobytes())
        said.update(json.dumps(found.measures).encode())
    return said.hexdigest()


def _in_turn(runs: int, *calls: Callable[[], Any]) -> list[list[float]]:
    """The milliseconds of each run of each call; the calls take turns."""
    found: list[list[float]] = [[] for _ in calls]
    for _run in range(runs):
        for taken, call in zip(found, calls, strict=True):
            begun = time.perf_counter()
            call()
            taken.append((time.perf_counter() - begun) * 1000)
    return found


def _peak(call: Callable[[], Any]) -> float:
    """By how many MB the memory of this process rises while it runs."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident("VmRSS")
    call()
    return _resident("VmHWM") - before


def _resident(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps({"times": times, "memory": memory}[sys.argv[1]](sys.argv[2])))
    else:
        for figure in figures():
            print(figure.line(), flush=True)
