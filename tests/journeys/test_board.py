"""The organiser leaves the live board standing: it follows the door by itself, and says when it cannot."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import Story, cast, check, invite_device, organiser, picture, stand_at_door

pytestmark = pytest.mark.browser


def test_the_board_follows_the_door_and_says_when_nobody_answers(story: Story) -> None:
    desk, tablet = organiser(story), story.opens()
    stand_at_door(tablet, invite_device(desk, "pm-meetup", "Tablet of the board"))
    desk.goto("/o/e/pm-meetup/board")
    arrived = desk.locator("#board .counter dd").nth(1)
    before = int(arrived.inner_text())

    check(tablet, cast("annika")["ticket_code"])
    expect(arrived).to_have_text(str(before + 1))
    expect(desk.locator("#board").get_by_text("Tablet of the board")).to_be_visible()
    picture(desk, "board")

    stale = desk.get_by_text("No contact with the server")
    expect(stale).to_be_hidden()
    desk.context.set_offline(offline=True)
    expect(stale).to_be_visible(timeout=30_000)
    expect(arrived).to_have_text(str(before + 1))
    desk.context.set_offline(offline=False)
    expect(stale).to_be_hidden()
    assert story.troubles == []
