"""The page on which a phone learns to trust this server."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.factory import create_app
from eventmatch.services import certificates, trust
from eventmatch.settings import read_settings
from tests.cast import NINE
from tests.web.test_browsers import CHROME_ANDROID, EDGE, SAFARI_IPHONE


def make(app: Flask) -> trust.Authority:
    """Make a certificate for an installation and return the authority behind it."""
    folder = app.config["EVENTMATCH"].tls
    certificates.make(folder, ["door.example.test"], now=NINE)
    found = trust.authority(folder)
    assert found is not None
    return found


def test_the_certificate_comes_in_the_way_that_phones_offer_to_install(app: Flask, client: FlaskClient) -> None:
    authority = make(app)

    answer = client.get("/trust/eventmatch.crt")

    assert (answer.data, answer.mimetype) == (authority.certificate, "application/x-x509-ca-cert")
    assert "Content-Disposition" not in answer.headers


def test_the_page_shows_the_fingerprint_to_compare(app: Flask, client: FlaskClient) -> None:
    authority = make(app)

    assert authority.fingerprint in client.get("/trust").text.replace("<wbr>", "")


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [(SAFARI_IPHONE, "iPhone or iPad"), (CHROME_ANDROID, "Android phone or tablet"), (EDGE, "Windows laptop")],
)
def test_the_steps_for_ones_own_device_are_open(app: Flask, client: FlaskClient, user_agent: str, name: str) -> None:
    make(app)

    page = client.get("/trust", headers={"User-Agent": user_agent}).text

    assert page.count('<details class="card" open>') == 1
    assert name in page.partition('<details class="card" open>')[2].partition("</summary>")[0]


def test_without_one_the_page_says_how_it_is_made_and_there_is_nothing_to_download(client: FlaskClient) -> None:
    page = client.get("/trust")

    assert page.status_code == 200
    assert "flask --app app certificate localhost" in page.text
    assert client.get("/trust/eventmatch.crt").status_code == 404


def test_a_certificate_that_is_not_in_use_yet_says_so(app: Flask, client: FlaskClient) -> None:
    make(app)

    assert "not in use yet" in client.get("/trust").text


def test_behind_a_certificate_that_browsers_know_there_is_nothing_to_do(tmp_path: Path) -> None:
    environ = {"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_BASE_URL": "https://meet.example.org"}
    app = create_app(read_settings(environ), embedded_queue=False)

    assert "Nothing to do here" in app.test_client().get("/trust").text
