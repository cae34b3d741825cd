from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created


class LedgerConfig(AppConfig):
    name = "bandung.ledger"

    def ready(self) -> None:
        from bandung.ledger.engines import check_engines

        connection_created.connect(_guard, dispatch_uid="ledger.guard")
        register(check_engines, Tags.database)


def _guard(connection: Any, **kwargs: Any) -> None:
    """Puts the guard on a connection at its start (a technical signal, not a business one)."""
    from bandung.ledger.guard import refuse_side_doors

    if refuse_side_doors not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse_side_doors)
