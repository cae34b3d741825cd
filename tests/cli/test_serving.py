"""`bandung serve` as it is documented: it starts, answers, and stops."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest


@pytest.fixture
def environment(tmp_path):
    environment = {**os.environ, "BANDUNG_HOME": str(tmp_path / "home")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment.pop("DATABASE_URL", None)
    return environment


def bandung(environment, *words):
    return [sys.executable, "-m", "bandung.cli", *words]


def test_an_instance_is_served(environment):
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
    )
    try:
        assert _status(port, "/about/") == 200
        assert _status(port, "/api/v1/checkpoint") == 200
        assert _status(port, "/static/core/bandung.css") == 200
    finally:
        server.send_signal(signal.SIGTERM)
        printed, _ = server.communicate(timeout=20)
    assert not re.search(r"error|traceback", printed, re.IGNORECASE), printed


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
