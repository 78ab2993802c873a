"""The organiser's page of door devices."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.device import Device
from tests.cast import AttendeeRef, MeetupRef

PAGE = "/o/e/meetup/devices"


def link(page: str) -> str | None:
    """Return the pairing link a page shows."""
    found = re.search(r"http://127\.0\.0\.1:5000(/pair/[\w-]+)", page)
    return found[1] if found else None


def test_invited_device_shows_its_link_as_qr_until_it_is_used(
    client: FlaskClient, meetup: MeetupRef, oona: Actor, sign_in: Any
) -> None:
    organiser = sign_in(oona)
    organiser.post(PAGE, data={"name": "Phone 2", "doors": [meetup.front_door]})

    page = organiser.get(PAGE).text
    path = link(page)

    assert path is not None
    assert "<svg" in page
    assert client.application.test_client().post(path).status_code == 303
    assert link(organiser.get(PAGE).text) is None


def test_device_without_name_or_door_is_refused_beside_the_field(meetup: MeetupRef, oona: Actor, sign_in: Any) -> None:
    organiser = sign_in(oona)

    answers = [
        organiser.post(PAGE, data=data)
        for data in ({"doors": [meetup.front_door]}, {"name": "Phone"}, {"name": "P", "doors": ["999"]})
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert "Give the device a name" in answers[0].text
    assert db.session.scalars(select(Device)).all() == []


def test_ended_device_says_so(meetup: MeetupRef, oona: Actor, sign_in: Any) -> None:
    organiser = sign_in(oona)
    organiser.post(PAGE, data={"name": "Phone 2", "doors": [meetup.front_door]})
    device_id = db.session.scalars(select(Device.id)).one()

    organiser.post(f"{PAGE}/{device_id}/revoke")

    page = organiser.get(PAGE).text
    assert "Ended" in page
    assert link(page) is None


def test_attendees_do_not_see_devices(meetup: MeetupRef, ada: AttendeeRef, sign_in: Any) -> None:
    assert sign_in(ada.actor).get(PAGE).status_code == 404
