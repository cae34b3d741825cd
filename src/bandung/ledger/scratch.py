"""`python -m bandung.ledger.scratch BUNDLE`: rebuilds into the new instance that the environment
names and prints the digest of each official table as JSON. Started by `rebuild.check`.

The instance gets the official tables alone: no migration, no account, no page is needed.
"""

import json
import sys
from pathlib import Path

import django


def main(bundle: Path) -> None:
    """Makes the tables, rebuilds, prints."""
    django.setup()
    from django.db import connection

    from bandung.ledger.digest import digest_tables, official_models
    from bandung.ledger.guard import open_door
    from bandung.ledger.models import Head
    from bandung.ledger.rebuild import rebuild_from

    with connection.schema_editor() as editor:
        for model in official_models():
            editor.create_model(model)
    with open_door():
        Head.objects.create(id=1)
    rebuild_from(bundle)
    print(json.dumps(digest_tables()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
