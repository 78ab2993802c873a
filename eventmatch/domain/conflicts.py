"""What doors without network let happen, read from the scans: nobody is blamed, everything is told.

A door that is online cannot admit somebody who is inside, or too many: one statement in the database decides. Doors
that are offline each decide on what they knew last, so what they did is kept as it was and compared afterwards. All
of it follows from the scans that stand and from what is known of the tickets, never from who handed in first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.states import AttendeeStatus, Direction
from eventmatch.domain.stays import Passage, Rooms, after, by_day, inside
from eventmatch.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Crossing(Passage):
    """A passage, and what it takes to tell whether it should have been."""

    scan_id: int
    attendee_id: int
    device_id: int
    offline: bool  # the device decided by itself
    anyway: bool  # somebody let them in against the rules, with name and reason
    exempt: bool  # a full room takes them in all the same
    status: AttendeeStatus  # how ticket and attendee stand now, and since when
    barred_at: datetime | None
    revoked_at: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody was let into a room they were in already; at least one of the two doors was offline."""

    first: Crossing
    second: Crossing


@dataclass(frozen=True, slots=True)
class Overfull:
    """A room that took in more people than it holds, because a door did not know of the others."""

    room_id: int
    capacity: int
    since: datetime  # when the first one too many came in
    people: int  # the most there were at once from then on
    people_at: datetime
    too_many: int  # admissions made offline while the room was full


def doubles(crossings: Iterable[Crossing], zone: str | None = None) -> Iterator[Double]:
    """Yield each admission of one attendee, whose crossings come in order, into a room they were in.

    With a zone each day there counts anew.
    """
    for day in by_day(crossings, zone):
        rooms: Rooms[Crossing] = {}
        for step in day:
            stay = inside(rooms, step.room_id)
            if stay is not None and step.direction is Direction.IN and (step.offline or stay.first.offline):
                yield Double(stay.first, step)
            rooms = after(rooms, step)


def against(step: Crossing) -> Verdict | None:
    """Return what should have kept somebody out whom a door let in offline, as it stood at that moment."""
    if step.direction is Direction.OUT or not step.offline:
        return None
    if _was(step.barred_at, step):
        return Verdict.BARRED
    if _was(step.revoked_at, step):
        return Verdict.CANCELLED if step.status is AttendeeStatus.CANCELLED else Verdict.REVOKED
    if step.anyway or step.status is AttendeeStatus.CONFIRMED:
        return None
    if step.status is AttendeeStatus.CANCELLED:
        return Verdict.CANCELLED if step.revoked_at is None else None  # without a ticket's end no moment is kept
    return Verdict.WAITLISTED if step.waiting_since is None or _was(step.waiting_since, step) else None


def _was(moment: datetime | None, step: Crossing) -> bool:
    """Tell whether something was so when somebody came through."""
    return moment is not None and moment <= step.at


def overfull(
    crossings: Iterable[Crossing], capacities: Mapping[int, int], zone: str | None = None
) -> dict[int, Overfull]:
    """Return the rooms that were too full because of doors offline; everybody's crossings come in order."""
    found: dict[int, Overfull] = {}
    for day in by_day(crossings, zone):
        everybody: dict[int, Rooms[Crossing]] = defaultdict(dict)
        people: dict[int, int] = defaultdict(int)
        for step in day:
            before = everybody[step.attendee_id]
            everybody[step.attendee_id] = rooms = after(before, step)
            for room in rooms:
                people[room] += (inside(rooms, room) is not None) - (inside(before, room) is not None)
            if step.direction is Direction.IN and inside(before, step.room_id) is None:
                _look(step, people[step.room_id], capacities.get(step.room_id), found)
    return found


def _look(step: Crossing, people: int, capacity: int | None, found: dict[int, Overfull]) -> None:
    """Note a room that is too full after somebody came in."""
    if capacity is None or people <= capacity:
        return
    so_far, mine = found.get(step.room_id), step.offline and not step.anyway and not step.exempt
    if so_far is None and not mine:
        return
    so_far = so_far or Overfull(step.room_id, capacity, step.at, people, step.at, 0)
    most, when = max((so_far.people, so_far.people_at), (people, step.at), key=lambda pair: pair[0])
    found[step.room_id] = Overfull(so_far.room_id, capacity, so_far.since, most, when, so_far.too_many + mine)
