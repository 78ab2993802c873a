"""Bea's morning at the front door, with a network that fails in the middle of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.devices import handed_in, lets_in, stays
from tests.journeys.pages import Story, answered, cast, check, door_is_ready, heading, inside, picture, press, sign_in
from tests.journeys.test_door import by_hand_scanner

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"


def test_a_volunteer_goes_on_while_the_network_fails_and_nobody_at_the_door_notices(story: Story) -> None:
    door = before_doors_open(story)
    before = inside(door)
    answers(door, cast("gerrit")["ticket_code"], "Welcome", "good", cast("gerrit")["name"])
    door.context.set_offline(True)

    bursts = by_hand_scanner(
        door, f"{story.house.url}/t/".upper() + cast("nuray")["ticket_code"], cast("nuray")["name"]
    )
    picture(door, "morning-2-offline")
    answers(door, cast("nuray")["ticket_code"], "Already in", "wait", cast("nuray")["name"])
    answers(door, cast("aurelio")["ticket_code"], "Cancelled", "stop", cast("aurelio")["name"])
    answers(door, "just some text", "Unknown code", "stop")
    answers(door, cast("uwe")["number"], "Needs the network", "wait")
    lets_in(door, cast("zofia")["ticket_code"], cast("zofia")["name"])
    press(door, "Undo")
    answered(door, "Undone", "wait", cast("zofia")["name"])
    door.reload()
    door_is_ready(door)
    answers(door, cast("gerrit")["ticket_code"], "Already in", "wait", cast("gerrit")["name"])
    expect(door.locator("#edge .state")).to_have_text(f"Offline, {5 + bursts} queued")
    assert inside(door) == before + 2

    door.context.set_offline(False)
    handed_in(door)
    picture(door, "morning-3-online-again")
    lets_in(door, cast("uwe")["number"], cast("uwe")["name"])
    answers(door, cast("nuray")["badge_code"], "Already in", "wait", cast("nuray")["name"])
    assert inside(door) == before + 3
    press(door, "Sign off")
    expect(door.get_by_text("You are off duty.")).to_be_visible()
    assert story.troubles == []


def before_doors_open(story: Story) -> Page:
    """Go on duty with a phone, and see that it can go on alone."""
    page = story.opens()
    sign_in(story, page, cast("bea")["email"], then=f"/e/{SLUG}/duty")
    page.locator(".choice label").filter(has_text="Front door").click()
    press(page, "Go on duty")
    heading(page, "Front door")
    stays(page)
    press(page, "Test this device")
    found = page.locator("#rehearsed")
    expect(found).to_contain_text("20 of 20 random tickets judged as the server does")
    for line in ("A sealed name opened with its code", "The page opens without network", "The clock is 0 seconds off"):
        expect(found).to_contain_text(line)
    expect(found.locator("[data-tone=stop]")).to_have_count(0)
    picture(page, "morning-1-tested")
    return page


def answers(page: Page, code: str, word: str, tone: str, name: str = "") -> None:
    """Check a code and see the answer over the whole screen."""
    check(page, code)
    answered(page, word, tone, name)
