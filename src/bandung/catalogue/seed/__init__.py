"""The catalogue's seed tables, compiled by scripts/compile_seed.py; each row names its source."""

from bandung.core.tables import seed_rows


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one seed table, for example `rows("items")`."""
    return seed_rows(__name__, name)
