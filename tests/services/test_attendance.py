"""Who was in which session: held against a look at every minute of the day."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, DeviceKind, Direction, MemberRole, Purpose
from eventmatch.domain.verdicts import Verdict
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event, ProgrammeSession, Room
from eventmatch.models.work import Audit
from eventmatch.services import attendance as service
from eventmatch.services.checkin import scan
from eventmatch.services.undo import undo
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member

MINUTE = timedelta(minutes=1)
AFTERWARDS = NINE + 8 * HOUR
IN, OUT = Direction.IN, Direction.OUT


def add_session(meetup: MeetupRef, title: str, begins: int, ends: int, door: int) -> None:
    """Plan a session behind a door, in minutes after nine."""
    with write_transaction() as session:
        times = {"starts_at": NINE + begins * MINUTE, "ends_at": NINE + ends * MINUTE}
        room_id = session.get_one(Door, door).room_id
        session.add(ProgrammeSession(event_id=meetup.id, room_id=room_id, title=title, **times))


def go(door: int, who: AttendeeRef, minute: int, *, by: Actor, way: Direction = IN) -> int:
    """Scan somebody some minutes after nine; returns the scan's id."""
    at = NINE + minute * MINUTE
    entry = scan(DoorKey(door), Reading(who.code, f"{door}-{who.id}-{minute}-{way}", way), by=by, at=at)
    return entry.scan_id


def exported(by: Actor, slug: str = "meetup", *, now: datetime = AFTERWARDS) -> list[dict[str, str]]:
    """Return the rows of the file."""
    file = service.attendance(by, slug, "csv", now=now)
    return [dict(record.cells) for record in read_table(b"".join(file.body)).rows]


def times(rows: Iterable[dict[str, str]]) -> list[tuple[str, str, str, str, str]]:
    """Return who was where when."""
    return [(row["Session"], row["Name"], row["Entered"][11:], row["Left"][11:], row["Minutes"]) for row in rows]


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def test_who_was_there_before_counts_from_the_beginning_and_who_stays_until_the_end(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef, tablet: Actor
) -> None:
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    for who in (ada, ben):
        go(meetup.front_door, who, 0, by=tablet)
    go(meetup.session_door, ada, 5, by=tablet)
    go(meetup.session_door, ben, 20, by=tablet)
    go(meetup.session_door, ben, 30, by=tablet, way=OUT)

    assert times(exported(oona)) == [
        ("Trams", "Ada Okafor", "10:10", "10:40", "30"),
        ("Trams", "Ben Hartwig", "10:20", "10:30", "10"),
    ]


def test_a_way_out_and_back_in_is_one_row_without_the_time_between(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor
) -> None:
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    go(meetup.front_door, ada, 0, by=tablet)
    for minute, way in ((12, IN), (20, OUT), (25, IN), (35, OUT)):
        go(meetup.session_door, ada, minute, by=tablet, way=way)

    assert times(exported(oona)) == [("Trams", "Ada Okafor", "10:12", "10:35", "18")]


def test_who_went_before_came_after_or_was_taken_back_is_absent(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef, tablet: Actor
) -> None:
    chidi = add_attendee(meetup, "Chidi")
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    for who in (ada, ben, chidi):
        go(meetup.front_door, who, 0, by=tablet)
    go(meetup.session_door, ada, 2, by=tablet)
    go(meetup.session_door, ada, 10, by=tablet, way=OUT)
    go(meetup.session_door, ben, 40, by=tablet)
    taken_back = go(meetup.session_door, chidi, 15, by=tablet)
    undo(DoorKey(meetup.session_door), taken_back, by=tablet, at=NINE + 15 * MINUTE)

    assert exported(oona) == []


def test_a_session_that_goes_on_has_nobody_gone_and_one_ahead_has_nobody(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor
) -> None:
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    add_session(meetup, "Bogies", 50, 80, meetup.session_door)
    go(meetup.front_door, ada, 0, by=tablet)
    go(meetup.session_door, ada, 5, by=tablet)

    assert times(exported(oona, now=NINE + 25 * MINUTE)) == [("Trams", "Ada Okafor", "10:10", "", "15")]


def test_a_visit_ends_with_its_day_only_where_each_day_counts_anew(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor
) -> None:
    with write_transaction() as session:
        session.get_one(Event, meetup.id).ends_at = NINE + 48 * HOUR
    day = 24 * 60
    add_session(meetup, "Tomorrow", day, day + 30, meetup.session_door)
    go(meetup.front_door, ada, 0, by=tablet)
    go(meetup.session_door, ada, 5, by=tablet)

    def there(*, daily: bool) -> list[str]:
        with write_transaction() as session:
            session.get_one(Event, meetup.id).settings = {"door": {"daily": daily}}
        return [row["Name"] for row in exported(oona, now=NINE + 48 * HOUR)]

    assert (there(daily=True), there(daily=False)) == ([], ["Ada Okafor"])


def test_a_row_says_what_the_organiser_sees_and_an_address_only_of_who_agreed(
    meetup: MeetupRef, oona: Actor, tablet: Actor
) -> None:
    dana = add_attendee(meetup, "=Dana", organisation="+Brennau", consents=[Purpose.ORGANISER_EXPORT], email="d@x.org")
    konrad = add_attendee(meetup, "Konrad", consents=[Purpose.ORGANISER_EXPORT])
    eve = add_attendee(meetup, "Eve", consents=[Purpose.SHARE_EMAIL])
    add_session(meetup, "@Trams", 10, 40, meetup.session_door)
    for who in (dana, eve):
        go(meetup.front_door, who, 0, by=tablet)
        go(meetup.session_door, who, 5, by=tablet)
    go(meetup.session_door, eve, 20, by=tablet, way=OUT)
    go(meetup.front_door, konrad, 21, by=tablet)
    go(meetup.session_door, konrad, 22, by=tablet)
    with write_transaction() as session:
        session.get_one(Attendee, konrad.id).status = AttendeeStatus.CANCELLED  # who was there was there

    rows = exported(oona)

    assert [(row["Name"], row["E-mail"]) for row in rows] == [("=Dana", "d@x.org"), ("Eve", ""), ("Konrad", "")]
    assert (rows[0]["Session"], rows[0]["Room"], rows[0]["Organisation"]) == ("@Trams", "Small room", "+Brennau")
    assert (rows[0]["Begins"], rows[0]["Comes as"]) == ("2027-03-04 10:10", "guest")
    assert b"'=Dana" in b"".join(service.attendance(oona, "meetup", "csv", now=AFTERWARDS).body)


def test_who_was_there_by_their_own_word_alone_is_marked(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef, tablet: Actor
) -> None:
    poster = add_device(meetup, "Poster")
    with write_transaction() as session:
        session.get_one(Device, poster.device_id).kind = DeviceKind.POSTER
    add_session(meetup, "Opening", 0, 30, meetup.front_door)
    go(meetup.front_door, ada, 0, by=poster)
    go(meetup.front_door, ben, 0, by=tablet)

    assert [(row["Name"], row["Self-reported"]) for row in exported(oona)] == [(ada.name, "yes"), (ben.name, "")]


def test_each_download_is_logged_with_a_count_and_no_names(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor
) -> None:
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    go(meetup.front_door, ada, 0, by=tablet)
    go(meetup.session_door, ada, 5, by=tablet)

    file = service.attendance(oona, "meetup", "xlsx", now=AFTERWARDS)

    assert file.filename == "meetup-attendance-2027-03-04.xlsx"
    [row] = read_table(b"".join(file.body)).rows
    assert (row.cells["Name"], row.cells["Minutes"]) == ("Ada Okafor", "30")
    entry = db.session.query(Audit).one()
    assert (entry.action, entry.person_id, entry.detail) == (
        "export attendance",
        oona.person_id,
        {"rows": 1, "format": "xlsx"},
    )


def test_a_workbook_larger_than_the_doors_can_wait_for_is_refused_and_the_csv_is_not(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_session(meetup, "Trams", 10, 40, meetup.session_door)
    go(meetup.front_door, ada, 0, by=tablet)
    go(meetup.session_door, ada, 5, by=tablet)
    monkeypatch.setattr(service, "MOST_IN_XLSX", 0)

    with pytest.raises(Invalid, match="Take the CSV"):
        service.attendance(oona, "meetup", "xlsx", now=AFTERWARDS)
    assert len(exported(oona)) == 1


def test_only_those_who_run_the_event_take_it(meetup: MeetupRef, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("foreign"), "Fremder", MemberRole.OWNER)

    for who in (stranger, ada.actor, add_member(meetup, "Ulrike", MemberRole.VIEWER), add_device(meetup)):
        with pytest.raises(NotFound):
            service.attendance(who, "meetup", "csv", now=AFTERWARDS)


# An independent computation: no intervals, only where somebody is after all that happened up to a minute.
Step = tuple[int, int, bool, Direction]  # minute, room, whether it is the venue, way


def whereabouts(steps: Iterable[Step], minute: int) -> set[int]:
    """Return the rooms somebody is in once everything of a minute has happened."""
    venue, inner = 0, 0
    for at, room, is_venue, way in steps:
        if at > minute:
            break
        if is_venue:
            venue, inner = (room, inner) if way is IN else (0, 0)
        elif way is IN:
            inner = room
        elif inner == room:
            inner = 0
    return {venue, inner} - {0}


@pytest.mark.parametrize("seed", range(3))
def test_every_row_agrees_with_a_look_at_every_minute(meetup: MeetupRef, oona: Actor, seed: int) -> None:
    dice = random.Random(seed)
    doors = [meetup.front_door, meetup.session_door, *add_rooms(meetup, 2)]
    rooms = {door: db.session.get_one(Door, door).room_id for door in doors}
    tablet, people = add_device(meetup), [add_attendee(meetup, f"Guest{n}") for n in range(8)]
    plan = [(f"S{n}", *slot) for n, slot in enumerate(slots(dice, doors))]
    for title, door, begins, ends in plan:
        add_session(meetup, title, begins, ends, door)

    steps = {who.name: wander(dice, meetup, who, doors, rooms, tablet) for who in people}
    expected = {
        (title, who.name, *clock(there), str(len(there)))
        for title, door, begins, ends in plan
        for who in people
        if (there := [m for m in range(begins, ends) if rooms[door] in whereabouts(steps[who.name], m)])
    }

    assert len(expected) > 20
    assert set(times(exported(oona))) == expected


def add_rooms(meetup: MeetupRef, count: int) -> list[int]:
    """Add rooms with a door each, and return the doors."""
    with write_transaction() as session:
        rooms = [Room(event_id=meetup.id, name=f"Room {n}", capacity=4) for n in range(count)]
        session.add_all(rooms)
        session.flush()
        doors = [Door(room_id=room.id, name=room.name) for room in rooms]
        session.add_all(doors)
        session.flush()
        return [door.id for door in doors]


def slots(dice: random.Random, doors: list[int]) -> list[tuple[int, int, int]]:
    """Return rooms' doors, and from and until which minute sessions are behind them."""
    begins = [(door, dice.randrange(150)) for door in doors for _ in range(2)]
    return [(door, minute, minute + dice.randrange(5, 60)) for door, minute in begins]


def wander(
    dice: random.Random, meetup: MeetupRef, who: AttendeeRef, doors: list[int], rooms: dict[int, int], tablet: Actor
) -> list[Step]:
    """Let somebody go in and out for three hours and be taken back now and then; return where they really went."""
    went: list[Step] = []
    for minute in sorted(dice.sample(range(180), 25)):
        door = dice.choice([*doors, *doors[1:]])
        way = dice.choice([IN, IN, IN, OUT])
        at = NINE + minute * MINUTE
        entry = scan(DoorKey(door), Reading(who.code, f"{who.id}-{minute}", way), by=tablet, at=at)
        if entry.verdict is Verdict.ADMITTED and dice.random() < 0.2:
            undo(DoorKey(door), entry.scan_id, by=tablet, at=at)
        elif entry.verdict in {Verdict.ADMITTED, Verdict.EXITED}:
            went.append((minute, rooms[door], door == meetup.front_door, way))
    return went


def clock(minutes: list[int]) -> tuple[str, str]:
    """Return the first minute of a time and the first one after it, as clocks in Berlin show them."""
    berlin = ZoneInfo("Europe/Berlin")
    first, after = (NINE + minute * MINUTE for minute in (minutes[0], minutes[-1] + 1))
    return f"{first.astimezone(berlin):%H:%M}", f"{after.astimezone(berlin):%H:%M}"
