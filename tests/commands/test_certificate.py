"""`certificate`: one command, and what to do next."""

import json

import pytest
from click.testing import Result
from flask import Flask

from eventmatch.services import trust


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["certificate", *words])


def test_says_what_to_compare_and_what_to_do_next(app: Flask) -> None:
    said = run(app, "door.example.test", "192.168.1.20").stdout
    authority = trust.authority(app.config["EVENTMATCH"].tls)

    assert authority is not None
    assert authority.fingerprint in said
    assert 'base_url = "https://door.example.test:5000"' in said
    assert said.startswith("Certificate for door.example.test, 192.168.1.20, localhost, 127.0.0.1, until ")


def test_an_ipv6_address_is_written_as_addresses_of_pages_have_it(app: Flask) -> None:
    assert 'base_url = "https://[fd00::20]:5000"' in run(app, "FD00::20").stdout


def test_tells_a_program_in_one_value(app: Flask) -> None:
    told = json.loads(run(app, "door.example.test", "--days", "30", "--json").stdout)

    assert told["names"] == ["door.example.test", "localhost", "127.0.0.1"]
    assert set(told) == {"names", "ends_at", "fingerprint", "folder"}


@pytest.mark.parametrize("words", [["door_1.test"], ["door.test", "--days", "398"], ["door.test", "--days", "0"], []])
def test_what_cannot_be_is_refused(app: Flask, words: list[str]) -> None:
    result = run(app, *words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert not (app.config["EVENTMATCH"].tls).exists()
