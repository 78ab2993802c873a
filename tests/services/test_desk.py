"""The desk counts arrivals as they happened."""

from datetime import datetime, timedelta

from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket
from eventmatch.services.desk import desk
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member

MINUTE = timedelta(minutes=1)


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
            nonce=f"{at:%d%H%M%S}{verdict}",
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


def test_before_the_first_arrival_there_is_no_curve(meetup: MeetupRef, oona: Actor) -> None:
    seen = desk(oona, "meetup", now=NINE)

    assert (seen.curve, seen.picture) == ((), "")


def test_the_curve_counts_each_person_once_from_their_first_admission(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    scan(meetup, ada, NINE + MINUTE)
    scan(meetup, ada, NINE + 2 * MINUTE, Verdict.ALREADY_IN)
    scan(meetup, ada, NINE + 20 * MINUTE)
    scan(meetup, ben, NINE + 11 * MINUTE)

    curve = {point.at: point.arrived for point in desk(oona, "meetup", now=NINE + 21 * MINUTE).curve}
    assert (curve[NINE], curve[NINE + 5 * MINUTE], curve[NINE + 15 * MINUTE]) == (0, 1, 2)
    assert max(curve.values()) == 2


def test_a_scan_taken_back_and_one_at_an_inner_door_are_no_arrival(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    mistake = scan(meetup, ada, NINE)
    scan(meetup, ada, NINE + MINUTE, Verdict.EXITED, undoes_id=mistake)
    scan(meetup, ben, NINE + 2 * MINUTE, door_id=meetup.session_door)

    assert desk(oona, "meetup", now=NINE + 10 * MINUTE).curve == ()


def test_a_long_event_is_drawn_in_longer_steps(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    scan(meetup, ada, NINE)
    scan(meetup, ben, NINE + timedelta(days=20))

    curve = desk(oona, "meetup", now=NINE + timedelta(days=20)).curve
    assert len(curve) < 60
    assert curve[-1].arrived == 2


def test_counts_stand_beside_the_curve(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    seen = desk(oona, "meetup", now=NINE)

    assert (seen.confirmed, seen.waiting, seen.pending, seen.arrivals.expected) == (1, 0, 0, 1)
    assert seen.may_run
    assert db.session.query(Scan).count() == 0


def test_the_desk_is_the_same_on_both_databases(either_app: Flask) -> None:
    meetup = add_meetup()
    ada = add_attendee(meetup, "Ada")
    scan(meetup, ada, NINE + MINUTE)

    seen = desk(add_member(meetup, "Oona"), "meetup", now=NINE + 10 * MINUTE)

    assert (seen.curve[-1].arrived, seen.confirmed, seen.exportable) == (1, 1, 0)
