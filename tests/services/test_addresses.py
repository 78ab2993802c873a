"""A second address is added by whoever asked for it and reads it; people are never merged and never locked out."""

import threading
from datetime import timedelta

import pytest
from flask import Flask

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import PersonEmail, addresses_of
from eventmatch.models.work import Outbox
from eventmatch.services import account, addresses, place
from tests.cast import NINE, AttendeeRef, MeetupRef, add_meetup, add_person
from tests.letters import enclosed

PRIVATE = "ada.private@example.net"


def mailed(by: Actor, address: str) -> str:
    """Ask for an address and return the token of the link mailed there."""
    addresses.add(by, address, now=NINE)
    letter = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert letter is not None
    assert (letter.letter, letter.recipient) == ("confirm_address", address)
    return str(enclosed(letter)["verify_path"]).removeprefix("/in/")


def listed(who: Actor) -> list[tuple[str, bool]]:
    db.session.rollback()
    return [(row.address, row.primary) for row in addresses_of(who.person_id or 0)]


def ids(who: Actor) -> list[int]:
    return [row.id for row in addresses_of(who.person_id or 0)]


def test_an_address_is_listed_once_its_link_is_used(ada: AttendeeRef) -> None:
    token = mailed(ada.actor, PRIVATE)
    before = listed(ada.actor)

    assert addresses.confirm(ada.actor, token, now=NINE) == PRIVATE
    assert before == [("ada@example.org", True)]
    assert listed(ada.actor) == [("ada@example.org", True), (PRIVATE, False)]


def test_places_waiting_under_the_address_become_the_persons(ada: AttendeeRef) -> None:
    elsewhere = add_meetup("elsewhere")
    with write_transaction() as session:
        here = {"status": AttendeeStatus.CONFIRMED, "registered_at": NINE, "name": "A. Okafor"}
        session.add(Attendee(event_id=elsewhere.id, email=PRIVATE, **here))
    addresses.confirm(ada.actor, mailed(ada.actor, PRIVATE), now=NINE)

    assert [place.slug for place in account.overview(ada.actor).places] == ["meetup", "elsewhere"]


def test_a_link_works_once_and_for_a_day(ada: AttendeeRef) -> None:
    used, late = mailed(ada.actor, PRIVATE), mailed(ada.actor, "late@example.net")
    addresses.confirm(ada.actor, used, now=NINE)

    with pytest.raises(Invalid):
        addresses.confirm(ada.actor, used, now=NINE)
    with pytest.raises(Invalid):
        addresses.confirm(ada.actor, late, now=NINE + timedelta(hours=24))


def test_whoever_else_opens_the_link_gets_into_no_account(ada: AttendeeRef, ben: AttendeeRef) -> None:
    token = mailed(ada.actor, PRIVATE)

    with pytest.raises(SignInNeeded):
        addresses.confirm(NOBODY, token, now=NINE)
    with pytest.raises(Forbidden):
        addresses.confirm(ben.actor, token, now=NINE)
    with pytest.raises(Invalid):
        account.use_link(token, browser="x", now=NINE)
    assert listed(ada.actor) == [("ada@example.org", True)]


def test_asking_for_somebodys_address_tells_and_changes_nothing(ada: AttendeeRef, ben: AttendeeRef) -> None:
    taken, free = mailed(ada.actor, ben.email), mailed(ada.actor, PRIVATE)
    with pytest.raises(Conflict):
        addresses.confirm(ada.actor, taken, now=NINE)
    addresses.confirm(ada.actor, free, now=NINE)

    assert listed(ben.actor) == [(ben.email, True)]
    assert (ben.email, False) not in listed(ada.actor)


def test_the_own_address_and_nonsense_are_refused_at_once(ada: AttendeeRef) -> None:
    for address in (" ADA@example.org ", "ada(at)example.org"):
        with pytest.raises(Invalid) as refusal:
            addresses.add(ada.actor, address, now=NINE)
        assert refusal.value.field == "email"
    assert db.session.query(Outbox).count() == 0


@pytest.fixture
def with_two(ada: AttendeeRef) -> Actor:
    """Return Ada with a second address."""
    addresses.confirm(ada.actor, mailed(ada.actor, PRIVATE), now=NINE)
    return ada.actor


def test_exactly_one_address_is_the_main_one(with_two: Actor) -> None:
    addresses.make_primary(with_two, ids(with_two)[1])

    assert listed(with_two) == [(PRIVATE, True), ("ada@example.org", False)]


def test_the_main_one_can_go_and_another_takes_its_place(with_two: Actor) -> None:
    addresses.remove(with_two, ids(with_two)[0])

    assert listed(with_two) == [(PRIVATE, True)]


def test_places_are_written_to_elsewhere_once_their_address_is_removed(with_two: Actor, ada: AttendeeRef) -> None:
    addresses.remove(with_two, ids(with_two)[0])
    place.resend(with_two, "meetup", now=NINE)

    letter = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert letter is not None
    assert (letter.letter, letter.recipient) == ("ticket", PRIVATE)


def test_an_address_somebody_else_waits_under_is_not_taken_for_a_place(with_two: Actor, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        there = {"status": AttendeeStatus.CONFIRMED, "registered_at": NINE, "name": "Twin"}
        session.add(Attendee(event_id=meetup.id, email=PRIVATE, **there))
    addresses.remove(with_two, ids(with_two)[0])

    assert [row.email for row in db.session.query(Attendee).filter_by(person_id=with_two.person_id)] == [None]


def test_the_last_address_stays(ada: AttendeeRef) -> None:
    with pytest.raises(Conflict):
        addresses.remove(ada.actor, ids(ada.actor)[0])

    assert listed(ada.actor) == [("ada@example.org", True)]


def test_nobody_touches_another_persons_addresses(with_two: Actor, ben: AttendeeRef) -> None:
    for act in (addresses.remove, addresses.make_primary):
        with pytest.raises(NotFound):
            act(ben.actor, ids(with_two)[1])

    assert listed(with_two) == [("ada@example.org", True), (PRIVATE, False)]


def test_of_two_removals_at_once_one_address_survives(either_app: Flask) -> None:
    ada = add_person("Ada")
    addresses.confirm(ada, mailed(ada, PRIVATE), now=NINE)
    barrier, refused = threading.Barrier(2), []

    def remove(address_id: int) -> None:
        with either_app.app_context():
            barrier.wait()
            try:
                addresses.remove(ada, address_id)
            except Conflict as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=remove, args=[address_id]) for address_id in ids(ada)]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()

    assert len(refused) == 1
    assert [row.primary for row in db.session.query(PersonEmail).filter_by(person_id=ada.person_id)] == [True]


def test_a_session_left_open_does_not_decide_who_can_sign_in(ada: AttendeeRef) -> None:
    addresses.confirm(ada.actor, mailed(ada.actor, PRIVATE), now=NINE)
    stale, [own, _] = Actor(person_id=ada.person_id, name=ada.name), ids(ada.actor)

    with pytest.raises(SignInNeeded):
        addresses.add(stale, "mallory@example.net", now=NINE)
    with pytest.raises(SignInNeeded):
        addresses.make_primary(stale, own)
    with pytest.raises(SignInNeeded):
        addresses.remove(stale, own)
    assert listed(ada.actor) == [("ada@example.org", True), (PRIVATE, False)]
