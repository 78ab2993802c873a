"""`signing-keys`: seen, made anew and withdrawn by whoever runs the server."""

import json

import pytest
from click.testing import Result
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.services import signing
from tests.cast import NINE, MeetupRef


@pytest.fixture
def signed(app: Flask, meetup: MeetupRef, oona: Actor) -> Flask:
    """Return an application whose meetup signs its tickets."""
    signing.turn(oona, meetup.slug, on=True, site=app.config["EVENTMATCH"].site, now=NINE)
    return app


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["signing-keys", *words])


def test_a_new_key_signs_beside_the_old_one(signed: Flask) -> None:
    assert run(signed, "meetup", "--new").stdout.splitlines()[0] == "key 0, made 2027-03-04: verifies"
    assert [key["signs"] for key in json.loads(run(signed, "meetup", "--json").stdout)] == [False, True]


def test_a_stolen_key_is_withdrawn_and_another_signs(signed: Flask) -> None:
    [first, second] = json.loads(run(signed, "meetup", "--withdraw", "0", "--json").stdout)

    assert first["withdrawn_at"] is not None
    assert (second["number"], second["signs"], second["withdrawn_at"]) == (1, True, None)
    assert "key 0, made 2027-03-04: withdrawn" in run(signed, "meetup").stdout


def test_an_event_without_keys_says_where_they_come_from(app: Flask, meetup: MeetupRef) -> None:
    assert "button" in run(app, "meetup").stdout
    assert json.loads(run(app, "meetup", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "There is no event “nowhere”; `flask --app app events` lists them.\n"),
        (["meetup", "--withdraw", "7"], "There is no key 7 to withdraw.\n"),
    ],
)
def test_what_is_not_there_is_one_sentence(signed: Flask, words: list[str], sentence: str) -> None:
    result = run(signed, *words)

    assert (result.exit_code, result.stderr) == (2, sentence)
