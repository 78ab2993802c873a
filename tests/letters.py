"""What letters were posted with: the outbox forgets it as soon as they have left, which in tests is at once."""

from typing import Any

from sqlalchemy import event

from eventmatch.models.work import Outbox

_posted: dict[str, dict[str, Any]] = {}


@event.listens_for(Outbox, "after_insert")
def _keep(_mapper: object, _connection: object, row: Outbox) -> None:
    """Remember the values of a letter."""
    _posted[row.message_id] = dict(row.values)


def enclosed(row: Outbox) -> dict[str, Any]:
    """Return the values a letter was posted with: paths of links, and codes."""
    return _posted[row.message_id]
