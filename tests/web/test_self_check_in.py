"""The organiser's page of self check-in."""

from collections.abc import Callable

from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.models.base import db
from eventmatch.models.event import Event
from tests.cast import AttendeeRef, MeetupRef

SignIn = Callable[[Actor], FlaskClient]
PAGE = "/o/e/meetup/self-check-in"


def rules(meetup: MeetupRef) -> EventDoors:
    """Return what holds at the doors of an event."""
    return EventDoors.of(db.session.get_one(Event, meetup.id).settings)


def test_what_is_ticked_is_allowed_and_what_is_not_no_longer_is(
    meetup: MeetupRef, oona: Actor, sign_in: SignIn
) -> None:
    organiser = sign_in(oona)
    organiser.post(PAGE, data={"walk_ins": "y", "poster": "y"})
    both = rules(meetup)
    organiser.post(PAGE, data={"walk_ins": "y"})

    assert (both.walk_ins, both.poster) == (True, True)
    assert (rules(meetup).walk_ins, rules(meetup).poster) == (True, False)


def test_the_page_leads_to_the_screen_of_each_entrance_and_to_posters_that_are_allowed(
    meetup: MeetupRef, oona: Actor, sign_in: SignIn
) -> None:
    organiser = sign_in(oona)
    before = organiser.get(PAGE).text
    organiser.post(PAGE, data={"poster": "y"})
    after = organiser.get(PAGE).text

    screen, poster = f"/e/meetup/welcome?door={meetup.front_door}", f"/o/e/meetup/poster?door={meetup.front_door}"
    assert (screen in before, poster in before, poster in after) == (True, False, True)
    assert f"door={meetup.session_door}" not in after


def test_attendees_do_not_see_it(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    client = sign_in(ada.actor)

    assert [client.get(PAGE).status_code, client.post(PAGE).status_code] == [404, 404]
