"""The venue's screen and its poster: who may show them, and what a phone may make of their codes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.door_rules import DoorRules, EventDoors, Way
from eventmatch.domain.errors import Invalid, NotFound, SignInNeeded
from eventmatch.domain.site import Site
from eventmatch.domain.states import DeviceKind
from eventmatch.domain.welcome import STEP, event_key, poster_code, screen_code
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Door, Event, Room
from eventmatch.services import unmanned, welcome
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_staff
from tests.services.test_checkin import read

SITE = Site("https://meet.example.org", "the installation's secret")


def code_on_screen(meetup: MeetupRef, *, door: int | None = None) -> str:
    """Return what a phone reads from the screen at nine."""
    return screen_code(event_key(SITE.secret, meetup.id), door or meetup.front_door, NINE)


def code_on_poster(meetup: MeetupRef) -> str:
    """Return what a phone reads from the poster."""
    return poster_code(event_key(SITE.secret, meetup.id), meetup.front_door)


def allow(meetup: MeetupRef, **rules: bool) -> None:
    """Let guests do something alone."""
    with write_transaction() as session:
        event = session.get_one(Event, meetup.id)
        event.settings = {"door": replace(EventDoors.of(event.settings), **rules).stored()}


def add_entrance(meetup: MeetupRef, name: str, way: Way = Way.BOTH) -> int:
    """Add another door to the venue."""
    with write_transaction() as session:
        room = session.query(Room).filter_by(event_id=meetup.id, is_venue=True).one()
        door = Door(room_id=room.id, name=name, rules=DoorRules(way=way).stored())
        session.add(door)
        session.flush()
        return door.id


def test_organisers_staff_and_devices_may_show_the_screen(meetup: MeetupRef, oona: Actor) -> None:
    for who in (oona, add_staff(meetup, "Bea"), add_device(meetup)):
        assert welcome.screen(who, "meetup", None, site=SITE, now=NINE).door.name == "Front door"


def test_nobody_else_may(meetup: MeetupRef, ada: AttendeeRef) -> None:
    elsewhere = add_device(add_meetup("elsewhere"))

    for who, refusal in ((ada.actor, NotFound), (elsewhere, NotFound), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            welcome.screen(who, "meetup", None, site=SITE, now=NINE)


def test_the_screen_shows_another_picture_each_half_minute(meetup: MeetupRef, oona: Actor) -> None:
    pictures = {welcome.screen(oona, "meetup", None, site=SITE, now=NINE + STEP * n).picture for n in range(4)}

    assert len(pictures) == 4


def test_a_code_says_where_it_was_read(meetup: MeetupRef) -> None:
    side = add_entrance(meetup, "Side entrance")

    for door in (meetup.front_door, side):
        seen = welcome.read("meetup", code_on_screen(meetup, door=door), site=SITE, now=NINE)
        assert (seen.event_id, seen.door_id, seen.kind, seen.at) == (meetup.id, door, DeviceKind.SCREEN, NINE)


def test_a_code_is_refused_when_it_is_older_than_one_step(meetup: MeetupRef) -> None:
    code = code_on_screen(meetup)

    assert welcome.read("MEETUP", code.lower(), site=SITE, now=NINE + STEP).kind is DeviceKind.SCREEN
    with pytest.raises(Invalid):
        welcome.read("meetup", code, site=SITE, now=NINE + 2 * STEP)


def test_another_events_code_is_refused(meetup: MeetupRef) -> None:
    with pytest.raises(Invalid):
        welcome.read("meetup", code_on_screen(add_meetup("elsewhere")), site=SITE, now=NINE)


def test_a_poster_counts_only_while_it_is_allowed(meetup: MeetupRef) -> None:
    code = code_on_poster(meetup)
    with pytest.raises(Invalid):
        welcome.read("meetup", code, site=SITE, now=NINE)

    allow(meetup, poster=True)
    later = welcome.read("meetup", code, site=SITE, now=NINE + 5 * HOUR)
    allow(meetup, poster=False)

    assert later.kind is DeviceKind.POSTER
    with pytest.raises(Invalid):
        welcome.read("meetup", code, site=SITE, now=NINE)


def test_no_screen_hangs_at_a_door_that_leads_out_or_nowhere(meetup: MeetupRef, oona: Actor) -> None:
    out = add_entrance(meetup, "Way out", Way.OUT)
    unmanned.join_door(meetup.id, NINE)

    assert [door.name for door in unmanned.entrances(meetup.id)] == ["Front door"]
    for door in (out, meetup.session_door, 10**6):
        with pytest.raises(NotFound):
            welcome.screen(oona, "meetup", door, site=SITE, now=NINE)


def test_the_screen_counts_who_is_in(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:

    tablet = add_device(meetup)
    read(meetup, tablet, ada.code)
    read(meetup, tablet, add_attendee(meetup, "Lena").code)

    assert welcome.screen(oona, "meetup", None, site=SITE, now=NINE + timedelta(minutes=1)).inside == 2
