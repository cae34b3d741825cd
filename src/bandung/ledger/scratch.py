"""`python -m bandung.ledger.scratch BUNDLE`: rebuilds into the new instance that the environment
names and prints the digest of each official table as JSON. Started by `rebuild.check`."""

import json
import sys
from pathlib import Path

import django


def main(bundle: Path) -> None:
    """Migrates, rebuilds, prints."""
    django.setup()
    from django.core.management import call_command

    from bandung.ledger.digest import digest_tables
    from bandung.ledger.rebuild import rebuild_from

    call_command("migrate", verbosity=0, run_syncdb=True)
    rebuild_from(bundle)
    print(json.dumps(digest_tables()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
