"""What devices decided alone, taken over when they are back: facts, which nobody judges again.

Each reading carries its own time and its clock's own error, and where people are follows from all passages in the
order of their time. So it does not matter which device hands in first, in how many parts, or how often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import read_code
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Conflict
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.verdicts import PASSING, Verdict
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.driver import of_session
from eventmatch.models.event import Event
from eventmatch.models.place import Place
from eventmatch.models.scan import Known, Scan, insert_into, inside, known_of
from eventmatch.models.ticket import Owner, owners_of, owners_of_tickets
from eventmatch.services import newcomers, presence, signing, waiting
from eventmatch.services.checkin import place_for
from eventmatch.services.entries import Answer, Entry, RoomNow, entry

AT_ONCE = 100  # readings in one transaction: while it is open, doors that are online wait
TAKEN_OVER = "The device decided this without network; it counts as it was."
UNFOUNDED = "The device let somebody through without network whose code names no ticket here."
OTHER_CODE = "This nonce was used for another code."


@dataclass(frozen=True, slots=True)
class Fact:
    """One reading that a device decided alone, and whose code it was."""

    reading: Reading
    nonce: str
    owner: Owner | None  # of a ticket of this event

    @property
    def unfounded(self) -> bool:
        """Whether somebody went through whom nobody here knows."""
        return self.owner is None and self.reading.decided in PASSING

    @property
    def verdict(self) -> Verdict:
        """What is kept: the device's own verdict, but nobody unknown is in a room."""
        return Verdict.UNKNOWN if self.unfounded else self.reading.decided or Verdict.UNKNOWN

    @property
    def passing(self) -> int | None:
        """The attendee who went through the door, if one did."""
        return self.owner.attendee_id if self.owner is not None and self.verdict in PASSING else None


def take(door: DoorKey, readings: Sequence[Reading], *, by: Actor, at: datetime) -> list[Entry | Conflict]:
    """Take over readings that a device decided alone, and return its answer to each, or that a nonce was used before.

    Raises
    ------
    NotFound
        If this device has no business at this door.
    """
    answers: list[Entry | Conflict] = []
    for start in range(0, len(readings), AT_ONCE):
        answers += _take(door, readings[start : start + AT_ONCE], by, at)
    return answers


def _take(door: DoorKey, readings: Sequence[Reading], by: Actor, at: datetime) -> list[Entry | Conflict]:
    """Take over so many readings at once; what was written before keeps its first answer."""
    with write_transaction():
        place = place_for(door, by, at)
        facts = _facts(place.event_id, readings)
        presence.lock({fact.owner.attendee_id for fact in facts if fact.owner is not None})
        new = _append(place, facts, at)
        known = known_of(place.device_id, {fact.nonce for fact in facts})
        late = [replace(fact, nonce=token_hash(fact.nonce)) for fact in facts if _contradicts(fact, known[fact.nonce])]
        new |= _append(place, late, at)
        _move(place, [fact for fact in [*facts, *late] if fact.nonce in new])
        db.session.execute(update(Device).where(Device.id == place.device_id).values(last_contact_at=at))
        return _answers(facts, known, new)


def _facts(event_id: int, readings: Sequence[Reading]) -> list[Fact]:
    """Look up whose codes these are; a ticket of another event is nobody's here."""
    codes = [signing.unwrapped(read_code(reading.code), at=reading.happened_at) for reading in readings]
    by_code = owners_of(event_id, set(codes))
    by_ticket = owners_of_tickets(event_id, {r.ticket_id for r in readings if r.ticket_id is not None})
    facts = []
    for reading, code in zip(readings, codes, strict=True):
        owner = by_code.get(code) if reading.ticket_id is None else by_ticket.get(reading.ticket_id)
        facts.append(Fact(reading, reading.nonce, owner if owner is not None and owner.event_id == event_id else None))
    return facts


def _contradicts(fact: Fact, known: Known) -> bool:
    """Tell whether somebody went through although another answer was written down under the same nonce.

    So it is when a device never got our answer and went on alone: what it did then is a fact beside that answer.
    """
    same = known.code_hash == token_hash(fact.reading.code)
    return same and fact.passing is not None and known.verdict is not fact.verdict


def _append(place: Place, facts: Sequence[Fact], at: datetime) -> set[str]:
    """Write facts down, and return the nonces of those that were not there before."""
    if not facts:
        return set()
    row = insert_into(Scan).on_conflict_do_nothing(index_elements=["device_id", "nonce"]).returning(Scan.nonce)
    here = inside(place.room_id)
    return set(db.session.scalars(row, [_row(place, fact, here) | {"received_at": at} for fact in facts]))


def _row(place: Place, fact: Fact, here: int) -> dict[str, Any]:
    """Return what is kept of a fact."""
    reading, override = fact.reading, fact.reading.override or Override("", "")
    said = UNFOUNDED if fact.unfounded else TAKEN_OVER
    return {
        "event_id": place.event_id,
        "door_id": place.door_id,
        "ticket_id": fact.owner.ticket_id if fact.owner is not None else None,
        "device_id": place.device_id,
        "nonce": fact.nonce,
        "code_hash": token_hash(reading.code),
        "by_number": False,
        "verdict": fact.verdict,
        "direction": reading.direction,
        "device_at": reading.scanned_at,
        "clock_offset": reading.clock_offset or 0,
        "effective_at": reading.happened_at,
        "offline": True,
        "unfounded": fact.unfounded,
        "answers": dict(reading.answers),
        "override_by": override.name,
        "override_why": override.why,
        "answer": Answer(fact.verdict, said, None, None, RoomNow(place.room, here, place.capacity)).stored(),
    }


def _move(place: Place, new: Sequence[Fact]) -> None:
    """Work out anew where those are who went through, and look for names for those who came."""
    if moved := {fact.passing for fact in new if fact.passing is not None}:
        presence.rebuild(db.session.get_one(Event, place.event_id), moved)
        _end_turns(place, new)
    if place.venue and any(fact.passing and fact.verdict is Verdict.ADMITTED for fact in new):
        newcomers.announce()


def _end_turns(place: Place, new: Sequence[Fact]) -> None:
    """Let nobody wait any more for a room they were in since, or for any once they have left the venue."""
    within = of_session(db.session())
    for fact in new:
        if fact.passing is not None and fact.verdict is Verdict.ADMITTED:
            waiting.leave(within, fact.passing, fact.reading.happened_at, place.room_id)
        elif fact.passing is not None and fact.verdict is Verdict.EXITED and place.venue:
            waiting.leave(within, fact.passing, fact.reading.happened_at)


def _answers(facts: Sequence[Fact], known: dict[str, Known], new: set[str]) -> list[Entry | Conflict]:
    """Answer each reading: anew, again, or that its nonce was used for another code."""
    answers: list[Entry | Conflict] = []
    for fact in facts:
        first = known[fact.nonce]
        if first.code_hash != token_hash(fact.reading.code):
            answers.append(Conflict(OTHER_CODE, field="nonce"))
        else:
            answers.append(entry(first.answer, first.scan_id, repeated=fact.nonce not in new))
            new = new - {fact.nonce}
    return answers
