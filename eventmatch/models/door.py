"""What a door must know to judge codes, in one statement: whose they are, and if need be who reads them where."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.readings import DoorKey
from eventmatch.models.device import PAIRED, Device, Paired
from eventmatch.models.driver import Direct
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.holder import Holder, Sought
from eventmatch.models.meaning import Meaning, Where, meanings_of
from eventmatch.models.memory import Count, PostKey, memory_of, now_in
from eventmatch.models.place import PLACE, Place, Post, placed
from eventmatch.models.scan import Known, Presence, is_here
from eventmatch.models.statement import ForEach, Given, Row, Statement


class Question(NamedTuple):
    """One reading as it is looked up: by a device, or by whoever has the token of this hash."""

    scanned: Scanned
    nonce: str
    device: int | None = None
    token: str | None = None

    @property
    def kind(self) -> "Kind":
        """What it can mean, and how its device is known: questions of one kind are asked together."""
        return Kind(meanings_of(self.scanned), by_token=self.token is not None)

    def values(self, number: int, device: int | None) -> dict[str, Any]:
        """Return what the statement is asked with."""
        return {
            "number": number,
            "nonce": self.nonce,
            "value": self.scanned.value,
            "text": self.scanned.text,
            "device": device,
            "token": self.token,
        }


class Kind(NamedTuple):
    """What questions have in common that are asked in the same words."""

    meanings: tuple[Meaning, ...]
    by_token: bool


class Facts(NamedTuple):
    """All there is to know about one reading; a device has no place where it has no business."""

    device: Paired
    place: Place | None
    known: Known | None
    holder: Holder | None


Found = dict[int, tuple[int, Facts]]  # by the number of the question: how many are in the room, and the rest


def facts_of(
    within: Direct, door: DoorKey, asked: Sequence[Question], at: datetime
) -> tuple[list[Facts | None], Count]:
    """Return what is known about readings of one kind at one door, if their device works, and who is in the room.

    Where writers are not alone, whoever holds the codes stays locked, and a room that can be full: one scan at a time,
    and all in the order of their codes, so that no two wait for each other.
    """
    memory, now = memory_of(within.engine), now_in(within.engine, at)
    keys = [PostKey(one.token or one.device, door) for one in asked]
    posts = [post for key in keys if (post := memory.post(key, now)) is not None]
    kept = memory.count_behind(door.door_id, now)
    if len(posts) == len(asked):
        found = _of_people(within, asked, posts, counting=kept is None)
    else:
        found = _of_all(within, asked, door, counting=kept is None)
        for number, (_, facts) in found.items():
            if facts.place is not None:
                memory.seen(keys[number], Post(facts.device, facts.place), now)
    inside, place = next(((inside, facts.place) for inside, facts in found.values() if facts.place), (0, None))
    if place is None or place.capacity is not None:
        count = Count(inside)
    else:
        count = kept or memory.counted(place.door_id, place.room_id, inside, now)
    return [found[number][1] if number in found else None for number in range(len(asked))], count


def _of_all(within: Direct, asked: Sequence[Question], door: DoorKey, *, counting: bool) -> Found:
    """Look up who reads, where that is, and whose codes they read."""
    statement = _all(asked[0].kind, named=door.slug is not None)
    each = _in_order(asked, [one.device for one in asked])
    rows = statement.rows(within, {"door": door.door_id, "slug": door.slug, "count": counting}, each)
    found = {}
    for number, inside, *row in rows:
        device, place = Paired._make(row[:_PLACE]), Place._make(row[_PLACE:_KNOWN])
        here = place if _there(place.room_id) else None
        found[number] = inside or 0, Facts(device, here, *_sought(row[_KNOWN:]))
    return found


def _of_people(within: Direct, asked: Sequence[Question], posts: Sequence[Post], *, counting: bool) -> Found:
    """Look up whose codes were read, where it is known who reads them."""
    place = posts[0].place
    limited = place.capacity is not None
    shared = {"event": place.event_id, "organiser": place.organiser_id, "room": place.room_id}
    each = _in_order(asked, [post.device.device_id for post in posts])
    rows = _people(asked[0].kind.meanings).rows(within, {**shared, "count": counting or limited}, each)
    return {number: (inside or 0, Facts(*posts[number], *_sought(row))) for number, inside, *row in rows}


def _in_order(asked: Sequence[Question], devices: Sequence[int | None]) -> list[dict[str, Any]]:
    """Return what is asked, by which devices, in the order of codes."""
    values = [one.values(number, device) for number, (one, device) in enumerate(zip(asked, devices, strict=True))]
    return sorted(values, key=itemgetter("value"))


_PLACE = len(Paired._fields)
_KNOWN = _PLACE + len(Place._fields)
_HOLDER = len(Known._fields)


def _sought(row: Sequence[Any]) -> tuple[Known | None, Holder | None]:
    """Return the scan and the holder in a row, if they are there."""
    known, holder = Known._make(row[:_HOLDER]), Holder._make(row[_HOLDER:])
    return known if _there(known.scan_id) else None, holder if _there(holder.ticket_id) else None


def _there(row_id: int | None) -> bool:
    """Tell whether an outer join has found something."""
    return row_id is not None


_CODE: dict[str, TypeEngine[Any]] = {"number": Integer(), "nonce": String(), "value": String(), "text": String()}
_HERE = Where(*(bindparam(name, type_=Integer) for name in ("device", "room", "event", "organiser")))


@cache
def _all(kind: Kind, *, named: bool) -> ForEach:
    """Return the statement that looks everything up."""
    device = "token" if kind.by_token else "device"

    def build(dialect: str, given: Given) -> Select[*Row]:
        locked = _locked(dialect, Door.room_id)
        sought = Sought(kind.meanings, given, Where(Device.id, Room.id, Event.id, Event.organiser_id), locked)
        count = _inside(Room.id, bindparam("count", type_=Boolean) | Room.capacity.is_not(None))
        query = placed(select(given["number"].label("number"), count, *PAIRED, *PLACE, *sought.columns), named=named)
        query = query.outerjoin(locked, true()) if locked is not None else query
        mine = (Device.token_hash if kind.by_token else Device.id) == given[device]
        return given.each(sought.joined(query).where(mine))

    return ForEach(build, {**_CODE, device: String() if kind.by_token else Integer()})


@cache
def _people(meanings: tuple[Meaning, ...]) -> ForEach:
    """Return the statement that looks up what differs from scan to scan."""

    def build(dialect: str, given: Given) -> Select[*Row]:
        where = _HERE._replace(device=given["device"])
        locked = _locked(dialect, where.room)
        sought = Sought(meanings, given, where, locked)
        count = _inside(where.room, bindparam("count", type_=Boolean))
        query = select(given["number"].label("number"), count, *sought.columns).select_from(
            select(literal(1)).subquery("one")
        )
        query = query.outerjoin(locked, true()) if locked is not None else query
        return given.each(sought.joined(query))

    return ForEach(build, {**_CODE, "device": Integer()})


def _locked(dialect: str, room_id: SQLColumnExpression[int]) -> FromClause | None:
    """Lock a room that can be full, where writers are not alone."""
    room = aliased(Room)
    one = select(room.id).where(room.id == room_id, room.capacity.is_not(None))
    return one.with_for_update(key_share=True).lateral("locked") if dialect == "postgresql" else None


def _inside(room_id: SQLColumnExpression[int], asked: ColumnElement[bool]) -> ColumnElement[int | None]:
    """Count who is in a room, if that is asked for."""
    inside = select(func.count()).where(Presence.room_id == room_id, Presence.left_at.is_(None))
    return case((asked, inside.correlate(Room).scalar_subquery()))


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
