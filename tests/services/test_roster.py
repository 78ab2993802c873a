"""What a device keeps: enough to judge alone, and nothing that tells who comes."""

import json
from base64 import b64decode, urlsafe_b64decode
from dataclasses import fields
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest as hmac
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from sqlalchemy import delete, event, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.roster import held_of
from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.ticket import Ticket, TicketAlias
from eventmatch.services import roster as service
from eventmatch.services import tickets
from eventmatch.services.checkin import scan
from eventmatch.services.roster import Roster, roster
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup

HOUR = timedelta(hours=1)
NINE_IN_MS = 1_804_150_800_000
SECRET = "the installation's own secret"


@pytest.fixture
def phone(meetup: MeetupRef) -> Actor:
    """Return a paired phone."""
    return add_device(meetup, "Phone")


def ask(door: int, by: Actor, *, at: datetime = NINE, **held: Any) -> Roster:
    """Ask for a roster."""
    return roster(DoorKey(door), held_of(held), by=by, secret=SECRET, at=at)


class Phone:
    """A device that remembers what it was sent."""

    def __init__(self, door: int, by: Actor) -> None:
        self.door, self.by = door, by
        self.people: dict[int, dict[str, Any]] = {}
        self.presence: dict[int, dict[str, Any]] = {}

    def sync(self, at: datetime = NINE) -> Roster:
        """Ask until nothing differs any more, and return the last answer."""
        while True:
            held = {name: self._digests(getattr(self, name)) for name in ("people", "presence")}
            answer = ask(self.door, self.by, at=at, **held)
            self.people |= answer.people
            self.presence |= answer.presence
            if not answer.more:
                return answer

    def _digests(self, buckets: dict[int, dict[str, Any]]) -> list[str]:
        return [buckets.get(number, {"digest": ""})["digest"] for number in range(256)]

    @property
    def entries(self) -> dict[int, dict[str, Any]]:
        """The tickets it knows."""
        return {entry["t"]: entry for bucket in self.people.values() for entry in bucket["entries"]}

    @property
    def whereabouts(self) -> dict[int, list[Any]]:
        """Who has been where."""
        return {ticket: state for bucket in self.presence.values() for ticket, state in bucket["entries"].items()}


def told(answer: Roster) -> str:
    """Return all that travels."""
    return json.dumps({field.name: getattr(answer, field.name) for field in fields(answer)}, ensure_ascii=False)


def decoded(text: str) -> bytes:
    """Read base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened(answer: Roster, code: str) -> dict[str, str]:
    """Open the entry of one code as a scanner does, with nothing but the answer, the code and the standard."""
    salt = decoded(answer.salt)
    boxes = {
        decoded(sealed["key"]): sealed
        for bucket in answer.people.values()
        for entry in bucket["entries"]
        for sealed in entry["codes"]
    }
    sealed = boxes[sha256(salt + code.encode()).digest()[:16]]
    extracted = hmac(salt, code.encode(), "sha256")  # RFC 5869: extract, then expand by one block
    key = hmac(extracted, b"eventmatch roster\x01", "sha256")
    box = decoded(sealed["box"])
    content: dict[str, str] = json.loads(AESGCM(key).decrypt(box[:12], box[12:], sealed["key"].encode()))
    return content


def ticket_of(code: str) -> int:
    return db.session.scalars(select(Ticket.id).where(Ticket.code == code)).one()


def add_alias(meetup: MeetupRef, who: AttendeeRef, *codes: str) -> None:
    """Add foreign shops' codes for somebody's ticket."""
    with write_transaction() as session:
        session.add_all(TicketAlias(event_id=meetup.id, ticket_id=ticket_of(who.code), code=code) for code in codes)


def set_doors(**settings: bool) -> None:
    """Change what holds at all doors."""
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"door": settings}))


def test_lost_device_tells_nobody(meetup: MeetupRef, phone: Actor) -> None:
    planted = [
        add_attendee(meetup, name, organisation=f"{name} & Daughters", role="Secretkeeper", phone="+49301234567")
        for name in ("Ada Okafor", "Ben Hartwig", "سمير الحدّادي")
    ]
    add_alias(meetup, planted[0], "SHOP-CODE-OF-ADA-4711")

    answer = ask(meetup.front_door, phone)

    secrets = [text for p in planted for text in (p.name, p.email, p.code, p.badge, p.number, p.name.split()[1])]
    secrets += ["Daughters", "Secretkeeper", "1234567", "SHOP-CODE-OF-ADA-4711"]
    assert min(map(len, secrets)) > 5  # three letters stand in any long enough line of chance
    seen = told(answer).encode() + b"".join(
        decoded(sealed[part])
        for bucket in answer.people.values()
        for entry in bucket["entries"]
        for sealed in entry["codes"]
        for part in ("key", "box")
    )
    assert len(answer.people) == 3
    assert not [secret for secret in secrets if secret.encode() in seen or secret.lower().encode() in seen.lower()]


@pytest.mark.parametrize("shown", ["ticket", "badge", "foreign"])
def test_entry_of_a_scanned_code_opens(shown: str, meetup: MeetupRef, phone: Actor) -> None:
    samir = add_attendee(meetup, "سمير الحدّادي", organisation="Harbour “Logistics”")
    add_alias(meetup, samir, "shop-1234567890")
    code = {"ticket": samir.code, "badge": samir.badge, "foreign": "shop-1234567890"}[shown]

    answer = ask(meetup.front_door, phone)

    assert opened(answer, code) == {"name": "سمير الحدّادي", "organisation": "Harbour “Logistics”"}
    [bucket] = answer.people.values()
    assert [sealed["as"] for sealed in bucket["entries"][0]["codes"]] == ["ticket", "badge", "foreign"]


def test_one_code_opens_no_other_entry(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor) -> None:
    answer = ask(meetup.front_door, phone)
    sealed = [one for bucket in answer.people.values() for entry in bucket["entries"] for one in entry["codes"]]
    boxes = [one["box"] for one in sealed]
    for one, box in zip(sealed, boxes[1:] + boxes[:1], strict=True):
        one["box"] = box

    with pytest.raises(InvalidTag):
        opened(answer, ada.code)


def test_salt_is_stable_for_an_event_and_differs_elsewhere(meetup: MeetupRef, phone: Actor) -> None:
    other = add_meetup("other")
    salts = [ask(meetup.front_door, phone).salt for _ in range(2)]
    there = ask(other.front_door, add_device(other, "There")).salt
    another_house = roster(DoorKey(meetup.front_door), held_of({}), by=phone, secret="another", at=NINE).salt

    assert salts[0] == salts[1]
    assert len({salts[0], there, another_house}) == 3
    assert SECRET not in salts[0]


def test_codes_that_can_be_guessed_are_left_out_and_counted(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    add_alias(meetup, ada, "12345678901", "1", "123456789012")

    answer = ask(meetup.front_door, phone)

    [bucket] = answer.people.values()
    assert answer.left_out == 2
    assert len(bucket["entries"][0]["codes"]) == 3
    assert opened(answer, "123456789012")["name"] == "Ada Okafor"


def test_names_are_readable_only_where_the_organiser_allows_it(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    device = Phone(meetup.front_door, phone)
    assert device.sync().names_kept is False
    assert "Okafor" not in json.dumps(device.entries)

    set_doors(names_offline=True)
    assert device.sync().names_kept is True
    assert [entry["name"] for entry in device.entries.values()] == ["Ada Okafor"]

    set_doors(names_offline=False)
    device.sync()
    assert "Okafor" not in json.dumps(device.entries)


def test_nothing_travels_twice(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)
    device = Phone(meetup.front_door, phone)
    device.sync()

    again = device.sync()

    assert (again.people, again.presence) == ({}, {})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Ada Obi"},
        {"organisation": "Elsewhere"},
        {"status": AttendeeStatus.CANCELLED},
        {"kind": TicketKind.CREW},
        {"barred_at": NINE},
        {"needs_space": True},
    ],
)
def test_whatever_changes_about_somebody_travels_and_nothing_else(
    change: dict[str, Any], meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor
) -> None:
    device = Phone(meetup.front_door, phone)
    device.sync()
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ada.id).values(change))

    news = device.sync()

    [bucket] = news.people.values()
    assert [entry["t"] for entry in bucket["entries"]] == [ticket_of(ada.code)]


def test_state_of_a_ticket_is_told(meetup: MeetupRef, phone: Actor) -> None:
    barred = add_attendee(meetup, "Ada", barred_at=NINE, kind=TicketKind.PRESS, needs_space=True)
    waiting = add_attendee(meetup, "Ben", status=AttendeeStatus.WAITLISTED)
    device = Phone(meetup.front_door, phone)
    device.sync()

    states = [device.entries[ticket_of(who.code)] for who in (barred, waiting)]

    assert [[state[word] for word in ("status", "kind", "barred", "revoked", "space")] for state in states] == [
        ["confirmed", "press", True, False, True],
        ["waitlisted", "guest", False, False, False],
    ]


def test_new_ticket_comes_and_the_old_one_is_known_as_revoked(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    device = Phone(meetup.front_door, phone)
    device.sync()
    with write_transaction() as session:
        new = tickets.issue(session.get_one(Attendee, ada.id), now=NINE).id

    device.sync()

    assert {t: entry["revoked"] for t, entry in device.entries.items()} == {ticket_of(ada.code): True, new: False}


def test_who_is_erased_is_gone_with_the_next_contact(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)
    device = Phone(meetup.front_door, phone)
    device.sync()
    assert device.entries
    assert device.whereabouts
    with write_transaction() as session:
        session.execute(delete(Attendee).where(Attendee.id == ada.id))

    device.sync()

    assert (device.entries, device.whereabouts) == ({}, {})


def test_people_of_other_events_are_not_told(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    add_attendee(add_meetup("other", organiser_id=meetup.organiser_id), "Chidi")
    device = Phone(meetup.front_door, phone)

    device.sync()

    assert [*device.entries] == [ticket_of(ada.code)]


def test_device_without_business_at_the_door_learns_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    other = add_device(meetup, "Other", doors=[meetup.session_door])

    with pytest.raises(NotFound):
        ask(meetup.front_door, other)
    with pytest.raises(NotFound):
        ask(meetup.front_door, ada.actor)


def test_whereabouts_at_the_entrance(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor) -> None:
    chidi = add_attendee(meetup, "Chidi")
    for who, way, at in ((ada, Direction.IN, NINE), (ben, Direction.IN, NINE), (ben, Direction.OUT, NINE + HOUR)):
        scan(DoorKey(meetup.front_door), Reading(who.code, f"{who.id} {way}", way), by=phone, at=at)
    device = Phone(meetup.front_door, phone)
    device.sync()

    assert device.whereabouts == {
        ticket_of(ada.code): [NINE_IN_MS, "Front door", True, True],
        ticket_of(ben.code): [None, "Front door", True, True],
    }
    assert ticket_of(chidi.code) in device.entries


def test_whereabouts_at_a_room(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor) -> None:
    for who in (ada, ben):
        scan(DoorKey(meetup.front_door), Reading(who.code, f"{who.id}"), by=phone, at=NINE)
    scan(DoorKey(meetup.session_door), Reading(ben.code, "room"), by=phone, at=NINE)
    device = Phone(meetup.session_door, phone)
    device.sync()

    assert device.whereabouts == {
        ticket_of(ada.code): [None, "", False, True],
        ticket_of(ben.code): [NINE_IN_MS, "Small room", True, True],
    }


def test_coming_and_going_travel_as_they_happen(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    device = Phone(meetup.front_door, phone)
    device.sync()
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)

    news = device.sync()

    assert (len(news.people), len(news.presence)) == (0, 1)
    assert device.whereabouts[ticket_of(ada.code)][0] == NINE_IN_MS


def test_where_each_day_counts_anew_yesterday_is_forgotten(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    set_doors(daily=True)
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)
    device = Phone(meetup.front_door, phone)
    device.sync(NINE)
    today = device.whereabouts[ticket_of(ada.code)]

    device.sync(NINE + 15 * HOUR)  # past midnight in Berlin

    assert today == [NINE_IN_MS, "Front door", True, True]
    assert device.whereabouts[ticket_of(ada.code)] == [None, "", False, True]


def test_door_tells_its_rules(meetup: MeetupRef, phone: Actor) -> None:
    with write_transaction() as session:
        rules = {"way": "out", "kinds": ["press", "crew"], "badge_admits": True, "question": "Coat?"}
        session.execute(update(Door).where(Door.id == meetup.session_door).values(rules=rules))
        session.execute(update(Room).where(Room.name == "Small room").values(standing=3, full_since=NINE))
    set_doors(re_entry=False, daily=True)

    answer = ask(meetup.session_door, phone)

    assert answer.event == {"id": meetup.id, "slug": "meetup", "name": "Project people's meetup"}
    assert answer.door == {
        "id": meetup.session_door,
        "name": "Small room",
        "room": "Small room",
        "zone": "Europe/Berlin",
        "opens_at": NINE_IN_MS - 3_600_000,
        "closes_at": NINE_IN_MS + 8 * 3_600_000,
        "entrance": False,
        "exit_only": True,
        "badge_admits": True,
        "kinds": ["crew", "press"],
        "re_entry": True,
        "daily": True,
        "question": "Coat?",
        "seats": 2,
        "standing": 3,
        "closed_by_hand": True,
    }


def test_entrance_tells_its_rules_and_what_the_device_may(meetup: MeetupRef) -> None:
    set_doors(re_entry=False)

    answer = ask(meetup.front_door, add_device(meetup, may_override=True))

    shown = [answer.door[word] for word in ("entrance", "exit_only", "re_entry", "seats", "closed_by_hand", "question")]
    assert shown == [True, False, False, None, False, ""]
    assert (answer.may_override, answer.now, answer.keys) == (True, NINE_IN_MS, [])


def test_counts_for_the_edge_of_the_page(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor) -> None:
    add_attendee(meetup, "Chidi")
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE - HOUR / 2)
    scan(DoorKey(meetup.front_door), Reading(ben.code, "2"), by=phone, at=NINE - HOUR / 60)

    assert ask(meetup.front_door, phone).counts == {"inside": 2, "expected": 1, "last_five_minutes": 1}


def test_device_is_remembered_as_it_is(meetup: MeetupRef, phone: Actor) -> None:
    ask(meetup.front_door, phone, sent_at=NINE_IN_MS - 90_000_000, clock_offset=89_999_000, queued=12)

    device = db.session.get_one(Device, phone.device_id)
    assert (device.last_contact_at, device.synced_at, device.queue_length) == (NINE, NINE, 12)
    assert device.clock_offset == 89_999_000


def test_clock_nobody_measured_yet_is_measured_by_what_it_sent(meetup: MeetupRef, phone: Actor) -> None:
    ask(meetup.front_door, phone, sent_at=NINE_IN_MS + 60_000)

    assert db.session.get_one(Device, phone.device_id).clock_offset == -60_000


@pytest.mark.parametrize("broken", [0, 2**53, NINE_IN_MS * 2])
def test_clock_that_is_broken_is_not_believed(broken: int, meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    ask(meetup.front_door, phone, sent_at=broken)

    assert db.session.get_one(Device, phone.device_id).clock_offset == 0
    assert scan(DoorKey(meetup.front_door), Reading(ada.code, "1", scanned_at=NINE), by=phone, at=NINE).scan_id


def test_large_event_comes_in_several_answers(meetup: MeetupRef, phone: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_TICKETS", 2)
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi", "Dana", "Emeka")]
    device = Phone(meetup.front_door, phone)

    first = ask(meetup.front_door, phone)
    device.sync()

    assert (first.more, len(first.people)) == (True, 2)
    assert device.entries.keys() == {ticket_of(person.code) for person in people}


def test_statements_do_not_grow_with_the_people(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    ask(meetup.front_door, phone)
    few = len(statements)
    for name in ("Ben", "Chidi", "Dana"):
        add_alias(meetup, add_attendee(meetup, name), f"shop code of {name}")

    statements.clear()
    ask(meetup.front_door, phone)

    assert len(statements) == few


def test_both_databases_tell_the_same(either_app: Flask) -> None:
    meetup = add_meetup()
    ada, phone = add_attendee(meetup, "Ada"), add_device(meetup)
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)
    device = Phone(meetup.front_door, phone)

    first, again = ask(meetup.front_door, phone, clock_offset=8_000_000_000), device.sync()

    assert opened(first, ada.code) == {"name": "Ada", "organisation": ""}
    assert device.whereabouts == {ticket_of(ada.code): [NINE_IN_MS, "Front door", True, True]}
    assert not again.more
    assert (device.sync().people, db.session.get_one(Device, phone.device_id).clock_offset) == ({}, 8_000_000_000)


def test_boxes_are_new_each_time_though_the_digest_is_not(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    [[first], [again]] = [ask(meetup.front_door, phone).people.values() for _ in range(2)]

    boxes = [[sealed["box"] for sealed in bucket["entries"][0]["codes"]] for bucket in (first, again)]
    assert first["digest"] == again["digest"]
    assert not set(boxes[0]) & set(boxes[1])
    assert len({b64decode(box + "==", altchars=b"-_")[:12] for pair in boxes for box in pair}) == 4
