"""A busy morning in front of the camera: fifty badges with junk among them, and the network gone in the middle."""

import random
import statistics
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.crowd import Crowd, Ticket, add_crowd, scans_of
from tests.journeys.film import Shown, film, mixed
from tests.journeys.house import House, launch
from tests.journeys.pages import Story, cast, check, invite_device, organiser, picture, stand_at_door

pytestmark = pytest.mark.browser

SEED = 20261126
PEOPLE = 50
CUT, BACK = 15, 38  # after so many answers the network goes, and comes back
MEASURED = """() => performance.getEntriesByName("frame to verdict").map((entry) => (
    { code: entry.detail.code, verdict: entry.detail.verdict, alone: entry.detail.alone, took: entry.duration }))"""
JUNK = [
    Shown("9780201379624", 0.8),
    Shown(f"https://shop.example.com/t/{'K7P2QX' * 5}", 0.8),
    Shown("Wi-Fi: PM-Meetup, password on the wall", 0.8),
    Shown("BEGIN:VCARD\nVERSION:3.0\nFN:Grace Hopper\n" + "NOTE:She found the first bug.\n" * 8 + "END:VCARD", 0.9),
    Shown("Nobody can read this one", 0.8, blurred=True),
]


def test_fifty_badges_with_junk_among_them_get_the_right_answers_while_the_network_comes_and_goes(
    house: House, player: Playwright, story: Story, tmp_path: Path
) -> None:
    desk = organiser(story)
    crowd, chance = add_crowd(house, desk, "Film morning", PEOPLE), random.Random(SEED)
    elsewhere = Shown(qr_of(house, cast("emeka")["ticket_code"]), 0.8)
    seconds = iter(lambda: chance.uniform(0.55, 0.95), None)
    shown = mixed([written(house, ticket, n) for n, ticket in enumerate(crowd.tickets)], [*JUNK, elsewhere], seconds)
    flags = film(shown, tmp_path / "morning.mjpeg", before=6)

    camera = Story(house, launch(player, *flags))
    phone = camera.opens()
    stand_at_door(phone, invite_device(desk, crowd.slug, "Phone with a camera"))
    readable = [badge for badge in shown if not badge.blurred]
    wait_for(phone, CUT)
    phone.context.set_offline(True)
    wait_for(phone, BACK)
    phone.context.set_offline(False)
    answers = wait_for(phone, len(readable))

    assert [answer["code"] for answer in answers] == [as_sent(badge.text) for badge in readable]
    right = [
        expected(crowd, badge.text, elsewhere.text, alone=a["alone"])
        for badge, a in zip(readable, answers, strict=True)
    ]
    assert [answer["verdict"] for answer in answers] == right
    assert {answer["alone"] for answer in answers} == {True, False}
    everything_arrived(house, phone, crowd, answers)
    still_scans(phone, crowd.tickets[0])
    picture(phone, "scanner-afterwards")
    print_times(answers)
    assert camera.troubles == []
    camera.browser.close()


def qr_of(house: House, code: str) -> str:
    """Return what the QR of a ticket says."""
    return f"{house.url}/T/{code}".upper()


def written(house: House, ticket: Ticket, number: int) -> str:
    """Return a ticket's QR as it may be met: of this address or another, and as the bare code."""
    return (qr_of(house, ticket.code), f"https://tickets.example.org/t/{ticket.code.lower()}", ticket.code)[number % 3]


def as_sent(text: str) -> str:
    """Return what of a text a door sends."""
    return text.strip()[:200]


def expected(crowd: Crowd, text: str, elsewhere: str, *, alone: bool) -> str:
    """Return the right verdict; of other events a device knows nothing when it is alone."""
    if text == elsewhere:
        return "unknown" if alone else "wrong_event"
    return "admitted" if text[-26:].upper() in {ticket.code for ticket in crowd.tickets} else "unknown"


def wait_for(page: Page, answers: int) -> list[dict[str, Any]]:
    """Wait until so many codes were answered."""
    for _ in range(600):
        found: list[dict[str, Any]] = page.evaluate(MEASURED)
        if len(found) >= answers:
            return found
        page.wait_for_timeout(200)
    raise AssertionError(f"{len(found)} answers, the last about {found[-1:]}")


def everything_arrived(house: House, page: Page, crowd: Crowd, answers: list[dict[str, Any]]) -> None:
    """Assert that nothing waits any more, and that the server has every scan once."""
    expect(page.locator("#edge .state")).to_have_text("Online")
    scans = scans_of(house, crowd.slug)
    assert sorted(verdict for _, verdict, _ in scans) == sorted(answer["verdict"] for answer in answers)
    admitted = [code for code, verdict, _ in scans if verdict == "admitted"]
    assert sorted(admitted) == sorted(ticket.code for ticket in crowd.tickets)
    assert sum(offline for *_, offline in scans) == sum(answer["alone"] for answer in answers)
    expect(page.locator("#counts dd").first).to_have_text(str(PEOPLE))


def still_scans(page: Page, ticket: Ticket) -> None:
    """Assert that the scanner is alive: its camera moves, and the next code is answered."""
    before = page.evaluate("document.querySelector('#viewfinder video').currentTime")
    check(page, ticket.code)
    expect(page.locator("body > .verdict .word")).to_have_text("Already in")
    expect(page.locator("body > .verdict")).to_have_count(0)
    assert page.evaluate("document.querySelector('#viewfinder video').currentTime") > before


def print_times(answers: list[dict[str, Any]]) -> None:
    """Print how long it took from the picture of a code to the answer on the screen."""
    print("\nfrom picture to answer, milliseconds\n            scans  median   p95   most")
    for who, alone in (("the server", False), ("the device", True)):
        took = sorted(answer["took"] for answer in answers if answer["alone"] is alone)
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"{who:11} {len(took):5} {statistics.median(took):7.0f} {p95:5.0f} {took[-1]:6.0f}")
