"""Opening a badge and tapping Connect, on pages."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_code
from eventmatch.models.base import db
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.scan import Scan
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_device, add_person
from tests.letters import enclosed
from tests.services.test_badges import GONE, Spoil, change
from tests.web.answers import without_tokens
from tests.web.test_account import newest_letter

SignIn = Callable[[Actor], FlaskClient]


@pytest.mark.parametrize("letter", ["b", "B"])
def test_a_peer_is_asked_whether_to_connect(letter: str, sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    change(ada, organisation="St. Ansgar Hospitals", headline="Moves hospitals", phone="+49 30 1234567")
    page = sign_in(ben.actor).get(f"/{letter}/{ada.badge}").text

    for shown in (
        "Connect with Ada Okafor?",
        "St. Ansgar Hospitals",
        "Moves hospitals",
        "your name, organisation, role",
    ):
        assert shown in page
    for kept in (ada.email, "+49 30 1234567"):
        assert kept not in page


def test_connecting_waits_for_the_other_and_repeats_nothing(
    sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    browser = sign_in(ben.actor)
    for _ in range(2):
        answer = browser.post(f"/b/{ada.badge}/connect")

    assert "Waiting for Ada Okafor" in browser.get(answer.location).text
    assert (db.session.query(BadgeScan).count(), db.session.query(Contact).count()) == (1, 0)


def test_a_mutual_scan_leads_to_the_contact(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    sign_in(ben.actor).post(f"/b/{ada.badge}/connect")
    browser = sign_in(ada.actor)
    before = browser.get(f"/b/{ben.badge}").text
    after = browser.get(browser.post(f"/B/{ben.badge}/connect").location).text
    entry = db.session.query(Contact).filter_by(owner_id=ada.person_id).one()

    assert "They scanned your badge already" in before
    assert f"/contacts/{entry.id}" in after


def test_the_owner_is_led_to_the_own_place(sign_in: SignIn, ada: AttendeeRef) -> None:
    assert sign_in(ada.actor).get(f"/b/{ada.badge}").location == "/e/meetup/me"


def test_somebody_not_signed_in_comes_back_to_the_badge_with_six_digits(
    client: FlaskClient, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    page = client.get(f"/b/{ada.badge}").text
    asked = client.get(f"/sign-in?next=/b/{ada.badge}")
    client.post("/sign-in", data={"email": ben.email, "next": f"/b/{ada.badge}"})
    back = client.post("/sign-in/code", data={"pin": enclosed(newest_letter())["code"]})

    assert "Sign in to see whose badge this is" in page
    assert "Project people" not in page
    assert f'href="/sign-in?next=/b/{ada.badge}"' in unquote(page)
    assert ada.name not in page
    assert f'value="/b/{ada.badge}"' in asked.text
    assert back.location == f"/b/{ada.badge}"
    assert "Connect with Ada Okafor?" in client.get(back.location).text


def test_connecting_without_being_signed_in_leads_there_and_back(client: FlaskClient, ada: AttendeeRef) -> None:
    answer = client.post(f"/b/{ada.badge}/connect")

    assert unquote(answer.location) == f"/sign-in?next=/b/{ada.badge}/connect"
    assert client.get(f"/b/{ada.badge}/connect").location == f"/b/{ada.badge}"


def test_somebody_without_a_place_is_told_what_may_be_wrong(sign_in: SignIn, ada: AttendeeRef) -> None:
    answer = sign_in(add_person("Stella")).get(f"/b/{ada.badge}")

    assert answer.status_code == 404
    assert "Registered under another address?" in answer.text
    assert ada.name not in answer.text


def seen(app: Flask, sign_in: SignIn, code: str, people: tuple[Actor, ...]) -> tuple[tuple[int, str], ...]:
    """Return what these people, and nobody, are shown of one badge."""
    answers = [sign_in(actor).get(f"/b/{code}") for actor in people] + [app.test_client().get(f"/b/{code}")]
    return tuple((answer.status_code, without_tokens(answer).replace(code, "CODE")) for answer in answers)


def test_no_comparison_of_browsers_and_accounts_tells_a_block_from_anything_else(
    app: Flask, sign_in: SignIn, meetup: MeetupRef, ben: AttendeeRef
) -> None:
    people = (ben.actor, add_person("Stella"))
    shown = {seen(app, sign_in, new_code(), people)}
    for number, spoil in enumerate(GONE.values()):
        ada = add_attendee(meetup, f"Ada{number}")
        spoil(ada, ben)
        shown.add(seen(app, sign_in, ada.badge, people))

    assert len(shown) == 1
    # The control: somebody who is there is seen by Ben, and by him alone.
    there = seen(app, sign_in, add_attendee(meetup, "Adaeze").badge, people)
    assert [one == other for one, other in zip(there, next(iter(shown)), strict=True)] == [False, True, True]


@pytest.mark.parametrize("name", GONE)
def test_unknown_revoked_hidden_and_blocked_are_the_same_page(
    name: str, sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    spoil: Spoil = GONE[name]
    spoil(ada, ben)
    browser = sign_in(ben.actor)
    unknown = browser.get(f"/b/{new_code()}")

    for answer in (browser.get(f"/b/{ada.badge}"), browser.post(f"/b/{ada.badge}/connect")):
        assert (answer.status_code, without_tokens(answer)) == (404, without_tokens(unknown))
    assert unknown.status_code == 404


def test_what_is_no_code_is_a_missing_page(client: FlaskClient) -> None:
    assert client.get("/b/nonsense").status_code == 404


def test_opening_a_badge_on_duty_offers_the_door_and_checks_nobody_in(
    app: Flask, client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    add_device(meetup, doors=[meetup.front_door])
    with client.session_transaction() as cookie:
        cookie["device"] = "emd_Tablet"
    page = client.get(f"/b/{ada.badge}").text

    assert "Ada Okafor" in page
    assert f'action="/doors/{meetup.front_door}/scans"' in page
    assert db.session.query(Scan).count() == 0


def test_blocking_from_a_badge_hides_it(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    browser = sign_in(ben.actor)
    answer = browser.post(f"/b/{ada.badge}/block")

    assert "Ada Okafor" in browser.get(answer.location).text
    assert browser.get(f"/b/{ada.badge}").status_code == 404


def test_names_are_escaped(sign_in: SignIn, meetup: MeetupRef, ben: AttendeeRef) -> None:
    eve = add_attendee(meetup, "<script>alert(1)</script>", email="eve@example.org", headline="<b>x</b>")
    page = sign_in(ben.actor).get(f"/b/{eve.badge}").text

    assert "<script>alert" not in page
    assert "<b>x" not in page
