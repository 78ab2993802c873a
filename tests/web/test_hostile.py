"""Two hundred hostile values in every field of every page: no page breaks, and each refusal names its field."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from eventmatch.domain.local_time import to_local
from eventmatch.models.base import db
from tests.cast import HOUR
from tests.conftest import opened
from tests.fields import Door, Siege
from tests.hostile import TEN_MEGABYTES, TEXTS
from tests.world import NOW

SAMPLE = 3
IN_AN_HOUR = f"{(NOW + timedelta(hours=1)).astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M}"
FINE, REFUSED, REFUSALS = {200, 201, 303}, 422, {400, 401, 403, 404, 409, 413, 422, 429}
PROFILE = {
    "name": "Zoe",
    "organisation": "Kestrel",
    "team": "Buildings",
    "role": "Planner",
    "headline": "Plans",
    "about": "Two\nlines",
    "interests": "scrum, rail",
    "asks": "vendor contracts",
    "ask": "Who?",
    "ask_hidden_from": "nobody",
    "offers": "handovers",
    "offer": "A list",
    "glad_to_help": "y",
    "mode": "in_person",
    "can_video": "y",
    "hours-0-since": "",
    "hours-0-until": "",
    "phone": "+49 30 1234567",
    "link": "https://example.org/zoe",
    "matching": "y",
    "arrival_visible_to": "nobody",
    "organiser_export": "y",
}
EVENT = {
    "name": "Autumn meetup",
    "starts": "2027-10-01T09:00",
    "ends": "2027-10-01T17:00",
    "zone": "Europe/Berlin",
    "mode": "either",
    "venue": "Hall",
    "capacity": "40",
    "description": "Come.",
    "slug": "autumn",
    "conduct": "Be kind.",
    "registration_open": "y",
}
RULES = {
    "suggestions": "8",
    "need": "50",
    "give": "20",
    "rare": "20",
    "complement": "0",
    "text": "10",
    "same_organisation": "avoid",
    "diverse": "y",
    "earlier_meetings": "avoid",
}
PAIR = {"one": "Ada", "other": "Ben", "rule": "never"}
TYPED = {"name": "Emeka", "organisation": "Kestrel", "email": "emeka@example.org", "phone": "", "note": "Tall"}
DOOR = {"name": "Stairs", "way": "in", "kinds": "crew", "badge_admits": "y", "question": "Helmet on?"}
ROOM = {"name": "Loft", "seats": "40", "standing": "8"}
RULES_OF_DOORS = {"re_entry": "y", "daily": "y", "walk_ins": "y", "poster": "y", "names_offline": "y"}
SESSION = {
    "title": "Nine trams",
    "starts": to_local(NOW + HOUR, "Europe/Berlin").isoformat(timespec="minutes"),
    "ends": to_local(NOW + 2 * HOUR, "Europe/Berlin").isoformat(timespec="minutes"),
    "room": "0",
    "facilitator": "ada@example.org",
}
GOOD: dict[str, dict[str, str]] = {
    "account.send_link": {"email": "zoe@example.org", "next": "/me"},
    "account.use_pin": {"pin": "123456"},
    "account.add_address": {"email": "zoe@example.net"},
    "attendees.bar": {"why": "Shouted"},
    "badge_sheets.make": {"size": "a4-10", "kind": "all", "first": "", "last": "", "unprinted": "y"},
    "checkin.scan": {"code": "K7P2QX", "nonce": "1", "direction": "in"},
    "checkin.override": {"code": "K7P2QX", "nonce": "1", "name": "Bea", "why": "Knows him"},
    "checkin.undo_scan": {"scan_id": "1"},
    "checkin.go_on_duty": {"door": "1"},
    "contacts.add": TYPED,
    "contacts.edit": TYPED,
    "contacts.write_note": {"note": "Tall"},
    "devices.invite": {"kind": "scanner", "name": "Tablet", "doors": "1", "may_override": "y"},
    "door_log.take_back": {"why": "Wrong person"},
    "importing.take": {},
    "importing.confirm": {"matching": "on paper", "organiser_export": "", "invite": "y"},
    "kiosk.scan": {"code": "K7P2QX", "nonce": "1"},
    "kiosk.unlock": {"pin": "2468"},
    "match_rules.save": RULES,
    "match_rules.try_out": RULES,
    "match_rules.decide": PAIR,
    "match_words.same": {"written": "PM", "meant": "project management", "kind": "tag"},
    "organiser.make": EVENT,
    "organiser.change": EVENT,
    "place.save": PROFILE,
    "programme.add": SESSION,
    "programme.change": SESSION,
    "room_doors.add": DOOR,
    "room_doors.change": DOOR,
    "rooms.add_room": ROOM,
    "rooms.change_room": ROOM,
    "rooms.set_rules": RULES_OF_DOORS,
    "place.hand_over": {"name": "Zoe", "email": "zoe@example.org"},
    "registration.submit": PROFILE | {"email": "zoe@example.org"},
    "rounds.plan": {"starts": IN_AN_HOUR, "rounds": "3", "minutes": "15", "pause": "5", "tables": "4"},
    "safety.send": {"text": "He shouted."},
    "self_check_in.allow": {"walk_ins": "y", "poster": "y"},
    "walk_ins.register": {"name": "Zoe", "organisation": "Kestrel", "email": "zoe@example.org", "nonce": "1"},
}


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """Return a world to attack, the same for all tests here; whatever an attack changed is put back."""
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path_factory.mktemp("instance"))}) as app:
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        db.engine.dispose()
        yield Siege(app)


def pages(siege: Siege) -> list[Door]:
    """Return the ways in that people use; those of devices have tests of their own."""
    return [door for door in siege.doors if not door.rule.rule.startswith("/api/")]


def troubles(siege: Siege, door: Door, values: dict[str, str]) -> list[str]:
    """Send values and say what is wrong with the answer."""
    answer = siege.send(door, values)
    if answer.status_code in FINE | REFUSALS:
        return []
    return [f"{door} with {next(iter(values.values()))[:40]!r}: {answer.status_code}"]


def broken(siege: Siege, *, every: int) -> list[str]:
    """Send every so manieth value in all fields of a form at once, beginning with another value at each form."""
    forms = [door for door in pages(siege) if door.has_form]
    assert {door.rule.endpoint for door in forms} == GOOD.keys(), "give each form one good example"
    return [
        trouble
        for number, door in enumerate(forms)
        for value in TEXTS[number % every :: every]
        for trouble in troubles(siege, door, dict.fromkeys(door.fields, value))
    ]


def test_no_value_in_all_fields_at_once_breaks_a_form(siege: Siege) -> None:
    wrong = broken(siege, every=4)

    assert len(TEXTS) >= 200
    assert not wrong, "\n".join(wrong)


@pytest.mark.proof
def test_every_value_in_all_fields_of_every_form(siege: Siege) -> None:
    wrong = broken(siege, every=1)

    assert not wrong, "\n".join(wrong)


def test_no_value_breaks_what_reads_its_fields_without_a_form(siege: Siege) -> None:
    chance, doors = Random(2027), [door for door in pages(siege) if door.reads and not door.has_form]

    wrong = [
        trouble
        for door in doors
        for value in chance.sample(TEXTS, 40)
        for trouble in troubles(siege, door, dict.fromkeys(door.fields, value))
    ]

    assert len(doors) > 10
    assert not wrong, "\n".join(wrong)


def unnamed(siege: Siege, door: Door, field: str, value: str) -> list[str]:
    """Send one hostile value among good ones and say what is wrong with the answer."""
    answer = siege.send(door, GOOD[door.rule.endpoint] | {field: value})
    case = f"{door}, {field} = {value[:40]!r}: {answer.status_code}"
    if answer.status_code not in FINE | REFUSALS:
        return [case]
    one_sentence = door.rule.endpoint.startswith(("checkin.", "kiosk.scan")) or field == "nonce"
    if answer.status_code != REFUSED or one_sentence:  # a door says it in one
        return []
    blamed = set(re.findall(r'id="([\w-]+)-error">\s*[^<\s]', answer.text))
    partners = {field, field.replace("since", "until"), field.replace("starts", "ends")}
    return [] if blamed & partners else [f"{case}, but it blames {blamed or 'nothing'}"]


def test_a_hostile_value_among_good_ones_is_kept_or_refused_by_name(siege: Siege) -> None:
    chance = Random(2027)

    wrong = [
        trouble
        for door in pages(siege)
        if door.has_form
        for field in GOOD[door.rule.endpoint]
        for value in chance.sample(TEXTS, SAMPLE)
        for trouble in unnamed(siege, door, field, value)
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.proof
def test_every_value_in_every_field_alone(siege: Siege) -> None:
    cases = [
        (door, field, value)
        for door in pages(siege)
        if door.has_form
        for field in GOOD[door.rule.endpoint]
        for value in TEXTS
    ]

    wrong = [trouble for case in cases for trouble in unnamed(siege, *case)]

    print(f"{len(cases)} hostile values, one at a time: {len(wrong)} troubles")
    assert not wrong, "\n".join(wrong)


def test_ten_megabytes_are_too_much_for_every_way_in(siege: Siege) -> None:
    answers = {
        str(door): siege.send(door, {door.fields[0] if door.fields else "x": TEN_MEGABYTES}).status_code
        for door in siege.doors
        if door.reads & {"form"}
    }

    assert len(answers) > 20
    assert set(answers.values()) == {413}, answers
