"""Two seats and more people: a place is handed over, one is cancelled, the next in line comes in, old codes do not."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import qr_in
from tests.journeys.pages import (
    Story,
    answered,
    check,
    confirm,
    create_event,
    fill,
    heading,
    invite_device,
    organiser,
    picture,
    press,
    qr_on,
    register,
    stand_at_door,
)

pytestmark = pytest.mark.browser

EVENT = "Two seats"
OLD = "This code was replaced or handed on. Ask for the newest mail, or search for the name."


def test_a_place_changes_hands_and_the_next_in_line_gets_the_one_that_is_cancelled(story: Story) -> None:
    desk = organiser(story)
    slug = create_event(desk, EVENT, Seats="2")
    ada = register(story, slug, "Ada Okafor", "ada@example.org")
    ben = register(story, slug, "Ben Hartwig", "ben@example.org")
    adas_code, bens_code = code_of(story, ada, "ada@example.org"), code_of(story, ben, "ben@example.org")
    chidi, emeka = wait_in_line(story, slug)

    dana = hand_over(story, ada, "Dana Kowalczyk", "dana@example.org")
    danas_code = code_of(story, dana, "dana@example.org")
    assert danas_code != adas_code
    still_waits(chidi, "nobody: you are next")
    give_back(story, ben, "ben@example.org")
    chidis_code = promoted(story, chidi, "chidi@example.org")
    still_waits(emeka, "nobody: you are next")

    door = story.opens()
    stand_at_door(door, invite_device(desk, slug, "Front door"))
    turned_away(door, adas_code, "Old code", "Ada Okafor", OLD)
    turned_away(door, bens_code, "Cancelled", "Ben Hartwig", "This place was cancelled.")
    for code, name in ((danas_code, "Dana Kowalczyk"), (chidis_code, "Chidi Obiakor")):
        check(door, code)
        answered(door, "Welcome", "good", name)
    expect(door.locator("#counts dd").first).to_have_text("2")
    nobody_else_is_promoted(story)
    assert story.troubles == []


def code_of(story: Story, page: Page, address: str, subject: str = f"Your ticket for {EVENT}") -> str:
    """Return the code that the mail and the page show, written as people read it out."""
    text = qr_in(story.house.mail.wait_for(address, subject))
    page.reload()
    heading(page, "Your place is confirmed")
    assert qr_on(page) == text
    code = text.rsplit("/", 1)[1].lower()
    return f"{code[:8]} {code[8:16]}-{code[16:]}"


def wait_in_line(story: Story, slug: str) -> tuple[Page, Page]:
    """Let two more come when all seats are taken: they stand in line, in order."""
    pages = []
    for name, before in (("Chidi Obiakor", "nobody: you are next"), ("Emeka Adeleye", "1 person")):
        address = f"{name.split()[0].lower()}@example.org"
        page = register(story, slug, name, address, button="Join the waiting list")
        still_waits(page, before)
        story.house.mail.wait_for(address, "You are on the waiting list")
        pages.append(page)
    picture(pages[1], "place-1-waiting")
    return pages[0], pages[1]


def still_waits(page: Page, before: str) -> None:
    """See how many stand before one, and no ticket."""
    page.reload()
    heading(page, "You are on the waiting list")
    expect(page.locator(".facts div").filter(has_text="Before you").locator("dd")).to_have_text(before)
    expect(page.locator("figure.qr")).to_have_count(0)


def hand_over(story: Story, page: Page, name: str, address: str) -> Page:
    """Give a place to a colleague, who takes it with the link of a mail."""
    page.get_by_role("link", name="Hand your place to a colleague").click()
    picture(page, "place-2-hand-over")
    fill(page, {"Your colleague's name": name, "Your colleague's e-mail": address})
    press(page, "Hand over my place")
    expect(page.get_by_text("Your place has gone to your colleague.")).to_be_visible()
    picture(page, "place-3-handed-over")
    expect(page.locator("figure.qr")).to_have_count(0)
    story.house.mail.wait_for("ada@example.org", f"has gone to {name}")
    return confirm(story, address, "gives you a place at")


def give_back(story: Story, page: Page, address: str) -> None:
    """Cancel a place, after reading what comes of it."""
    page.reload()
    page.get_by_role("link", name="Cancel your place").click()
    heading(page, "Cancel your place")
    picture(page, "place-4-cancel")
    press(page, "Cancel my place")
    heading(page, "You have no place any more")
    picture(page, "place-5-cancelled")
    story.house.mail.wait_for(address, f"Your registration for {EVENT} is cancelled")


def promoted(story: Story, page: Page, address: str) -> str:
    """Get the free place by mail, without having done anything."""
    code = code_of(story, page, address, f"A place at {EVENT} is yours")
    picture(page, "place-6-promoted")
    return code


def turned_away(page: Page, code: str, word: str, name: str, why: str) -> None:
    """Type a code that opens nothing any more: red, in a word and a sentence, and nobody is let in."""
    check(page, code)
    answered(page, word, "stop", name)
    expect(page.locator("#last .reason")).to_have_text(why)
    expect(page.locator("#counts dd").first).to_have_text("0")


def nobody_else_is_promoted(story: Story) -> None:
    """Assert that of those in line only the first got the one free place."""
    to_chidi, to_emeka = (story.house.mail.messages_to(f"{name}@example.org") for name in ("chidi", "emeka"))
    promotion = f"A place at {EVENT} is yours"
    assert promotion in [mail["Subject"] for mail in to_chidi]
    assert promotion not in [mail["Subject"] for mail in to_emeka]
