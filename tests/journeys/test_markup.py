"""Whatever people type stays words: with markup in every text there is, no page holds or runs any of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.hostile import MARKUP
from tests.journeys.everybody import Everybody, pages_of
from tests.journeys.house import House, running_house
from tests.journeys.pages import Story, cast, check, press

pytestmark = pytest.mark.browser

ALL = " ".join(MARKUP)
TYPED = {
    "attendee": ("name", "organisation", "team", "role", "headline", "about", "ask", "offer", "phone", "barred_why"),
    "attendee_tag": ("tag",),
    "consent": ("declared_by",),
    "contact": ("note",),
    "device": ("name",),
    "door": ("name",),
    "event": ("name", "description", "venue", "conduct"),
    "import_file": ("filename",),
    "job": ("error",),
    "organiser": ("name",),
    "person": ("name",),
    "programme_session": ("title",),
    "report": ("text",),
    "room": ("name",),
    "scan": ("override_by", "override_why"),
    "web_session": ("browser",),
    "wish": ("spot",),
}
LINKS = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
]
MADE_OF_WORDS = """() => [...document.querySelectorAll(
    "[onerror], [onload], script:not([src]), img[src='x'], a[href^='javascript:' i], a[href^='data:' i], svg[onload]"
)].map((found) => found.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Everybody]:
    """Return everybody at a demo event whose every text is markup, with lists computed from it."""
    with running_house(tmp_path_factory.mktemp("hostile")) as house:
        everybody = Everybody(Story(house, browser))
        everybody.arrive()
        say_markup_everywhere(house)
        compute_lists(everybody.pages["Oona"])
        yield everybody
        for page in everybody.pages.values():
            page.context.close()


def say_markup_everywhere(house: House) -> None:
    """Put markup into every column that holds what somebody typed, past all checks."""
    with closing(sqlite3.connect(house.instance / "eventmatch.db")) as tables, tables:
        for table, columns in TYPED.items():
            for column in columns:  # each row's own, where equal ones would be one
                tables.execute(f"UPDATE {table} SET {column} = ? || ' ' || rowid WHERE {column} IS NOT NULL", [ALL])  # noqa: S608 - our own names
        for number, link in enumerate(LINKS):
            tables.execute("UPDATE attendee SET link = ? WHERE id % ? = ?", [link, len(LINKS), number])
        everywhere = "(SELECT json_group_array(?) FROM (VALUES (1), (2)))"
        tables.execute(f"UPDATE event SET meeting_spots = {everywhere}, tag_suggestions = {everywhere}", [ALL, ALL])  # noqa: S608 - no value in it
        tables.execute("UPDATE contact SET card = json_object('name', ?, 'link', ?, 'email', ?)", [ALL, LINKS[0], ALL])


def compute_lists(page: Page) -> None:
    """Have lists computed from what people say now."""
    page.goto("/o/e/pm-meetup/lists")
    press(page, "Compute lists")
    page.get_by_role("link", name="See the match lists").click(timeout=60_000)
    expect(page.locator("tbody tr").filter(has_text=MARKUP[1]).first).to_be_visible()


def look(page: Page, address: str) -> bool:
    """Open a page, assert that no element was made of words, and tell whether the words are on it."""
    page.goto(address)
    assert page.evaluate(MADE_OF_WORDS) == [], address
    return MARKUP[1] in page.locator("html").inner_text()


def test_no_page_runs_what_people_typed(app: Flask, hostile: Everybody) -> None:
    shown = [
        rule.endpoint
        for rule, who in pages_of(app)
        if rule.endpoint != "registration.verify" and look(hostile.pages[who], hostile.address(rule))
    ]

    assert len(shown) > 30, shown
    assert {
        "people.person",
        "contacts.contact",
        "lists.overview",
        "reports.inbox",
        "checkin.door",
        "inside.roll_call",
    } <= set(shown)
    assert hostile.story.troubles == []


def test_what_scripts_put_on_pages_stays_words_too(hostile: Everybody) -> None:
    door, desk, ada = (hostile.pages[who] for who in ("the door", "Oona", "Ada"))
    door.goto("/doors/1")
    check(door, cast("hiro")["number"])
    expect(door.locator("body > .verdict .name")).to_contain_text(MARKUP[1])
    door.get_by_label("Name", exact=True).fill("script")
    expect(door.locator("#found li").filter(has_text=MARKUP[1]).first).to_be_visible()
    desk.goto("/o/e/pm-meetup/attendees")
    desk.get_by_label("Name, organisation or e-mail").fill("onerror")
    desk.keyboard.press("Enter")
    expect(desk.locator("tbody tr").filter(has_text=MARKUP[1]).first).to_be_visible()
    ada.goto("/e/pm-meetup/people")
    ada.get_by_role("button", name="I’d like to meet").first.click()

    assert [page.evaluate(MADE_OF_WORDS) for page in (door, desk, ada)] == [[], [], []]
    assert hostile.story.troubles == []


def test_markup_that_became_a_part_of_a_page_is_found(story: Story) -> None:
    """The control: one text that is not escaped shows as an element and as a broken promise of the page's policy."""
    page = story.opens()
    page.goto("/about")
    page.evaluate("(words) => { document.querySelector('main').innerHTML = words }", ALL)

    assert page.evaluate(MADE_OF_WORDS) != []
    expect(page.locator("img")).to_have_count(1)
    assert any("Content Security" in trouble for trouble in story.troubles)
