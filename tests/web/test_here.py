"""“I'm here” on a phone: from the code to “You're in”, in every state a guest can be in."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventmatch.domain.states import AttendeeStatus
from eventmatch.domain.welcome import SEEN_LASTS
from eventmatch.models.attendee import Attendee, attendee_of_email
from eventmatch.models.base import db
from eventmatch.models.scan import Presence, Scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_person
from tests.hostile import TEXTS
from tests.letters import enclosed
from tests.web.answers import without_tokens
from tests.web.test_account import newest_letter
from tests.web.test_welcome import NOW, allow, scan_screen

HERE = "/e/meetup/here"


@pytest.fixture
def meetup(app: Flask) -> Iterator[MeetupRef]:
    """Return an event, ten seconds past nine on its day."""
    with time_machine.travel(NOW, tick=False):
        yield add_meetup()


def signs_in(client: FlaskClient, email: str) -> str:
    """Type an address where the page asks for it, then the six digits of the mail; return where one lands."""
    client.post("/sign-in", data={"email": email, "next": HERE})
    return client.post("/sign-in/code", data={"pin": enclosed(newest_letter())["code"]}).location or ""


def test_signed_in_one_tap_is_enough(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    sign_in(ada.actor)
    scan_screen(client, meetup)

    page, tapped = client.get(HERE).text, client.post(HERE)

    assert "I’m here" in page
    assert "Ada Okafor" in page
    assert tapped.location == "/e/meetup/me"
    assert "You’re in" in client.get("/e/meetup/me").text


def test_opening_pages_checks_nobody_in(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    sign_in(ada.actor)
    scan_screen(client, meetup)
    client.get(HERE)

    assert db.session.query(Scan).count() == 0


def test_tapping_twice_is_one_check_in(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    sign_in(ada.actor)
    scan_screen(client, meetup)

    assert {client.post(HERE).location for _ in range(3)} == {"/e/meetup/me"}
    assert (db.session.query(Scan).count(), db.session.query(Presence).count()) == (1, 1)


def test_the_code_outlives_signing_in_with_a_slow_mail(
    client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    scan_screen(client, meetup)
    with time_machine.travel(NOW + SEEN_LASTS - timedelta(minutes=1), tick=False):
        assert signs_in(client, "ada@example.org") == HERE
        assert client.post(HERE).location == "/e/meetup/me"

    assert db.session.query(Presence.attendee_id).scalar() == ada.id


def test_a_mail_that_took_too_long_asks_for_the_code_again(
    client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    scan_screen(client, meetup)
    with time_machine.travel(NOW + SEEN_LASTS, tick=False):
        signs_in(client, "ada@example.org")
        tapped = client.post(HERE)
        page = client.get(HERE).text

    assert tapped.location == HERE
    assert "Point your phone’s camera" in page
    assert db.session.query(Scan).count() == 0


def test_whoever_was_not_at_the_screen_cannot_tap(
    client: FlaskClient, app: Flask, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any
) -> None:
    at_the_venue, at_home = app.test_client(), sign_in(ada.actor)
    scan_screen(at_the_venue, meetup)

    at_home.post(HERE)

    assert db.session.query(Scan).count() == 0


def kinds_of_addresses(meetup: MeetupRef) -> list[str]:
    """Return an address of every kind there is."""
    add_attendee(meetup, "Ada")
    add_attendee(meetup, "Ben", status=AttendeeStatus.WAITLISTED)
    add_attendee(meetup, "Chidi", status=AttendeeStatus.CANCELLED)
    add_attendee(meetup, "Harald", barred_at=NINE)
    add_person("Stella")
    return [f"{name}@example.org" for name in ("ada", "ben", "chidi", "harald", "stella", "nobody")]


@pytest.mark.parametrize("walk_ins", [False, True])
def test_nobody_learns_whether_an_address_is_registered_before_proving_it(
    app: Flask, meetup: MeetupRef, *, walk_ins: bool
) -> None:
    allow(meetup, walk_ins=walk_ins)
    seen = set()
    for email in kinds_of_addresses(meetup):
        browser = app.test_client()
        scan_screen(browser, meetup)
        asked, sent = browser.get(HERE), browser.post("/sign-in", data={"email": email, "next": HERE})
        seen.add((without_tokens(asked), sent.status_code, sent.location, without_tokens(browser.get("/sign-in/code"))))

    assert len(seen) == 1


def test_a_walk_in_registers_in_one_short_form_and_is_in(client: FlaskClient, meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    scan_screen(client, meetup)
    signs_in(client, "zoe@example.org")
    page = client.get(HERE).text

    done = client.post(f"{HERE}/register", data={"name": "Zoe Marsh", "organisation": "Kestrel"})

    assert 'value="zoe"' not in page
    assert not re.search(r"<input[^>]*\bchecked\b", page)
    assert done.location == "/e/meetup/me"
    assert "You’re in" in client.get("/e/meetup/me").text
    zoe = attendee_of_email(meetup.id, "zoe@example.org")
    assert zoe is not None
    assert (zoe.name, zoe.organisation, zoe.walk_in) == ("Zoe Marsh", "Kestrel", True)


def test_where_walk_ins_are_not_taken_a_page_says_so_kindly(client: FlaskClient, meetup: MeetupRef) -> None:
    scan_screen(client, meetup)
    signs_in(client, "zoe@example.org")
    page, answer = client.get(HERE).text, client.post(f"{HERE}/register", data={"name": "Zoe"})

    assert "No place under this address" in page
    assert answer.location == HERE
    assert db.session.query(Attendee).count() == 0


def test_a_full_event_says_waiting_list_before_and_after(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        full = add_meetup(capacity=1)
        add_attendee(full, "Ben")
        allow(full, walk_ins=True)
        scan_screen(client, full)
        signs_in(client, "zoe@example.org")
        before = client.get(HERE).text
        answer = client.post(f"{HERE}/register", data={"name": "Zoe"})
        after = client.get(answer.location).text

    assert "Join the waiting list" in before
    assert "you are on the waiting list" in after


@pytest.mark.parametrize("name", ["", " \u200b", "x" * 201])
def test_a_wrong_name_is_explained_and_the_rest_is_kept(name: str, client: FlaskClient, meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    scan_screen(client, meetup)
    signs_in(client, "zoe@example.org")

    answer = client.post(f"{HERE}/register", data={"name": name, "organisation": "Kestrel", "matching": "y"})

    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert 'value="Kestrel"' in answer.text
    assert re.search(r'<input[^>]*\bchecked\b[^>]*name="matching"', answer.text)


def test_no_hostile_value_breaks_the_short_form(client: FlaskClient, meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    scan_screen(client, meetup)
    signs_in(client, "zoe@example.org")
    texts = [text.encode("utf-8", "surrogatepass") for text in TEXTS[:120]]

    answers = {client.post(f"{HERE}/register", data={"name": "", "organisation": text}).status_code for text in texts}

    assert answers == {422}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"barred_at": NINE}, "Please see the staff"),
    ({"status": AttendeeStatus.CANCELLED}, "This place was cancelled"),
]


@pytest.mark.parametrize(("columns", "words"), REFUSED)
def test_the_doors_refusals_are_told_in_words_for_guests(
    columns: dict[str, Any], words: str, client: FlaskClient, meetup: MeetupRef, sign_in: Any
) -> None:
    sign_in(add_attendee(meetup, "Harald", **columns).actor)
    scan_screen(client, meetup)

    page = client.post(HERE).text

    assert words in page
    assert "May not come in" not in page


def test_too_early_names_the_time(client: FlaskClient, meetup: MeetupRef, sign_in: Any) -> None:
    early = NOW - timedelta(hours=2)
    with time_machine.travel(early, tick=False):
        sign_in(add_attendee(meetup, "Ada").actor)
        scan_screen(client, meetup, early)
        page = client.post(HERE).text

    assert "You are early" in page
    assert "Doors open at 09:00." in page


def test_two_guests_share_one_phone(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben")
    scan_screen(client, meetup)
    for email in ("ada@example.org", "ben@example.org"):
        signs_in(client, email)
        assert client.post(HERE).location == "/e/meetup/me"

    assert set(db.session.scalars(select(Presence.attendee_id))) == {ada.id, ben.id}


def test_signing_out_forgets_the_code(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    sign_in(ada.actor)
    scan_screen(client, meetup)
    client.post("/sign-out")

    assert "Point your phone’s camera" in client.get(HERE).text


def test_a_forged_tap_is_refused(app: Flask, meetup: MeetupRef, ada: AttendeeRef) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    scan_screen(client, meetup)

    assert [client.post(path).status_code for path in (HERE, f"{HERE}/register")] == [400, 400]


def test_pages_are_kept_nowhere(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    sign_in(ada.actor)
    scan_screen(client, meetup)

    assert [client.get(HERE).headers["Cache-Control"], client.post(HERE).headers["Cache-Control"]] == ["no-store"] * 2


def test_after_the_event_the_page_leads_to_the_own_events(client: FlaskClient, app: Flask) -> None:
    past = add_meetup("past", opens_at=NINE.replace(year=2020), starts_at=NINE.replace(year=2020), ends_at=NINE)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert "It is over" in client.get(f"/e/{past.slug}/here").text
