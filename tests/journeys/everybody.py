"""Everybody at once: who opens which page, from the map of addresses, each signed in where their work is."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.routing import Rule

from eventmatch.domain.permissions import Action
from tests.journeys.house import PHONE
from tests.journeys.pages import Story, invite_kiosk

HANDS = {
    Action.READ_PUBLIC: "nobody",
    Action.REGISTER: "nobody",
    Action.SIGN_IN: "nobody",
    Action.PAIR: "nobody",
    Action.OWN_ACCOUNT: "Ada",
    Action.OWN_CONTACTS: "Ada",
    Action.OWN_PLACE: "Ada",
    Action.OPEN_BADGE: "nobody",
    Action.TAKE_PART: "Ada",
    Action.KEEP_APART: "Ada",
    Action.GO_ON_DUTY: "Oona",
    Action.SEE_EVENT_DESK: "Oona",
    Action.RUN_EVENT: "Oona",
    Action.CREATE_EVENT: "Oona",
    Action.SCAN: "the door",
    Action.SHOW_WELCOME: "Oona",
    Action.SERVE_GUESTS: "the kiosk",
    Action.SEE_INSIDE: "Oona",
    Action.RUN_ROOM: "Oona",
}
NO_PAGE = {
    "static",
    "contacts.card",
    "contacts.export",
    "door.manifest",
    "door.worker",
    "exports.attendance",
    "exports.contacts",
    "lists.download",
    "rounds.download",
    "trust.certificate",
    "badge_sheets.download",
    "badge_sheets.style",
    "welcome.code",  # a camera brings the code; the stories open it
}  # files


@dataclass
class Everybody:
    """Three people, a kiosk and nobody, each signed in where their work is, and what addresses name."""

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
        self.pages["the kiosk"] = self._kiosk()
        fresh = json.loads(self.story.house.command("demo", "--json"))["addresses"]
        self.values = {"slug": "pm-meetup", "ext": "csv", "extension": "csv", **self._rows(), **self._made()}
        self.values |= {"link": fresh["ada"].rpartition("/")[2], "pair": fresh["door"].rpartition("/")[2]}

    def _kiosk(self) -> Page:
        """Pair a tablet at which guests serve themselves."""
        tablet = self.story.opens(PHONE)
        tablet.goto(invite_kiosk(self.pages["Oona"], "pm-meetup", "Kiosk", "2468"))
        tablet.locator("main button[type=submit]").click()
        tablet.wait_for_load_state()
        return tablet

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
        file_id = number_in(oona.url)
        make_rounds(oona)
        return {"contact_id": number_in(ada.url), "file_id": file_id}

    def _rows(self) -> dict[str, Any]:
        """Look up what only the database knows."""
        with closing(sqlite3.connect(self.story.house.instance / "eventmatch.db")) as tables:
            listed = """SELECT attendee.id, badge_code FROM attendee JOIN ticket ON ticket.attendee_id = attendee.id
                JOIN match ON attendee.id IN (low_id, high_id) JOIN attendee AS ada ON ada.id IN (low_id, high_id)
                WHERE ada.email LIKE 'ada.%' AND attendee.id <> ada.id LIMIT 1"""
            attendee, badge = tables.execute(listed).fetchone()
            self._agree(tables, attendee)
            [job] = tables.execute("SELECT id FROM job LIMIT 1").fetchone()
            [scan] = tables.execute("SELECT id FROM scan WHERE verdict = 'admitted' LIMIT 1").fetchone()
            self._leave_out(tables, job, attendee)
        return {
            "attendee_id": attendee,
            "code": badge,
            "door_scan_id": scan,
            "job_id": job,
            "door_id": 1,
            "device_id": 1,
            "room_id": 2,  # the Carriage Room, and the session in it
            "programme_id": 1,
        }

    def _agree(self, tables: sqlite3.Connection, attendee: int) -> None:
        """Let Ada and somebody have agreed to meet, so that both are asked how it was."""
        [ada] = tables.execute("SELECT id FROM attendee WHERE email LIKE 'ada.%'").fetchone()
        wish = (
            "INSERT INTO wish (from_id, to_id, created_at, spot) VALUES (?, ?, '2026-11-01 00:00:00', 'the red sofa')"
        )
        tables.executemany(wish, [(ada, attendee), (attendee, ada)])
        tables.commit()

    def _leave_out(self, tables: sqlite3.Connection, job: int, attendee: int) -> None:
        """Let a job have made badges without somebody's."""
        choice, result = json.dumps({"choice": {"size": "a4-10"}}), json.dumps({"left_out": [attendee]})
        tables.execute('UPDATE job SET "values" = ?, result = ? WHERE id = ?', (choice, result, job))
        tables.commit()

    def address(self, rule: Rule) -> str:
        """Fill an address in."""
        token = self.values["pair" if "pair" in rule.rule else "link"]
        values = self.values | {"token": token}
        return re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", lambda name: str(values[name[1]]), rule.rule)


def make_rounds(page: Page) -> None:
    """Make rounds as the form proposes them, and wait until they are there."""
    page.goto("/o/e/pm-meetup/rounds")
    page.get_by_role("button", name="Make rounds").click()
    expect(page.locator("#work")).to_contain_text("arranged", timeout=60_000)
    page.reload()
    expect(page.locator("#by-person")).to_be_visible()


def number_in(url: str) -> str:
    """Return the last number of an address."""
    found = re.findall(r"/(\d+)(?=/|$)", url)
    assert found, f"{url} names nothing"
    return str(found[-1])


def pages_of(app: Flask) -> list[tuple[Rule, str]]:
    """Return every page there is and in whose hands, from the map of addresses."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [
        (rule, HANDS[getattr(app.view_functions[rule.endpoint], "action", Action.READ_PUBLIC)])
        for rule in rules
        if rule.endpoint not in NO_PAGE
    ]
