"""The order in which people wait in front of a full room; every function works inside a transaction of the door."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete

from eventmatch.models.driver import Direct
from eventmatch.models.scan import Waiting, insert_into
from eventmatch.models.statement import Statement

_COLUMNS = ("attendee_id", "room_id", "since")


def join(within: Direct, room_id: int, attendee_id: int, at: datetime) -> None:
    """Let somebody wait in front of a room; whoever does already keeps the earliest turn, in any order told."""
    _JOIN.rows(within, {"attendee_id": attendee_id, "room_id": room_id, "since": at})


def leave(within: Direct, attendee_id: int, at: datetime, room_id: int | None = None) -> None:
    """End the waiting somebody had begun by then: for one room, once they are in it; for all, once they leave."""
    (_LEAVE_ALL if room_id is None else _LEAVE).rows(within, {"attendee": attendee_id, "at": at, "room": room_id})


def _join(dialect: str) -> Any:
    """Write a turn down, or move it to an earlier moment."""
    values = {name: bindparam(name, type_=Waiting.__table__.c[name].type) for name in _COLUMNS}
    row = insert_into(Waiting, dialect).values(values)
    return row.on_conflict_do_update(
        index_elements=["attendee_id", "room_id"],
        set_={"since": row.excluded.since},
        where=row.excluded.since < Waiting.since,
    )


def _leave(_dialect: str) -> Any:
    """End all turns somebody had by then."""
    begun = Waiting.since <= bindparam("at", type_=Waiting.__table__.c.since.type)
    return delete(Waiting).where(Waiting.attendee_id == bindparam("attendee"), begun)


_JOIN, _LEAVE_ALL = Statement(_join), Statement(_leave)
_LEAVE = Statement(lambda dialect: _leave(dialect).where(Waiting.room_id == bindparam("room")))
