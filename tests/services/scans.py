"""Scans put straight into the table, for tests of what is counted from them."""

from datetime import datetime

from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import write_transaction
from eventmatch.models.device import Device
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket
from tests.cast import NINE, AttendeeRef, MeetupRef


def scan(meetup: MeetupRef, who: AttendeeRef, at: datetime, verdict: Verdict = Verdict.ADMITTED, **columns: int) -> int:
    """Write a scan down."""
    with write_transaction() as session:
        device = session.query(Device).first() or Device(event_id=meetup.id, name="Door", created_at=NINE)
        session.add(device)
        session.flush()
        row = Scan(
            event_id=meetup.id,
            door_id=columns.pop("door_id", meetup.front_door),
            ticket_id=session.query(Ticket.id).filter_by(attendee_id=who.id).scalar(),
            device_id=device.id,
            nonce=f"{who.id}{at:-%d%H%M%S}{verdict}",
            code_hash="x",
            verdict=verdict,
            direction=Direction.IN,
            effective_at=at,
            received_at=at,
            answer="{}",
            **columns,
        )
        session.add(row)
        session.flush()
        return row.id
