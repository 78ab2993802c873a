"""Histories of doors that were offline, ways to hand them in, and what must come of it, worked out independently."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import delete, insert, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_code
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction, TicketKind
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Presence, Scan
from eventmatch.models.ticket import Ticket
from eventmatch.services import checkin, conflicts
from tests.cast import NINE, add_attendee, add_device, add_meetup, add_member

MINUTE = timedelta(minutes=1)
LARGEST_SKEW = 25 * 3600 * 1000  # milliseconds
OFFLINE, ONLINE = range(3), 3  # devices
REFUSALS = [Verdict.ALREADY_IN, Verdict.WRONG_DOOR, Verdict.ROOM_FULL, Verdict.BARRED, Verdict.UNKNOWN]

Take = Callable[[DoorKey, Sequence[Reading], Actor], object]


@dataclass(frozen=True)
class Place:
    """A door and the room behind it."""

    door: int
    name: str
    room: int
    venue: bool
    places: int | None


@dataclass(frozen=True)
class Guest:
    """Somebody with a ticket, or a code nobody knows."""

    id: int | None
    code: str
    exempt: bool = False
    refused_since: datetime | None = None
    why: Verdict | None = None


@dataclass(frozen=True)
class Act:
    """One scan as it truly happened; a device offline decided itself, by a clock that is wrong by some skew."""

    device: int
    number: int
    guest: Guest
    place: Place
    way: Direction
    at: datetime
    verdict: Verdict | None = None  # None: the server decides
    skew: timedelta = timedelta(0)

    @property
    def nonce(self) -> str:
        """What the device calls it."""
        return f"{self.device}-{self.number}"

    @property
    def reading(self) -> Reading:
        """What the device hands in."""
        if self.verdict is None:
            return Reading(self.guest.code, self.nonce, self.way)
        offset = -self.skew // timedelta(milliseconds=1)
        said = {"scanned_at": self.at + self.skew, "decided": self.verdict, "clock_offset": offset}
        return Reading(self.guest.code, self.nonce, self.way, **said)  # type: ignore[arg-type]


@dataclass
class Venue:
    """An event with two entrances, a small room, a large one, guests of every kind, and four devices."""

    organiser: Actor
    slug: str
    devices: list[Actor]
    places: list[Place]
    guests: list[Guest]

    def clear(self) -> None:
        """Forget all scans."""
        with write_transaction() as session:
            session.execute(delete(Scan))
            session.execute(delete(Presence))


def open_venue(guests: int = 0) -> Venue:
    """Make the event, with so many guests more."""
    meetup = add_meetup()
    oona = add_member(meetup, "Oona")
    with write_transaction() as session:
        venue = session.scalars(select(Room).where(Room.is_venue)).one()
        large = Room(event_id=meetup.id, name="Large room")
        session.add(large)
        session.flush()
        session.add_all([Door(room_id=venue.id, name="Side door"), Door(room_id=large.id, name="Large room")])
    rows = db.session.execute(select(Door.id, Door.name, Room.id, Room.is_venue, Room.capacity).join(Room))
    places = [Place(*row) for row in rows]
    people = [*_known_guests(meetup), *_more_guests(meetup.id, guests), Guest(None, "nobody knows this code")]
    devices = [add_device(meetup, name) for name in ("One", "Two", "Three", "Online")]
    return Venue(oona, meetup.slug, devices, places, people)


def _known_guests(meetup: Any) -> Iterator[Guest]:
    """Add three plain guests, a speaker, and two who may not come in any more."""
    for name in ("Ada", "Ben", "Chidi"):
        yield Guest((one := add_attendee(meetup, name)).id, one.code)
    grace = add_attendee(meetup, "Grace", kind=TicketKind.SPEAKER)
    yield Guest(grace.id, grace.code, exempt=True)
    since = NINE + 20 * MINUTE
    dana = add_attendee(meetup, "Dana", barred_at=since)
    yield Guest(dana.id, dana.code, refused_since=since, why=Verdict.BARRED)
    emeka = add_attendee(meetup, "Emeka")
    with write_transaction() as session:
        session.scalars(select(Ticket).where(Ticket.code == emeka.code)).one().revoked_at = since
    yield Guest(emeka.id, emeka.code, refused_since=since, why=Verdict.REVOKED)


def _more_guests(event_id: int, count: int) -> Iterator[Guest]:
    """Add many plain guests at once."""
    if not count:
        return
    with write_transaction() as session:
        common = {"event_id": event_id, "status": "confirmed", "registered_at": NINE, "mode": "in_person"}
        rows = [{**common, "name": f"Guest {n}"} for n in range(count)]
        ids = list(session.scalars(insert(Attendee).returning(Attendee.id), rows))
        for n, attendee_id in enumerate(ids):
            code = new_code()
            ticket = {"event_id": event_id, "attendee_id": attendee_id, "code": code, "badge_code": new_code()}
            session.execute(insert(Ticket).values(ticket | {"number": f"{n:06d}", "issued_at": NINE}))
            yield Guest(attendee_id, code)


def history(chance: Random, venue: Venue) -> list[Act]:
    """Let four devices scan for forty minutes, three of them without network, few people often at few doors."""
    acts = []
    for device in (*OFFLINE, ONLINE):
        skew, places = wrong_clock(chance), chance.sample(venue.places, 2)
        for number in range(chance.randint(0 if device == ONLINE else 1, 6)):
            if chance.random() < 0.1:  # somebody sets its clock
                skew = wrong_clock(chance)
            acts.append(_act(chance, venue, chance.choice(places), device, number, skew))
    return acts


def wrong_clock(chance: Random) -> timedelta:
    """Return how far a device's clock is ahead."""
    return timedelta(milliseconds=chance.randint(-LARGEST_SKEW, LARGEST_SKEW))


def _act(chance: Random, venue: Venue, place: Place, device: int, number: int, skew: timedelta) -> Act:
    """Let one device scan somebody."""
    guest = chance.choice(venue.guests)
    way = Direction.OUT if chance.random() < 0.25 else Direction.IN
    at = NINE + chance.randrange(40) * MINUTE
    if device == ONLINE:
        return Act(device, number, guest, place, way, at + MINUTE / 2)
    passes = Verdict.EXITED if way is Direction.OUT else Verdict.ADMITTED
    other = Verdict.NOT_INSIDE if way is Direction.OUT else chance.choice(REFUSALS)
    return Act(device, number, guest, place, way, at, passes if chance.random() < 0.8 else other, skew)


def plan(chance: Random, acts: Sequence[Act]) -> list[list[Act]]:
    """Say what reaches the server in which order: queues in any pieces, some of them twice, online scans at once."""
    arriving = [(act.at, [act]) for act in acts if act.verdict is None]
    queues: dict[tuple[int, int], list[Act]] = {}
    for act in acts:
        if act.verdict is not None:
            queues.setdefault((act.device, act.place.door), []).append(act)
    for queue in queues.values():
        waiting = chance.sample(queue, len(queue))
        while waiting:
            piece, waiting = waiting[: (size := chance.randint(1, len(waiting)))], waiting[size:]
            again = chance.sample(queue, chance.randint(0, len(queue)))
            for sent in [piece, again] if chance.random() < 0.4 else [piece]:
                latest = max((act.at for act in sent), default=NINE)
                arriving.append((latest + chance.randrange(60) * MINUTE, sent))
    return [sent for _, sent in sorted(arriving, key=lambda pair: pair[0])]


def play(venue: Venue, arriving: Sequence[Sequence[Act]], take: Take) -> dict[str, Verdict]:
    """Let everything reach the server, and return what it said to devices that were online."""
    said: dict[str, Verdict] = {}
    for sent in arriving:
        for act in sent:
            if act.verdict is None:
                by, door = venue.devices[act.device], DoorKey(act.place.door)
                said[act.nonce] = checkin.scan(door, act.reading, by=by, at=act.at).verdict
        if decided := [act for act in sent if act.verdict is not None]:
            by, door = venue.devices[decided[0].device], DoorKey(decided[0].place.door)
            take(door, [act.reading for act in decided], by)
    return said


def troubles(venue: Venue, acts: Sequence[Act], said: dict[str, Verdict]) -> list[str]:
    """Compare all that the server kept and shows with what truly happened."""
    truth, seen = Truth(venue, acts, said), Seen(venue)
    return [
        f"{what}: missing {sorted(map(str, want - have))}, too much {sorted(map(str, have - want))}"
        for what in ASPECTS
        if (want := Counter(getattr(truth, what)())) != (have := Counter(getattr(seen, what)()))
    ]


ASPECTS = ("scans", "presence", "doubles", "refusals", "too_full", "strangers")


class Seen:
    """What the server kept, and shows to the organiser."""

    def __init__(self, venue: Venue) -> None:
        self.venue, self.listing = venue, conflicts.listing(venue.organiser, venue.slug)

    def scans(self) -> Iterator[Any]:
        query = select(Scan.device_id, Scan.nonce, Scan.door_id, Scan.direction, Scan.verdict, Scan.effective_at)
        query = query.add_columns(Ticket.attendee_id, Scan.offline).outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        yield from (tuple(row) for row in db.session.execute(query))

    def presence(self) -> Iterator[Any]:
        query = select(Presence.attendee_id, Presence.room_id, Presence.door_id, Presence.since, Presence.left_at)
        yield from (tuple(row) for row in db.session.execute(query))

    def doubles(self) -> Iterator[Any]:
        for line in self.listing.twice_in:
            sides = [(side.door, side.at, side.device, side.offline) for side in (line.first, line.second)]
            yield (line.attendee_id, *sides)

    def refusals(self) -> Iterator[Any]:
        yield from ((line.attendee_id, line.why, line.side.at, line.side.door) for line in self.listing.let_in)

    def too_full(self) -> Iterator[Any]:
        yield from ((line.room, line.since, line.people, line.too_many) for line in self.listing.too_full)

    def strangers(self) -> Iterator[Any]:
        yield from ((side.at, side.door, side.device) for side in self.listing.strangers)


class Truth:
    """What must come of a history, worked out by looking back from each scan, and by nothing of the house."""

    def __init__(self, venue: Venue, acts: Sequence[Act], said: dict[str, Verdict]) -> None:
        self.venue, self.acts, self.said = venue, acts, said
        self.through = sorted((act for act in acts if self._went(act)), key=self._order)

    def _order(self, act: Act) -> tuple[datetime, int, str]:
        return act.at, self.venue.devices[act.device].device_id or 0, act.nonce

    def _verdict(self, act: Act) -> Verdict:
        verdict = act.verdict or self.said[act.nonce]
        through = verdict in {Verdict.ADMITTED, Verdict.EXITED}
        return Verdict.UNKNOWN if through and act.guest.id is None else verdict

    def _went(self, act: Act) -> bool:
        return self._verdict(act) in {Verdict.ADMITTED, Verdict.EXITED}

    def scans(self) -> Iterator[Any]:
        for act in self.acts:
            device = self.venue.devices[act.device].device_id
            what = (act.way, self._verdict(act), act.at, act.guest.id, act.verdict is not None)
            yield (device, act.nonce, act.place.door, *what)

    def _opener(self, guest: int, room: int, before: int) -> Act | None:
        """Return the scan that began the stay of a guest in a room before a place in the order, if they are inside."""
        found = None
        for act in reversed(self.through[:before]):
            if act.guest.id == guest:
                if self._ends(act, room):
                    break
                if act.way is Direction.IN and act.place.room == room:
                    found = act
        return found

    def _ends(self, act: Act, room: int) -> bool:
        """Tell whether nobody who makes this step is in a room afterwards who was there before."""
        if act.way is Direction.OUT:
            return act.place.venue or act.place.room == room
        of_venue = next(place.venue for place in self.venue.places if place.room == room)
        return not of_venue and not act.place.venue and act.place.room != room

    def _side(self, act: Act) -> tuple[str, datetime, str, bool]:
        return act.place.name, act.at, ("One", "Two", "Three", "Online")[act.device], act.verdict is not None

    def presence(self) -> Iterator[Any]:
        for guest in {act.guest.id for act in self.through}:
            assert guest is not None
            mine = [act for act in self.through if act.guest.id == guest]
            for room in {act.place.room for act in mine if act.way is Direction.IN}:
                yield (guest, room, *self._last_stay(guest, room))

    def _last_stay(self, guest: int, room: int) -> tuple[int, datetime, datetime | None]:
        """Return the door, the beginning and the end of somebody's latest stay in a room."""
        for place in range(len(self.through), 0, -1):
            if (opener := self._opener(guest, room, place)) is not None:
                later = self.through[place:]
                end = next((act.at for act in later if act.guest.id == guest and self._ends(act, room)), None)
                return opener.place.door, opener.at, end
        raise AssertionError("somebody who came in has a latest stay")

    def doubles(self) -> Iterator[Any]:
        for place, act in enumerate(self.through):
            first = self._opener(act.guest.id or 0, act.place.room, place) if act.way is Direction.IN else None
            if first is not None and (first.verdict is not None or act.verdict is not None):
                yield (act.guest.id, self._side(first), self._side(act))

    def refusals(self) -> Iterator[Any]:
        for act in self.through:
            late = act.guest.refused_since is not None and act.guest.refused_since <= act.at
            if late and act.way is Direction.IN and act.verdict is not None:
                yield (act.guest.id, act.guest.why, act.at, act.place.name)

    def too_full(self) -> Iterator[Any]:
        for room in {place.room for place in self.venue.places if place.places is not None}:
            over = list(self._over(room))
            begun = next((n for n, (act, _) in enumerate(over) if self._blamed(act)), None)
            if begun is not None:
                blamed = sum(self._blamed(act) for act, _ in over)
                most = max(people for _, people in over[begun:])
                yield (over[begun][0].place.name, over[begun][0].at, most, blamed)

    def _over(self, room: int) -> Iterator[tuple[Act, int]]:
        """Yield who came into a room that then held more than its places, with how many."""
        for place, act in enumerate(self.through):
            new = act.way is Direction.IN and act.place.room == room
            if new and self._opener(act.guest.id or 0, room, place) is None:
                guests = {other.guest.id or 0 for other in self.through[: place + 1]}
                people = sum(self._opener(guest, room, place + 1) is not None for guest in guests)
                if people > (act.place.places or 0):
                    yield act, people

    def _blamed(self, act: Act) -> bool:
        return act.verdict is not None and not act.guest.exempt

    def strangers(self) -> Iterator[Any]:
        for act in self.acts:
            if act.guest.id is None and act.verdict in {Verdict.ADMITTED, Verdict.EXITED}:
                name, at, device, _ = self._side(act)
                yield at, name, device
