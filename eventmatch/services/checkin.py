"""The door: one code, one verdict, one fact written down; of two scans at once exactly one admits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventmatch.domain.actor import Actor, Bearer
from eventmatch.domain.addresses import Scanned, read_code
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Busy, Conflict, Forbidden, NotFound, SignInNeeded, TooMany
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import direct_transaction, write_transaction
from eventmatch.models.device import note_contact
from eventmatch.models.door import Facts, count_since, facts_of
from eventmatch.models.driver import Direct, of_session
from eventmatch.models.headcount import Count
from eventmatch.models.place import Place, place_of
from eventmatch.models.scan import Known, append_scan, wrong_numbers
from eventmatch.services import newcomers, presence, signing, waiting
from eventmatch.services.cases import Case, answer, case_of, kept
from eventmatch.services.entries import Entry, entry, entry_of

WRONG_NUMBERS, IN_A_MINUTE = 20, timedelta(minutes=1)
CONTACT_EVERY = timedelta(minutes=1)
AFTER_EVENT = timedelta(days=1)
TRIES = 3
NOT_PAIRED = "This browser is not paired with this door. Ask the organiser for a new link."
NOT_A_DEVICE = "A valid device token is needed."


class Overtaken(Exception):
    """What was judged on is no longer true, or the same reading was written down meanwhile: look again."""


class Late(Exception):
    """A reading happened before it arrived, so that what it moves must be worked out from all passages."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading as it arrived."""

    door: DoorKey
    reading: Reading
    scanned: Scanned
    by: Actor | Bearer
    at: datetime

    @property
    def values(self) -> dict[str, object]:
        """What is looked up beside the code."""
        found: dict[str, object] = {"door": self.door.door_id, "nonce": self.reading.nonce}
        if self.door.slug is not None:
            found["slug"] = self.door.slug
        if isinstance(self.by, Bearer):
            return found | {"token": token_hash(self.by.token)}
        return found | {"device": self.by.device_id}


def scan(door: DoorKey, reading: Reading, *, by: Actor | Bearer, at: datetime) -> Entry:
    """Judge one reading at one door and write down what was answered.

    Raises
    ------
    SignInNeeded
        If a token is no device's.
    NotFound
        If this device has no business at this door.
    Conflict
        If the nonce was used for another code.
    TooMany
        If the device tried too many numbers that do not exist.
    """
    asked = Asked(door, reading, signing.unwrapped(read_code(reading.code), at=at), by, at)
    act = _scan_now
    for _ in range(TRIES):
        try:
            return act(asked)
        except Overtaken:
            continue
        except Late:
            act = _scan_late
    raise Busy("Not admitted: the door is busy. Scan again.")


def _scan_now(asked: Asked) -> Entry:
    """Judge a reading that happens now."""
    with direct_transaction() as within:
        return _scan(within, asked)


def _scan_late(asked: Asked) -> Entry:
    """Judge a reading that was kept for a while, then put its holder where all their passages lead, in their order."""
    with write_transaction() as session:
        said = _scan(of_session(session), asked, late=True)
        presence.rebuild_after(said.scan_id)
        return said


def _scan(within: Direct, asked: Asked, *, late: bool = False) -> Entry:
    """Judge one reading; a known nonce gets its first answer before any rule."""
    facts, place = _permitted(facts_of(within, asked.values, asked.scanned, asked.at), asked.by, asked.at)
    if facts.known is not None:
        return _repeated(facts.known, asked.reading)
    if place.doors.daily:
        today = place.doors.counts_from(asked.at, place.zone)
        facts = facts._replace(headcount=Count(count_since(within, place.room_id, today), asked.at))
    case = case_of(asked.reading, asked.scanned, place, facts, asked.at)
    if case.late and not late:
        raise Late
    _refuse_tricks(within, case)
    verdict = case.judged()
    _claim(within, case, verdict)
    _keep_order(within, case, verdict)
    return _record(within, case, verdict)


def _permitted(facts: Facts | None, by: Actor | Bearer, at: datetime) -> tuple[Facts, Place]:
    """Return what is known to a device that may scan here; missing and foreign doors answer alike."""
    ended = facts is None or at >= facts.device.ends_at + AFTER_EVENT
    if ended and isinstance(by, Bearer):
        raise SignInNeeded(NOT_A_DEVICE)
    if facts is None or facts.place is None or ended or (isinstance(by, Bearer) and not facts.device.scans(at)):
        raise NotFound(NOT_PAIRED)
    return facts, facts.place


def place_for(door: DoorKey, by: Actor, at: datetime) -> Place:
    """Return a door to a device that may scan there; missing and foreign ones answer alike."""
    place = place_of(by.device_id, door.door_id, door.slug) if by.device_id is not None else None
    if place is None or at >= place.ends_at + AFTER_EVENT:
        raise NotFound(NOT_PAIRED)
    return place


def _repeated(known: Known, reading: Reading) -> Entry:
    """Give a retry the first answer; a nonce that comes back with another code is a fault of the device."""
    if known.code_hash != token_hash(reading.code):
        raise Conflict("This nonce was used for another code.", field="nonce")
    return entry(known.answer, known.scan_id, repeated=True)


def _refuse_tricks(within: Direct, case: Case) -> None:
    """Let only those override who may, and keep a device from trying numbers until one fits."""
    place = case.place
    if case.reading.override is not None and not place.may_override:
        raise Forbidden("This device may not let people in anyway. Ask the organiser.")
    if case.holder is None and case.is_number:
        since = case.received_at - IN_A_MINUTE
        if wrong_numbers(within, place.event_id, place.device_id, since) >= WRONG_NUMBERS:
            raise TooMany("Too many numbers that do not exist. Wait a minute, or search for the name.", field="code")


def _claim(within: Direct, case: Case, verdict: Verdict) -> None:
    """Make the verdict true in one conditional statement, or look again where it no longer is."""
    place, holder = case.place, case.holder
    if holder is None or verdict not in {Verdict.ADMITTED, Verdict.EXITED}:
        return
    if verdict is Verdict.EXITED:
        done = presence.leave(within, place, holder.attendee_id, case.at)
    else:
        done = presence.enter(within, place, holder.attendee_id, case.at, limit=case.limit)
    if not done:
        raise Overtaken
    case.headcount.inside += 1 if verdict is Verdict.ADMITTED else -1
    if verdict is Verdict.ADMITTED and place.venue and not holder.arrived:
        newcomers.announce()


def _keep_order(within: Direct, case: Case, verdict: Verdict) -> None:
    """Give whoever finds a room full a turn before it, and end a turn once they are in, or leave the venue."""
    place, holder = case.place, case.holder
    if holder is None:
        return
    if verdict is Verdict.ROOM_FULL:
        waiting.join(within, place.room_id, holder.attendee_id, case.at)
    elif holder.waits and verdict is Verdict.ADMITTED:
        waiting.leave(within, holder.attendee_id, case.at, place.room_id)
    elif holder.waits and verdict is Verdict.EXITED and place.venue:
        waiting.leave(within, holder.attendee_id, case.at)


def _record(within: Direct, case: Case, verdict: Verdict) -> Entry:
    """Append the scan with its answer, and now and then that its device is alive."""
    said = answer(case, verdict)
    stored = said.stored()
    scan_id = append_scan(within, kept(case, verdict, stored))
    if scan_id is None:
        raise Overtaken
    seen, now = case.place.last_contact_at, case.received_at
    if seen is None or now - seen >= CONTACT_EVERY:
        note_contact(within, case.place.device_id, now)
    return entry_of(said, stored, scan_id)
