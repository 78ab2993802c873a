"""`events`: what there is."""

import json

from flask import Flask

from tests.cast import MeetupRef


def test_names_every_event_with_its_doors_entrances_first(app: Flask, meetup: MeetupRef) -> None:
    result = app.test_cli_runner().invoke(args=["events", "--json"])

    front = {"id": meetup.front_door, "name": "Front door", "room": "Venue", "entrance": True}
    small = {"id": meetup.session_door, "name": "Small room", "room": "Small room", "entrance": False}
    assert json.loads(result.stdout) == [
        {
            "slug": "meetup",
            "name": "Project people's meetup",
            "starts": "2027-03-04T09:00:00+00:00",
            "doors": [front, small],
        }
    ]


def test_says_so_when_there_are_none(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["events"]).stdout == "There are no events yet.\n"
