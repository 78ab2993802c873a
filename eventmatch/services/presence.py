"""Presence, kept beside the scans it follows from; every function works inside an open write transaction."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, select, true, update

from eventmatch.domain.stays import stays
from eventmatch.models.base import db
from eventmatch.models.door import Place
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Presence, Scan, insert_into, passages_of
from eventmatch.models.ticket import Ticket


def enter(place: Place, attendee_id: int, at: datetime, *, limit: int | None) -> bool:
    """Put somebody into a room: one statement, so that of two at once one wins and a full room stays full."""
    row = {"attendee": attendee_id, "room": place.room_id, "door": place.door_id, "at": at, "most": limit}
    claim = _claim(db.engine.dialect.name, limited=limit is not None)
    won = db.session.execute(claim, row).first() is not None
    if won and not place.venue:
        _leave_other_rooms(place, attendee_id, at)
    return won


@cache
def _claim(_dialect: str, *, limited: bool) -> Any:
    """Build the statement behind enter once for each kind of database; a limit asks for fewer inside than that."""
    columns = {"attendee_id": "attendee", "room_id": "room", "door_id": "door", "since": "at"}
    row = [bindparam(name, type_=Presence.__table__.c[column].type) for column, name in columns.items()]
    here = select(func.count()).where(Presence.room_id == bindparam("room"), Presence.left_at.is_(None))
    free = here.scalar_subquery() < bindparam("most", type_=Integer) if limited else true()
    claim = insert_into(Presence).from_select([*columns], select(*row).where(free))
    claim = claim.on_conflict_do_update(
        index_elements=["attendee_id", "room_id"],
        set_={"door_id": claim.excluded.door_id, "since": claim.excluded.since, "left_at": None},
        where=Presence.left_at.is_not(None),
    )
    return claim.returning(Presence.id)


def _leave_other_rooms(place: Place, attendee_id: int, at: datetime) -> None:
    """Take somebody out of the session room they were in before."""
    venues = select(Room.id).where(Room.event_id == place.event_id, Room.is_venue)
    elsewhere = update(Presence).where(Presence.attendee_id == attendee_id, Presence.left_at.is_(None))
    elsewhere = elsewhere.where(Presence.room_id != place.room_id, Presence.room_id.not_in(venues))
    db.session.execute(elsewhere.values(left_at=at), execution_options={"synchronize_session": False})


def leave(place: Place, attendee_id: int, at: datetime) -> bool:
    """Take somebody out of a room, and out of all rooms at the venue's door; of two at once one wins."""
    mine = update(Presence).where(Presence.attendee_id == attendee_id, Presence.left_at.is_(None))
    here = mine.where(Presence.room_id == place.room_id).values(left_at=at).returning(Presence.id)
    won = db.session.execute(here, execution_options={"synchronize_session": False}).first() is not None
    if won and place.venue:
        db.session.execute(mine.values(left_at=at), execution_options={"synchronize_session": False})
    return won


def rebuild(attendee_id: int) -> None:
    """Work out anew where somebody is, from the scans that stand; rooms they were never scanned at stay as they are."""
    found = stays(passages_of(attendee_id))
    scanned = select(Door.room_id).join(Scan, Scan.door_id == Door.id).join(Ticket, Ticket.id == Scan.ticket_id)
    mine = Presence.attendee_id == attendee_id
    gone = delete(Presence).where(mine, Presence.room_id.in_(scanned.where(Ticket.attendee_id == attendee_id)))
    db.session.execute(gone, execution_options={"synchronize_session": False})
    for room_id, stay in found.items():
        row = {"door_id": stay.door_id, "since": stay.since, "left_at": stay.left_at}
        db.session.add(Presence(attendee_id=attendee_id, room_id=room_id, **row))
