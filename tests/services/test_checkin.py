"""The door's answers, one by one."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.addresses import badge_path, ticket_path
from eventmatch.domain.errors import Conflict, Forbidden, NotFound, TooMany
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind
from eventmatch.domain.verdicts import Verdict
from eventmatch.gateways import queue
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Scan, inside
from eventmatch.models.ticket import Ticket, TicketAlias
from eventmatch.services import tickets
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup

OUT = Direction.OUT
counter = iter(range(10**9))


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def read(meetup: MeetupRef, by: Actor, code: str, *, inner: bool = False, at: datetime = NINE, **values: Any) -> Entry:
    """Scan a code at the front door, or at the small room's."""
    door = DoorKey(meetup.session_door if inner else meetup.front_door)
    values = {"nonce": str(next(counter))} | values
    return scan(door, Reading(code, **values), by=by, at=at)


def test_second_scan_of_one_ticket_is_turned_away(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    first, second = read(meetup, tablet, ada.code), read(meetup, tablet, ada.code, at=NINE + HOUR)

    assert (first.verdict, second.verdict) == (Verdict.ADMITTED, Verdict.ALREADY_IN)
    assert second.reason == "Already in since 10:00, Front door."
    assert second.first_scan is not None
    assert (second.first_scan.at, second.first_scan.door) == ("2027-03-04T09:00:00+00:00", "Front door")


def test_answer_has_the_agreed_shape(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    entry = read(meetup, tablet, ada.code)

    assert json.loads(entry.json) == {
        "verdict": "admitted",
        "reason": "May go in.",
        "attendee": {"name": "Ada Okafor", "organisation": "", "kind": "guest"},
        "first_scan": None,
        "room": {"name": "Venue", "inside": 1, "capacity": None},
        "scan_id": entry.scan_id,
    }


@pytest.mark.parametrize("shape", ["{code}", "{lower}", "https://other.example{path}", "HTTPS://OTHER.EXAMPLE{upper}"])
def test_a_ticket_is_read_in_every_shape(shape: str, meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    path = ticket_path(ada.code)
    code = shape.format(code=ada.code, lower=ada.code.lower(), path=path, upper=path.upper())

    assert read(meetup, tablet, code).verdict is Verdict.ADMITTED


def test_number_admits_on_a_paired_device(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    assert read(meetup, tablet, ada.number.lower()).verdict is Verdict.ADMITTED


def test_foreign_code_stands_for_its_ticket(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    with write_transaction() as session:
        ticket_id = session.scalars(select(Ticket.id).where(Ticket.code == ada.code)).one()
        session.add(TicketAlias(event_id=meetup.id, ticket_id=ticket_id, code="pretix:aB3/x"))

    assert read(meetup, tablet, "pretix:aB3/x").verdict is Verdict.ADMITTED


@pytest.mark.parametrize("host", ["", "https://x.example"])
def test_badge_opens_no_entrance_but_names_who_is_in(
    host: str, meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    badge = host + badge_path(ada.badge) if host else ada.badge

    verdicts = [read(meetup, tablet, code).verdict for code in (badge, ada.code, badge)]

    assert verdicts == [Verdict.WRONG_DOOR, Verdict.ADMITTED, Verdict.ALREADY_IN]


def test_badge_admits_where_the_door_says_so(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    with write_transaction() as session:
        session.execute(update(Door).where(Door.id == meetup.front_door).values(rules={"badge_admits": True}))

    assert read(meetup, tablet, ada.badge).verdict is Verdict.ADMITTED


def test_unknown_code_names_nobody(meetup: MeetupRef, tablet: Actor) -> None:
    entry = read(meetup, tablet, "HELLO")

    assert (entry.verdict, entry.attendee) == (Verdict.UNKNOWN, None)


def test_ticket_of_the_same_organisers_other_event_is_told_apart(meetup: MeetupRef, tablet: Actor) -> None:
    sister = add_meetup("sister", organiser_id=meetup.organiser_id)
    stranger = add_attendee(add_meetup("foreign"), "Zoe", email="zoe@example.org")
    cousin = add_attendee(sister, "Yuri", email="yuri@example.org")

    entries = [read(meetup, tablet, person.code) for person in (cousin, stranger)]

    assert [entry.verdict for entry in entries] == [Verdict.WRONG_EVENT, Verdict.UNKNOWN]
    assert [entry.attendee for entry in entries] == [None, None]


def test_replaced_ticket_is_revoked_and_the_new_one_admits(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    with write_transaction() as session:
        new = tickets.issue(session.get_one(Attendee, ada.id), now=NINE).code

    assert read(meetup, tablet, ada.code).verdict is Verdict.REVOKED
    assert read(meetup, tablet, new).verdict is Verdict.ADMITTED


def test_retry_gets_the_first_answer_byte_for_byte_even_after_revocation(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    first = read(meetup, tablet, ada.code, nonce="n")
    with write_transaction():
        tickets.revoke(ada.id, now=NINE)

    again = read(meetup, tablet, ada.code, nonce="n", at=NINE + 2 * HOUR)

    assert again.json == first.json
    assert again.repeated
    assert read(meetup, tablet, ada.code, nonce="other").verdict is Verdict.REVOKED
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 2


def test_retry_gets_the_first_answer_although_the_room_has_filled_or_emptied_meanwhile(
    meetup: MeetupRef, tablet: Actor
) -> None:
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi")]
    for guest in people:
        read(meetup, tablet, guest.code)
    first, *_, refused = [read(meetup, tablet, guest.code, inner=True, nonce=guest.name) for guest in people]
    read(meetup, tablet, people[0].code, inner=True, direction=OUT)
    read(meetup, tablet, people[2].code, inner=True)

    again = [read(meetup, tablet, guest.code, inner=True, nonce=guest.name) for guest in (people[0], people[2])]

    assert [(first.verdict, refused.verdict)] == [(Verdict.ADMITTED, Verdict.ROOM_FULL)]
    assert [entry.json for entry in again] == [first.json, refused.json]
    assert all(entry.repeated for entry in again)


def test_nonce_with_another_code_is_refused(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, tablet: Actor
) -> None:
    read(meetup, tablet, ada.code, nonce="n")

    with pytest.raises(Conflict):
        read(meetup, tablet, ben.code, nonce="n")

    assert inside(1) == 1


def test_two_devices_may_choose_the_same_nonce(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    other = add_device(meetup, "Other")

    verdicts = [read(meetup, device, ada.code, nonce="1").verdict for device in (tablet, other)]

    assert verdicts == [Verdict.ADMITTED, Verdict.ALREADY_IN]


def test_numbers_that_do_not_exist_are_limited_per_device_and_minute(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    for _ in range(20):
        assert read(meetup, tablet, "000000").verdict is Verdict.UNKNOWN

    with pytest.raises(TooMany):
        read(meetup, tablet, "000000")

    assert read(meetup, tablet, ada.number).verdict is Verdict.ADMITTED
    assert read(meetup, tablet, "SOME-LONG-CODE").verdict is Verdict.UNKNOWN
    assert read(meetup, tablet, "000000", at=NINE + timedelta(seconds=61)).verdict is Verdict.UNKNOWN


def test_out_and_in_again(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    directions = [OUT, Direction.IN, OUT, OUT, Direction.IN]

    verdicts = [read(meetup, tablet, ada.code, direction=direction).verdict.value for direction in directions]

    assert verdicts == ["not_inside", "admitted", "exited", "not_inside", "admitted"]


def test_entering_a_room_leaves_the_one_before(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    other_room, other_door = add_room(meetup, "Other room")
    tablet = add_device(meetup, "All doors")
    read(meetup, tablet, ada.code)
    read(meetup, tablet, ada.badge, inner=True)

    scan(DoorKey(other_door), Reading(ada.badge, "x"), by=tablet, at=NINE)

    rooms = [room_of(meetup.front_door), room_of(meetup.session_door), other_room]
    assert [inside(room) for room in rooms] == [1, 0, 1]


def test_leaving_the_venue_leaves_every_room(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    read(meetup, tablet, ada.code)
    read(meetup, tablet, ada.code, inner=True)

    read(meetup, tablet, ada.code, direction=OUT)

    assert inside(room_of(meetup.session_door)) == 0


def test_room_comes_after_the_entrance(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    entry = read(meetup, tablet, ada.code, inner=True)

    assert (entry.verdict, entry.reason) == (Verdict.WRONG_DOOR, "Has not checked in at the entrance yet.")


def test_full_room_takes_only_those_it_cannot_do_without(meetup: MeetupRef, tablet: Actor) -> None:
    guests = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi")]
    speaker = add_attendee(meetup, "Grace", kind=TicketKind.SPEAKER)
    for person in (*guests, speaker):
        read(meetup, tablet, person.code)

    entries = [read(meetup, tablet, person.code, inner=True) for person in (*guests, speaker)]

    assert [entry.verdict.value for entry in entries] == ["admitted", "admitted", "room_full", "admitted"]
    assert [entry.room.inside for entry in entries] == [1, 2, 2, 3]
    assert entries[2].reason == "All 2 places are taken. Ask them to wait until somebody leaves."


@pytest.mark.parametrize(
    ("columns", "verdict"),
    [
        ({"status": AttendeeStatus.CANCELLED}, Verdict.CANCELLED),
        ({"status": AttendeeStatus.WAITLISTED}, Verdict.WAITLISTED),
        ({"barred_at": NINE}, Verdict.BARRED),
    ],
)
def test_place_that_does_not_stand_opens_nothing(
    columns: dict[str, Any], verdict: Verdict, meetup: MeetupRef, tablet: Actor
) -> None:
    harald = add_attendee(meetup, "Harald", **columns)

    assert read(meetup, tablet, harald.code).verdict is verdict
    assert inside(room_of(meetup.front_door)) == 0


def test_window_follows_the_devices_time(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    early, late = NINE - 2 * HOUR, NINE + 8 * HOUR

    assert read(meetup, tablet, ada.code, at=early).reason == "Doors open at 09:00."
    assert read(meetup, tablet, ada.code, at=late).verdict is Verdict.CLOSED
    assert read(meetup, tablet, ada.code, at=late, scanned_at=NINE).verdict is Verdict.ADMITTED
    assert db.session.scalars(select(Scan.offline).order_by(Scan.id)).all() == [False, False, True]


def test_let_in_anyway_is_written_down_with_name_and_reason(meetup: MeetupRef, tablet: Actor) -> None:
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    boss = add_device(meetup, "Oona's phone", may_override=True)
    override = Override("Oona", "paid at the desk")

    entry = read(meetup, boss, konrad.code, override=override)

    assert entry.verdict is Verdict.ADMITTED
    row = db.session.get_one(Scan, entry.scan_id)
    assert (row.override_by, row.override_why) == ("Oona", "paid at the desk")
    with pytest.raises(Forbidden):
        read(meetup, tablet, konrad.code, override=override)


def test_nobody_lets_in_whom_the_organiser_barred(meetup: MeetupRef) -> None:
    harald = add_attendee(meetup, "Harald", barred_at=NINE)
    boss = add_device(meetup, may_override=True)

    assert read(meetup, boss, harald.code, override=Override("Oona", "please")).verdict is Verdict.BARRED


def test_device_scans_only_where_it_belongs_and_until_a_day_after(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    foreign = add_device(add_meetup("foreign"), "Foreign")
    front_only = add_device(meetup, "Front", doors=[meetup.front_door])
    attempts = [
        (foreign, False, NINE),
        (front_only, True, NINE),
        (NOBODY, False, NINE),
        (tablet, False, NINE + 32 * HOUR),
    ]

    for device, inner, at in attempts:
        with pytest.raises(NotFound):
            read(meetup, device, ada.code, inner=inner, at=at)


def test_fault_while_writing_admits_nobody(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Entry:
        raise RuntimeError

    monkeypatch.setattr("eventmatch.services.settle._written", fail)
    with pytest.raises(RuntimeError):
        read(meetup, tablet, ada.code)
    monkeypatch.undo()

    assert inside(room_of(meetup.front_door)) == 0
    assert read(meetup, tablet, ada.code).verdict is Verdict.ADMITTED


@pytest.mark.parametrize("inner", [False, True])
def test_only_the_first_entry_announces_somebody_new(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor, monkeypatch: pytest.MonkeyPatch, *, inner: bool
) -> None:
    asked: list[str] = []
    read(meetup, tablet, ada.code)
    monkeypatch.setattr(queue, "enqueue", asked.append)
    for at, direction in ((NINE + HOUR, OUT), (NINE + 2 * HOUR, Direction.IN)):
        read(meetup, tablet, ada.code, inner=inner, at=at, direction=direction)

    assert asked == []


def room_of(door_id: int) -> int:
    """Return the room behind a door."""
    return db.session.get_one(Door, door_id).room_id


def add_room(meetup: MeetupRef, name: str) -> tuple[int, int]:
    """Add a session room with one door."""
    with write_transaction() as session:
        room = Room(event_id=meetup.id, name=name)
        session.add(room)
        session.flush()
        door = Door(room_id=room.id, name=name)
        session.add(door)
        session.flush()
        return room.id, door.id
