"""Importing on pages: upload, look, confirm, see what came of it."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole, Purpose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.consent import consented
from eventmatch.models.import_file import ImportFile
from eventmatch.models.work import Outbox
from tests.cast import MeetupRef, add_member

SignIn = Callable[[Actor], FlaskClient]
LIST = "Name;E-mail;Shoe size\nChidi <b>;chidi@example.net;41\nNobody;;42\n"


@pytest.fixture
def desk(oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def upload(browser: FlaskClient, content: str | bytes = LIST) -> TestResponse:
    """Upload a list."""
    data = content if isinstance(content, bytes) else content.encode()
    return browser.post("/o/e/meetup/import", data={"file": (io.BytesIO(data), "people.csv")})


def test_a_preview_shows_columns_people_and_refusals_and_imports_nobody(desk: FlaskClient) -> None:
    preview = desk.get(upload(desk).location).text

    assert "Chidi &lt;b&gt;" in preview
    assert "Shoe size" in preview
    assert "The e-mail address is missing" in preview
    assert "Import 1 person" in preview
    assert re.search(r'<input[^>]*checked[^>]*name="invite"', preview)
    assert db.session.query(Attendee).count() == 0


def test_confirmed_it_is_imported_and_the_page_of_the_job_tells_how_it_went(desk: FlaskClient) -> None:
    place = upload(desk).location

    answer = desk.post(place, data={"invite": "y"})
    told = desk.get(answer.location).text

    assert answer.status_code == 303
    assert db.session.scalars(select(Attendee.email)).all() == ["chidi@example.net"]
    assert [row.letter for row in db.session.query(Outbox)] == ["invitation"]
    assert "Importing the same file again changes nothing" in told
    assert "The e-mail address is missing" in told


def test_the_file_is_forgotten_afterwards(desk: FlaskClient) -> None:
    place = upload(desk).location
    desk.post(place)

    assert db.session.query(ImportFile).count() == 0
    assert desk.get(place).status_code == 404
    assert desk.post(place).status_code == 404


def test_a_declaration_is_kept_with_everybody(desk: FlaskClient, meetup: MeetupRef) -> None:
    desk.post(upload(desk).location, data={"matching": "registration form, 3 May"})

    assert len(consented(meetup.id, Purpose.MATCHING)) == 1
    assert db.session.query(Outbox).count() == 0


def test_a_declaration_without_a_place_and_time_is_refused_beside_its_field(desk: FlaskClient) -> None:
    answer = desk.post(upload(desk).location, data={"matching": "yes"})

    assert answer.status_code == 422
    assert "Say where and when people agreed" in answer.text
    assert db.session.query(Attendee).count() == 0


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(2000), b"A,B\n1,2\n", b"\x1f\x8b broken"])
def test_what_is_no_list_of_people_is_refused_beside_the_field(desk: FlaskClient, content: bytes) -> None:
    answer = upload(desk, content)

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert db.session.query(ImportFile).count() == 0


def test_no_file_at_all_is_refused(desk: FlaskClient) -> None:
    assert "Choose a file." in desk.post("/o/e/meetup/import").text


def test_a_file_can_be_dropped(desk: FlaskClient) -> None:
    place = upload(desk).location
    desk.post(f"{place}/drop")

    assert db.session.query(ImportFile).count() == 0


def test_a_viewer_cannot_import(meetup: MeetupRef, sign_in: SignIn) -> None:
    viewer = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER))

    assert (viewer.get("/o/e/meetup/import").status_code, upload(viewer).status_code) == (404, 404)
