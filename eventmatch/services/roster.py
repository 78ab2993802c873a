"""The roster of a door: what a paired device keeps so that it can judge alone when the network is gone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules, EventDoors, Way
from eventmatch.domain.readings import LARGEST_OFFSET, DoorKey
from eventmatch.domain.roster import BUCKETS, Buckets, Held, base64url, digest, in_buckets
from eventmatch.formats.roster import salt_of, sealed
from eventmatch.models import arrival
from eventmatch.models.base import write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event, Room, counts_from
from eventmatch.models.roster import foreign_codes, standing_of, ticket_states, whereabouts
from eventmatch.models.scan import inside
from eventmatch.services import signing
from eventmatch.services.arrivals import LATELY
from eventmatch.services.checkin import place_for

MOST_TICKETS = 1_500  # in one answer: sealing more would keep the door's server from answering scans
SHORTEST_FOREIGN = 12  # a shorter code can be guessed, and each right guess would open a name
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Roster:
    """What a device must know of its door, and the buckets that differ from what it holds; moments in milliseconds."""

    now: int
    event: dict[str, Any]
    salt: str
    keys: list[dict[str, Any]]
    names_kept: bool
    may_override: bool
    door: dict[str, Any]
    counts: dict[str, int]
    people: dict[int, dict[str, Any]]
    presence: dict[int, dict[str, Any]]
    left_out: int
    more: bool


def roster(door: DoorKey, held: Held, *, by: Actor, secret: str, at: datetime) -> Roster:
    """Return what differs from what a device holds, and note how the device is.

    Raises
    ------
    NotFound
        If this device has no business at this door.
    """
    place = place_for(door, by, at)
    _note(place.device_id, held, at)
    here, room, event = standing_of(place.door_id)
    doors, salt = EventDoors.of(event.settings), salt_of(secret, event.id)
    tickets, left_out = _tickets(event.id)
    people, more = _people(tickets, held.people, salt, named=doors.names_offline)
    return Roster(
        now=_milliseconds(at),
        event={"id": event.id, "slug": event.slug, "name": event.name},
        salt=base64url(salt),
        keys=[{"number": key.number, "key": key.key_base64} for key in signing.public_keys(event.id)],
        names_kept=doors.names_offline,
        may_override=place.may_override,
        door=_door(here, room, event, doors),
        counts=_counts(here, room, event, at),
        people=people,
        presence=_presence(event, room, held.presence, counts_from(event.id, at)),
        left_out=left_out,
        more=more,
    )


def _note(device_id: int, held: Held, at: datetime) -> None:
    """Write down that a device is alive and well, and how wrong its clock is; one that is broken is not believed."""
    now = {"last_contact_at": at, "synced_at": at, "queue_length": held.queued}
    seen = _milliseconds(at) - held.sent_at if held.sent_at is not None else None
    offset = held.clock_offset if held.clock_offset is not None else seen
    if offset is not None and abs(offset) <= LARGEST_OFFSET:
        now["clock_offset"] = offset
    with write_transaction() as session:
        session.execute(update(Device).where(Device.id == device_id).values(now))


def _door(door: Door, room: Room, event: Event, doors: EventDoors) -> dict[str, Any]:
    """Return the rules of a door."""
    rules = DoorRules.of(door.rules)
    return {
        "id": door.id,
        "name": door.name,
        "room": room.name,
        "zone": event.zone,
        "opens_at": _milliseconds(event.opens_at),
        "closes_at": _milliseconds(event.ends_at),
        "entrance": room.is_venue,
        "exit_only": rules.way is Way.OUT,
        "badge_admits": rules.badge_admits,
        "kinds": sorted(rules.kinds),
        "re_entry": doors.re_entry or not room.is_venue,
        "daily": doors.daily,
        "question": rules.question,
        "seats": room.capacity,
        "standing": room.standing,
        "closed_by_hand": room.full_since is not None,
    }


def _counts(door: Door, room: Room, event: Event, at: datetime) -> dict[str, int]:
    """Return what the edge of the page shows."""
    today = counts_from(event.id, at)
    return {
        "inside": inside(room.id, today),
        "expected": arrival.still_expected(event.id, today),
        "last_five_minutes": arrival.admissions_at(door.id, at - LATELY),
    }


def _tickets(event_id: int) -> tuple[Buckets, int]:
    """Return an event's tickets in buckets with those of their foreign codes nobody can guess, and count the others."""
    foreign = foreign_codes(event_id)
    safe = {ticket: tuple(code for code in codes if len(code) >= SHORTEST_FOREIGN) for ticket, codes in foreign.items()}
    rows = in_buckets((*state, safe.get(state[0], ())) for state in ticket_states(event_id))
    return rows, sum(map(len, foreign.values())) - sum(map(len, safe.values()))


def _people(
    tickets: Buckets, held: tuple[str, ...], salt: bytes, *, named: bool
) -> tuple[dict[int, dict[str, Any]], bool]:
    """Return the buckets of tickets that differ, and whether there are more than fit one answer."""
    found: dict[int, dict[str, Any]] = {}
    room = MOST_TICKETS
    for bucket, now in _differing(tickets, held, "named" if named else "sealed"):
        if room <= 0:
            return found, True
        entries = [_entry(row, salt, named=named) for row in tickets.get(bucket, ())]
        found[bucket] = {"digest": now, "entries": entries}
        room -= len(entries)
    return found, False


def _differing(rows: Buckets, held: tuple[str, ...], manner: str) -> Iterator[tuple[int, str]]:
    """Yield the buckets whose digest is another than the device's, with the right one."""
    for bucket in range(BUCKETS):
        now = digest(manner, rows.get(bucket, []))
        if now != held[bucket]:
            yield bucket, now


def _entry(row: tuple[Any, ...], salt: bytes, *, named: bool) -> dict[str, Any]:
    """Return one ticket as a device may keep it; the name in clear only where the organiser allows it."""
    ticket, status, kind, barred, revoked, space, code, badge, name, organisation, foreign = row
    who = {"name": name, "organisation": organisation}
    codes = [("ticket", code), ("badge", badge), *(("foreign", text) for text in foreign)]
    state = {"t": ticket, "status": status, "kind": kind, "barred": barred, "revoked": revoked, "space": space}
    return state | {"codes": sealed(codes, who, salt)} | (who if named else {})


def _presence(event: Event, room: Room, held: tuple[str, ...], today: datetime) -> dict[int, dict[str, Any]]:
    """Return the buckets of whereabouts that differ."""
    seen: dict[int, tuple[int | None, str, bool, bool]] = {}
    for ticket, here, venue, since, left_at, door in whereabouts(event.id, room.id):
        since_ms, at_door, been_in, arrived = seen.get(ticket, (None, "", False, False))
        if here and since >= today:
            since_ms, at_door, been_in = (_milliseconds(since) if left_at is None else None), door, True
        seen[ticket] = (since_ms, at_door, been_in, arrived or venue)
    rows = in_buckets((ticket, *state) for ticket, state in seen.items())
    return {bucket: _whereabouts(now, rows.get(bucket, [])) for bucket, now in _differing(rows, held, "")}


def _whereabouts(now: str, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    """Return a bucket of whereabouts."""
    return {"digest": now, "entries": {ticket: state for ticket, *state in rows}}


def _milliseconds(at: datetime) -> int:
    """Return a moment as browsers count."""
    return (at - EPOCH) // MILLISECOND
