"""`init` speaks to machines and people, and refuses in one sentence."""

import json

from flask import Flask

INIT = ["init", "--organiser", "Loose Ends", "--owner", "oona@example.org", "--name", "Oona Rautio"]


def test_json_is_one_value_with_the_link(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=[*INIT, "--json"])

    value = json.loads(result.stdout)
    link = value.pop("sign_in")
    assert value == {"organiser": "Loose Ends", "owner": "oona@example.org", "created": True}
    assert link.startswith("http://127.0.0.1:5000/in/")


def test_the_link_of_a_second_time_answers(app: Flask) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=INIT)

    again = runner.invoke(args=[*INIT, "--json"])

    value = json.loads(again.stdout)
    assert value["created"] is False
    assert app.test_client().get(value["sign_in"]).status_code == 200


def test_what_is_no_address_is_refused_in_a_sentence(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["init", "--organiser", "Loose Ends", "--owner", "nobody"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("This is not an e-mail address")
    assert len(result.stderr.strip().splitlines()) == 1
