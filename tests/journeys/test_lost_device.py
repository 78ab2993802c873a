"""A device that is lost, ended or handed on tells nobody's name, address or code."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.crowd import Crowd, Ticket, add_crowd, change, rows_of
from tests.journeys.devices import device, handed_in, lets_in, on_disk, rows, spellings, stays, stored
from tests.journeys.house import House
from tests.journeys.pages import Story, cast, heading, invite_device, organiser, press, sign_in, stand_at_door

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"
PLANTED = Ticket("Zephyrine Quillfeather", "zephyrine@quillfeather.example", "", "", "")
KEEP_NAMES = (
    """UPDATE event SET settings = json_set(settings, '$.door', json('{"names_offline": true}')) WHERE slug = ?"""
)
PLANT = """(words) => new Promise((done) => { indexedDB.open("control", 1).onupgradeneeded = (event) => {
  event.target.result.createObjectStore("open").put(words, 1);
  event.target.transaction.oncomplete = () => { event.target.result.close(); done(); };
}; })"""


def secrets(crowd: Crowd) -> list[str]:
    """Return everything that would betray somebody."""
    return [word for t in crowd.tickets for word in (t.name, t.email, t.code, t.code.lower(), t.badge, t.number)]


def test_whoever_finds_a_device_finds_nobody_in_it(
    house: House, player: Playwright, story: Story, tmp_path: Path
) -> None:
    desk = organiser(story)
    crowd = add_crowd(house, desk, "Lost and found", 30)
    with device(player, house, tmp_path) as phone:
        page = phone.new_page()
        stand_at_door(page, invite_device(desk, crowd.slug, "Lost phone"))
        stays(page)
        lets_in(page, crowd.tickets[0].code, crowd.tickets[0].name)
        phone.set_offline(True)
        for guest in crowd.tickets[1:4]:  # what is sealed opens with the code
            lets_in(page, guest.code, guest.name)
        kept = stored(page)
        assert rows(page, "queue") == 3

    on_the_disk = on_disk(tmp_path)
    assert [word for word in secrets(crowd) if word in kept] == []
    assert [word for word in secrets(crowd) for spelt in spellings(word) if spelt in on_the_disk] == []
    assert "Front door" in kept
    assert b"Front door" in on_the_disk


def test_a_name_that_lay_open_would_be_found(player: Playwright, house: House, tmp_path: Path) -> None:
    """The control: what a page keeps in the clear is seen by both ways of looking."""
    with device(player, house, tmp_path) as phone:
        page = phone.new_page()
        page.goto("/about")
        page.evaluate(PLANT, [PLANTED.name, PLANTED.email])
        kept = stored(page)

    assert PLANTED.name in kept
    assert PLANTED.email in kept
    assert any(spelt in on_disk(tmp_path) for spelt in spellings(PLANTED.name))


def test_names_may_be_kept_to_search_in_and_are_sealed_then_and_gone_when_nobody_looks(story: Story) -> None:
    desk, page = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "Names kept", 12)
    change(story.house, KEEP_NAMES, crowd.slug)
    page.clock.install()
    stand_at_door(page, invite_device(desk, crowd.slug, "Phone"))
    stays(page)
    page.context.set_offline(True)
    assert [word for word in secrets(crowd) if word in stored(page)] == []
    found(page, "ada ok", crowd.tickets[0].name)
    press(page, f"Let in {crowd.tickets[0].name}")
    expect(page.locator("#last .status")).to_have_text("Welcome")
    expect(page.locator("#last .name")).to_have_text(crowd.tickets[0].name)

    hide(page)
    page.clock.fast_forward(10 * 60 * 1000 + 1000)
    for _ in range(50):
        if rows(page, "names") == 0:
            break
        page.wait_for_timeout(100)
    assert rows(page, "names") == 0
    lets_in(page, crowd.tickets[1].code, crowd.tickets[1].name)
    page.context.set_offline(False)
    handed_in(page)
    scanned = "SELECT count(*) FROM presence JOIN attendee ON attendee.id = attendee_id WHERE attendee.email = ?"
    assert rows_of(story.house, scanned, crowd.tickets[0].email) == [(1,)]


def found(page: Page, typed: str, name: str) -> None:
    """Find one person by the beginning of a name."""
    page.get_by_label("Name", exact=True).fill(typed)
    page.clock.run_for(400)
    expect(page.locator("#found li")).to_have_count(1)
    expect(page.locator("#found li")).to_contain_text(name)


def hide(page: Page) -> None:
    """Let a page go out of sight, as when another app is opened."""
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")


def test_names_are_not_searched_without_network_unless_the_organiser_allows_it(story: Story) -> None:
    desk, page = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "Names not kept", 2)
    stand_at_door(page, invite_device(desk, crowd.slug, "Phone"))
    stays(page)
    page.context.set_offline(True)

    page.get_by_label("Name", exact=True).fill("okafor")

    expect(page.get_by_text("Names are not kept on this device: searching needs the network.")).to_be_visible()
    assert rows(page, "names") == 0


def test_device_that_was_ended_forgets_everybody_at_its_next_contact(story: Story) -> None:
    desk, page = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "Ended", 3)
    stand_at_door(page, invite_device(desk, crowd.slug, "Stolen phone"))
    stays(page)
    address = page.url
    page.context.set_offline(True)
    lets_in(page, crowd.tickets[0].code, crowd.tickets[0].name)
    desk.goto(f"/o/e/{crowd.slug}/devices")
    desk.get_by_role("button", name="End").first.click()

    page.context.set_offline(False)
    expect(page.get_by_text("Ask the organiser for a new link")).to_be_visible()
    assert [rows(page, place) for place in ("door", "people", "presence", "passages", "names")] == [0] * 5
    assert page.evaluate("async (url) => Boolean(await caches.match(url))", address) is False

    stand_at_door(page, invite_device(desk, crowd.slug, "Phone, found again"))  # what it had scanned was not lost
    handed_in(page)
    expect(page.locator("#counts dd").first).to_have_text("1")


def test_signing_off_hands_everything_in_first_and_leaves_nothing_behind(story: Story) -> None:
    page = story.opens()
    sign_in(story, page, cast("bea")["email"], then=f"/e/{SLUG}/duty")
    page.locator(".choice label").filter(has_text="Front door").click()
    press(page, "Go on duty")
    heading(page, "Front door")
    stays(page)
    address = page.url
    page.context.set_offline(True)
    lets_in(page, cast("bastian")["ticket_code"], cast("bastian")["name"])
    press(page, "Sign off")
    expect(page.get_by_text("Scans not handed in yet: 1.")).to_be_visible()

    page.context.set_offline(False)
    handed_in(page)
    press(page, "Sign off")

    expect(page.get_by_text("You are off duty.")).to_be_visible()
    places = ("door", "people", "presence", "passages", "names", "queue")
    assert [rows(page, place) for place in places] == [0] * len(places)
    assert page.evaluate("async (url) => Boolean(await caches.match(url))", address) is False
