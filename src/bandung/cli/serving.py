"""`bandung serve` and `bandung check`."""

import os
import signal
import sys
from typing import Annotated

import typer
from django.core.management import call_command

from bandung.cli.console import instance
from bandung.cli.speaking import out

Port = Annotated[int, typer.Option(help="Port on this machine.")]
THREADS = 4  # of each worker: requests under way at once; more wait their turn
PATIENCE = 5  # seconds that requests under way have once the server is to end
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Workers = Annotated[int, typer.Option(help="Number of worker processes.")]


def serve(port: Port = 8000, workers: Workers = 2, host: Host = "127.0.0.1") -> None:
    """Serve the instance's pages and API."""
    instance()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until `stoppable` answers it
    out.print(f"Serving on http://{host}:{port}/ (stop with Ctrl-C)", markup=False)
    sys.stdout.flush()
    os.execv(  # noqa: S606
        sys.executable,
        [
            sys.executable,
            *("-m", "bandung.cli.stoppable", "--interface", "wsgi"),
            *("--host", host, "--port", str(port)),
            *("--workers", str(workers), "--blocking-threads", str(THREADS)),
            *("--workers-kill-timeout", str(PATIENCE)),
            *("--log-level", "warning", "bandung.site.wsgi:application"),
        ],
    )


def check() -> None:
    """Check the settings and the database of the instance."""
    instance()
    call_command("check", deploy=os.environ.get("BANDUNG_HTTPS") == "1", databases=["default"])
