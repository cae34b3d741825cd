"""`bandung serve` as it is documented: it starts, answers, and stops."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest


@pytest.fixture
def environment(tmp_path):
    environment = {**os.environ, "BANDUNG_HOME": str(tmp_path / "home")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("DATABASE_URL", None)
    return environment


def bandung(environment, *words):
    return [sys.executable, "-m", "bandung.cli", *words]


@pytest.fixture
def server(environment):
    """A server that has just said how to stop it, and its port."""
    words = ("ledger", "found", "--name", "Log", "--term", "19", "--chair", "UGA")
    subprocess.run(bandung(environment, *words), env=environment, check=True, capture_output=True)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = subprocess.Popen(
        bandung(environment, "serve", "--port", str(port), "--workers", "1"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    assert "stop with Ctrl-C" in server.stdout.readline()
    yield server, port
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.communicate()


def test_an_instance_is_served(server):
    server, port = server
    try:
        assert _status(port, "/about/") == 200
        assert _status(port, "/api/v1/checkpoint") == 200
        assert _status(port, "/static/core/bandung.css") == 200
    finally:
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=20)
    assert not re.search(r"error|traceback", printed, re.IGNORECASE), printed


@pytest.mark.parametrize("waited", [0, 0.3, 0.8, 2])
@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["process", "terminal"])
def test_ctrl_c_ends_it_even_while_it_starts(server, send, waited):
    server, _port = server
    time.sleep(waited)  # the server loads: its command, then its workers
    send(server.pid, signal.SIGINT)
    printed, _ = server.communicate(timeout=4)
    assert server.returncode in (0, 130)
    assert printed == ""


def _status(port: int, path: str) -> int:
    for _attempt in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError(path)
