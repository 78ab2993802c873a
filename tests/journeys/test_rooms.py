"""A facilitator's full room: people come until it is full, wait in their order, and go in as others leave."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.crowd import Ticket, add_crowd
from tests.journeys.pages import (
    ZONE,
    Story,
    answered,
    box,
    check,
    choose,
    door_is_ready,
    fill,
    heading,
    invite_device,
    organiser,
    picture,
    press,
    register,
    stand_at_door,
)

pytestmark = pytest.mark.browser

ROOM = "Workshop room"
FULL = "All 3 places are taken. Ask them to wait until somebody leaves."
CLOSED = "Nobody else may go in for now. Ask them to wait: there is a waiting order."


def test_a_facilitator_sees_the_room_fill_up_and_who_is_next(story: Story) -> None:
    desk, phone = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "Full rooms", 5)
    add_room(desk, crowd.slug)
    fay = register(story, crowd.slug, "Fay Lindgren", "fay@example.org")
    plan_session(desk, crowd.slug, "fay@example.org")
    ada, ben, chidi, dana, emeka = crowd.tickets
    everybody_arrives(story, desk, crowd.slug, crowd.tickets)
    phone.goto(room_device(desk, crowd.slug))
    press(phone, "Use this browser at the door")
    door_is_ready(phone)

    fay.goto(f"/e/{crowd.slug}")
    fay.get_by_role("link", name="The room now").click()
    heading(fay, ROOM)
    for guest in (ada, ben):
        lets_in(phone, guest)
    room_says(fay, 2, "Standing only: 1 place left")
    lets_in(phone, chidi)
    room_says(fay, 3, "Full")
    turns_away(phone, dana, FULL)
    turns_away(phone, emeka, FULL)
    waiting(fay, dana.name, emeka.name)
    picture(fay, "room-1-full")

    go_out(phone, ada)
    room_says(fay, 2, "Standing only: 1 place left")
    lets_in(phone, dana)
    waiting(fay, emeka.name)
    press(fay, "Room is full")
    expect(fay.locator("#room-now .status").first).to_contain_text("Closed by hand")
    go_out(phone, ben)
    turns_away(phone, emeka, CLOSED)
    picture(fay, "room-2-closed")
    press(fay, "Let people in again")
    lets_in(phone, emeka)
    expect(fay.get_by_text("Nobody. Whoever the door turns away")).to_be_visible()
    room_says(fay, 3, "Full")
    attended(desk, crowd.slug)
    assert story.troubles == []


def add_room(desk: Page, slug: str) -> None:
    """Add a room with two seats and one standing place."""
    desk.goto(f"/o/e/{slug}/rooms/new")
    fill(desk, {"Name": ROOM, "Seats": "2", "Standing places": "1"})
    desk.locator("main form").get_by_role("button").first.click()
    expect(desk.get_by_text("The room is there, with one door.")).to_be_visible()


def plan_session(desk: Page, slug: str, facilitator: str) -> None:
    """Plan the session that is on, with its facilitator."""
    desk.goto(f"/o/e/{slug}/programme/new")
    now = datetime.now(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None)
    times = {"Begins": now - timedelta(minutes=10), "Ends": now + timedelta(hours=1)}
    fill(desk, {label: time.isoformat(timespec="minutes") for label, time in times.items()})
    fill(desk, {"Title": "Estimating together", "Facilitator’s e-mail": facilitator})
    box(desk, "Room").select_option(ROOM)
    desk.locator("main form").get_by_role("button").first.click()
    expect(desk.get_by_text("The session is planned.")).to_be_visible()


def everybody_arrives(story: Story, desk: Page, slug: str, tickets: list[Ticket]) -> None:
    """Let everybody in at the entrance."""
    entrance = story.opens()
    stand_at_door(entrance, invite_device(desk, slug, "Entrance"))
    for guest in tickets:
        lets_in(entrance, guest)
    entrance.context.close()


def room_device(desk: Page, slug: str) -> str:
    """Make a link for a device at the room's door alone, and return it."""
    desk.goto(f"/o/e/{slug}/devices")
    desk.get_by_label("Name", exact=True).fill("Room phone")
    desk.locator(".choice label").filter(has_text="Front door").click()
    choose(desk, ROOM)
    press(desk, "Make a link")
    return desk.get_by_label("Or open this link there").input_value()


def lets_in(page: Page, guest: Ticket) -> None:
    """Scan somebody and see them welcomed."""
    check(page, guest.code)
    answered(page, "Welcome", "good", guest.name)


def turns_away(page: Page, guest: Ticket, why: str) -> None:
    """Scan somebody for whom there is no place, and see what to say to them."""
    check(page, guest.code)
    answered(page, "Room full", "stop", guest.name)
    expect(page.locator("#last .reason")).to_have_text(why)


def go_out(page: Page, guest: Ticket) -> None:
    """Scan somebody on their way out, and let people in again."""
    page.locator(".switch label").filter(has_text="Out").click()
    check(page, guest.code)
    answered(page, "Went out", "good", guest.name)
    page.locator(".switch label").filter(has_text="In").click()


def room_says(page: Page, inside: int, state: str) -> None:
    """Wait until the facilitator's page has heard of it by itself."""
    expect(page.locator("#count strong")).to_have_text(str(inside))
    expect(page.locator("#room-now .status").first).to_have_text(state)


def waiting(page: Page, first: str, *others: str) -> None:
    """Wait until exactly these people wait, in this order."""
    expect(page.locator("#room-now ol .main bdi")).to_have_text([first, *others])
    expect(page.locator("#room-now ol strong")).to_have_text(f"Next: {first}")


def attended(desk: Page, slug: str) -> None:
    """See in the file of who was where that all five were in the session."""
    answer = desk.request.get(f"/o/e/{slug}/attendance.csv")
    assert answer.text().count("Estimating together") == 5
