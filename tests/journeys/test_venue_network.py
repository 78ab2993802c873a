"""A venue's network: with a certificate of one's own the camera lives; over plain http the door goes on without."""

import csv
import io
import json
import re
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Error, Page, Playwright, expect

from eventmatch.formats.certificate import Pair, make_server
from tests.journeys.house import ROOT, House, camera_flags, launch, running_house, trusting
from tests.journeys.pages import (
    Story,
    answered,
    cast,
    download,
    heading,
    inside,
    invite_device,
    organiser,
    picture,
    press,
    stand_at_door,
)
from tests.journeys.test_accessibility import faults_here
from tests.journeys.test_door import by_hand_scanner, by_name
from tests.journeys.test_signed_tickets import Quiet

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"
VENUE = "door.example.test"
THERE = f"--host-resolver-rules=MAP {VENUE} 127.0.0.1"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a house that speaks https with a certificate of its own."""
    with running_house(tmp_path_factory.mktemp("secure"), VENUE, secure=True) as house:
        yield house


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a house that speaks plain http under a name that is not localhost."""
    with running_house(tmp_path_factory.mktemp("plain"), VENUE) as house:
        yield house


def test_over_the_made_certificate_the_live_camera_admits_a_signed_ticket(
    secure: House, player: Playwright, tmp_path: Path
) -> None:
    flags = [THERE, *trusting(secure, tmp_path)]
    desk = Story(secure, launch(player, *flags, home=tmp_path))
    page = organiser(desk)
    page.goto(f"/o/e/{SLUG}/edit")
    press(page, "Sign tickets")
    expect(page.get_by_text("Tickets are signed from now on.")).to_be_visible()
    assert faults_here(page) == []
    picture(page, "signed-tickets")
    signed, link = signed_ticket(secure, tmp_path, cast("emeka")["name"]), invite_device(page, SLUG, "Phone")

    door = Story(secure, launch(player, *flags, *camera_flags(signed, tmp_path), home=tmp_path))
    phone = door.opens()
    stand_at_door(phone, link)
    answered(phone, "Welcome", "good", cast("emeka")["name"])

    expect(phone.locator("#viewfinder video")).to_be_visible()
    expect(phone.locator("#no-camera")).to_be_hidden()
    assert phone.evaluate("isSecureContext")
    assert {cookie["secure"] for cookie in phone.context.cookies()} == {True}
    assert desk.troubles + door.troubles == []
    for story in (desk, door):
        story.browser.close()


def signed_ticket(house: House, folder: Path, name: str) -> str:
    """Return what the QR of somebody's ticket says, by the list for whoever runs the server."""
    house.command("tickets", SLUG, "--output", str(folder / "tickets.csv"))
    rows = csv.DictReader((folder / "tickets.csv").read_text("utf-8").splitlines())
    [signed] = [row["signed_ticket"] for row in rows if row["name"] == name]
    return signed


def test_a_phone_that_does_not_trust_the_server_yet_learns_to_at_its_plain_door(
    secure: House, player: Playwright, tmp_path: Path
) -> None:
    story = Story(secure, launch(player, THERE, home=tmp_path))
    page, plain_door = story.opens(), f"http://{VENUE}:{int(secure.url.rpartition(':')[2]) + 1}"
    for address in ("/", f"{plain_door}/e/{SLUG}"):  # the second one leads to the first one's like
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            story.opens().goto(address)

    page.goto(f"{plain_door}/trust")
    heading(page, "Trust this server")
    page.get_by_text("Android phone or tablet").click()
    assert faults_here(page) == []
    picture(page, "trust")
    told = json.loads(secure.command("certificate", VENUE, "--json"))["fingerprint"]
    expect(page.locator("code").first).to_have_text(told)
    given = ssl.DER_cert_to_PEM_cert(download(page, "Download the certificate"))
    assert given.split() == (secure.instance / "tls/authority.crt").read_text().split()
    expect(page.get_by_role("link", name="Done: go to the server")).to_have_attribute("href", secure.url)
    assert [trouble for trouble in story.troubles if not trouble.startswith(f"asked {plain_door}/")] == []
    story.browser.close()


def test_whoever_steals_the_authority_cannot_pose_as_somebody_else(
    secure: House, player: Playwright, tmp_path: Path
) -> None:
    if shutil.which("certutil") is None:
        pytest.skip("without certutil Chromium is told to trust one key, not an authority")
    flags, tls = trusting(secure, tmp_path), secure.instance / "tls"
    authority = Pair((tls / "authority.crt").read_bytes(), (tls / "authority.key").read_bytes())
    answers = {}
    for name in (f"kiosk.{VENUE}", "bank.example.com"):
        browser = launch(player, f"--host-resolver-rules=MAP {name} 127.0.0.1", *flags, home=tmp_path)
        with answering(make_server(authority, [name], days=30, now=datetime.now(UTC)), tmp_path) as port:
            answers[name] = reached(browser.new_page(), f"https://{name}:{port}/")
        browser.close()

    assert answers == {f"kiosk.{VENUE}": "reached", "bank.example.com": "ERR_CERT_INVALID"}


@contextmanager
def answering(pair: Pair, folder: Path) -> Iterator[int]:
    """Answer every request under a certificate, and say on which port."""
    (folder / "pair.pem").write_bytes(pair.certificate + pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pair.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT / "static/css"))) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def reached(page: Page, address: str) -> str:
    """Open an address and say what came of it."""
    try:
        page.goto(address)
    except Error as error:
        return error.message.partition("net::")[2].split()[0]
    return "reached"


def test_over_plain_http_the_door_says_why_there_is_no_camera_and_goes_on_without(
    plain: House, player: Playwright
) -> None:
    story = Story(plain, launch(player, THERE, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"))
    page = story.opens()
    stand_at_door(page, invite_device(organiser(story), SLUG, "Phone"))
    assert not page.evaluate("isSecureContext")
    expect(page.get_by_text("Over plain http a browser lends no camera.")).to_be_visible()
    expect(page.locator("#viewfinder")).to_be_hidden()
    picture(page, "door-plain-http")
    before = inside(page)

    by_photo(page, f"{plain.url}/t/{cast('emeka')['ticket_code']}".upper())
    answered(page, "Welcome", "good", cast("emeka")["name"])
    by_hand_scanner(page, f"{plain.url}/t/{cast('hiro')['ticket_code']}".upper(), cast("hiro")["name"])
    by_name(page, cast("chidi")["name"])

    assert inside(page) == before + 3
    page.get_by_role("link", name="How to get https here").click()
    heading(page, "No certificate yet")
    expect(page.locator("code")).to_have_text(re.compile(rf"certificate {re.escape(VENUE)}$"))
    picture(page, "trust-none")
    assert story.troubles == []
    story.browser.close()


def by_photo(page: Page, text: str) -> None:
    """Photograph a code."""
    photo = io.BytesIO()
    qrcode.make(text).get_image().convert("RGB").save(photo, "JPEG")
    page.get_by_label("Photograph the code").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
