"""Every page, in the hands of somebody who may open it, held against WCAG 2.2 AA by axe-core."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.journeys.everybody import Everybody, pages_of
from tests.journeys.house import LAPTOP, PHONE, ROOT, House
from tests.journeys.pages import Story

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VERDICT = """async (tags) => (await axe.run({runOnly: tags})).violations.map(
    (found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`)"""
MEASURES = """() => ({
    wide: document.scrollingElement.scrollWidth > innerWidth,
    headings: document.querySelectorAll("h1").length,
})"""
MAIN = {
    "event.page",
    "registration.register",
    "place.home",
    "people.cards",
    "contacts.book",
    "checkin.door",
    "organiser.desk",
    "attendees.listing",
    "lists.overview",
    "badge_sheets.overview",
    "badge_sheets.single",
    "match_rules.rules",
    "match_rules.pairs",
    "match_words.words",
    "account.me",
    "rooms.overview",
    "room_doors.door",
    "programme.overview",
    "inside.rooms",
    "inside.session",
    "inside.roll_call",
}


@pytest.fixture(scope="module")
def everybody(house: House, browser: Browser) -> Iterator[Everybody]:
    """Return everybody at their pages."""
    assert AXE.exists(), "axe-core is missing: npm ci"
    found = Everybody(Story(house, browser))
    found.arrive()
    yield found
    for page in found.pages.values():
        page.context.close()


def faults(page: Page, address: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    answer = page.goto(address)
    assert answer is not None
    if answer.status >= 400:
        return [f"{address} answers {answer.status}"]
    return [f"{address} {fault}" for fault in faults_here(page)]


def faults_here(page: Page) -> list[str]:
    """Return what is wrong with the page somebody sees."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    measures = page.evaluate(MEASURES)
    found = list(page.evaluate(VERDICT, TAGS))
    found += ["scrolls sideways"] if measures["wide"] else []
    return found + ([f"has {measures['headings']} main headings"] if measures["headings"] != 1 else [])


def test_every_page_is_accessible_on_a_phone(app: Flask, everybody: Everybody) -> None:
    pages = pages_of(app)
    wrong = [
        fault
        for rule, who in pages
        if rule.endpoint != "registration.verify"  # has a page only behind a mailed link; the journeys open it
        for fault in faults(everybody.pages[who], everybody.address(rule))
    ]

    assert len(pages) > 40
    assert not wrong, "\n".join(wrong)
    assert everybody.story.troubles == []


@pytest.mark.parametrize(("scheme", "viewport"), [("dark", PHONE), ("light", LAPTOP), ("dark", LAPTOP)])
def test_the_main_pages_are_accessible_in_the_dark_and_on_a_laptop(
    app: Flask, everybody: Everybody, scheme: str, viewport: dict[str, Any]
) -> None:
    wrong, seen = [], 0
    for rule, who in pages_of(app):
        if rule.endpoint in MAIN:
            page = everybody.pages[who]
            page.set_viewport_size(viewport)  # type: ignore[arg-type]  # width and height
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
            wrong += faults(page, everybody.address(rule))
            seen += 1

    assert seen == len(MAIN)
    assert not wrong, "\n".join(wrong)


def test_a_form_with_errors_is_accessible(everybody: Everybody) -> None:
    page = everybody.story.opens(PHONE)
    page.goto("/e/pm-meetup/register")
    page.fill("[name=email]", "ada(at)example.org")
    page.locator("main button[type=submit]").last.click()

    assert page.locator(".error-summary").is_visible()
    assert faults_here(page) == []


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("nobody", "/nothing", 404),
        ("nobody", "/in/used", 422),
        ("nobody", "/doors/1", 404),
        ("Ada", f"/b/{'0' * 26}", 404),
        ("Oona", "/pair/used", 422),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_refusals_are_accessible(everybody: Everybody, who: str, address: str, status: int, scheme: str) -> None:
    page = everybody.pages[who]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
    answer = page.goto(address)

    assert answer is not None
    assert answer.status == status
    assert faults_here(page) == []


def test_axe_sees_what_is_wrong(everybody: Everybody) -> None:
    """The control: a page that is not accessible is found out."""
    page = everybody.story.opens(PHONE)
    page.goto("/about")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")

    assert any(fault.startswith("button-name") for fault in faults_here(page))
