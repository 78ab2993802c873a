"""The control of every race: a door that reads, decides and then writes, each step as safe as it can be."""

from datetime import datetime
from time import sleep

from sqlalchemy import func, select

from eventmatch.domain.actor import Bearer
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.verdicts import Verdict
from eventmatch.factory import create_app
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Presence, insert_into
from eventmatch.models.ticket import Ticket
from eventmatch.services import checkin
from eventmatch.services.entries import Answer, Entry, RoomNow, entry_of


def scan(door: DoorKey, reading: Reading, *, by: Bearer, at: datetime) -> Entry:
    """Look, decide, and only then write."""
    attendee_id = db.session.scalars(select(Ticket.attendee_id).where(Ticket.code == reading.code)).one()
    room = db.session.scalars(select(Room).join(Door, Door.room_id == Room.id).where(Door.id == door.door_id)).one()
    verdict, room_id = _verdict(room, attendee_id), room.id
    db.session.rollback()
    sleep(0.005)  # a busy moment, as there are many: what races needs no luck to be seen
    if verdict is Verdict.ADMITTED:
        with write_transaction() as session:
            row = {"attendee_id": attendee_id, "room_id": room_id, "door_id": door.door_id, "since": at}
            session.execute(insert_into(Presence).values(row).on_conflict_do_nothing())
    answer = Answer(verdict, "", None, None, RoomNow("", 0, None))
    return entry_of(answer, answer.stored(), 0)


def _verdict(room: Room, attendee_id: int) -> Verdict:
    """Decide on what can be seen now."""
    here = select(func.count()).select_from(Presence).where(Presence.room_id == room.id)
    if db.session.scalar(here.where(Presence.attendee_id == attendee_id)):
        return Verdict.ALREADY_IN
    full = room.capacity is not None and (db.session.scalar(here) or 0) >= room.capacity
    return Verdict.ROOM_FULL if full else Verdict.ADMITTED


checkin.scan = scan  # type: ignore[assignment]
app = create_app()
