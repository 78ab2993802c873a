"""Counts of who came."""

from datetime import timedelta

from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, Direction, Mode
from eventmatch.services.arrivals import arrivals
from eventmatch.services.checkin import scan
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device

MINUTE = timedelta(minutes=1)


def test_nobody_has_come_before_the_first_scan(meetup: MeetupRef, ada: AttendeeRef) -> None:
    counts = arrivals(meetup.id, NINE)

    assert (counts.inside, counts.arrived, counts.expected, counts.last_five_minutes) == (0, 0, 1, 0)


def test_expected_are_those_who_may_come_and_have_not(meetup: MeetupRef, ada: AttendeeRef) -> None:
    add_attendee(meetup, "Harald", barred_at=NINE)
    add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    add_attendee(meetup, "Noor", mode=Mode.ONLINE)

    assert arrivals(meetup.id, NINE).expected == 1


def test_who_left_has_arrived_but_is_not_inside(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    tablet, door = add_device(meetup), DoorKey(meetup.front_door)
    scan(door, Reading(ada.code, "1"), by=tablet, at=NINE)
    scan(door, Reading(ben.code, "2"), by=tablet, at=NINE + 3 * MINUTE)
    scan(DoorKey(meetup.session_door), Reading(ben.code, "3"), by=tablet, at=NINE + 4 * MINUTE)
    scan(door, Reading(ada.code, "4", Direction.OUT), by=tablet, at=NINE + 5 * MINUTE)

    counts = arrivals(meetup.id, NINE + 6 * MINUTE)

    assert (counts.inside, counts.arrived, counts.expected, counts.last_five_minutes) == (1, 2, 0, 1)
    front, small = counts.doors
    assert (front.admitted, front.last_five_minutes, front.inside) == (2, 1, 1)
    assert (small.admitted, small.inside, small.capacity) == (1, 1, 2)


def test_undone_admission_is_not_counted(meetup: MeetupRef, ada: AttendeeRef) -> None:
    tablet, door = add_device(meetup), DoorKey(meetup.front_door)
    entry = scan(door, Reading(ada.code, "1"), by=tablet, at=NINE)

    undo(door, entry.scan_id, by=tablet, at=NINE)

    counts = arrivals(meetup.id, NINE)
    assert (counts.inside, counts.arrived, counts.last_five_minutes, counts.doors[0].admitted) == (0, 0, 0, 0)
