"""The roll-call: everybody who is inside, and nobody who is not."""

import logging
from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Busy, NotFound
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import DeviceKind, Direction, MemberRole, StaffRole, TicketKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event
from eventmatch.models.work import Audit
from eventmatch.services import audit, unmanned
from eventmatch.services.checkin import scan
from eventmatch.services.roll_call import RollCall, roll_call
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_staff

MINUTE = timedelta(minutes=1)


def walk(meetup: MeetupRef, who: AttendeeRef, *doors: str, by: Actor, at: datetime = NINE) -> datetime:
    """Send somebody through doors, a minute apart; "-" before a door is the way out. Return when it was done."""
    for door in doors:
        way = Direction.OUT if door.startswith("-") else Direction.IN
        reading = Reading(who.code, f"{who.id}-{at.isoformat()}", way)
        scan(DoorKey(getattr(meetup, f"{door.lstrip('-')}_door")), reading, by=by, at=at)
        at += MINUTE
    return at


def lines(call: RollCall) -> list[tuple[str, str]]:
    """Return who is where."""
    return [(person.name, person.room) for person in call.people]


def test_everybody_inside_is_named_once_where_they_were_last_let_in(either_app: Flask) -> None:
    meetup = add_meetup()
    oona, tablet = add_member(meetup, "Oona"), add_device(meetup)
    ada = add_attendee(meetup, "Ada", organisation="Sparrow Rail", kind=TicketKind.SPEAKER)
    ben, chidi, dana = (add_attendee(meetup, name) for name in ("Ben", "Chidi", "Dana"))
    add_attendee(meetup, "Emeka")
    walk(meetup, ada, "front", "session", by=tablet)
    walk(meetup, ben, "front", by=tablet)
    walk(meetup, chidi, "front", "session", "-session", by=tablet)
    walk(meetup, dana, "front", "session", "-front", by=tablet)

    call = roll_call(oona, meetup.slug, now=NINE + 5 * MINUTE)

    assert lines(call) == [("Ada", "Small room"), ("Ben", "Venue"), ("Chidi", "Venue")]
    first = call.people[0]
    assert (first.organisation, first.kind, first.since) == ("Sparrow Rail", TicketKind.SPEAKER, NINE + MINUTE)
    assert call.taken_at == NINE + 5 * MINUTE


def test_an_admission_taken_back_is_nobodys_presence(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    tablet, door = add_device(meetup), DoorKey(meetup.front_door)
    entry = scan(door, Reading(ada.code, "1"), by=tablet, at=NINE)

    undo(door, entry.scan_id, by=tablet, at=NINE)

    assert roll_call(oona, meetup.slug, now=NINE).people == ()


def test_who_was_let_into_a_room_past_the_entrance_is_inside_as_well(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor
) -> None:
    why = Override("Oona", "came through the kitchen")
    tablet = add_device(meetup, may_override=True)
    scan(DoorKey(meetup.session_door), Reading(ada.code, "1", override=why), by=tablet, at=NINE)

    assert lines(roll_call(oona, meetup.slug, now=NINE)) == [(ada.name, "Small room")]


def test_those_who_need_space_stand_first_then_names_as_people_look_for_them(meetup: MeetupRef, oona: Actor) -> None:
    tablet = add_device(meetup)
    for name, needs in (("Zoe", True), ("Émile", False), ("Eve", False), ("ada", False), ("Fatima", False)):
        walk(meetup, add_attendee(meetup, name, needs_space=needs), "front", by=tablet)

    call = roll_call(oona, meetup.slug, now=NINE)

    assert [person.name for person in call.people] == ["Zoe", "ada", "Émile", "Eve", "Fatima"]
    assert call.first == 1


def test_one_room_is_called_on_its_own_and_the_venue_is_everybody(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    tablet = add_device(meetup)
    walk(meetup, ada, "front", "session", by=tablet)
    walk(meetup, ben, "front", by=tablet)
    small, venue = (db.session.get_one(Door, door).room_id for door in (meetup.session_door, meetup.front_door))

    assert lines(roll_call(oona, meetup.slug, small, now=NINE)) == [(ada.name, "Small room")]
    assert lines(roll_call(oona, meetup.slug, venue, now=NINE)) == [(ada.name, "Small room"), (ben.name, "Venue")]


def test_who_takes_part_online_is_not_in_the_building(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    door, link = unmanned.join_door(meetup.id, NINE)
    scan(door, Reading(ada.code, "1"), by=link, at=NINE)
    nowhere = db.session.get_one(Door, door.door_id).room_id

    online = roll_call(oona, meetup.slug, now=NINE).people, roll_call(oona, meetup.slug, nowhere, now=NINE).people
    walk(meetup, ada, "front", by=add_device(meetup), at=NINE + MINUTE)

    assert online == ((), ())
    assert lines(roll_call(oona, meetup.slug, now=NINE)) == [(ada.name, "Venue")]


def test_who_says_so_alone_is_marked_until_somebody_sees_them(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    poster = add_device(meetup)
    with write_transaction() as session:
        session.get_one(Device, poster.device_id).kind = DeviceKind.POSTER
    walk(meetup, ada, "front", by=poster)

    alone = roll_call(oona, meetup.slug, now=NINE).people
    walk(meetup, ada, "session", by=add_device(meetup, "Seen"), at=NINE + MINUTE)
    seen = roll_call(oona, meetup.slug, now=NINE).people

    assert [person.self_reported for person in alone] == [True]
    assert [(person.room, person.self_reported) for person in seen] == [("Small room", False)]


def test_nobody_of_yesterday_is_inside_where_each_day_counts_anew(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor
) -> None:
    walk(meetup, ada, "front", by=add_device(meetup))
    tomorrow = NINE + timedelta(days=1)
    usual = roll_call(oona, meetup.slug, now=tomorrow)
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"door": {"daily": True}}

    assert [(person.name, person.today) for person in usual.people] == [(ada.name, False)]
    assert roll_call(oona, meetup.slug, now=tomorrow).people == ()


def test_opening_it_is_written_down_without_names(meetup: MeetupRef, ada: AttendeeRef) -> None:
    grace, tablet = add_staff(meetup, "Grace", StaffRole.FACILITATOR), add_device(meetup)
    walk(meetup, ada, "front", by=tablet)

    roll_call(grace, meetup.slug, now=NINE)
    roll_call(tablet, meetup.slug, now=NINE)

    rows = db.session.query(Audit).order_by(Audit.id)
    kept = [(row.action, row.person_id, row.device_id, row.detail) for row in rows]
    assert kept == [
        ("open roll-call", grace.person_id, None, {"people": 1, "room": None}),
        ("open roll-call", None, tablet.device_id, {"people": 1, "room": None}),
    ]


def test_a_database_that_takes_no_writing_keeps_nobody_from_the_list(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    walk(meetup, ada, "front", by=add_device(meetup))

    def full(*_: object, **__: object) -> None:
        raise Busy("The disk is full.")

    monkeypatch.setattr(audit, "note", full)

    assert len(roll_call(oona, meetup.slug, now=NINE).people) == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_nobody_else_reads_it(meetup: MeetupRef, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("foreign"), "Fremder", MemberRole.OWNER)
    foreign_room = db.session.get_one(Door, add_meetup("third", organiser_id=meetup.organiser_id).session_door).room_id

    for who in (stranger, ada.actor, add_staff(meetup, "Bea", StaffRole.DOOR)):
        with pytest.raises(NotFound):
            roll_call(who, meetup.slug, now=NINE)
    with pytest.raises(NotFound):
        roll_call(add_member(meetup, "Piet"), meetup.slug, foreign_room, now=NINE)
    assert db.session.query(Audit).count() == 0
