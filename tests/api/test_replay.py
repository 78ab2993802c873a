"""A real event's door log, replayed through the API as fast as it goes.

The log has joins of sessions and nothing else, so two things are ours to say. Whoever joins their first session of a
day came through the venue's entrance at that moment: nobody gets to a room otherwise. And the venue closes at
midnight: whoever is in is scanned out, so that each day begins empty. The days are moved to end yesterday, because
devices end with their event.
"""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from eventmatch.domain.codes import new_code
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import Ticket
from eventmatch.services import conflicts
from tests.cast import add_device, add_meetup

LOG = Path(__file__).parents[3] / "shared" / "data" / "door-scans.csv.gz"
ZONE = ZoneInfo("America/Sao_Paulo")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
VENUE = "Venue"

pytestmark = pytest.mark.skipif(not LOG.exists(), reason="the door log to replay is not here (../shared/data)")


@dataclass(frozen=True)
class Join:
    """Somebody joined a session."""

    person: str
    session: str
    at: datetime  # local, with its zone


def door_log() -> tuple[list[Join], set[str]]:
    """Return the joins in their order, moved by whole days to end yesterday, and everybody who joined or asked."""
    with gzip.open(LOG, "rt", encoding="utf-8") as file:
        everything = list(csv.DictReader(file))
    rows = [row for row in everything if row["participation"] == "Join"]
    times = [datetime.fromisoformat(row["updated_at"]) for row in rows]
    moved = datetime.now(ZONE).date() - DAY - max(times).date()
    moments = [(at + moved).replace(tzinfo=ZONE) for at in times]
    log = [Join(row["person"], row["session"], at) for row, at in zip(rows, moments, strict=True)]
    return log, {row["person"] for row in everything}


@dataclass
class Scanned:
    """One scan as it is posted, and the answer the log warrants."""

    person: str
    room: str
    direction: str
    at: datetime
    warranted: str


@dataclass
class Truth:
    """Where everybody is, worked out from the log by the two rules above alone."""

    since: dict[tuple[str, str], datetime] = field(default_factory=dict)  # by person and room

    def day(self, log: list[Join]) -> Iterator[Scanned]:
        """Yield the scans of one day while people move."""
        for join in log:
            person, at = join.person, join.at
            if (person, VENUE) not in self.since:
                self.since[person, VENUE] = at
                yield Scanned(person, VENUE, "in", at, "admitted")
            stays = (person, join.session) in self.since
            if not stays:
                for room in {room for who, room in self.since if who == person and room != VENUE}:
                    del self.since[person, room]
                self.since[person, join.session] = at
            yield Scanned(person, join.session, "in", at, "already_in" if stays else "admitted")

    def night(self, at: datetime) -> Iterator[Scanned]:
        """Yield the scans by which everybody leaves."""
        for person in sorted({who for who, room in self.since if room == VENUE}):
            yield Scanned(person, VENUE, "out", at, "exited")
        self.since.clear()


class Replay:
    """The event of the log, and a device at all its doors."""

    def __init__(self, client: FlaskClient, log: list[Join], people: set[str]) -> None:
        first, last = (datetime.combine(join.at.date(), datetime.min.time(), ZONE) for join in (log[0], log[-1]))
        meetup = add_meetup("replay", zone=ZONE.key, opens_at=first, starts_at=first, ends_at=last + DAY)
        self.client, self.slug, self.sent = client, meetup.slug, 0
        self.rooms = self._rooms(meetup.id, meetup.front_door, {join.session for join in log})
        self.codes, self.people = self._people(meetup.id, sorted(people))
        add_device(meetup)

    def _rooms(self, event_id: int, front_door: int, sessions: set[str]) -> dict[str, int]:
        """Add a room with a door for each session, and return the doors by name."""
        with write_transaction() as session:
            rooms = [Room(event_id=event_id, name=name) for name in sorted(sessions)]
            session.add_all(rooms)
            session.flush()
            doors = [Door(room_id=room.id, name=room.name) for room in rooms]
            session.add_all(doors)
            session.flush()
            return {VENUE: front_door} | {door.name: door.id for door in doors}

    def _people(self, event_id: int, order: list[str]) -> tuple[dict[str, str], dict[int, str]]:
        """Give everybody a ticket, and return their codes, and who is who."""
        common = {"event_id": event_id, "status": "confirmed", "registered_at": datetime.now(UTC), "mode": "in_person"}
        with write_transaction() as session:
            rows = [{**common, "name": f"Guest {person}", "email": f"guest-{person}@example.org"} for person in order]
            session.execute(insert(Attendee), rows)
            ids = {row.name: row.id for row in session.execute(select(Attendee.id, Attendee.name))}
            codes = {person: new_code() for person in order}
            known = {"event_id": event_id, "issued_at": datetime.now(UTC)}
            tickets = [
                {
                    **known,
                    "attendee_id": ids[f"Guest {p}"],
                    "code": codes[p],
                    "badge_code": new_code(),
                    "number": f"{n:06}",
                }
                for n, p in enumerate(order)
            ]
            session.execute(insert(Ticket), tickets)
        return codes, {ids[f"Guest {person}"]: person for person in order}

    def post(self, scan: Scanned) -> str:
        """Post one scan, and return the verdict."""
        self.sent += 1
        body = {"code": self.codes[scan.person], "nonce": f"{self.sent}", "direction": scan.direction}
        answer = self.client.post(
            f"/api/v1/events/{self.slug}/doors/{self.rooms[scan.room]}/scans",
            data=json.dumps(body | {"scanned_at": scan.at.isoformat()}),
            content_type="application/json",
            headers={"Authorization": "Bearer emd_Tablet"},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["verdict"])

    def presence(self) -> dict[tuple[str, str], datetime]:
        """Return who the server says is where, and since when."""
        query = select(Presence.attendee_id, Room.name, Presence.since).join(Room, Room.id == Presence.room_id)
        rows = db.session.execute(query.where(Presence.left_at.is_(None)))
        return {(self.people[attendee_id], room): since for attendee_id, room, since in rows}


def test_replayed_door_log_ends_each_day_where_the_log_says(app: Flask, client: FlaskClient) -> None:
    event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    db.engine.dispose()
    (log, people), truth = door_log(), Truth()
    replay = Replay(client, log, people)
    unwarranted: list[Any] = []
    verdicts, begun = Counter[tuple[str, str]](), perf_counter()

    for day, of_day in groupby(log, lambda join: join.at.date()):
        for scans in (truth.day(list(of_day)), _at_midnight(replay, truth, day)):
            for scan in scans:
                verdict = replay.post(scan)
                verdicts["venue" if scan.room == VENUE else "session", verdict] += 1
                if verdict != scan.warranted:
                    unwarranted.append((scan, verdict))

    seconds = perf_counter() - begun
    print(f"{replay.sent} scans for {len(log)} joins of {len(people)} people in {seconds:.1f} s, {dict(verdicts)}")
    assert unwarranted == []
    assert (len(log), len(people), len(replay.rooms) - 1) == (1_311, 414, 34)
    assert conflicts.count(db.session.scalars(select(Event)).one()) == 0


def _at_midnight(replay: Replay, truth: Truth, day: date) -> Iterator[Scanned]:
    """Compare where everybody is at the end of a day, then let them leave."""
    db.session.rollback()
    assert replay.presence() == truth.since, f"at the end of {day}"
    yield from truth.night(datetime.combine(day, datetime.max.time(), ZONE) - SECOND)
