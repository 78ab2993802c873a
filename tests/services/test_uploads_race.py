"""Queues handed in while other doors scan on: where everybody is follows from all scans, whoever was first."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from eventmatch.domain.errors import Busy
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.services import checkin, presence, uploads
from tests.cast import NINE
from tests.conftest import opened
from tests.services.histories import MINUTE, OFFLINE, ONLINE, Act, Venue, history, open_venue, plan, troubles

HANDED_IN = NINE + 120 * MINUTE
ONLINE_SCANS = 6


def morning(chance: Random, venue: Venue) -> tuple[list[Act], list[Act]]:
    """Let three devices scan offline, and a fourth one the same people an hour later, online."""
    places, people = venue.places, venue.guests[:3]
    offline = [act for act in history(chance, venue) if act.device in OFFLINE]
    ways = [chance.choice(list(Direction)) for _ in range(ONLINE_SCANS)]
    return offline, [
        Act(ONLINE, n, chance.choice(people), chance.choice(places), way, NINE + (60 + n) * MINUTE)
        for n, way in enumerate(ways)
    ]


def scan_on(venue: Venue, acts: Sequence[Act]) -> dict[str, Verdict]:
    """Scan one after the other, and return the answers."""
    door_keys = ((act, DoorKey(act.place.door)) for act in acts)
    return {a.nonce: checkin.scan(d, a.reading, by=venue.devices[ONLINE], at=a.at).verdict for a, d in door_keys}


def hand_in(venue: Venue, arriving: Sequence[Sequence[Act]]) -> dict[str, Verdict]:
    """Hand queues in, each again as long as the database is busy."""
    for sent in arriving:
        while sent and not _taken(venue, sent):
            db.session.rollback()
    return {}


def _taken(venue: Venue, sent: Sequence[Act]) -> bool:
    """Hand one queue in, or say that the database was busy."""
    door, by = DoorKey(sent[0].place.door), venue.devices[sent[0].device]
    try:
        uploads.take(door, [act.reading for act in sent], by=by, at=HANDED_IN)
    except (Busy, IntegrityError):  # the latter only where nobody locks
        return False
    return True


def raced(app: Flask, venue: Venue, seed: int) -> list[str]:
    """Hand three queues in twice at once while a fourth door scans, and say all that is wrong afterwards."""
    chance = Random(seed)
    venue.clear()
    offline, later = morning(chance, venue)
    queues = [plan(chance, [act for act in offline if act.device == device]) for device in OFFLINE]
    works = [lambda: scan_on(venue, later), *(lambda queue=queue: hand_in(venue, queue) for queue in queues * 2)]
    barrier = threading.Barrier(len(works))

    def work(number: int) -> dict[str, Verdict]:
        with app.app_context():
            barrier.wait(timeout=60)
            return works[number]()

    with ThreadPoolExecutor(len(works)) as pool:
        said, *_ = pool.map(work, range(len(works)))  # all are looked at: what one raised is raised here
    db.session.rollback()
    return troubles(venue, [*offline, *later], said)


@pytest.mark.parametrize("rounds", [4, pytest.param(100, marks=pytest.mark.proof)])
def test_whoever_is_first_everybody_ends_where_their_scans_led(either_app: Flask, rounds: int) -> None:
    venue = open_venue()

    wrong = [trouble for seed in range(rounds) for trouble in raced(either_app, venue, seed)]

    print(f"{rounds} mornings handed in while a fourth {db.engine.dialect.name} door scanned: {len(wrong)} troubles")
    assert not wrong, "\n".join(wrong)


@pytest.mark.postgres
def test_without_locked_attendees_somebody_ends_elsewhere_in_the_same_race(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "lock", lambda _attendee_ids: None)
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_DATABASE_URL": postgres_url}) as app:
        venue = open_venue()

        assert any(raced(app, venue, seed) for seed in range(60))
