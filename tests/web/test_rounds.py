"""The organiser's page of rounds, and everybody's own rounds on their place."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import DomainError
from eventmatch.services import rounds_run
from tests.cast import AttendeeRef, MeetupRef, add_attendee
from tests.services.test_rounds import publish

SignIn = Callable[[Actor], FlaskClient]
ROUNDS = "/o/e/meetup/rounds"
GOOD = {"starts": "2027-03-04T10:00", "rounds": "3", "minutes": "15", "pause": "5", "tables": ""}


@pytest.fixture(autouse=True)
def quick(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put Ada and Ben on each other's list, and compute in this process."""
    publish(meetup, [ada, ben])
    monkeypatch.setattr(rounds_run, "in_child", lambda task, *values: task(*values))


def test_the_form_makes_rounds_and_the_page_shows_them_by_round_and_by_person(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    before = client.get(ROUNDS).text
    answer = client.post(ROUNDS, data=GOOD)
    page = client.get(ROUNDS).text

    assert "No rounds yet" in before
    assert (answer.status_code, answer.location) == (303, ROUNDS)
    assert "10:00–10:15" in page
    assert "By person" in page
    assert page.count("Ada Okafor") >= 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("rounds", "0"), ("rounds", "41"), ("minutes", "x"), ("pause", "-1"), ("tables", "0"), ("starts", "soon")],
)
def test_what_cannot_be_is_said_beside_its_field(sign_in: SignIn, oona: Actor, field: str, wrong: str) -> None:
    answer = sign_in(oona).post(ROUNDS, data=GOOD | {field: wrong})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_who_did_not_come_is_marked_and_can_come_after_all(
    sign_in: SignIn, oona: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    client = sign_in(oona)
    client.post(ROUNDS, data=GOOD)
    client.post(f"{ROUNDS}/people/{ada.id}/away")
    without = client.get(ROUNDS).text
    client.post(f"{ROUNDS}/people/{ada.id}/late")

    assert "Nobody meets in this round." in without
    assert "Away" in without
    assert "Table 1" in client.get(ROUNDS).text


def test_a_button_that_comes_too_late_says_so(sign_in: SignIn, oona: Actor, ada: AttendeeRef) -> None:
    client = sign_in(oona)
    client.post(ROUNDS, data=GOOD)
    client.post(f"{ROUNDS}/people/{ada.id}/late")

    assert "This person has meetings already." in client.get(ROUNDS).text


def test_the_table_can_be_taken_along_and_runs_no_formula(
    sign_in: SignIn, oona: Actor, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    eve = add_attendee(meetup, "=1+1", email="eve@example.org")
    publish(meetup, [ada, eve])
    client = sign_in(oona)
    client.post(ROUNDS, data=GOOD)
    answer = client.get(f"{ROUNDS}.csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="meetup-rounds.csv"'
    assert "'=1+1" in answer.text
    assert not [line for line in answer.text.splitlines() if ",=1+1" in line]


def test_ada_sees_her_rounds_on_her_place(sign_in: SignIn, oona: Actor, ada: AttendeeRef) -> None:
    sign_in(oona).post(ROUNDS, data=GOOD)
    page = sign_in(ada.actor).get("/e/meetup/me").text

    assert "Your rounds" in page
    assert "Table 1" in page
    assert "Ben Hartwig" in page


def test_an_attendee_finds_no_page_of_all_rounds(sign_in: SignIn, ada: AttendeeRef) -> None:
    client = sign_in(ada.actor)

    assert {client.get(ROUNDS).status_code, client.get(f"{ROUNDS}.csv").status_code} == {404}
    assert client.post(ROUNDS, data=GOOD).status_code == 404


def test_work_that_failed_says_why(sign_in: SignIn, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise DomainError("It is the cable.")

    monkeypatch.setattr(rounds_run, "in_child", breaks)
    client = sign_in(oona)
    client.post(ROUNDS, data=GOOD)

    assert "It is the cable." in client.get(ROUNDS, headers={"HX-Request": "true"}).text
