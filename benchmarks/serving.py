"""The served instance: start to first answer, memory of two workers, `/api/v1/needs` under load.

The peer in the same run is a bare WSGI function under the same server that answers the same bytes:
what lies between the two is our own work for each request.
"""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.report import Figure

WORKERS, CONCURRENCY, REQUESTS = 2, 8, 2_000
PATH = "/api/v1/needs"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"BANDUNG_HOME": home}
        command = [sys.executable, "-m", "bandung.cli", "demo", "--no-serve"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        starts = [_start_time(environment) for _ in range(5)]
        yield Figure("start to first answer, median of 5", statistics.median(starts), "s", "<= 2")
        with served("bandung.site.wsgi:application", environment) as (port, server):
            body = _get(port, PATH)
            ours = _load(port, server)
            memory = sum(each.memory_info().rss for each in _family(server)) / 1e6
        Path(home, "peer.py").write_text(_peer(body))
        with served("peer:application", environment | {"PYTHONPATH": home}) as (port, server):
            bare = _load(port, server)
    yield Figure("memory of two workers and their parent", memory, "MB", "<= 250")
    yield Figure(f"{PATH}, concurrency {CONCURRENCY}", ours[0], "requests/s", "")
    yield Figure(f"{PATH}, CPU", ours[1] * 1e3, "ms a request", "")
    yield Figure("the same bytes from a bare function", bare[0], "requests/s", "")
    yield Figure("the same bytes from a bare function, CPU", bare[1] * 1e3, "ms a request", "")


def _peer(body: bytes) -> str:
    return (
        f"BODY = {body!r}\n"
        "def application(environ, start):\n"
        "    start('200 OK', [('Content-Type', 'application/json')])\n"
        "    return [BODY]\n"
    )


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[tuple[int, psutil.Process]]:
    """A port on which granian serves `application` with two workers, and its process."""
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
            *("--workers", str(WORKERS), "--log-level", "error", application),
        ],
        env=environment,
    )
    try:
        yield port, psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _start_time(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    with served("bandung.site.wsgi:application", environment) as (port, _server):
        _get(port, "/")
        return time.perf_counter() - began


def _get(port: int, path: str) -> bytes:
    """The body of the first answer, asked for until the server listens."""
    for _ in range(400):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200, answer.status
            return answer.read()
        except ConnectionRefusedError:
            time.sleep(0.025)
        finally:
            connection.close()
    raise TimeoutError(path)


def _load(port: int, server: psutil.Process) -> tuple[float, float]:
    """Requests a second and CPU seconds a request of the server, after a warm-up."""
    _get(port, PATH)
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        list(pool.map(lambda _: _ask(port, 25), range(CONCURRENCY)))
        before, began = _cpu(server), time.perf_counter()
        list(pool.map(lambda _: _ask(port, REQUESTS // CONCURRENCY), range(CONCURRENCY)))
        seconds = time.perf_counter() - began
    return REQUESTS / seconds, (_cpu(server) - before) / REQUESTS


def _ask(port: int, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(times):
        connection.request("GET", PATH)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()


def _family(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children(recursive=True)]


def _cpu(server: psutil.Process) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in _family(server))
