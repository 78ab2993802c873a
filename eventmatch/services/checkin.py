"""The door: one code, one verdict, one fact written down; of two scans at once exactly one admits."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import Scanned, read_code
from eventmatch.domain.codes import is_number, token_hash
from eventmatch.domain.errors import Busy, Conflict, Forbidden, NotFound, TooMany
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.sentences import Circumstances, reason
from eventmatch.domain.states import TicketKind
from eventmatch.domain.verdicts import EXEMPT_FROM_CAPACITY, OVERRIDABLE, DoorState, TicketState, Verdict, judge
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.door import Holder, Place, holder_of, lock_room, place_of
from eventmatch.models.scan import append_scan, inside, wrong_numbers
from eventmatch.services import newcomers, presence, signing
from eventmatch.services.entries import Answer, Entry, FirstScan, Guest, RoomNow, entry, moment

WRONG_NUMBERS, IN_A_MINUTE = 20, timedelta(minutes=1)
LATE = timedelta(minutes=1)  # a scan that took longer to arrive was made without network
CONTACT_EVERY = timedelta(minutes=1)
AFTER_EVENT = timedelta(days=1)
NOT_PAIRED = "This browser is not paired with this door. Ask the organiser for a new link."


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one reading when it is judged."""

    place: Place
    reading: Reading
    scanned: Scanned
    holder: Holder | None
    at: datetime  # when it happened, by the best knowledge
    received_at: datetime


class Overtaken(Exception):
    """The same reading arrived twice at once, and the other one was written first."""


def scan(door: DoorKey, reading: Reading, *, by: Actor, at: datetime) -> Entry:
    """Judge one reading at one door and write down what was answered.

    Raises
    ------
    NotFound
        If this device has no business at this door.
    Conflict
        If the nonce was used for another code.
    TooMany
        If the device tried too many numbers that do not exist.
    """
    try:
        return _scan(door, reading, by, at)
    except Overtaken:
        return _scan(door, reading, by, at)


def _scan(door: DoorKey, reading: Reading, by: Actor, at: datetime) -> Entry:
    """Judge one reading; a known nonce gets its first answer before any rule."""
    with write_transaction():
        place = place_for(door, by, at, nonce=reading.nonce)
        if place.known_id is not None:
            return _repeated(place, reading)
        case = _case(place, reading, at)
        _limit_numbers(case)
        case, verdict = _settle(case)
        if verdict is Verdict.ADMITTED and place.venue and case.holder is not None and not case.holder.arrived:
            newcomers.announce()
        return _record(case, verdict)


def place_for(door: DoorKey, by: Actor, at: datetime, *, nonce: str = "") -> Place:
    """Return a door to a device that may scan there; missing and foreign ones answer alike."""
    place = place_of(by.device_id, door.door_id, nonce, door.slug) if by.device_id is not None else None
    if place is None or at >= place.ends_at + AFTER_EVENT:
        raise NotFound(NOT_PAIRED)
    return place


def _repeated(place: Place, reading: Reading) -> Entry:
    """Give a retry the first answer; a nonce that comes back with another code is a fault of the device."""
    if place.known_hash != token_hash(reading.code):
        raise Conflict("This nonce was used for another code.", field="nonce")
    return entry(place.known_answer or "", place.known_id or 0, repeated=True)


def _case(place: Place, reading: Reading, at: datetime) -> Case:
    """Look the code up; in a room that can be full, one scan at a time."""
    if reading.override is not None and not place.may_override:
        raise Forbidden("This device may not let people in anyway. Ask the organiser.")
    if place.capacity is not None:
        lock_room(place.room_id)
    happened = reading.scanned_at + timedelta(milliseconds=place.clock_offset) if reading.scanned_at else at
    scanned = signing.unwrapped(read_code(reading.code), at=happened)
    return Case(place, reading, scanned, holder_of(place, scanned), happened.astimezone(UTC), at)


def _limit_numbers(case: Case) -> None:
    """Keep a device from trying numbers until one fits."""
    if case.holder is None and _is_number(case):
        since = case.received_at - IN_A_MINUTE
        if wrong_numbers(case.place.device_id, since) >= WRONG_NUMBERS:
            raise TooMany("Too many numbers that do not exist. Wait a minute, or search for the name.", field="code")


def _is_number(case: Case) -> bool:
    """Tell whether a short number was typed."""
    return case.scanned.kind == "bare" and is_number(case.scanned.value)


def _settle(case: Case) -> tuple[Case, Verdict]:
    """Judge, and claim what was judged; whoever finds it taken meanwhile looks again."""
    for _ in range(3):
        verdict = _judge(case)
        if _claim(case, verdict):
            return case, verdict
        case = replace(case, holder=holder_of(case.place, case.scanned))
    raise Busy("Not admitted: the door is busy. Scan again.")


def _judge(case: Case) -> Verdict:
    """Return the verdict on what is known now."""
    if case.holder is None:
        return Verdict.UNKNOWN
    if case.holder.event_id != case.place.event_id:
        return Verdict.WRONG_EVENT
    verdict = judge(_ticket_state(case.holder, case.scanned), _door_state(case), case.reading.direction, case.at)
    return Verdict.ADMITTED if case.reading.override and verdict in OVERRIDABLE else verdict


def _ticket_state(holder: Holder, scanned: Scanned) -> TicketState:
    """Return what the rules need to know about a ticket."""
    return TicketState(
        status=holder.status,
        kind=holder.kind,
        barred=holder.barred_at is not None,
        revoked=holder.revoked_at is not None,
        by_badge=scanned.value == holder.badge_code,
        inside=_is_inside(holder),
        arrived=holder.arrived,
    )


def _door_state(case: Case) -> DoorState:
    """Return what the rules need to know about a door."""
    place, holder = case.place, case.holder
    free = place.capacity - holder.inside if place.capacity is not None and holder is not None else None
    return DoorState(
        opens_at=place.opens_at,
        closes_at=place.ends_at,
        entrance=place.venue,
        badge_admits=place.rules.get("badge_admits") is True,
        kinds=frozenset(TicketKind(kind) for kind in place.rules.get("kinds", ())),
        free_places=free,
    )


def _is_inside(holder: Holder) -> bool:
    """Tell whether somebody is in this door's room."""
    return holder.since is not None and holder.left_at is None


def _claim(case: Case, verdict: Verdict) -> bool:
    """Make the verdict true in one conditional statement, or report that it no longer is."""
    place, holder = case.place, case.holder
    if holder is None or verdict not in {Verdict.ADMITTED, Verdict.EXITED}:
        return True
    if verdict is Verdict.EXITED:
        return presence.leave(place, holder.attendee_id, case.at)
    unlimited = holder.kind in EXEMPT_FROM_CAPACITY or case.reading.override is not None
    return presence.enter(place, holder.attendee_id, case.at, limit=None if unlimited else place.capacity)


def _record(case: Case, verdict: Verdict) -> Entry:
    """Append the scan with its answer."""
    answer = _answer(case, verdict).stored()
    scan_id = append_scan(_facts(case, verdict) | {"answer": answer})
    if scan_id is None:
        raise Overtaken
    _note_contact(case.place, case.received_at)
    return entry(answer, scan_id)


def _facts(case: Case, verdict: Verdict) -> dict[str, object]:
    """Return what is kept of a scan beside its answer."""
    place, reading, override = case.place, case.reading, case.reading.override or Override("", "")
    return {
        "event_id": place.event_id,
        "door_id": place.door_id,
        "ticket_id": case.holder.ticket_id if case.holder and verdict is not Verdict.WRONG_EVENT else None,
        "device_id": place.device_id,
        "nonce": reading.nonce,
        "code_hash": token_hash(reading.code),
        "by_number": _is_number(case),
        "verdict": verdict,
        "direction": reading.direction,
        "device_at": reading.scanned_at,
        "clock_offset": place.clock_offset,
        "effective_at": case.at,
        "received_at": case.received_at,
        "offline": case.received_at - case.at > LATE,
        "override_by": override.name,
        "override_why": override.why,
    }


def _answer(case: Case, verdict: Verdict) -> Answer:
    """Word the answer; a ticket of another event names nobody."""
    place, holder = case.place, case.holder if verdict is not Verdict.WRONG_EVENT else None
    here = holder.inside if holder is not None else inside(place.room_id)
    here += {Verdict.ADMITTED: 1, Verdict.EXITED: -1}.get(verdict, 0)
    first = None
    if holder is not None and holder.since is not None and holder.left_at is None:
        first = FirstScan(moment(holder.since), holder.since_door or "")
    return Answer(
        verdict,
        reason(verdict, _circumstances(case, holder)),
        Guest(holder.name, holder.organisation, holder.kind) if holder is not None else None,
        first,
        RoomNow(place.room, here, place.capacity),
    )


def _circumstances(case: Case, holder: Holder | None) -> Circumstances:
    """Return what the sentence may speak of."""
    return Circumstances(
        zone=case.place.zone,
        at=case.at,
        door=_door_state(case),
        ticket=_ticket_state(holder, case.scanned) if holder is not None else None,
        since=holder.since if holder is not None else None,
        since_door=(holder.since_door if holder is not None else None) or "",
        seats=case.place.seats,
        standing=case.place.standing,
    )


def _note_contact(place: Place, at: datetime) -> None:
    """Write down now and then that a device is alive."""
    if place.last_contact_at is None or at - place.last_contact_at >= CONTACT_EVERY:
        db.session.execute(update(Device).where(Device.id == place.device_id).values(last_contact_at=at))
