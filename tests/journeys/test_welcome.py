"""Guests check themselves in: from the screen at the venue to “You're in”, from a poster, and at a kiosk."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.journeys.house import LAPTOP, camera_flags, launch, qr_in
from tests.journeys.pages import (
    Story,
    cast,
    choose,
    create_event,
    fill,
    heading,
    invite_kiosk,
    organiser,
    picture,
    press,
    qr_on,
    register,
    sign_in,
    type_digits,
)

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"
PRIYA, PAULINE, LENA = cast("priya"), cast("pauline"), cast("lena")
TABLET = {"width": 1024, "height": 768}


def test_a_guest_checks_herself_in_from_the_screen_and_finds_three_people_to_meet(story: Story) -> None:
    screen = welcome_screen(story)
    before = people_in(screen)

    priya = story.opens()
    priya.goto(qr_on(screen))
    heading(priya, "Welcome to PM Meetup")
    picture(priya, "welcome-2-who-are-you")
    priya.get_by_label("E-mail").fill(PRIYA["email"])
    type_digits(story, priya, PRIYA["email"])
    heading(priya, PRIYA["name"])
    picture(priya, "welcome-3-i-am-here")
    press(priya, "I’m here")
    meets_three_people(priya)

    pauline = story.opens()
    sign_in(story, pauline, PAULINE["email"])
    pauline.goto(qr_on(screen))
    press(pauline, "I’m here")
    heading(pauline, "You’re in")
    pauline.goto(qr_on(screen))  # once more: nothing is asked, and nobody comes in twice
    heading(pauline, "You’re in")

    expect(screen.locator(".count strong")).to_have_text(str(before + 2), timeout=20_000)
    assert story.troubles == []


def test_who_is_not_registered_registers_at_the_screen_and_a_poster_is_self_reported(story: Story) -> None:
    desk = organiser(story)
    slug = create_event(desk, "Open evening")
    desk.goto(f"/o/e/{slug}/self-check-in")
    choose(desk, "People without a place may register", "A printed code may check people in")
    press(desk, "Save")
    expect(desk.get_by_text("Saved.")).to_be_visible()
    picture(desk, "welcome-4-what-is-allowed")

    emeka = register(story, slug, "Emeka Adeleye", "emeka.open@example.org")
    desk.get_by_role("link", name="Poster, Front door").click()
    picture(desk, "welcome-5-poster")
    emeka.goto(qr_on(desk))
    press(emeka, "I’m here")
    heading(emeka, "You’re in")

    desk.goto(f"/e/{slug}/welcome")
    lena = story.opens()
    lena.goto(qr_on(desk))
    lena.get_by_label("E-mail").fill("lena.open@example.org")
    type_digits(story, lena, "lena.open@example.org")
    heading(lena, "Nearly in")
    expect(lena.get_by_label("Name", exact=True)).to_have_value("")
    expect(lena.get_by_label("Suggest me people to meet")).not_to_be_checked()
    fill(lena, {"Name": LENA["name"], "Organisation": LENA["organisation"]})
    picture(lena, "welcome-6-nearly-in")
    press(lena, "Register and check in")
    heading(lena, "You’re in")
    story.house.mail.wait_for("lena.open@example.org", "Your ticket for Open evening")

    desk.goto(f"/o/e/{slug}/attendees")
    expect(line_of(desk, "Emeka Adeleye")).to_contain_text("self-reported")
    expect(line_of(desk, LENA["name"])).to_contain_text("Arrived")
    expect(line_of(desk, LENA["name"])).not_to_contain_text("self-reported")
    picture(desk, "welcome-7-attendees")
    assert story.troubles == []


def test_a_kiosk_lets_a_guest_in_by_camera_and_keeps_staff_behind_its_pin(
    story: Story, player: Playwright, tmp_path: Path
) -> None:
    desk = organiser(story)
    slug = create_event(desk, "Kiosk evening")
    register(story, slug, "Grace Tembo", "grace.kiosk@example.org")
    ticket = qr_in(story.house.mail.wait_for("grace.kiosk@example.org", "Your ticket for Kiosk evening"))
    chromium = launch(player, *camera_flags(ticket, tmp_path))
    try:
        kiosk = story.opens(TABLET, browser=chromium)
        kiosk.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes' }")
        kiosk.goto(invite_kiosk(desk, slug, "Kiosk", "2468"))
        press(kiosk, "Make this browser the kiosk")
        verdict = kiosk.locator("body > .verdict")
        expect(verdict.locator(".word")).to_have_text("Welcome")
        expect(verdict.locator(".name")).to_have_text("Grace Tembo")
        expect(kiosk.locator("html")).to_have_attribute("data-printed", "yes")
        expect(kiosk.locator("body > .door-badge .badge-name")).to_have_text("Grace Tembo")
        picture(kiosk, "kiosk-1-welcome", whole=False)
        verdict.click()
        expect(verdict).to_have_count(0)

        number_that_is_none(kiosk)
        staff_get_behind_it(kiosk)
    finally:
        chromium.close()
    assert story.troubles == []


def test_the_screen_takes_its_code_down_when_it_cannot_renew_it(story: Story) -> None:
    screen = welcome_screen(story)
    screen.clock.install()
    screen.reload()
    shown = screen.locator("#welcome")
    screen.context.set_offline(offline=True)
    for _ in range(8):
        screen.clock.run_for(5_000)
    expect(shown).to_be_hidden()
    expect(screen.locator("#welcome-off")).to_be_visible()
    picture(screen, "welcome-8-no-connection")

    screen.context.set_offline(offline=False)
    screen.clock.run_for(5_000)
    expect(shown).to_be_visible()


def welcome_screen(story: Story) -> Page:
    """Let the organiser open the screen on a display at the venue."""
    page = story.opens(LAPTOP)
    sign_in(story, page, "oona.rautio@example.org", then=f"/e/{SLUG}/welcome")
    heading(page, "Welcome. Check in with your phone.")
    picture(page, "welcome-1-screen")
    return page


def people_in(screen: Page) -> int:
    """Return how many are in, as the screen says."""
    return int(screen.locator(".count strong").inner_text())


def meets_three_people(page: Page) -> None:
    """See that one is in, and whom to meet first: on a phone, without anything to scroll sideways."""
    heading(page, "You’re in")
    for _ in range(30):  # the lists of a fresh demo take a moment
        if page.locator("article.person").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator("#first")).to_have_text("Meet these first")
    expect(page.locator("article.person")).to_have_count(3)
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    picture(page, "welcome-3-you-are-in")


def line_of(page: Page, name: str) -> Locator:
    """Return somebody's line in the list of attendees."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def number_that_is_none(kiosk: Page) -> None:
    """Type a number nobody has: amber, kind, and no name."""
    kiosk.get_by_label("Ticket number").fill("ZZZZZZ")
    press(kiosk, "Check in")
    verdict = kiosk.locator("body > .verdict")
    expect(verdict).to_have_attribute("data-tone", "wait")
    expect(verdict.locator(".word")).to_have_text("We do not know this code")
    picture(kiosk, "kiosk-2-unknown", whole=False)
    verdict.click()


def staff_get_behind_it(kiosk: Page) -> None:
    """Open the scanner with the PIN, and lose it again when the kiosk is shown."""
    answer = kiosk.goto("/doors/1")
    assert answer is not None
    assert answer.status == 404
    kiosk.goto("/kiosk/staff")
    kiosk.get_by_label("PIN").fill("2468")
    press(kiosk, "Open")
    kiosk.get_by_role("link", name="Find somebody by name").click()
    heading(kiosk, "Search")
    search = kiosk.url
    kiosk.goto("/kiosk")
    answer = kiosk.goto(search)
    assert answer is not None
    assert answer.status == 404
