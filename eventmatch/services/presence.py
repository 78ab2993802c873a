"""Presence, kept beside the scans it follows from; every function works inside an open write transaction."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, insert, select, true, update

from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.stays import Passage, Stay, stays
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.door import Place
from eventmatch.models.event import Door, Event, Room
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


def rebuild(event: Event, attendee_ids: Collection[int]) -> None:
    """Work out anew where these attendees are, from the scans that stand; whoever calls has locked their rows.

    Rooms they were never scanned at stay as they are.
    """
    zone = event.zone if EventDoors.of(event.settings).daily else None
    rows = [
        {"attendee_id": attendee_id, "room_id": room_id, **_row(stay)}
        for attendee_id, passages in passages_of(attendee_ids).items()
        for room_id, stay in stays(passages, zone).items()
    ]
    db.session.execute(_scanned_presence(attendee_ids), execution_options={"synchronize_session": False})
    if rows:
        db.session.execute(insert(Presence), rows)


def _scanned_presence(attendee_ids: Collection[int]) -> Any:
    """Delete what is kept of these attendees in rooms where they were scanned."""
    here = select(Door.id).join(Scan, Scan.door_id == Door.id).join(Ticket, Ticket.id == Scan.ticket_id)
    here = here.where(Ticket.attendee_id == Presence.attendee_id, Door.room_id == Presence.room_id)
    return delete(Presence).where(Presence.attendee_id.in_(attendee_ids), here.correlate(Presence).exists())


def _row(stay: Stay[Passage]) -> dict[str, object]:
    """Return what is kept of a stay."""
    return {"door_id": stay.first.door_id, "since": stay.first.at, "left_at": stay.left_at}


def lock(attendee_ids: Collection[int]) -> None:
    """Let nobody else move these attendees until this transaction ends; in one order, so that no two wait in a ring."""
    rows = select(Attendee.id).where(Attendee.id.in_(attendee_ids)).order_by(Attendee.id)
    db.session.execute(rows.with_for_update(key_share=True))
