"""What a door must know to judge a code, in one statement: where it stands, and whose code this is."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, FromClause, Select, and_, bindparam, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.device import PAIRED, Device, Paired
from eventmatch.models.driver import Direct, Statement
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.headcount import Count, headcount_of
from eventmatch.models.meaning import Meaning, meanings_of, meant
from eventmatch.models.place import PLACE, Place, placed
from eventmatch.models.scan import Known, Presence, Scan, Waiting, is_here
from eventmatch.models.ticket import Ticket


class Holder(NamedTuple):
    """Whose code was read, and where they are."""

    ticket_id: int
    event_id: int
    badge_code: str
    revoked_at: datetime | None
    attendee_id: int
    name: str
    organisation: str
    kind: TicketKind
    status: AttendeeStatus
    barred_at: datetime | None
    needs_space: bool
    since: datetime | None  # the latest stay in this door's room
    left_at: datetime | None
    since_door: str | None
    arrived: bool
    waits: bool  # in front of some full room


class Facts(NamedTuple):
    """All there is to know about one reading; a device has no place where it has no business."""

    device: Paired
    place: Place | None
    known: Known | None
    holder: Holder | None
    headcount: Count  # of those in the room; to be followed


def facts_of(within: Direct, asked: Mapping[str, Any], scanned: Scanned, at: datetime) -> Facts | None:
    """Return what is known about a reading, if its device works.

    Asked for are the device or the hash of its token, the door, the nonce, and perhaps the event by name. Where writers
    are not alone, whoever holds the code stays locked, and a room that can be full: one scan at a time.
    """
    kept = headcount_of(within.engine).behind(asked["door"], at)
    statement = _facts(tuple(meanings_of(scanned)), by_token="token" in asked, named="slug" in asked)
    values = {**asked, "value": scanned.value, "text": scanned.text, "count": kept is None}
    if (row := statement.first(within, values)) is None:
        return None
    counted, (a, b, c, d) = row[0], _CUTS
    device, place, known, holder = (
        Paired._make(row[a:b]),
        Place._make(row[b:c]),
        Known._make(row[c:d]),
        Holder._make(row[d:]),
    )
    here = place if _there(place.room_id) else None
    return Facts(
        device=device,
        place=here,
        known=known if _there(known.scan_id) else None,
        holder=holder if _there(holder.ticket_id) else None,
        headcount=_count(within, here, counted, kept, at),
    )


_CUTS = tuple(accumulate([1, *(len(part._fields) for part in (Paired, Place, Known))]))


def _there(row_id: int | None) -> bool:
    """Tell whether an outer join has found something."""
    return row_id is not None


def _count(within: Direct, place: Place | None, counted: int | None, kept: Count | None, at: datetime) -> Count:
    """Return how many are in the room: exactly where it can be full, and as this process knows it elsewhere."""
    if place is None or place.capacity is not None:
        return Count(counted or 0, at)
    return kept or headcount_of(within.engine).counted(place.door_id, place.room_id, counted or 0, at)


@cache
def _facts(meanings: tuple[Meaning, ...], *, by_token: bool, named: bool) -> Statement:
    """Return the statement behind facts_of for each shape of code."""

    def build(dialect: str) -> Select[*tuple[Any, ...]]:
        known, ticket, here, since_door = aliased(Scan), aliased(Ticket), aliased(Presence), aliased(Door)
        locked = _room_if_it_can_be_full() if dialect == "postgresql" else None
        person = _person(ticket, locked)
        query = select(
            *(_count_inside(), *PAIRED, *PLACE, known.id, known.code_hash, known.verdict, known.answer),
            *(ticket.id, ticket.event_id, ticket.badge_code, ticket.revoked_at, *person.c),
            *(here.since, here.left_at, since_door.name, _arrived(person), _waits(person)),
        )
        query = placed(query, named=named)
        query = query.outerjoin(locked, true()) if locked is not None else query
        return (
            query.outerjoin(known, and_(known.device_id == Device.id, known.nonce == bindparam("nonce")))
            .outerjoin(ticket, and_(ticket.id == meant(meanings), _same_organiser(ticket)))
            .outerjoin(person, person.c.id == ticket.attendee_id)
            .outerjoin(here, and_(here.attendee_id == person.c.id, _unindexed(here.room_id) == Room.id))
            .outerjoin(since_door, since_door.id == here.door_id)
            .where(Device.token_hash == bindparam("token") if by_token else Device.id == bindparam("device"))
        )

    return Statement(build)


def _room_if_it_can_be_full() -> FromClause:
    """Lock the room behind the door, if it can be full."""
    room = aliased(Room)
    one = select(room.id).where(room.id == Door.room_id, room.capacity.is_not(None))
    return one.with_for_update(key_share=True).lateral("locked")


def _person(ticket: type[Ticket], locked: FromClause | None) -> FromClause:
    """Return the ticket's attendee; where rows are locked theirs is, too, and always after the room."""
    asked = (Attendee.id, Attendee.name, Attendee.organisation, Attendee.kind, Attendee.status, Attendee.barred_at)
    person = select(*asked, Attendee.needs_space)
    if locked is None:
        return person.subquery("person")
    in_order = Attendee.id == ticket.attendee_id, func.coalesce(locked.c.id, 0) >= 0
    return person.where(*in_order).with_for_update(key_share=True).lateral("person")


def _unindexed(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Keep a column's index out of it: PostgreSQL, not knowing yet how many came, would read everybody in the room."""
    return column + 0


def _arrived(person: FromClause) -> ColumnElement[bool]:
    """Tell whether somebody was ever let into the venue."""
    venue = aliased(Room)
    was_in = select(Presence.id).join(venue, venue.id == Presence.room_id)
    return was_in.where(venue.is_venue, Presence.attendee_id == person.c.id).correlate(person).exists()


def _waits(person: FromClause) -> ColumnElement[bool]:
    """Tell whether somebody waits in front of a full room."""
    return select(Waiting.id).where(Waiting.attendee_id == person.c.id).correlate(person).exists()


def _count_inside() -> ColumnElement[int | None]:
    """Count who is in the room, if it can be full or that is asked for."""
    inside = select(func.count()).where(Presence.room_id == Room.id, Presence.left_at.is_(None))
    asked = bindparam("count", type_=Boolean) | Room.capacity.is_not(None)
    return case((asked, inside.correlate(Room).scalar_subquery()))


def _same_organiser(ticket: type[Ticket]) -> ColumnElement[bool]:
    """Tell whether a ticket is for an event of the organiser whose door this is."""
    home = aliased(Event)
    mine = select(home.id).where(home.id == ticket.event_id, home.organiser_id == Event.organiser_id)
    return mine.correlate(ticket, Event).exists()


def count_since(within: Direct, room_id: int, since: datetime) -> int:
    """Count who is in a room since a moment, where each day counts anew."""
    [[inside]] = _SINCE.rows(within, {"room": room_id, "from": since})
    return int(inside)


_SINCE = Statement(
    lambda _: (
        select(func.count())
        .select_from(Presence)
        .where(Presence.room_id == bindparam("room"), is_here(bindparam("from", type_=Presence.__table__.c.since.type)))
    )
)
