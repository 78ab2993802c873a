"""Bea's hour at the front door: every way in, one admission taken back, and one against the rules with a reason."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import (
    Story,
    answered,
    box,
    cast,
    check,
    door_is_ready,
    heading,
    inside,
    invite_device,
    organiser,
    picture,
    press,
    sign_in,
    stand_at_door,
)

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"


def test_a_volunteer_checks_people_in_by_hand_scanner_number_and_name_and_takes_one_back(story: Story) -> None:
    door = go_on_duty(story)
    before = inside(door)
    by_hand_scanner(door, f"{story.house.url}/t/".upper() + cast("emeka")["ticket_code"], cast("emeka")["name"])
    by_number(door, cast("hiro")["number"], cast("hiro")["name"])
    by_name(door, cast("chidi")["name"])
    expect(door.locator("#counts dd").first).to_have_text(str(before + 3))

    take_back(door, cast("chidi")["name"])
    expect(door.locator("#counts dd").first).to_have_text(str(before + 2))
    check(door, cast("chidi")["ticket_code"])
    answered(door, "Welcome", "good", cast("chidi")["name"])
    sign_off(door)
    assert story.troubles == []


def test_who_should_not_be_let_in_comes_in_only_with_a_name_and_a_reason(story: Story) -> None:
    konrad, harald = cast("konrad"), cast("harald")
    volunteer = go_on_duty(story)
    check(volunteer, konrad["ticket_code"])
    answered(volunteer, "Cancelled", "stop", konrad["name"])
    expect(anyway(volunteer)).to_have_count(0)

    desk, tablet = organiser(story), story.opens()
    stand_at_door(tablet, invite_device(desk, SLUG, "Tablet of the organiser", may_override=True))
    check(tablet, harald["ticket_code"])
    answered(tablet, "Do not let in", "stop", harald["name"])
    expect(anyway(tablet)).to_have_count(0)
    let_in_anyway(tablet, konrad["ticket_code"], konrad["name"])
    assert story.troubles == []


def test_opening_the_address_of_a_ticket_or_a_badge_checks_nobody_in(story: Story) -> None:
    fatima = cast("fatima")
    door, passer_by = go_on_duty(story), story.opens()
    before = inside(door)
    for page in (passer_by, door):
        for kind, code in (("t", "ticket_code"), ("T", "ticket_code"), ("b", "badge_code"), ("B", "badge_code")):
            answer = page.goto(f"/{kind}/{fatima[code]}")
            assert answer is not None
            assert answer.ok
    heading(door, fatima["name"])
    expect(door.get_by_text("Opening this page has checked nobody in.")).to_be_visible()
    picture(door, "door-badge-opened")
    expect(passer_by.get_by_text(fatima["name"])).to_have_count(0)

    door.goto(f"/doors/{front_door(door)}")
    assert inside(door) == before
    check(door, fatima["ticket_code"])
    answered(door, "Welcome", "good", fatima["name"])
    assert inside(door) == before + 1
    assert story.troubles == []


def test_an_admission_can_be_taken_back_for_ten_seconds(story: Story) -> None:
    desk, tablet = organiser(story), story.opens()
    tablet.clock.install()
    stand_at_door(tablet, invite_device(desk, SLUG, "Tablet with a fast clock"))
    check(tablet, cast("lena")["ticket_code"])
    answered(tablet, "Welcome", "good", cast("lena")["name"])
    undo = tablet.locator("#last").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    tablet.clock.fast_forward(10_000)
    expect(undo).to_have_count(0)
    expect(tablet.locator("#last .name")).to_have_text(cast("lena")["name"])
    assert story.troubles == []


def go_on_duty(story: Story) -> Page:
    """Let Bea, who helps at the door, sign in and stand at the front door."""
    page = story.opens()
    sign_in(story, page, cast("bea")["email"], then=f"/e/{SLUG}/duty")
    heading(page, "Which door are you at?")
    picture(page, "door-duty")
    page.locator(".choice label").filter(has_text="Front door").click()
    press(page, "Go on duty")
    heading(page, "Front door")
    door_is_ready(page)
    return page


def front_door(page: Page) -> str:
    """Return the number of the door that a badge's page offers to check in at."""
    address = page.get_by_role("button", name="Front door").locator("..").get_attribute("action") or ""
    return address.split("/")[2]


def by_hand_scanner(page: Page, text: str, name: str) -> int:
    """Let a hand scanner type a burst while nothing has the focus; a jerky one is tried again, as people do.

    Returns how many bursts the page took for readings.
    """
    page.evaluate("document.activeElement.blur()")
    verdict, bursts = page.locator("body > .verdict"), 0
    for _ in range(3):
        bursts += 1
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(verdict).to_be_visible()
        if verdict.locator(".name").inner_text() == name:
            break
        expect(verdict).to_have_count(0)
    answered(page, "Welcome", "good", name)
    expect(page.get_by_label("Code or number")).to_have_value("")
    return bursts


def by_number(page: Page, number: str, name: str) -> None:
    """Type what stands below a ticket's code, in small letters and with a gap."""
    check(page, f"{number[:3]} {number[3:]}".lower())
    answered(page, "Welcome", "good", name)


def by_name(page: Page, name: str) -> None:
    """Find somebody by the beginning of a name, after one letter found nobody."""
    search = page.get_by_label("Name", exact=True)
    search.press_sequentially(name[0])
    page.wait_for_timeout(500)
    expect(page.locator("#found li")).to_have_count(0)
    search.press_sequentially(name[1:4].lower())
    line = page.locator("#found li").filter(has_text=name)
    expect(line).to_have_count(1)
    picture(page, "door-search")
    line.get_by_role("button", name=f"Let in {name}").click()
    answered(page, "Welcome", "good", name)
    search.fill(name)
    expect(line).to_contain_text("In since")
    expect(line.get_by_role("button")).to_have_count(0)


def take_back(page: Page, name: str) -> None:
    """Undo the latest admission."""
    page.locator("#last").get_by_role("button", name="Undo").click()
    answered(page, "Undone", "wait", name)


def sign_off(page: Page) -> None:
    """Go off duty: this browser opens no door any more."""
    address = page.url
    press(page, "Sign off")
    expect(page.get_by_text("You are off duty.")).to_be_visible()
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404


def anyway(page: Page) -> Locator:
    """Return what opens the form for letting somebody in anyway."""
    return page.locator("#last").get_by_text("Let in anyway")


def let_in_anyway(page: Page, code: str, name: str) -> None:
    """Let somebody in whom the door refuses: not without a reason, and with one at once."""
    before = inside(page)
    check(page, code)
    answered(page, "Cancelled", "stop", name)
    anyway(page).click()
    box(page, "Your name").fill("Oona Rautio")
    picture(page, "door-anyway")
    press(page, "Let in and write it down")
    expect(page.locator("body > .verdict")).to_have_count(0)
    assert inside(page) == before
    box(page, "Why").fill("Cancelled by mistake, has come all the same")
    press(page, "Let in and write it down")
    answered(page, "Welcome", "good", name)
    assert inside(page) == before + 1
