"""The own place on pages, and the second journey: hand-over, cancel, promotion, the old code revoked."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.models.attendee import Attendee, attendee_of_email
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import ticket_by_code, valid_ticket
from eventmatch.models.work import Outbox
from eventmatch.services import profiles
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.letters import enclosed

SignIn = Callable[[Actor], FlaskClient]
ME = "/e/meetup/me"
EMEKA = {"name": "Emeka Adeleye", "email": "emeka@example.org"}
SAID = {"name": "Ada Okafor", "mode": "in_person", "ask_hidden_from": "nobody", "arrival_visible_to": "nobody"}


def newest(letter: str) -> Outbox:
    row = db.session.query(Outbox).filter_by(letter=letter).order_by(Outbox.id.desc()).first()
    assert row is not None
    return row


def place_of(meetup: MeetupRef, email: str) -> Attendee:
    db.session.rollback()
    found = attendee_of_email(meetup.id, email)
    assert found is not None
    return found


def check_in(ref: AttendeeRef, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        venue = session.query(Room).filter_by(event_id=meetup.id, is_venue=True).one()
        session.add(Presence(attendee_id=ref.id, room_id=venue.id, door_id=meetup.front_door, since=NINE))


def test_the_second_journey(either_app: Flask) -> None:
    """Ada hands over, Emeka takes it and cancels, Ben comes off the waiting list; no old code is worth anything."""
    meetup = add_meetup(capacity=1)
    emeka, ben = either_app.test_client(), either_app.test_client()
    ada = add_attendee(meetup, "Ada Okafor")
    ben.post("/e/meetup/register", data=SAID | {"name": "Ben Hartwig", "email": "ben@example.org"})
    ben.post(enclosed(newest("verify_registration"))["verify_path"])
    assert "nobody: you are next" in ben.get(ME).text

    ada_browser = either_app.test_client()
    ada_browser.post("/sign-in", data={"email": ada.email})
    ada_browser.post(enclosed(newest("sign_in"))["sign_in_path"])
    assert ada_browser.post(f"{ME}/hand-over", data=EMEKA).location == ME
    assert "You have no place any more" in ada_browser.get(ME).text
    revoked = ticket_by_code(ada.code)
    assert revoked is not None
    assert revoked.revoked_at is not None

    emeka.post(enclosed(newest("handed_over_to"))["verify_path"])
    assert "Your place is confirmed" in emeka.get(ME).text
    assert "nobody: you are next" in ben.get(ME).text

    assert emeka.post(f"{ME}/cancel").location == ME
    assert "Your place is confirmed" in ben.get(ME).text
    letters = [(row.letter, row.recipient) for row in db.session.query(Outbox).order_by(Outbox.id)]
    assert letters[-2:] == [("cancelled", EMEKA["email"]), ("promoted", "ben@example.org")]
    assert [row.letter for row in db.session.query(Outbox) if row.sent_at is None] == []
    assert place_of(meetup, EMEKA["email"]).status is AttendeeStatus.CANCELLED


def test_the_ticket_is_shown_with_its_number_and_a_large_code(sign_in: SignIn, ada: AttendeeRef) -> None:
    page = sign_in(ada.actor).get(ME).text

    assert ada.number in page
    assert 'aria-label="QR code of your ticket"' in page
    assert "<svg" in page
    for path in (f"{ME}/profile", f"{ME}/hand-over", f"{ME}/cancel", "/e/meetup/people"):
        assert f'<a class="cover" href="{path}">' in page


def test_once_inside_the_badge_is_shown_and_the_way_to_people(
    sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    check_in(ada, meetup)
    page = sign_in(ada.actor).get(ME).text

    assert "You’re in" in page
    assert 'aria-label="QR code of your badge"' in page
    assert 'href="/e/meetup/people"' in page
    assert f"{ME}/hand-over" not in page
    assert f"{ME}/cancel" not in page


def test_a_stranger_is_asked_to_sign_in_and_somebody_else_finds_nothing(
    client: FlaskClient, sign_in: SignIn, oona: Actor, ada: AttendeeRef
) -> None:
    assert client.get(ME).location.startswith("/sign-in")
    assert sign_in(oona).get(ME).status_code == 404


def test_answers_are_shown_changed_and_kept(sign_in: SignIn, ada: AttendeeRef, meetup: MeetupRef) -> None:
    browser = sign_in(ada.actor)
    page = browser.get(f"{ME}/profile").text
    assert 'value="vendor contracts"' in page
    assert re.search(r"<input[^>]*checked[^>]*name=\"matching\"", page)
    assert 'name="email"' not in page

    answer = browser.post(f"{ME}/profile", data=SAID | {"asks": "rail", "share_link": "y"})
    assert answer.location == ME
    assert "Your answers are saved" in browser.get(ME).text
    assert profiles.read_profile(place_of(meetup, ada.email)).asks == ("rail",)
    assert profiles.consents(ada.id) == {Purpose.SHARE_LINK}


def test_a_typing_error_while_editing_loses_and_changes_nothing(sign_in: SignIn, ada: AttendeeRef) -> None:
    answer = sign_in(ada.actor).post(f"{ME}/profile", data=SAID | {"asks": "rail", "link": "example.org"})

    assert answer.status_code == 422
    assert 'value="rail"' in answer.text
    assert "begins with https://" in answer.text
    assert profiles.consents(ada.id) == {Purpose.MATCHING}


def test_hours_finer_than_the_form_survive_editing_something_else(sign_in: SignIn, meetup: MeetupRef) -> None:
    odd = ((NINE + HOUR / 12, NINE + HOUR), (NINE + 2 * HOUR, NINE + 3 * HOUR))
    dana = add_attendee(meetup, "Dana", hours=odd)
    browser = sign_in(dana.actor)
    shown = dict(re.findall(r'name="(hours-0-\w+)"[^>]*value="([\d:]+)"', browser.get(f"{ME}/profile").text))

    assert shown == {"hours-0-since": "10:05", "hours-0-until": "13:00"}
    assert browser.post(f"{ME}/profile", data=SAID | shown | {"team": "new"}).status_code == 303
    assert profiles.read_profile(place_of(meetup, dana.email)).hours == odd


def test_the_ticket_is_mailed_again(sign_in: SignIn, ada: AttendeeRef) -> None:
    browser = sign_in(ada.actor)

    assert browser.post(f"{ME}/resend").location == ME
    assert newest("ticket").recipient == ada.email


def test_handing_over_explains_first_and_keeps_what_was_typed(sign_in: SignIn, ada: AttendeeRef) -> None:
    browser = sign_in(ada.actor)
    assert "Your code dies at once" in browser.get(f"{ME}/hand-over").text

    for data, words in (
        (EMEKA | {"email": "emeka"}, "not an e-mail address"),
        (EMEKA | {"email": ada.email}, "your own address"),
        (EMEKA | {"name": ""}, "Type a name"),
    ):
        answer = browser.post(f"{ME}/hand-over", data=data)
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{data["email"]}"' in answer.text
    assert valid_ticket(ada.id) is not None


def test_who_is_inside_is_told_why_the_place_stays(sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef) -> None:
    check_in(ada, meetup)
    browser = sign_in(ada.actor)

    handed, cancelled = browser.post(f"{ME}/hand-over", data=EMEKA), browser.post(f"{ME}/cancel")

    assert (handed.status_code, cancelled.status_code) == (409, 409)
    assert "already checked in" in handed.text
    assert "already checked in" in cancelled.text


def test_cancelling_asks_first_because_others_get_the_seat(
    sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    browser = sign_in(ada.actor)
    page = browser.get(f"{ME}/cancel")

    assert "goes to the next person at once" in page.text
    assert place_of(meetup, ada.email).status is AttendeeStatus.CONFIRMED
    browser.post(f"{ME}/cancel")
    assert "Register again" in browser.get(ME).text
    assert browser.get("/e/meetup/register").status_code == 200


def test_matching_is_left_and_joined_with_one_button(sign_in: SignIn, ada: AttendeeRef) -> None:
    browser = sign_in(ada.actor)
    browser.post(f"{ME}/leave-matching", data={"wanted": "no"})
    left = profiles.consents(ada.id)
    assert "Take part in matching" in browser.get(ME).text
    browser.post(f"{ME}/leave-matching", data={"wanted": "yes"})

    assert (left, profiles.consents(ada.id)) == (frozenset(), frozenset({Purpose.MATCHING}))


def test_hiding_is_done_and_undone_with_one_button(sign_in: SignIn, ada: AttendeeRef, meetup: MeetupRef) -> None:
    browser = sign_in(ada.actor)
    browser.post(f"{ME}/hide", data={"hidden": "yes"})
    hidden = place_of(meetup, ada.email).hidden_at is not None
    assert "Show me again" in browser.get(ME).text
    browser.post(f"{ME}/hide", data={"hidden": "no"})

    assert (hidden, place_of(meetup, ada.email).hidden_at) == (True, None)


@pytest.mark.parametrize("path", ["resend", "hand-over", "cancel", "leave-matching", "hide"])
def test_nobody_acts_on_a_place_without_signing_in(client: FlaskClient, ada: AttendeeRef, path: str) -> None:
    answer = client.post(f"{ME}/{path}", data=EMEKA)

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")
    assert db.session.query(Outbox).count() == 0


def test_somebody_barred_sees_one_calm_sentence(sign_in: SignIn, meetup: MeetupRef) -> None:
    harald = add_attendee(meetup, "Harald", barred_at=NINE)
    page = sign_in(harald.actor).get(ME).text

    assert "Your place is withdrawn" in page
    assert harald.number not in page
