"""Registering on pages: everything typed is kept, and nobody learns whose address is known."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventmatch.domain.states import AttendeeStatus, HiddenFrom, Mode, Purpose
from eventmatch.models.attendee import Attendee, attendee_of_email
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import Outbox
from eventmatch.services import profiles
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.letters import enclosed

ADA = {
    "name": "Ada Okafor",
    "email": "ada@example.org",
    "ask_hidden_from": "nobody",
    "arrival_visible_to": "nobody",
    "mode": "in_person",
}
FULL = ADA | {
    "organisation": "St. Ansgar Hospitals",
    "team": "Relocation Office",
    "role": "Project lead",
    "headline": "Moves hospitals",
    "about": "Two lines\nof text",
    "interests": "Scrum, rail",
    "asks": "vendor contracts",
    "ask": "Who has bought beds?",
    "ask_hidden_from": "organisation",
    "offers": "hospital moves, handovers",
    "offer": "A checklist",
    "glad_to_help": "y",
    "mode": "either",
    "can_video": "y",
    "hours-0-since": "10:15",
    "hours-0-until": "12:00",
    "phone": "+49 30 1234567",
    "link": "https://example.org/ada",
    "matching": "y",
    "arrival_visible_to": "matches",
    "share_email": "y",
    "organiser_export": "y",
}


def post(client: FlaskClient, meetup: MeetupRef, data: dict[str, str]) -> TestResponse:
    return client.post(f"/e/{meetup.slug}/register", data=data)


def newest() -> Outbox:
    row = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert row is not None
    return row


def place_of(meetup: MeetupRef, email: str = "ada@example.org") -> Attendee:
    found = attendee_of_email(meetup.id, email)
    assert found is not None
    return found


def ticked(page: str) -> set[str]:
    """Return what is ticked: the names of boxes, the values of radio buttons."""
    tags = re.findall(r"<input[^>]*\bchecked\b[^>]*>", page)
    return {re.findall(r'value="([^"]+)"' if "radio" in tag else r'name="([^"]+)"', tag)[0] for tag in tags}


def test_a_name_and_an_address_are_enough(client: FlaskClient, meetup: MeetupRef) -> None:
    answer = post(client, meetup, ADA)

    assert (answer.status_code, answer.location) == (303, "/e/meetup/register/sent")
    assert place_of(meetup).status is AttendeeStatus.PENDING
    assert profiles.consents(place_of(meetup).id) == frozenset()


def test_everything_typed_arrives(client: FlaskClient, meetup: MeetupRef) -> None:
    post(client, meetup, FULL)

    ada = place_of(meetup)
    profile = profiles.read_profile(ada)
    assert (profile.team, profile.about, profile.ask) == ("Relocation Office", "Two lines\nof text", FULL["ask"])
    assert (profile.interests, profile.offers) == (("scrum", "rail"), ("hospital moves", "handovers"))
    assert (profile.mode, profile.ask_hidden_from) == (Mode.EITHER, HiddenFrom.ORGANISATION)
    assert profile.glad_to_help
    assert profile.hours == ((NINE + HOUR / 4, NINE + 2 * HOUR),)  # Berlin is an hour ahead
    assert profiles.consents(ada.id) == {Purpose.MATCHING, Purpose.SHARE_EMAIL, Purpose.ORGANISER_EXPORT}


def test_nothing_is_ticked_before_somebody_ticks_it(client: FlaskClient, meetup: MeetupRef) -> None:
    page = client.get("/e/meetup/register").text

    ticked = re.findall(r"<input[^>]*\bchecked\b[^>]*>", page)
    assert len(re.findall(r'type="checkbox"', page)) == len(Purpose) + 2
    assert [re.findall(r'name="([^"]+)"', tag)[0] for tag in ticked] == [
        "ask_hidden_from",
        "mode",
        "arrival_visible_to",
    ]
    assert all('type="radio"' in tag for tag in ticked)


WRONG: list[tuple[str, str, str]] = [
    ("name", " \u200b ", "Type your name"),
    ("name", "A" * 201, "up to 200 characters"),
    ("email", "ada(at)example.org", "not an e-mail address"),
    ("email", "", "Type your e-mail address"),
    ("about", "x" * 4001, "up to 4000 characters"),
    ("asks", ", ".join(f"tag {n}" for n in range(61)), "up to 60"),
    ("offers", "y" * 81, "up to 80 characters"),
    ("phone", "call me", "telephone number"),
    ("link", "javascript:alert(1)", "begins with https://"),
    ("hours-0-since", "quarter past", "Type a time such as 09:15"),
    ("hours-0-since", "10:20", "quarters of an hour"),
    ("hours-0-until", "10:00", "later than the first"),
    ("hours-0-until", "07:00", "later than the first"),
]


@pytest.mark.parametrize(("field", "value", "message"), WRONG)
def test_a_typing_error_is_explained_and_nothing_typed_is_lost(
    client: FlaskClient, meetup: MeetupRef, field: str, value: str, message: str
) -> None:
    answer = post(client, meetup, FULL | {field: value})

    assert answer.status_code == 422
    assert message in answer.text
    assert f'href="#{field}"' in answer.text
    for name, typed in (FULL | {field: value}).items():
        if name in {"email", "organisation", "team", "interests", "asks", "phone", "link"} or name.startswith("hours"):
            assert f'value="{typed}"' in answer.text
    assert ticked(answer.text) >= {"matching", "glad_to_help", "share_email", "matches", "either", "organisation"}
    assert "Two lines\nof text" in answer.text.replace("\r", "") or field == "about"
    assert db.session.query(Attendee).count() == 0


def test_a_choice_nobody_offered_is_refused(client: FlaskClient, meetup: MeetupRef) -> None:
    answer = post(client, meetup, FULL | {"mode": "teleport"})

    assert (answer.status_code, "Not a valid choice" in answer.text) == (422, True)


def test_several_errors_are_told_together(client: FlaskClient, meetup: MeetupRef) -> None:
    answer = post(client, meetup, FULL | {"email": "ada", "phone": "x", "name": ""})

    assert answer.text.count('class="error"') == 3
    assert answer.text.count('aria-invalid="true"') == 3


def kinds_of_addresses(meetup: MeetupRef) -> list[str]:
    add_attendee(meetup, "Ada")
    add_attendee(meetup, "Ben", status=AttendeeStatus.WAITLISTED, waiting_since=NINE)
    add_attendee(meetup, "Chidi", status=AttendeeStatus.CANCELLED)
    add_attendee(meetup, "Dana", status=AttendeeStatus.PENDING, held_until=NINE)
    add_attendee(meetup, "Harald", barred_at=NINE)
    return [f"{name}@example.org" for name in ("ada", "ben", "chidi", "dana", "harald", "new")]


@pytest.mark.parametrize("capacity", [None, 1])
def test_the_page_answers_alike_for_every_address(app: Flask, capacity: int | None) -> None:
    meetup = add_meetup(capacity=capacity)
    answers = set()
    for email in kinds_of_addresses(meetup):
        browser = app.test_client()
        answer = post(browser, meetup, FULL | {"email": email})
        after = browser.get(answer.location)
        answers.add((answer.status_code, answer.location, answer.text, after.status_code, after.text))

    assert len(answers) == 1
    assert db.session.query(Outbox).filter(Outbox.letter != "promoted").count() == 6


def test_the_link_shows_a_button_first_and_confirms_when_it_is_pressed(client: FlaskClient, meetup: MeetupRef) -> None:
    post(client, meetup, FULL)
    path = enclosed(newest())["verify_path"]

    page = client.get(path)
    assert "Ada Okafor" in page.text
    assert "get your e-mail address" in page.text
    assert "phone number" not in page.text
    assert place_of(meetup).status is AttendeeStatus.PENDING

    answer = client.post(path)
    assert (answer.status_code, answer.location) == (303, "/e/meetup/me")
    assert "Your place is confirmed" in client.get("/e/meetup/me").text
    assert newest().letter == "ticket"


def test_a_link_pressed_twice_says_so_and_leads_to_signing_in(
    client: FlaskClient, app: Flask, meetup: MeetupRef
) -> None:
    post(client, meetup, ADA)
    path = enclosed(newest())["verify_path"]
    client.post(path)

    stranger = app.test_client()
    for answer, way in ((stranger.post(path), "/sign-in"), (stranger.get(path), "/sign-in"), (client.get(path), "/me")):
        assert answer.status_code == 422
        assert "has been used" in answer.text
        assert f'class="button" href="{way}' in answer.text


def test_a_full_event_says_waiting_list_everywhere(app: Flask) -> None:
    full, client = add_meetup(capacity=1), app.test_client()
    add_attendee(full, "Ben")

    assert "Join the waiting list" in client.get("/e/meetup").text
    assert "Join the waiting list" in client.get("/e/meetup/register").text
    post(client, full, ADA)
    path = enclosed(newest())["verify_path"]
    assert "waiting list" in client.get(path).text
    client.post(path)
    assert "You are on the waiting list" in client.get("/e/meetup/me").text


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"registration_open": False}, "Registration is closed"), ({"ends_at": NINE.replace(year=2020)}, "is over")],
)
def test_a_closed_or_past_event_is_a_clear_page(
    client: FlaskClient, meetup: MeetupRef, columns: dict[str, Any], words: str
) -> None:
    with write_transaction() as session:
        event = session.get_one(Event, meetup.id)
        event.starts_at = NINE.replace(year=2019)
        for name, value in columns.items():
            setattr(event, name, value)

    page, answer = client.get("/e/meetup/register"), post(client, meetup, ADA)

    assert (page.status_code, answer.status_code) == (200, 409)
    assert words in page.text
    assert words in answer.text
    assert db.session.query(Attendee).count() == 0


def test_an_event_of_several_days_asks_for_each(client: FlaskClient, app: Flask) -> None:
    long = add_meetup("camp", ends_at=NINE + 56 * HOUR)
    page = client.get("/e/camp/register").text
    assert page.count("Not on this day") == 3

    data = {"hours-0-absent": "y", "hours-1-until": "12:00"}
    assert post(client, long, ADA | data).status_code == 303
    [second, third] = profiles.read_profile(place_of(long)).hours
    assert second[1] == NINE + 26 * HOUR
    assert third[1] == NINE + 56 * HOUR

    nowhere = {f"hours-{day}-absent": "y" for day in range(3)}
    answer = post(client, long, ADA | nowhere)
    assert answer.status_code == 422
    assert "leave at least one" in answer.text


def test_an_event_in_one_place_does_not_ask_how(client: FlaskClient, app: Flask) -> None:
    online = add_meetup("online", mode=Mode.ONLINE)

    assert 'name="mode"' not in client.get("/e/online/register").text
    assert post(client, online, ADA | {"mode": "in_person"}).status_code == 303
    assert place_of(online).mode is Mode.ONLINE


def test_suggestions_come_from_the_event_and_from_no_single_person(
    client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    add_attendee(meetup, "Chidi", interests=["falconry"])
    with write_transaction() as session:
        session.get_one(Event, meetup.id).tag_suggestions = ["stakeholders"]

    page = client.get("/e/meetup/register").text

    assert '<option value="stakeholders">' in page
    assert '<option value="hospital moves">' in page
    assert "falconry" not in page


def test_an_unknown_event_is_not_there(client: FlaskClient, app: Flask) -> None:
    assert [client.get(f"/e/nowhere{path}").status_code for path in ("", "/register", "/register/sent")] == [404] * 3
