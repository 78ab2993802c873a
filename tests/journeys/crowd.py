"""People who have tickets for an event of their own, so that a story can let them all in."""

import csv
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.journeys.house import House
from tests.journeys.pages import create_event

FIRST = ("Ada", "Ben", "Chidi", "Dana", "Emeka", "Fatima", "Grace", "Hiro", "Ines", "Jonas")
FAMILY = ("Okafor", "Hartwig", "Obiakor", "Kowalczyk", "Adeleye", "Tanabe", "Lindqvist", "Moreau", "Petrov", "Silva")


@dataclass(frozen=True)
class Ticket:
    """What somebody carries."""

    name: str
    email: str
    code: str
    badge: str
    number: str


@dataclass(frozen=True)
class Crowd:
    """An event and everybody who has a ticket for it."""

    slug: str
    tickets: list[Ticket]


def add_crowd(house: House, desk: Page, event: str, people: int) -> Crowd:
    """Create an event that is on now, and import so many people."""
    slug, file = create_event(desk, event), house.instance / "people.csv"
    names = [f"{FIRST[n % 10]} {FAMILY[n // 10 % 10]}{'' if n < 100 else ' ' + str(n)}" for n in range(people)]
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Name", "E-Mail"])
        rows.writerows([name, f"{slug}.{number}@example.org"] for number, name in enumerate(names))
    house.command("import-attendees", slug, str(file))
    query = """SELECT attendee.name, attendee.email, code, badge_code, number FROM ticket
        JOIN attendee ON attendee.id = ticket.attendee_id JOIN event ON event.id = ticket.event_id
        WHERE event.slug = ? ORDER BY ticket.id"""
    return Crowd(slug, [Ticket(*row) for row in rows_of(house, query, slug)])


def rows_of(house: House, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask a house's database."""
    with closing(sqlite3.connect(house.instance / "eventmatch.db")) as tables:
        return tables.execute(query, values).fetchall()


def change(house: House, statement: str, *values: Any) -> None:
    """Change a house's database, where nothing else can yet."""
    with closing(sqlite3.connect(house.instance / "eventmatch.db")) as tables, tables:
        tables.execute(statement, values)


def scans_of(house: House, slug: str) -> list[tuple[str, str, bool]]:
    """Return the code, verdict and whether it was judged offline, of each scan of a ticket at an event, in order."""
    query = """SELECT coalesce(ticket.code, ''), verdict, offline FROM scan JOIN event ON event.id = scan.event_id
        LEFT JOIN ticket ON ticket.id = scan.ticket_id WHERE event.slug = ? ORDER BY effective_at, scan.id"""
    return [(code, verdict.lower(), bool(offline)) for code, verdict, offline in rows_of(house, query, slug)]


def shuffled(tickets: list[Ticket], seed: int) -> list[Ticket]:
    """Return the same tickets in another order."""
    return random.Random(seed).sample(tickets, len(tickets))
