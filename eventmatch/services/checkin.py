"""The door: one code, one verdict, one fact written down; of two scans at once exactly one admits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from eventmatch.domain.actor import Actor, Bearer
from eventmatch.domain.addresses import read_code
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Busy, Conflict, DomainError, Forbidden, NotFound, SignInNeeded, TooMany
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.models.base import write_transaction
from eventmatch.models.door import Facts, Question, count_since, facts_of
from eventmatch.models.driver import Direct, of_session
from eventmatch.models.memory import Count
from eventmatch.models.place import Place, place_of
from eventmatch.models.scan import Known, wrong_numbers
from eventmatch.models.together import together
from eventmatch.services import presence, signing
from eventmatch.services.cases import Case, case_of
from eventmatch.services.entries import Entry, entry
from eventmatch.services.presence import Overtaken
from eventmatch.services.settle import settle

WRONG_NUMBERS, IN_A_MINUTE = 20, timedelta(minutes=1)
AFTER_EVENT = timedelta(days=1)
TRIES = 3
NOT_PAIRED = "This browser is not paired with this door. Ask the organiser for a new link."
NOT_A_DEVICE = "A valid device token is needed."


class Late(Exception):
    """A reading happened before it arrived, so that what it moves must be worked out from all passages."""


class Asked(NamedTuple):
    """A reading as it arrived."""

    door: DoorKey
    reading: Reading
    question: Question
    by: Actor | Bearer
    at: datetime


Read = tuple[Asked, Facts | None]


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
    scanned = signing.unwrapped(read_code(reading.code), at=at)
    if isinstance(by, Bearer):
        question = Question(scanned, reading.nonce, token=token_hash(by.token))
    else:
        question = Question(scanned, reading.nonce, device=by.device_id)
    asked = Asked(door, reading, question, by, at)
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
    """Judge a reading that happens now, with all of its kind that happen at this door at the same moment.

    A typed number is judged alone: those that do not exist are counted, and few may be tried.
    """
    kind = asked.question.kind
    number = asked.question.nonce if "number" in kind.meanings else None
    return together((asked.door, kind, number), asked, _scan)


def _scan_late(asked: Asked) -> Entry:
    """Judge a reading that was kept for a while, then put its holder where all their passages lead, in their order."""
    with write_transaction() as session:
        [said] = _scan(of_session(session), [asked], late=True)
        if isinstance(said, Exception):
            raise said
        presence.rebuild_after(said.scan_id)
        return said


def _scan(within: Direct, asked: Sequence[Asked], *, late: bool = False) -> list[Entry | Exception]:
    """Judge readings of one kind at one door; what depends on others of them is judged after them, looked up anew."""
    said = _scan_once(within, asked, late=late)
    again = [place for place, one in enumerate(said) if isinstance(one, Overtaken)]
    if 0 < len(again) < len(asked):
        for place, one in zip(again, _scan(within, [asked[place] for place in again], late=late), strict=True):
            said[place] = one
    return said


def _scan_once(within: Direct, asked: Sequence[Asked], *, late: bool) -> list[Entry | Exception]:
    """Judge each reading for itself, as far as that goes; a known nonce gets its first answer before any rule."""
    found, headcount = facts_of(within, asked[0].door, [one.question for one in asked], asked[0].at)
    headcount = _today(within, asked[0].at, found, headcount)
    readings, touched = list(zip(asked, found, strict=True)), set[object]()
    said: list[Entry | Exception] = []
    for part in _parts(readings):
        judged = [_judged(within, one, facts, headcount, late=late) for one, facts in part]
        entries = settle(within, [one for one in judged if isinstance(one, Case)], touched)
        said += [entries.get(one, Overtaken()) if isinstance(one, Case) else one for one in judged]
    return said


def _parts(readings: Sequence[Read]) -> Iterable[Sequence[Read]]:
    """Judge all at once, but one after the other where a room can be full: each place that is taken counts."""
    places = (facts.place for _, facts in readings if facts is not None and facts.place is not None)
    limited = any(place.capacity is not None for place in places)
    return ([one] for one in readings) if limited else [readings]


def _today(within: Direct, at: datetime, found: Iterable[Facts | None], headcount: Count) -> Count:
    """Return how many are in the room, where each day counts anew those who came today."""
    place = next((facts.place for facts in found if facts is not None and facts.place is not None), None)
    if place is None or not place.doors.daily:
        return headcount
    return Count(count_since(within, place.room_id, place.doors.counts_from(at, place.zone)))


def _judged(
    within: Direct, asked: Asked, facts: Facts | None, headcount: Count, *, late: bool
) -> Case | Entry | Exception:
    """Return what one reading comes to: a case to be settled, the answer given before, or a refusal."""
    try:
        facts, place = _permitted(facts, asked.by, asked.at)
        if facts.known is not None:
            return _repeated(facts.known, asked.reading)
        case = case_of(asked.reading, asked.question.scanned, place, facts.holder, headcount, asked.at)
        _refuse_tricks(within, case)
    except DomainError as refusal:
        return refusal
    return Late() if case.late and not late else case


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
