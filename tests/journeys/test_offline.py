"""A door without network goes on, through reloads, restarts, lost answers and second thoughts; nothing is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.journeys.crowd import Crowd, add_crowd, rows_of, scans_of
from tests.journeys.devices import device, handed_in, lets_in, rows, stays
from tests.journeys.house import House
from tests.journeys.pages import Story, answered, check, invite_device, organiser, press, stand_at_door

pytestmark = pytest.mark.browser


def paired(story: Story, page: Page, name: str, people: int) -> tuple[Page, Crowd]:
    """Make a page the device of an event of its own; return the organiser's laptop, too."""
    desk = organiser(story)
    crowd = add_crowd(story.house, desk, name, people)
    stand_at_door(page, invite_device(desk, crowd.slug, "Phone"))
    stays(page)
    return desk, crowd


def test_reload_and_a_new_start_of_the_browser_without_network_lose_nothing(
    house: House, player: Playwright, story: Story, tmp_path: Path
) -> None:
    with device(player, house, tmp_path) as first:
        page = first.new_page()
        _, crowd = paired(story, page, "Basement", 4)
        ada, ben, chidi, dana = crowd.tickets
        address = page.url
        first.set_offline(True)
        check(page, ada.code)
        answered(page, "Welcome", "good", ada.name)
        page.reload()
        expect(page.locator("#counts dd").first).to_have_text("1")
        check(page, ben.code)
        answered(page, "Welcome", "good", ben.name)

    with device(player, house, tmp_path, offline=True) as second:
        page = second.new_page()
        page.goto(address)
        expect(page.locator("#edge .state")).to_have_text("Offline, 2 queued")
        check(page, ada.code)
        answered(page, "Already in", "wait", ada.name)
        check(page, chidi.code)
        answered(page, "Welcome", "good", chidi.name)
        assert scans_of(house, crowd.slug) == []
        second.set_offline(False)
        handed_in(page)
        check(page, dana.code)
        answered(page, "Welcome", "good", dana.name)

    expected = [(ada, True), (ben, True), (ada, True), (chidi, True), (dana, False)]
    assert [(code, offline) for code, _, offline in scans_of(house, crowd.slug)] == [(t.code, o) for t, o in expected]
    assert [verdict for _, verdict, _ in scans_of(house, crowd.slug)].count("admitted") == 4


def test_scan_whose_answer_was_lost_counts_once(story: Story) -> None:
    page = story.opens()
    _, crowd = paired(story, page, "Bad Wi-Fi", 2)
    [ada, ben] = crowd.tickets

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/uploads", lose, times=1)
    check(page, ada.code)
    answered(page, "Welcome", "good", ada.name)
    handed_in(page)
    check(page, ben.code)
    answered(page, "Welcome", "good", ben.name)

    assert scans_of(story.house, crowd.slug) == [(ada.code, "admitted", False), (ben.code, "admitted", False)]
    expect(page.locator("#counts dd").first).to_have_text("2")


def test_silent_network_is_not_noticed_by_guests(story: Story) -> None:
    page = story.opens()
    _, crowd = paired(story, page, "Captive network", 2)
    [ada, ben] = crowd.tickets
    sign_in_page = {"status": 200, "content_type": "text/html", "body": "<h1>Sign in to the Wi-Fi</h1>"}
    page.route("**/doors/*/*", lambda route: route.fulfill(**sign_in_page))

    for guest in (ada, ben):
        check(page, guest.code)
        answered(page, "Welcome", "good", guest.name)

    expect(page.locator("#edge .state")).to_have_text("Offline, 2 queued")
    page.unroute("**/doors/*/*")
    handed_in(page)
    assert [verdict for _, verdict, _ in scans_of(story.house, crowd.slug)] == ["admitted", "admitted"]


@pytest.mark.parametrize("made", ["offline", "online"])
def test_admission_taken_back_without_network_is_taken_back_on_the_server(made: str, story: Story) -> None:
    page = story.opens()
    _, crowd = paired(story, page, f"Second thoughts {made}", 1)
    [ada] = crowd.tickets
    page.context.set_offline(made == "offline")
    check(page, ada.code)
    answered(page, "Welcome", "good", ada.name)
    page.context.set_offline(True)
    press(page, "Undo")
    answered(page, "Undone", "wait", ada.name)
    expect(page.locator("#counts dd").first).to_have_text("0")
    page.context.set_offline(False)
    handed_in(page)

    presence = "SELECT left_at FROM presence JOIN ticket USING (attendee_id) WHERE ticket.code = ?"
    assert all(left for (left,) in rows_of(story.house, presence, ada.code))
    check(page, ada.code)
    answered(page, "Welcome", "good", ada.name)


def test_three_devices_without_network_are_one_door_afterwards(story: Story) -> None:
    desk = organiser(story)
    crowd = add_crowd(story.house, desk, "Three doors", 12)
    pages = [story.opens() for _ in range(3)]
    for number, page in enumerate(pages):
        stand_at_door(page, invite_device(desk, crowd.slug, f"Phone {number + 1}"))
        stays(page)
        page.context.set_offline(True)
    queues = [crowd.tickets[0:6], crowd.tickets[4:10], [*crowd.tickets[8:12], crowd.tickets[0]]]
    for page, queue in zip(pages, queues, strict=True):
        for guest in queue:
            lets_in(page, guest.code, guest.name)
        assert rows(page, "queue") == len(queue)

    for page in (pages[1], pages[2], pages[0]):
        page.context.set_offline(False)
        handed_in(page)
    scans = scans_of(story.house, crowd.slug)
    assert sorted(code for code, *_ in scans) == sorted(guest.code for queue in queues for guest in queue)
    twice = {crowd.tickets[n].name: devices for n, devices in ((4, "12"), (5, "12"), (8, "23"), (9, "23"), (0, "13"))}
    listed(desk, crowd.slug, twice)
    for page in pages:
        page.reload()
        expect(page.locator("#counts dd").first).to_have_text("12")


def listed(desk: Page, slug: str, twice: dict[str, str]) -> None:
    """Assert that exactly these people are listed as let in twice, with both devices and two times."""
    desk.goto(f"/o/e/{slug}/conflicts")
    section = desk.locator("section").filter(has=desk.get_by_role("heading", name="Let in twice"))
    expect(section.locator("li")).to_have_count(len(twice))
    for name, devices in twice.items():
        line = section.locator("li").filter(has_text=name)
        for number in devices:
            expect(line.locator("span").filter(has_text=f"Front door · Phone {number} (offline)")).to_have_count(1)
