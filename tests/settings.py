"""Settings of the test run: the site's, a folder of its own, and a small app with official tables.

`pytest --postgres` starts a PostgreSQL server in a temporary folder; parallel workers inherit it.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

if "BANDUNG_TEST_HOME" not in os.environ:
    memory = "/dev/shm"  # a file system in memory, where it is large enough
    is_roomy = os.path.isdir(memory) and shutil.disk_usage(memory).free > 1 << 30
    home = tempfile.mkdtemp(prefix="bandung-tests-", dir=memory if is_roomy else None)
    os.environ["BANDUNG_HOME"] = os.environ["BANDUNG_TEST_HOME"] = home
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # runs after the server has stopped
    if "--postgres" in sys.argv:
        from tests.postgres import start

        os.environ["DATABASE_URL"] = start(Path(home))

from bandung.site.settings import *  # noqa: F403
from bandung.site.settings import BANDUNG_HOME, DATABASES, INSTALLED_APPS

INSTALLED_APPS = ["tests.ledger.app", *INSTALLED_APPS]
# Quick, because hundreds of tests sign in; tests/movement/test_accounts.py uses the site's own.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A real file: threads and crashes behave as in production, which memory does not.
    DATABASES["default"]["TEST"] = {"NAME": BANDUNG_HOME / "test.sqlite3"}
