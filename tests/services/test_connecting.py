"""Two become contacts when both agreed, and not before."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import NotFound, SignInNeeded
from eventmatch.domain.states import Purpose
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.event import Door
from eventmatch.models.scan import Presence
from eventmatch.services import connecting, contacts
from eventmatch.services.badges import Tie, look
from eventmatch.services.connecting import accept, connect, decline, open_scans, scans, waiting_for
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_person
from tests.services.test_badges import GONE, Spoil, block, change

ENDS = NINE + 8 * HOUR


def books() -> set[tuple[int, int | None]]:
    """Return who has whom in the book."""
    return {(row.owner_id, row.other_id) for row in db.session.query(Contact)}


def both(ada: AttendeeRef, ben: AttendeeRef) -> set[tuple[int, int | None]]:
    return {(ada.person_id, ben.person_id), (ben.person_id, ada.person_id)}


def come_in(meetup: MeetupRef, *people: AttendeeRef, left_at: datetime | None = None) -> None:
    """Check people in at the front door."""
    with write_transaction() as session:
        door = session.get_one(Door, meetup.front_door)
        for who in people:
            here = {"room_id": door.room_id, "door_id": door.id, "since": NINE, "left_at": left_at}
            session.add(Presence(attendee_id=who.id, **here))


@pytest.fixture
def open_ada(meetup: MeetupRef) -> AttendeeRef:
    """Return Ada, who shares automatically."""
    return add_attendee(meetup, "Ada Okafor", consents=[Purpose.SHARE_AUTOMATICALLY])


def test_one_scan_alone_exchanges_nothing(ada: AttendeeRef, ben: AttendeeRef) -> None:
    tie = connect(ben.actor, ada.badge, now=NINE)

    assert tie is Tie.WAITING
    assert books() == set()
    assert [line.name for line in waiting_for(ben.actor)] == ["Ada Okafor"]


def test_connecting_twice_is_one_scan(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    connect(ben.actor, ada.badge.lower(), now=NINE + HOUR)

    assert [scan.at for scan in scans(ada.actor)] == [NINE]


def test_scanning_each_other_connects_both(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)

    assert look(ada.actor, ben.badge).tie is Tie.ASKED
    assert connect(ada.actor, ben.badge, now=NINE) is Tie.CONNECTED
    assert books() == both(ada, ben)
    assert waiting_for(ben.actor) == []


def test_accepting_connects_both(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    accept(ada.actor, scans(ada.actor)[0].id, now=NINE)

    assert books() == both(ada, ben)
    assert look(ben.actor, ada.badge).contact_id is not None


def test_the_owner_sees_every_scan_and_how_many_wait(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi Obiakor")
    connect(ben.actor, ada.badge, now=NINE)
    connect(chidi.actor, ada.badge, now=NINE + HOUR)
    accept(ada.actor, scans(ada.actor)[1].id, now=NINE)

    assert [(scan.name, scan.open) for scan in scans(ada.actor)] == [("Chidi Obiakor", True), ("Ben Hartwig", False)]
    assert open_scans(ada.actor, meetup.slug) == 1


def test_a_declined_scan_looks_to_the_scanner_like_one_that_waits(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    before = (waiting_for(ben.actor), look(ben.actor, ada.badge))
    decline(ada.actor, scans(ada.actor)[0].id, now=NINE)

    assert (waiting_for(ben.actor), look(ben.actor, ada.badge)) == before
    assert connect(ben.actor, ada.badge, now=NINE) is Tie.WAITING
    assert books() == set()
    assert scans(ada.actor)[0].declined


def test_declining_can_be_taken_back(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    scan_id = scans(ada.actor)[0].id
    decline(ada.actor, scan_id, now=NINE)
    accept(ada.actor, scan_id, now=NINE)

    assert books() == both(ada, ben)
    assert (scans(ada.actor)[0].accepted, scans(ada.actor)[0].declined) == (True, False)


def test_declining_after_agreeing_changes_nothing(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    scan_id = scans(ada.actor)[0].id
    accept(ada.actor, scan_id, now=NINE)
    decline(ada.actor, scan_id, now=NINE)

    assert scans(ada.actor)[0].accepted
    assert not scans(ada.actor)[0].declined


@pytest.mark.parametrize("answer", [accept, decline])
def test_only_the_owner_answers_a_scan(
    answer: Callable[..., None], meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    scan_id = scans(ada.actor)[0].id
    chidi = add_attendee(meetup, "Chidi Obiakor")

    for by in (ben.actor, chidi.actor):
        with pytest.raises(NotFound):
            answer(by, scan_id, now=NINE)
    assert scans(ada.actor)[0].open


def test_sharing_automatically_connects_at_once_while_both_are_in(
    meetup: MeetupRef, open_ada: AttendeeRef, ben: AttendeeRef
) -> None:
    come_in(meetup, open_ada, ben)

    assert connect(ben.actor, open_ada.badge, now=NINE) is Tie.CONNECTED
    assert books() == both(open_ada, ben)


@pytest.mark.parametrize(
    ("ada_in", "ben_in", "left_at", "now", "tie"),
    [
        (False, True, None, NINE, Tie.WAITING),
        (True, False, None, NINE, Tie.WAITING),
        (True, True, NINE + HOUR, NINE + 2 * HOUR, Tie.WAITING),
        (True, True, NINE + HOUR, ENDS, Tie.CONNECTED),
        (True, True, None, ENDS + timedelta(hours=23, minutes=59), Tie.CONNECTED),
        (True, True, None, ENDS + timedelta(days=1), Tie.WAITING),
        (False, True, None, ENDS + HOUR, Tie.WAITING),
    ],
    ids=["she is not in", "he is not in", "both left", "both were in", "next day", "a day later", "she never came"],
)
def test_sharing_automatically_needs_both_to_be_there_or_the_day_after(  # noqa: PLR0917 - one row of a table
    meetup: MeetupRef,
    open_ada: AttendeeRef,
    ben: AttendeeRef,
    ada_in: bool,  # noqa: FBT001 - one row of a table
    ben_in: bool,  # noqa: FBT001 - one row of a table
    left_at: datetime | None,
    now: datetime,
    tie: Tie,
) -> None:
    come_in(meetup, *[who for who, came in ((open_ada, ada_in), (ben, ben_in)) if came], left_at=left_at)

    assert connect(ben.actor, open_ada.badge, now=now) is tie


def test_sharing_automatically_does_not_overrule_a_no(
    meetup: MeetupRef, open_ada: AttendeeRef, ben: AttendeeRef
) -> None:
    connect(ben.actor, open_ada.badge, now=NINE)
    decline(open_ada.actor, scans(open_ada.actor)[0].id, now=NINE)
    come_in(meetup, open_ada, ben)

    assert connect(ben.actor, open_ada.badge, now=NINE) is Tie.WAITING


@pytest.mark.parametrize("spoil", GONE.values(), ids=GONE)
def test_nobody_connects_with_whoever_is_not_there_for_them(spoil: Spoil, ada: AttendeeRef, ben: AttendeeRef) -> None:
    spoil(ada, ben)

    with pytest.raises(NotFound):
        connect(ben.actor, ada.badge, now=NINE)
    assert db.session.query(BadgeScan).count() == 0


def test_only_attendees_of_the_event_connect(ada: AttendeeRef) -> None:
    elsewhere = add_attendee(add_meetup("elsewhere"), "Chidi Obiakor")
    with pytest.raises(SignInNeeded):
        connect(NOBODY, ada.badge, now=NINE)
    for by in (add_person("Stella"), elsewhere.actor, ada.actor):
        with pytest.raises(NotFound):
            connect(by, ada.badge, now=NINE)


def test_a_block_hides_scans_and_counts_on_both_sides(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    scan_id = scans(ada.actor)[0].id
    block(ada, ben)

    assert (scans(ada.actor), open_scans(ada.actor, meetup.slug), waiting_for(ben.actor)) == ([], 0, [])
    with pytest.raises(NotFound):
        accept(ada.actor, scan_id, now=NINE)


@pytest.mark.parametrize("values", [{"hidden_at": NINE}, {"person_id": None}], ids=["hides", "has not claimed it"])
def test_who_shows_nothing_now_is_waited_for_no_more(
    values: dict[str, Any], ada: AttendeeRef, ben: AttendeeRef
) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    change(ada, **values)

    assert waiting_for(ben.actor) == []


def test_tapping_again_brings_back_the_own_entry_and_not_the_others(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    connect(ada.actor, ben.badge, now=NINE)
    for by in (ada.actor, ben.actor):
        contacts.remove(by, contacts.book(by).entries[0].id)
    connect(ben.actor, ada.badge, now=NINE)

    assert books() == {(ben.person_id, ada.person_id)}


def test_meeting_again_keeps_the_note_and_shows_the_newest_profile(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    connect(ada.actor, ben.badge, now=NINE)
    entry = contacts.book(ben.actor).entries[0]
    contacts.write_note(ben.actor, entry.id, "Knows wards")
    later = add_meetup("later")
    again = [_place(later, who) for who in (ada, ben)]
    connect(ben.actor, again[0], now=NINE + HOUR)
    connect(ada.actor, again[1], now=NINE + HOUR)

    [kept] = contacts.book(ben.actor).entries
    assert (kept.id, kept.note, kept.met_at, kept.slug) == (entry.id, "Knows wards", NINE, "meetup")
    assert kept.card.headline == "at later"


def _place(meetup: MeetupRef, who: AttendeeRef) -> str:
    """Give a person a place at another event and return its badge."""
    twin = add_attendee(
        meetup, f"{who.name}-{meetup.slug}", headline=f"at {meetup.slug}", email=f"{who.id}@example.net"
    )
    change(twin, person_id=who.person_id, name=who.name)
    return twin.badge


def _both_at_once(app: Flask, taps: list[tuple[Actor, str]]) -> None:
    """Let two people tap at the same moment."""
    barrier = threading.Barrier(len(taps))

    def tap(by: Actor, code: str) -> None:
        with app.app_context():
            barrier.wait()
            connect(by, code, now=NINE)

    threads = [threading.Thread(target=tap, args=pair) for pair in taps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()


def _waiting_after_taps_at_once(app: Flask, rounds: int) -> int:
    """Count pairs who tapped on each other at once and yet wait for each other."""
    meetup = add_meetup()
    ada = add_attendee(meetup, "Ada Okafor")
    waiting = 0
    for number in range(rounds):
        ben = add_attendee(meetup, f"Ben{number}")
        _both_at_once(app, [(ada.actor, ben.badge), (ben.actor, ada.badge)])
        waiting += not both(ada, ben) <= books()
    return waiting


def test_two_who_tap_at_the_same_moment_are_connected(either_app: Flask) -> None:
    assert _waiting_after_taps_at_once(either_app, rounds=12) == 0


def test_the_two_could_miss_each_other_without_the_lock(
    either_app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The control: on PostgreSQL, where two write at once, neither sees the other's scan without the lock."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    gate = threading.Barrier(2)
    agrees = connecting._owner_agrees  # noqa: SLF001 - the control waits where the harm is done

    def waits(*args: object) -> bool:
        gate.wait(timeout=5)
        return agrees(*args)  # type: ignore[arg-type]  # passed through as they came

    monkeypatch.setattr(connecting, "_lock", lambda *_: None)
    monkeypatch.setattr(connecting, "_owner_agrees", waits)

    assert _waiting_after_taps_at_once(either_app, rounds=1) == 1


def test_who_is_barred_gets_nobodys_details_any_more(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ada.actor, ben.badge, now=NINE)
    [scan] = scans(ben.actor)
    change(ben, barred_at=NINE)

    with pytest.raises(NotFound):
        accept(ben.actor, scan.id, now=NINE)
    assert books() == set()


def test_a_scan_by_somebody_barred_meanwhile_is_shown_nowhere(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    [scan] = scans(ada.actor)
    before = open_scans(ada.actor, "meetup")
    change(ben, barred_at=NINE)

    assert (before, open_scans(ada.actor, "meetup"), scans(ada.actor)) == (1, 0, [])
    with pytest.raises(NotFound):
        accept(ada.actor, scan.id, now=NINE)
