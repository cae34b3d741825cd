"""How a surface answers a refusal: its HTTP status."""

from bandung.core.refused import NotAllowed, Refused

# The request was well-formed; what it is about has another state than its author thought.
CONFLICTS = frozenset(
    {
        "already-disputed",
        "already-pending",
        "clock-behind",
        "draft-moved",
        "emergency-closed",
        "key-reused",
        "moved",
        "not-disputed",
        "not-in-force",
        "not-the-submission",
        "not-to-be-corrected",
        "nothing-new",
        "nothing-to-correct",
        "outdated",
        "publication-moved",
        "stale-item",
        "wrong-status",
    }
)


def http_status(refused: Refused) -> int:
    """403 for want of a mandate, 409 for what has changed meanwhile, else 422."""
    if isinstance(refused, NotAllowed):
        return 403
    return 409 if refused.code in CONFLICTS else 422
