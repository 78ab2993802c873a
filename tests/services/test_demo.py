"""The demo event is loaded once, whole, and as if its people had done it all themselves."""

import json
import shutil
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee, attendee_of_email, hours_of, tags_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import consents_of
from eventmatch.models.device import Device, device_of_pairing
from eventmatch.models.event import Event, doors_of, event_by_slug, sessions_of, staff_roles
from eventmatch.models.scan import Presence, Scan
from eventmatch.models.tap import blocked_attendees
from eventmatch.models.ticket import Ticket, ticket_by_code, valid_ticket
from eventmatch.models.work import Job
from eventmatch.services import account, checkin, demo
from eventmatch.services.access import roles
from tests.cast import HOUR, NINE
from tests.conftest import opened

PEOPLE: list[dict[str, Any]] = tomllib.loads((demo.FOLDER / "people.toml").read_text("utf-8"))["person"]
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation where the demo was loaded at nine, for tests to copy."""
    folder = tmp_path_factory.mktemp("demo")
    with opened({"EVENTMATCH_INSTANCE": str(folder)}):
        demo.load(now=NINE)
    return folder


@pytest.fixture
def day(loaded: Path, tmp_path: Path) -> Iterator[Event]:
    """Return the demo event, loaded at nine."""
    with opened({"EVENTMATCH_INSTANCE": str(shutil.copytree(loaded, tmp_path / "instance"))}):
        event = event_by_slug("pm-meetup")
        assert event is not None
        yield event


def count(table: type[Any]) -> int:
    """Count a table's rows."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def attendee(event: Event, key: str) -> Attendee:
    """Return somebody of the cast."""
    [entry] = [person for person in PEOPLE if person["key"] == key]
    found = attendee_of_email(event.id, entry["email"])
    assert found is not None
    return found


def test_everybody_has_a_person_a_ticket_and_the_codes_of_the_data(day: Event) -> None:
    kept = {
        (t.code, t.badge_code, t.number, t.attendee.name, t.attendee.person.name if t.attendee.person else None)
        for t in db.session.scalars(select(Ticket).where(Ticket.revoked_at.is_(None)))
    }

    assert kept == {(p["ticket_code"], p["badge_code"], p["number"], p["name"], p["name"]) for p in PEOPLE}


def test_loading_again_changes_nothing(day: Event) -> None:
    ada = attendee(day, "ada")
    with write_transaction():
        ada.headline = "Changed by hand"
    before = [count(table) for table in (Attendee, Scan, Device, Event, Job)]

    assert demo.load(now=NINE + HOUR) is False

    assert [count(table) for table in (Attendee, Scan, Device, Event, Job)] == before
    assert attendee(day, "ada").headline == "Changed by hand"


def test_words_and_consents_are_those_of_the_data(day: Event) -> None:
    for person in PEOPLE:
        place = attendee(day, person["key"])
        tags = [list(tags) for _, tags in sorted(tags_of([place.id]).get(place.id, {}).items())]
        assert tags == [person[role] for role in ("asks", "interests", "offers") if person[role]]
        assert (place.about, place.ask, place.phone) == (person["about"], person["ask"], person["phone"])
        wanted = {purpose for purpose in Purpose if person.get(purpose)}
        assert consents_of([place.id]).get(place.id, frozenset()) == wanted


def test_hours_count_from_the_start_of_the_event(day: Event) -> None:
    dana = attendee(day, "dana")

    assert day.starts_at == NINE - HOUR
    assert hours_of([dana.id]) == {dana.id: ((day.starts_at, day.starts_at + 315 * MINUTE),)}


def test_those_who_are_in_were_scanned_in_by_the_door_itself(day: Event) -> None:
    front, scans = doors_of(day.id)[0], list(db.session.scalars(select(Scan).order_by(Scan.id)))
    moments = [scan.effective_at for scan in scans]

    arrived, seated = [scan for scan in scans if scan.door_id == front.id], [s for s in scans if s.door_id != front.id]
    assert len(arrived) == sum(person["checked_in"] for person in PEOPLE) == 26
    assert len(seated) == count(Presence) - 26 == 11
    assert {scan.verdict for scan in scans} == {Verdict.ADMITTED}
    assert all(json.loads(scan.answer)["verdict"] == "admitted" for scan in scans)
    assert moments == sorted(moments)
    assert day.opens_at < moments[0] < moments[-1] < NINE


def test_the_front_door_admits_everybody_else_now(day: Event) -> None:
    front, verdicts = DoorKey(doors_of(day.id)[0].id), dict[str, str]()
    device_id = db.session.scalar(select(Device.id))
    for person in PEOPLE:
        reading = Reading(person["ticket_code"], nonce=f"now-{person['key']}")
        verdicts[person["key"]] = checkin.scan(front, reading, by=Actor(device_id=device_id), at=NINE).verdict

    assert sum(verdict == Verdict.ADMITTED for verdict in verdicts.values()) == 91
    assert verdicts["ada"] == verdicts["ben"] == Verdict.ADMITTED
    assert (verdicts["dana"], verdicts["harald"]) == (Verdict.ALREADY_IN, Verdict.BARRED)
    assert verdicts["konrad"] == verdicts["aurelio"] == Verdict.CANCELLED


def test_staff_may_do_what_their_role_says(day: Event) -> None:
    def known(address: str) -> set[str]:
        person_id = account.prove(address, now=NINE)
        return {str(role) for role in roles(Actor(person_id=person_id, fresh=True), day)} - {"signed_in"}

    with write_transaction():
        found = {name: known(f"{name}@example.org") for name in ("oona.rautio", "piet.verhaegen", "ulrike.stahnke")}
        found |= {name: known(f"{name}@example.net") for name in ("bea.sommerfeld", "grace.tembo")}

    assert found == {
        "oona.rautio": {"owner"},
        "piet.verhaegen": {"organiser"},
        "ulrike.stahnke": {"viewer"},
        "bea.sommerfeld": {"door", "registered", "attendee"},
        "grace.tembo": {"facilitator", "registered", "attendee"},
    }


def test_the_programme_has_its_rooms_and_facilitators(day: Event) -> None:
    first, second = sessions_of(day.id)

    assert (first.room.name if first.room else "", first.starts_at) == ("Carriage Room", NINE + 30 * MINUTE)
    assert staff_roles(day.id, second.facilitator_id or 0) == ["facilitator"]


def test_the_blocked_pair_is_out_of_each_others_sight(day: Event) -> None:
    torben, roswitha = attendee(day, "torben"), attendee(day, "roswitha")

    assert blocked_attendees(torben) == {roswitha.id}
    assert blocked_attendees(roswitha) == {torben.id}


def test_cancelled_and_barred_places_stand_as_told(day: Event) -> None:
    assert attendee(day, "konrad").status is AttendeeStatus.CANCELLED
    assert attendee(day, "harald").barred_at is not None
    assert valid_ticket(attendee(day, "harald").id) is not None


def test_match_lists_are_asked_for(day: Event) -> None:
    assert db.session.execute(select(Job.name, Job.event_id)).all() == [("match", day.id)]


def test_the_links_let_the_owner_and_ada_in(day: Event) -> None:
    links = {link.key: link.path for link in demo.links(now=NINE)}

    owner, ada = (
        account.use_link(links[key].removeprefix("/in/"), browser="", now=NINE) for key in ("organiser", "ada")
    )

    assert owner.next_path == "/o/e/pm-meetup"
    assert (ada.person_id, ada.next_path) == (attendee(day, "ada").person_id, "/e/pm-meetup/me")


def test_twenty_starts_in_a_quarter_of_an_hour_still_print_links_that_work(day: Event) -> None:
    links = [demo.links(now=NINE) for _ in range(20)]

    assert account.use_link(links[-1][2].path.removeprefix("/in/"), browser="", now=NINE).person_id


def test_the_door_link_waits_for_a_browser_on_one_device_however_often_it_is_printed(day: Event) -> None:
    devices = {_device_behind(demo.links(now=NINE)[3].path) for _ in range(3)}

    assert len(devices) == 1
    assert count(Device) == 3  # and the tablets at the front door and at the Carriage Room


def test_a_paired_phone_keeps_its_door_when_new_links_are_printed(day: Event) -> None:
    first = _device_behind(demo.links(now=NINE)[3].path)
    with write_transaction():
        device = db.session.get_one(Device, first)
        device.token_hash, device.pairing_hash = "held by a phone", None

    assert _device_behind(demo.links(now=NINE)[3].path) != first
    assert db.session.get_one(Device, first).token_hash == "held by a phone"


def test_without_the_demo_there_are_no_links(app: Flask) -> None:
    with pytest.raises(NotFound):
        demo.links(now=NINE)


def test_a_person_who_was_here_before_keeps_the_account(app: Flask) -> None:
    with write_transaction():
        person_id = account.prove("ada.okafor@example.org", name="Ada", now=NINE)

    demo.load(now=NINE)

    code = PEOPLE[0]["ticket_code"]
    ticket = ticket_by_code(code)
    assert ticket is not None
    assert ticket.attendee.person_id == person_id


def _device_behind(path: str) -> int:
    """Return the device a pairing link is for."""
    device = device_of_pairing(token_hash(path.removeprefix("/pair/")))
    assert device is not None
    return device.id
