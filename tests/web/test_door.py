"""The door's page as an app: what its worker keeps, and what its manifest says."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import AttendeeRef, MeetupRef, add_device, add_meetup

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now."""
    return add_meetup(opens_at=NOW - HOUR, starts_at=NOW - HOUR, ends_at=NOW + 8 * HOUR)


@pytest.fixture
def phone(client: FlaskClient, meetup: MeetupRef) -> FlaskClient:
    """Return a browser that is a device."""
    add_device(meetup, "Phone")
    with client.session_transaction() as cookie:
        cookie["device"] = "emd_Phone"
    return client


@pytest.fixture
def static(app: Flask, tmp_path: Path) -> Path:
    """Return a small folder of files that the application serves."""
    for name in ("css/a.css", "js/b.js", "js/door-worker.js", "vendor/idb/index.js", "vendor/htmx.org/htmx.min.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    app.static_folder = str(tmp_path)
    return tmp_path


def worker(client: FlaskClient) -> tuple[str, list[str]]:
    """Return the version and the files of the worker."""
    code = client.get("/doors/worker.js").text
    version, files = re.search(r'VERSION = "(\w+)"', code), re.search(r"FILES = (\[.*\]);", code)
    assert version
    assert files
    return version[1], json.loads(files[1])


def test_worker_keeps_everything_the_page_loads(phone: FlaskClient, meetup: MeetupRef) -> None:
    page = phone.get(f"/doors/{meetup.front_door}").text
    loaded = set(re.findall(r'"(/static/[^"]+\.(?:css|js|png|svg))"', page))

    _, kept = worker(phone)

    assert loaded <= set(kept)
    assert {phone.get(file).status_code for file in kept} == {200}
    assert "/static/js/door-worker.js" not in kept


def test_page_names_the_version_its_worker_should_have(phone: FlaskClient, meetup: MeetupRef) -> None:
    version, _ = worker(phone)

    assert phone.get(f"/doors/{meetup.front_door}").headers["X-Door-Files"] == version


def test_version_changes_with_any_file_and_with_nothing_else(client: FlaskClient, static: Path) -> None:
    first, files = worker(client)
    os.utime(static / "css/a.css", ns=(1, 1))  # the same file on another server
    same, _ = worker(client)
    (static / "js/b.js").write_text("y")
    changed, _ = worker(client)

    assert files == ["/static/css/a.css", "/static/js/b.js", "/static/vendor/idb/index.js"]
    assert first == same
    assert first != changed


def test_page_that_stays_names_nobody_who_came(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    door = f"/doors/{meetup.front_door}"
    phone.post(f"{door}/scans", data={"code": ada.code, "nonce": "1", "direction": "in"})

    page = phone.get(door).text

    assert 'data-inside="1"' in page
    assert not any(word in page for word in ("Ada", "Okafor", ada.email, ada.code, ada.badge, ada.number))


def test_manifest_is_the_doors_own(phone: FlaskClient, meetup: MeetupRef) -> None:
    manifest = phone.get(f"/doors/{meetup.front_door}/manifest.webmanifest")

    said = manifest.get_json(force=True)
    assert manifest.mimetype == "application/manifest+json"
    assert said["name"] == "Front door · Project people's meetup"
    assert (said["start_url"], said["scope"], said["display"]) == (
        f"/doors/{meetup.front_door}",
        "/doors/",
        "standalone",
    )
    assert {phone.get(icon["src"]).status_code for icon in said["icons"]} == {200}
