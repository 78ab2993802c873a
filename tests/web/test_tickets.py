"""The address in a ticket's QR tells nobody but its holder anything, and checks nobody in."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db, write_transaction
from eventmatch.models.scan import Presence, Scan
from eventmatch.services import tickets
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.web.answers import without_tokens

SignIn = Callable[[Actor], FlaskClient]


def test_its_holder_is_led_to_the_own_place(sign_in: SignIn, ada: AttendeeRef) -> None:
    browser = sign_in(ada.actor)

    assert browser.get(f"/t/{ada.code}").location == "/e/meetup/me"
    assert browser.get(f"/T/{ada.code.lower()}").location == "/e/meetup/me"


def test_everybody_else_gets_the_same_page_whatever_the_code(
    app: Flask, sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    dead, elsewhere = add_attendee(meetup, "Dana"), add_attendee(add_meetup("other"), "Eve")
    with write_transaction():
        tickets.revoke(dead.id, now=NINE)
    codes = [ada.code, dead.code, elsewhere.code, "0" * 26, "x", "é" * 300]

    def answers(browser: FlaskClient) -> set[tuple[int, str]]:
        found = [browser.get(f"/t/{code}") for code in codes]
        return {(answer.status_code, without_tokens(answer)) for answer in found}

    nobody, as_ben = answers(app.test_client()), answers(sign_in(ben.actor))

    assert [status for status, _ in nobody] == [200]
    assert [status for status, _ in as_ben] == [200]


def test_a_dead_ticket_shows_its_old_holder_the_same_page_as_any_code(
    sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    with write_transaction():
        tickets.revoke(ada.id, now=NINE)
    browser = sign_in(ada.actor)

    assert without_tokens(browser.get(f"/t/{ada.code}")) == without_tokens(browser.get("/t/unknown"))


def test_signing_in_from_there_leads_back_to_the_ticket(client: FlaskClient, ada: AttendeeRef) -> None:
    answer = client.get(f"/t/{ada.code}?sign-in=1")

    assert answer.location == f"/sign-in?next=/t/{ada.code}"


def test_opening_a_ticket_checks_nobody_in(sign_in: SignIn, ada: AttendeeRef) -> None:
    browser = sign_in(ada.actor)
    browser.get(browser.get(f"/t/{ada.code}").location)

    assert (db.session.query(Scan).count(), db.session.query(Presence).count()) == (0, 0)
