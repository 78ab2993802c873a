"""The front page and the page about eventmatch itself."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from eventmatch.web.clock import utcnow
from tests.cast import HOUR, add_meetup


def test_the_front_page_shows_what_is_ahead_and_not_what_is_over(app: Flask, client: FlaskClient) -> None:
    now = utcnow()
    add_meetup("ahead", name="Ahead", opens_at=now, starts_at=now, ends_at=now + HOUR)
    add_meetup("over", name="Over", opens_at=now - 9 * HOUR, starts_at=now - 8 * HOUR, ends_at=now - HOUR)

    page = client.get("/").text

    assert ("Ahead" in page, "Over" in page) == (True, False)


def test_without_browser_packages_the_page_about_us_stays_whole(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    app.static_folder = str(tmp_path)

    assert client.get("/about").status_code == 200


def test_browser_packages_are_listed_with_their_licences(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "manifest.json").write_text('{"wheel": {"version": "1.2", "licence": "MIT", "sha256": {}}}')
    app.static_folder = str(tmp_path)

    assert "wheel 1.2" in client.get("/about").text


def test_an_address_that_leads_nowhere_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/nowhere")

    assert (answer.status_code, "Check the address" in answer.text) == (404, True)
