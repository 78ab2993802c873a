"""The log of acts that others may one day ask about."""

from datetime import datetime
from typing import Any

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.work import Audit


def note(action: str, *, by: Actor, event_id: int | None, now: datetime, **detail: Any) -> None:
    """Write one act down, inside an open write transaction; details carry no codes and no contact details."""
    row = Audit(at=now, event_id=event_id, person_id=by.person_id, device_id=by.device_id, action=action, detail=detail)
    db.session.add(row)
