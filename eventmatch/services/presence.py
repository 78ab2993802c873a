"""Presence, kept beside the scans it follows from; every function works inside an open write transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    bindparam,
    cast,
    delete,
    func,
    insert,
    null,
    select,
    true,
    union_all,
    update,
)

from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.stays import Passage, Stay, stays
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, note_change
from eventmatch.models.driver import Direct
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.place import Place
from eventmatch.models.scan import Presence, Scan, insert_into, is_here, passages_of
from eventmatch.models.statement import ForEach, Given, Row, Statement
from eventmatch.models.ticket import Ticket

_ROW = ("attendee_id", "room_id", "door_id", "since", "left_at")
_SHARED = {name: bindparam(name, type_=Presence.__table__.c[name].type) for name in ("room_id", "door_id")}
_OWN = {name: Presence.__table__.c[name].type for name in ("attendee_id", "since")}
_NOT_LEFT = cast(null(), Presence.__table__.c.left_at.type)
_COUNTS_FROM = bindparam("counts_from", type_=Presence.__table__.c.since.type)


class Overtaken(Exception):
    """What was judged on is no longer true, or the same reading was written down meanwhile: look again."""


class Crossing(NamedTuple):
    """Somebody at a door that lets them through."""

    attendee_id: int
    at: datetime
    limit: int | None  # how many may be there with them, if that counts


def enter(within: Direct, place: Place, coming: Sequence[Crossing]) -> set[int]:
    """Put people into a room, out of the session room before; return who got in: of two at once one wins.

    Where a room can be full they come one after the other, as a statement does not count whom it lets in itself.
    """
    free = [one for one in coming if one.limit is None]
    changed = _enter(within, place, free) if free else []
    for one in coming:
        if one.limit is not None:
            changed += _enter(within, place, [one])
    return _passed(within, place, changed)


def _enter(within: Direct, place: Place, coming: Sequence[Crossing]) -> list[Row]:
    """Run the statement for people with the same limit, if they have any."""
    shared: dict[str, object] = {"room_id": place.room_id, "door_id": place.door_id, "most": coming[0].limit}
    shared |= {"counts_from": place.doors.counts_from(coming[0].at, place.zone)}
    statement = _entrance(limited=coming[0].limit is not None, venue=place.venue)
    return statement.rows(within, shared, [{"attendee_id": one.attendee_id, "since": one.at} for one in coming])


@cache
def _entrance(*, limited: bool, venue: bool) -> ForEach:
    """Return the statement behind enter: into a room that is not full, anew if they left it, and out of the others."""

    def build(dialect: str, given: Given) -> Any:
        free = _has_place() if limited else true()
        who = given["attendee_id"], _SHARED["room_id"], _SHARED["door_id"], given["since"], _NOT_LEFT
        coming = given.each(select(*_named(who)).where(free))
        claim = insert_into(Presence, dialect)
        claim = claim.from_select([*_ROW], coming if venue else union_all(coming, given.each(_elsewhere(given, free))))
        new = claim.excluded
        return claim.on_conflict_do_update(
            index_elements=["attendee_id", "room_id"],
            set_={"door_id": new.door_id, "since": new.since, "left_at": new.left_at},
            where=Presence.left_at.is_not(None) | new.left_at.is_not(None) | (Presence.since < _COUNTS_FROM),
        ).returning(Presence.room_id, Presence.attendee_id)

    return ForEach(build, _OWN)


def _named(row: Iterable[Any]) -> Iterator[Label[Any]]:
    """Name the columns of a row of presence."""
    return (value.label(name) for name, value in zip(_ROW, row, strict=True))


def _has_place() -> ColumnElement[bool]:
    """Tell whether fewer are in the room than may be."""
    here = select(func.count()).where(Presence.room_id == _SHARED["room_id"], is_here(_COUNTS_FROM))
    return here.scalar_subquery() < bindparam("most", type_=Presence.__table__.c.id.type)


def _elsewhere(given: Given, free: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the session room somebody comes from, as left at this moment."""
    stay = Presence.attendee_id, Presence.room_id, Presence.door_id, Presence.since, given["since"]
    row = select(*_named(stay)).join(Room, Room.id == Presence.room_id)
    row = row.where(Presence.room_id != _SHARED["room_id"], Room.is_venue.is_(False), free)
    return row.where(Presence.attendee_id == given["attendee_id"], Presence.left_at.is_(None))


def leave(within: Direct, place: Place, going: Iterable[Crossing]) -> set[int]:
    """Take people out of a room, and out of all rooms at the venue's door; return who was there to go."""
    exit_ = _EXIT_FROM_ALL if place.venue else _EXIT
    out = [{"attendee": one.attendee_id, "room": place.room_id, "at": one.at} for one in going]
    return _passed(within, place, [row for one in out for row in exit_.rows(within, one)])


def _passed(within: Direct, place: Place, changed: list[Row]) -> set[int]:
    """Return who passed this door; the counts of other rooms they left by that are known no more.

    Raises
    ------
    Overtaken
        If somebody left another room for this one, or with it, who did not pass here: that may not be kept.
    """
    here = {attendee_id for room_id, attendee_id in changed if room_id == place.room_id}
    if here != {attendee_id for _, attendee_id in changed}:
        raise Overtaken
    if len(changed) > len(here):
        note_change(within.engine)
    return here


def _exit(_dialect: str) -> Any:
    """Let somebody leave wherever they are."""
    open_stays = Presence.attendee_id == bindparam("attendee"), Presence.left_at.is_(None)
    left = bindparam("at", type_=Presence.__table__.c.left_at.type)
    return update(Presence).where(*open_stays).values(left_at=left).returning(Presence.room_id, Presence.attendee_id)


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
