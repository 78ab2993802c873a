"""The organiser's page of match lists."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import DomainError
from eventmatch.gateways import queue
from eventmatch.services import jobs, matching
from tests.cast import NINE, AttendeeRef
from tests.services.test_matching import here_and_now

SignIn = Callable[[Actor], FlaskClient]
LISTS = "/o/e/meetup/lists"


@pytest.fixture(autouse=True)
def quick(ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ada and Ben take part, and compute in this process."""
    monkeypatch.setattr(matching, "in_child", here_and_now)


def test_the_button_computes_and_the_page_shows_both_lists(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    before = client.get(LISTS).text
    answer = client.post(f"{LISTS}/compute")
    page = client.get(LISTS).text

    assert "No lists yet" in before
    assert (answer.status_code, answer.location.startswith("/o/e/meetup/jobs/")) == (303, True)
    assert "asks for vendor contracts, which the other offers" in page
    assert "asks for hospital moves, which the other offers" in page


def test_the_table_can_be_taken_along(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    client.post(f"{LISTS}/compute")
    answer = client.get("/o/e/meetup/lists.csv")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meetup-lists.csv"'
    assert "asks for vendor contracts, which the other offers" in answer.text


@pytest.mark.parametrize("query", ["?first=-3", "?first=999999999999", "?first=x", "?q=%00", "?all=1"])
def test_any_address_shows_a_page(sign_in: SignIn, oona: Actor, query: str) -> None:
    client = sign_in(oona)
    client.post(f"{LISTS}/compute")

    assert client.get(LISTS + query).status_code == 200


def test_an_attendee_finds_nothing_there(sign_in: SignIn, ada: AttendeeRef) -> None:
    client = sign_in(ada.actor)

    assert {client.get(LISTS).status_code, client.get(f"{LISTS}.csv").status_code} == {404}
    assert client.post(f"{LISTS}/compute").status_code == 404


def test_work_under_way_shows_its_progress_on_the_page(
    sign_in: SignIn, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "enqueue", lambda *_task, **_values: None)
    client = sign_in(oona)
    job_id = int(client.post(f"{LISTS}/compute").location.rpartition("/")[2])
    jobs.take(job_id, NINE)
    jobs.report(job_id, 1, 6)
    with time_machine.travel(datetime.now(UTC), tick=False):  # both guess the rest at the same moment
        part, page = client.get(LISTS, headers={"HX-Request": "true"}).text, client.get(LISTS).text

    assert "1 of 6" in part
    assert "<html" not in part
    assert part.strip() in page


def test_work_that_failed_says_why(sign_in: SignIn, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise DomainError(matching.DIED)

    monkeypatch.setattr(matching, "in_child", breaks)
    client = sign_in(oona)
    client.post(f"{LISTS}/compute")

    assert matching.DIED in client.get(LISTS).text
