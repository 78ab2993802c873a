"""Presence, kept beside the scans it follows from; every function works inside an open write transaction."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, insert, null, select, true, union_all, update

from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.stays import Passage, Stay, stays
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.driver import Direct, Row, Statement
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.headcount import headcount_of
from eventmatch.models.place import Place
from eventmatch.models.scan import Presence, Scan, insert_into, is_here, passages_of
from eventmatch.models.ticket import Ticket

_ROW = ("attendee_id", "room_id", "door_id", "since", "left_at")
_PARAMETERS = {name: bindparam(name, type_=Presence.__table__.c[name].type) for name in _ROW[:-1]}

_COUNTS_FROM = bindparam("counts_from", type_=Presence.__table__.c.since.type)


def enter(within: Direct, place: Place, attendee_id: int, at: datetime, *, limit: int | None) -> bool:
    """Put somebody into a room, out of the session room before: in one statement, so that of two at once one wins."""
    row = {"attendee_id": attendee_id, "room_id": place.room_id, "door_id": place.door_id, "since": at, "most": limit}
    row |= {"counts_from": place.doors.counts_from(at, place.zone)}
    return _done(within, place, _entrance(limited=limit is not None, venue=place.venue).rows(within, row))


@cache
def _entrance(*, limited: bool, venue: bool) -> Statement:
    """Return the statement behind enter: into a room that is not full, anew if they left it, and out of the others."""

    def build(dialect: str) -> Any:
        free = _has_place() if limited else true()
        coming = select(*_PARAMETERS.values(), null()).where(free)
        claim = insert_into(Presence, dialect)
        claim = claim.from_select([*_ROW], coming if venue else union_all(coming, _elsewhere().where(free)))
        new = claim.excluded
        return claim.on_conflict_do_update(
            index_elements=["attendee_id", "room_id"],
            set_={"door_id": new.door_id, "since": new.since, "left_at": new.left_at},
            where=Presence.left_at.is_not(None) | new.left_at.is_not(None) | (Presence.since < _COUNTS_FROM),
        ).returning(Presence.room_id)

    return Statement(build)


def _has_place() -> ColumnElement[bool]:
    """Tell whether fewer are in the room than may be."""
    here = select(func.count()).where(Presence.room_id == _PARAMETERS["room_id"], is_here(_COUNTS_FROM))
    return here.scalar_subquery() < bindparam("most", type_=Presence.__table__.c.id.type)


def _elsewhere() -> Select[*tuple[Any, ...]]:
    """Return the session room somebody comes from, as left at this moment."""
    room = Presence.room_id != _PARAMETERS["room_id"], Room.is_venue.is_(False)
    row = select(Presence.attendee_id, Presence.room_id, Presence.door_id, Presence.since, _PARAMETERS["since"])
    row = row.join(Room, Room.id == Presence.room_id).where(*room)
    return row.where(Presence.attendee_id == _PARAMETERS["attendee_id"], Presence.left_at.is_(None))


def leave(within: Direct, place: Place, attendee_id: int, at: datetime) -> bool:
    """Take somebody out of a room, and out of all rooms at the venue's door; of two at once one wins."""
    exit_ = _EXIT_FROM_ALL if place.venue else _EXIT
    return _done(within, place, exit_.rows(within, {"attendee": attendee_id, "room": place.room_id, "at": at}))


def _done(within: Direct, place: Place, changed: list[Row]) -> bool:
    """Tell whether somebody passed this door; the counts of other rooms they left by that are known no more."""
    if len(changed) > 1:
        headcount_of(within.engine).forget()
    return (place.room_id,) in changed


def _exit(_dialect: str) -> Any:
    """Let somebody leave wherever they are."""
    open_stays = Presence.attendee_id == bindparam("attendee"), Presence.left_at.is_(None)
    left = bindparam("at", type_=Presence.__table__.c.left_at.type)
    return update(Presence).where(*open_stays).values(left_at=left).returning(Presence.room_id)


_EXIT_FROM_ALL = Statement(_exit)
_EXIT = Statement(lambda dialect: _exit(dialect).where(Presence.room_id == bindparam("room")))


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


def rebuild_after(scan_id: int) -> None:
    """Work out anew where somebody is whom a scan moved out of the order of time; theirs is the lock of that scan."""
    moved = select(Event, Ticket.attendee_id).join(Scan, Scan.event_id == Event.id)
    moved = moved.join(Ticket, Ticket.id == Scan.ticket_id).where(Scan.id == scan_id)
    for event, attendee_id in db.session.execute(moved):
        rebuild(event, [attendee_id])


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
