"""The order in which people wait in front of a full room; every function works inside an open write transaction."""

from datetime import datetime

from sqlalchemy import delete

from eventmatch.models.base import db
from eventmatch.models.scan import Waiting, insert_into


def join(room_id: int, attendee_id: int, at: datetime) -> None:
    """Let somebody wait in front of a room; whoever does already keeps the earliest turn, in any order told."""
    row = insert_into(Waiting).values(attendee_id=attendee_id, room_id=room_id, since=at)
    earlier = row.on_conflict_do_update(
        index_elements=["attendee_id", "room_id"],
        set_={"since": row.excluded.since},
        where=row.excluded.since < Waiting.since,
    )
    db.session.execute(earlier)


def leave(attendee_id: int, room_id: int | None = None) -> None:
    """End somebody's waiting: in front of one room, once they are in it; of all rooms, once they leave the venue."""
    turns = delete(Waiting).where(Waiting.attendee_id == attendee_id)
    db.session.execute(turns.where(Waiting.room_id == room_id) if room_id is not None else turns)
