"""Organisers make events, change them, see arrivals and follow long work."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import JobStatus, MemberRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, event_by_slug
from eventmatch.models.work import Audit, Job
from tests.cast import NINE, AttendeeRef, MeetupRef, add_meetup, add_member

SignIn = Callable[[Actor], FlaskClient]
PICNIC = {
    "name": "Spring Picnic, Übergrößen",
    "starts": "2027-05-01T14:00",
    "ends": "2027-05-01T18:00",
    "zone": "Europe/Berlin",
    "mode": "in_person",
    "conduct": "Be kind.",
    "registration_open": "y",
}


@pytest.fixture
def desk(oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def test_one_short_page_makes_an_event_with_a_front_door(desk: FlaskClient) -> None:
    answer = desk.post("/o/events/new", data=PICNIC)

    event = event_by_slug("spring-picnic-ubergrossen")
    assert (answer.status_code, answer.location) == (303, "/o/e/spring-picnic-ubergrossen")
    assert event is not None
    assert event.starts_at == datetime(2027, 5, 1, 12, 0, tzinfo=UTC)
    doors = db.session.scalars(select(Door).where(Door.room.has(event_id=event.id))).all()
    assert [(door.name, door.room.is_venue) for door in doors] == [("Front door", True)]
    assert desk.get(answer.location).status_code == 200


def test_a_second_event_of_one_name_gets_another_address(desk: FlaskClient) -> None:
    places = [desk.post("/o/events/new", data=PICNIC).location for _ in range(2)]

    assert places == ["/o/e/spring-picnic-ubergrossen", "/o/e/spring-picnic-ubergrossen-2"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Give the event a name."),
        ({"ends": "2027-05-01T13:00"}, "The end must come after the beginning."),
        ({"ends": "2028-05-01T13:00"}, "up to 31 days"),
        ({"zone": "Mars/Olympus"}, "not a time zone"),
        ({"capacity": "0"}, "At least one"),
        ({"capacity": "9" * 30}, "At least one"),
        ({"slug": "meetup"}, "short name already"),
        ({"slug": "Spring meetup!"}, "small letters"),
        ({"starts": "0001-01-01T00:00", "ends": "0001-01-01T01:00", "zone": "Asia/Tokyo"}, "too far away"),
        ({"starts": "9999-12-31T00:00", "ends": "9999-12-31T23:59"}, "years go from 2000 to 2100"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_mistake_is_explained_and_nothing_typed_is_lost(
    desk: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    answer = desk.post("/o/events/new", data=PICNIC | {"venue": "Under the oak"} | change)

    assert answer.status_code in {409, 422}
    assert sentence in answer.text
    assert "Under the oak" in answer.text
    assert db.session.query(Event).count() == 1


def test_all_fields_that_are_wrong_are_named_at_once(desk: FlaskClient) -> None:
    wrong = {"name": "", "zone": "Mars/Olympus", "capacity": "-3", "starts": "soon"}
    page = desk.post("/o/events/new", data=PICNIC | wrong).text

    assert set(re.findall(r'id="([\w-]+)-error">[^<]', page)) == wrong.keys()


def test_a_time_that_clocks_skip_moves_forward(desk: FlaskClient) -> None:
    times = {"starts": "2027-03-28T02:30", "ends": "2027-03-28T05:00", "slug": "night"}
    desk.post("/o/events/new", data=PICNIC | times)

    assert "2027-03-28T03:30" in desk.get("/o/e/night/edit").text


def test_an_event_is_changed_on_the_same_page_and_keeps_its_address(desk: FlaskClient, meetup: MeetupRef) -> None:
    shown = desk.get("/o/e/meetup/edit").text
    answer = desk.post("/o/e/meetup/edit", data=PICNIC | {"slug": "elsewhere", "capacity": "40"})

    event = db.session.get_one(Event, meetup.id)
    assert "2027-03-04T10:00" in shown
    assert (answer.status_code, event.slug, event.name, event.capacity) == (303, "meetup", PICNIC["name"], 40)
    assert (event.starts_at - event.opens_at).total_seconds() == 3600
    assert db.session.scalars(select(Audit.action)).all() == ["change event"]


def test_the_next_event_begins_with_the_zone_of_the_last_one(desk: FlaskClient) -> None:
    desk.post("/o/events/new", data=PICNIC | {"zone": "Africa/Lagos"})

    assert 'value="Africa/Lagos"' in desk.get("/o/events/new").text


def test_only_events_of_the_own_team_are_listed(desk: FlaskClient) -> None:
    add_meetup("foreign", name="Somebody else's day")

    listed = desk.get("/o").text
    assert "Project people&#39;s meetup" in listed
    assert "Somebody else" not in listed


def test_a_viewer_looks_on_and_changes_nothing(meetup: MeetupRef, sign_in: SignIn) -> None:
    viewer = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER))

    assert "New event" not in viewer.get("/o").text
    assert "/o/e/meetup/edit" not in viewer.get("/o/e/meetup").text
    assert [viewer.get(path).status_code for path in ("/o/events/new", "/o/e/meetup/edit")] == [404, 404]
    assert [viewer.post(path, data=PICNIC).status_code for path in ("/o/events/new", "/o/e/meetup/edit")] == [404, 404]


def test_an_attendee_finds_no_desk(ada: AttendeeRef, sign_in: SignIn) -> None:
    browser = sign_in(ada.actor)

    assert [browser.get(path).status_code for path in ("/o", "/o/e/meetup", "/o/e/meetup/jobs/1")] == [404] * 3


def add_job(meetup: MeetupRef, **columns: object) -> str:
    """Add a job and return its page."""
    with write_transaction() as session:
        job = Job(event_id=meetup.id, name="match", created_at=NINE, **columns)
        session.add(job)
        session.flush()
        return f"/o/e/meetup/jobs/{job.id}"


def test_work_shows_a_number_and_can_be_stopped(desk: FlaskClient, meetup: MeetupRef) -> None:
    page = add_job(meetup, status=JobStatus.RUNNING, done=30, total=120, started_at=NINE)

    shown = desk.get(page).text
    desk.post(f"{page}/cancel")

    assert "30 of 120" in shown
    assert f'hx-get="{page}" hx-trigger="every 2s"' in shown
    assert 'http-equiv="refresh"' in shown
    assert "Stopped." in desk.get(page).text
    assert 'hx-trigger="every 2s"' not in desk.get(page).text


def test_failed_work_says_why(desk: FlaskClient, meetup: MeetupRef) -> None:
    page = add_job(meetup, status=JobStatus.FAILED, error="The database is busy.")

    assert "The database is busy." in desk.get(page).text


def test_work_of_another_event_is_not_found(desk: FlaskClient, meetup: MeetupRef) -> None:
    page = add_job(add_meetup("foreign"), status=JobStatus.DONE)

    assert desk.get(page).status_code == 404
