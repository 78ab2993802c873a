"""`pair-device`: a token that scans."""

import json

import pytest
from flask import Flask

from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.verdicts import Verdict
from eventmatch.services.checkin import scan
from eventmatch.services.devices import device_actor
from tests.cast import NINE, AttendeeRef, MeetupRef


def test_pairs_the_first_entrance(app: Flask, meetup: MeetupRef, ada: AttendeeRef) -> None:
    result = app.test_cli_runner().invoke(args=["pair-device", "meetup", "--name", "Robot", "--json"])

    made = json.loads(result.stdout)
    assert made["door_id"] == meetup.front_door
    assert made["token"].startswith("emd_")
    device = device_actor(made["token"], NINE)
    assert scan(DoorKey(made["door_id"]), Reading(ada.code, "1"), by=device, at=NINE).verdict is Verdict.ADMITTED


def test_pairs_the_door_that_was_named(app: Flask, meetup: MeetupRef) -> None:
    door = ["--door", str(meetup.session_door)]

    result = app.test_cli_runner().invoke(args=["pair-device", "meetup", *door, "--name", "Robot", "--json"])

    assert json.loads(result.stdout)["door_id"] == meetup.session_door


@pytest.mark.parametrize("arguments", [["nowhere"], ["meetup", "--door", "999"]])
def test_event_or_door_that_is_missing_is_one_sentence(arguments: list[str], app: Flask, meetup: MeetupRef) -> None:
    result = app.test_cli_runner().invoke(args=["pair-device", *arguments, "--name", "Robot"])

    assert (result.exit_code, result.stderr) == (
        2,
        f"There is no event “{arguments[0]}” with such a door; `flask --app app events` lists them.\n",
    )
