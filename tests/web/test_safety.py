"""Blocking and reporting, on pages."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.base import db
from eventmatch.models.contact import Contact
from eventmatch.models.tap import Block, Report
from eventmatch.services import safety
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_badges import change
from tests.services.test_sharing import meet
from tests.web.answers import without_tokens

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def meetup(app: object) -> MeetupRef:
    """Return an event with a code of conduct."""
    return add_meetup(conduct="Ask before you photograph.\n\nNo means no.")


@pytest.fixture
def browser(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> FlaskClient:
    """Return the browser of Ada, who knows Ben."""
    meet(ada, ben)
    return sign_in(ada.actor)


def test_a_block_can_be_taken_back_on_the_next_page(browser: FlaskClient, ben: AttendeeRef) -> None:
    page = browser.get(browser.post(f"/e/meetup/people/{ben.id}/block").location).text
    block_id = db.session.query(Block).one().id
    gone = browser.get("/contacts").text
    browser.post(f"/me/blocked/{block_id}/unblock")

    assert "Ben Hartwig" in page
    assert f"/me/blocked/{block_id}/unblock" in page
    assert "Ben Hartwig" not in gone
    assert "Ben Hartwig" in browser.get("/contacts").text


def test_the_blocked_one_sees_no_trace(
    browser: FlaskClient, sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    browser.post(f"/e/meetup/people/{ben.id}/block")
    his = sign_in(ben.actor)

    for path in ("/me/blocked", "/contacts", "/contacts/scans", "/contacts.csv", "/contacts.vcf", "/me"):
        assert "Ada Okafor" not in his.get(path).text, path
    assert his.get(f"/e/meetup/people/{ada.id}").status_code == 404


@pytest.mark.parametrize("status", [AttendeeStatus.CONFIRMED, AttendeeStatus.CANCELLED])
def test_the_buttons_on_a_contacts_page_work_whatever_the_own_place(
    status: AttendeeStatus, browser: FlaskClient, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    change(ada, status=status)
    entry = db.session.query(Contact).filter_by(owner_id=ada.person_id).one().id
    page = browser.get(f"/contacts/{entry}").text
    form = browser.get(f"/e/meetup/report?about={ben.id}")
    after = browser.get(browser.post(f"/contacts/{entry}/block").location)

    assert f'action="/contacts/{entry}/block"' in page
    assert f"/e/meetup/report?about={ben.id}" in page
    assert "About Ben Hartwig" in form.text
    assert "Ben Hartwig" in after.text
    assert browser.get(f"/contacts/{entry}").status_code == 404


def test_nobody_behind_an_entry_has_no_button(browser: FlaskClient) -> None:
    typed = browser.post("/contacts/new", data={"name": "Dora"}).location
    page = browser.get(typed).text

    assert "Dora" in page
    assert ">Block<" not in page
    assert browser.post(f"{typed}/block").status_code == 404


def test_strangers_and_missing_people_answer_alike(sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi Obiakor")
    browser = sign_in(ada.actor)
    answers = [
        answer
        for number in (chidi.id, 999999)
        for answer in (
            browser.post(f"/e/meetup/people/{number}/block"),
            browser.post(f"/e/meetup/people/{number}/report"),
            browser.get(f"/e/meetup/report?about={number}"),
            browser.post(f"/e/meetup/report?about={number}", data={"text": "x"}),
        )
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({without_tokens(answer) for answer in answers}) == 1


def test_the_form_stands_beside_the_code_of_conduct(browser: FlaskClient, ben: AttendeeRef) -> None:
    to_form = browser.post(f"/e/meetup/people/{ben.id}/report")
    page = browser.get(to_form.location).text

    for shown in ("About Ben Hartwig", "Ask before you photograph.", "No means no.", "Organiser of meetup"):
        assert shown in page


def test_who_blocked_me_is_somebody_i_met(
    browser: FlaskClient, sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    browser.post(f"/e/meetup/people/{ben.id}/block")
    his = sign_in(ben.actor)
    form = his.get(f"/e/meetup/report?about={ada.id}").text
    listed = his.get(his.post(f"/e/meetup/people/{ada.id}/block").location).text

    assert "About somebody you met." in form
    assert "Somebody you met" in listed
    assert "Ada Okafor" not in form + listed


def test_a_report_is_sent_once_and_thanked_for(browser: FlaskClient, ada: AttendeeRef, ben: AttendeeRef) -> None:
    answer = browser.post(f"/e/meetup/report?about={ben.id}", data={"text": "He would not stop."})
    [row] = db.session.query(Report)

    assert (row.about_id, row.text) == (ben.id, "He would not stop.")
    assert answer.location == "/e/meetup/me"
    assert "The organiser has your report." in browser.get(answer.location).text


def test_whose_badge_is_looked_at_can_be_reported_from_there(
    sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    chidi, elsewhere = (
        add_attendee(meetup, "Chidi Obiakor"),
        add_attendee(add_meetup("elsewhere"), "Zoe Quist"),
    )
    browser = sign_in(ada.actor)
    [way] = re.findall(r'href="(/e/meetup/report[^"]*)"', browser.get(f"/b/{chidi.badge}").text)
    page = browser.get(way).text
    browser.post(way, data={"text": "He shouted."})

    assert "About Chidi Obiakor." in page
    assert db.session.query(Report).one().about_id == chidi.id
    for foreign in (elsewhere.badge, "nonsense", "\0", "9" * 30):
        assert browser.get("/e/meetup/report", query_string={"about": foreign}).status_code == 404


def test_nothing_typed_is_lost_when_a_report_is_refused(browser: FlaskClient, ben: AttendeeRef) -> None:
    empty = browser.post(f"/e/meetup/report?about={ben.id}", data={"text": " "})
    long = browser.post(f"/e/meetup/report?about={ben.id}", data={"text": "z" * 4001})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "z" * 4001 in long.text
    assert db.session.query(Report).count() == 0


def test_one_report_too_many_is_refused_with_a_sentence_and_what_was_typed(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "MOST_REPORTS", 1)
    first, second = (browser.post("/e/meetup/report", data={"text": text}) for text in ("Dark stairs", "Wet stairs"))

    assert (first.status_code, second.status_code) == (303, 429)
    assert "Wet stairs" in second.text
    assert "speak to the organiser" in second.text
    assert db.session.query(Report).count() == 1


@pytest.mark.parametrize("about", ["0", "-1", "x", "²", "9" * 30, "1 OR 1=1", "%00"])
def test_odd_numbers_are_nobody(about: str, browser: FlaskClient) -> None:
    assert browser.get(f"/e/meetup/report?about={about}").status_code == 404
