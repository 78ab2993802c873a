"""Taking an admission back: a fact of its own, after which presence follows from the scans that stand."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_token
from eventmatch.domain.errors import Conflict
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.place import Place
from eventmatch.models.scan import Scan, insert_into
from eventmatch.models.ticket import Ticket
from eventmatch.services import presence
from eventmatch.services.checkin import place_for

UNDO_FOR = timedelta(seconds=10)
ON_THE_WAY = timedelta(seconds=5)  # the tenth second's tap still has to arrive
TOO_LATE = "Too late to undo here. The organiser can still correct it."


@dataclass(frozen=True, slots=True)
class Undone:
    """Whose admission was taken back."""

    name: str


def undo(door: DoorKey, scan_id: int, *, by: Actor, at: datetime) -> Undone:
    """Take back an admission this device made seconds ago; doing it twice changes nothing more.

    Raises
    ------
    Conflict
        If it was no admission, another device's, or longer ago.
    """
    with write_transaction():
        place = place_for(door, by, at)
        scan = _own_admission(place, scan_id, at)
        ticket = db.session.get_one(Ticket, scan.ticket_id)
        attendee = db.session.get_one(Attendee, ticket.attendee_id, with_for_update={"key_share": True})
        if append(scan, at=at):
            presence.rebuild(attendee.event, [attendee.id])
        return Undone(attendee.name)


def _own_admission(place: Place, scan_id: int, at: datetime) -> Scan:
    """Return a fresh admission of this device at this door."""
    mine = select(Scan).where(Scan.id == scan_id, Scan.device_id == place.device_id, Scan.door_id == place.door_id)
    scan = db.session.scalar(mine.where(Scan.verdict == Verdict.ADMITTED, Scan.undoes_id.is_(None)))
    if scan is None or at - scan.received_at > UNDO_FOR + ON_THE_WAY:
        raise Conflict(TOO_LATE)
    return scan


def append(scan: Scan, *, at: datetime, by: str = "", why: str = "") -> bool:
    """Append the undoing of a scan, inside an open write transaction; of two at once one is written."""
    row = insert_into(Scan).values(
        event_id=scan.event_id,
        door_id=scan.door_id,
        ticket_id=scan.ticket_id,
        device_id=scan.device_id,
        nonce=new_token(),
        code_hash=scan.code_hash,
        by_number=False,
        verdict=Verdict.EXITED,
        direction=Direction.OUT,
        clock_offset=scan.clock_offset,
        effective_at=at,
        received_at=at,
        override_by=by,
        override_why=why,
        undoes_id=scan.id,
        answer=json.dumps({"undone": scan.id}),
    )
    done = row.on_conflict_do_nothing(index_elements=["undoes_id"]).returning(Scan.id)
    return db.session.scalar(done) is not None
