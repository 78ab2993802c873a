"""Every page, in the hands of somebody who may open it, held against WCAG 2.2 AA by axe-core."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

from eventmatch.domain.permissions import Action
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
HANDS = {
    Action.READ_PUBLIC: "nobody",
    Action.REGISTER: "nobody",
    Action.SIGN_IN: "nobody",
    Action.PAIR: "nobody",
    Action.OWN_ACCOUNT: "Ada",
    Action.OWN_CONTACTS: "Ada",
    Action.OWN_PLACE: "Ada",
    Action.TAKE_PART: "Ada",
    Action.GO_ON_DUTY: "Oona",
    Action.SEE_EVENT_DESK: "Oona",
    Action.RUN_EVENT: "Oona",
    Action.CREATE_EVENT: "Oona",
    Action.SCAN: "the door",
}
NO_PAGE = {"static", "contacts.card", "contacts.export", "exports.contacts", "lists.download"}  # files
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
    "account.me",
}


@dataclass
class Everybody:
    """Three people and nobody, each signed in where their work is, and what addresses name."""

    story: Story
    pages: dict[str, Page] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def arrive(self) -> None:
        """Let everybody take their place, and make what their pages are about."""
        links = json.loads(self.story.house.command("demo", "--json"))["addresses"]
        enter = {"nobody": "", "Ada": links["ada"], "Oona": links["organiser"], "the door": links["door"]}
        for who, link in enter.items():
            self.pages[who] = self.story.opens(PHONE)
            if link:
                self.pages[who].goto(link)
                self.pages[who].locator("main button[type=submit]").first.click()
                self.pages[who].wait_for_load_state()
        fresh = json.loads(self.story.house.command("demo", "--json"))["addresses"]
        self.values = {"slug": "pm-meetup", "ext": "csv", "extension": "csv", **self._rows(), **self._made()}
        self.values |= {"link": fresh["ada"].rpartition("/")[2], "pair": fresh["door"].rpartition("/")[2]}

    def _made(self) -> dict[str, str]:
        """Write somebody down in Ada's book, and upload a list to import from."""
        ada, oona = self.pages["Ada"], self.pages["Oona"]
        ada.goto("/contacts/new")
        ada.fill("[name=name]", "Ben Hartwig")
        ada.locator("main button[type=submit]").last.click()
        oona.goto("/o/e/pm-meetup/import")
        people = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"Name;E-Mail\nEmeka;emeka@example.net\n"}
        oona.set_input_files("input[type=file]", people)  # type: ignore[arg-type]  # as documented
        oona.locator("main button[type=submit]").first.click()
        return {"contact_id": number_in(ada.url), "file_id": number_in(oona.url)}

    def _rows(self) -> dict[str, Any]:
        """Look up what only the database knows."""
        with closing(sqlite3.connect(self.story.house.instance / "eventmatch.db")) as tables:
            listed = """SELECT attendee.id, badge_code FROM attendee JOIN ticket ON ticket.attendee_id = attendee.id
                JOIN match ON attendee.id IN (low_id, high_id) JOIN attendee AS ada ON ada.id IN (low_id, high_id)
                WHERE ada.email LIKE 'ada.%' AND attendee.id <> ada.id LIMIT 1"""
            attendee, badge = tables.execute(listed).fetchone()
            [job] = tables.execute("SELECT id FROM job LIMIT 1").fetchone()
        return {"attendee_id": attendee, "code": badge, "job_id": job, "door_id": 1, "device_id": 1}

    def address(self, rule: Rule) -> str:
        """Fill an address in."""
        token = self.values["pair" if "pair" in rule.rule else "link"]
        values = self.values | {"token": token}
        return re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", lambda name: str(values[name[1]]), rule.rule)


def number_in(url: str) -> str:
    """Return the last number of an address."""
    found = re.findall(r"/(\d+)(?=/|$)", url)
    assert found, f"{url} names nothing"
    return str(found[-1])


@pytest.fixture(scope="module")
def everybody(house: House, browser: Browser) -> Iterator[Everybody]:
    """Return everybody at their pages."""
    assert AXE.exists(), "axe-core is missing: npm ci"
    found = Everybody(Story(house, browser))
    found.arrive()
    yield found
    for page in found.pages.values():
        page.context.close()


def pages_of(app: Flask) -> list[tuple[Rule, str]]:
    """Return every page there is and in whose hands, from the map of addresses."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        (rule, HANDS[getattr(app.view_functions[rule.endpoint], "action", Action.READ_PUBLIC)])
        for rule in rules
        if rule.endpoint not in NO_PAGE
    ]


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


def test_axe_sees_what_is_wrong(everybody: Everybody) -> None:
    """The control: a page that is not accessible is found out."""
    page = everybody.story.opens(PHONE)
    page.goto("/about")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")

    assert any(fault.startswith("button-name") for fault in faults_here(page))
