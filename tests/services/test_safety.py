"""Blocking is mutual, silent and everywhere; a report reaches the organiser."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Invalid, NotFound, SignInNeeded, TooMany
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.tap import Block, NotForMe, Report, Wish
from eventmatch.services import badges, contacts, matching, people, safety
from eventmatch.services.connecting import accept, connect, open_scans, scans, waiting_for
from eventmatch.services.visibility import visible_peers
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_badges import change
from tests.services.test_matching import here_and_now
from tests.services.test_sharing import meet


@pytest.fixture
def lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute Ada's and Ben's lists: each other."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)


def blocks() -> set[tuple[int, int]]:
    return {(row.from_id, row.to_id) for row in db.session.query(Block)}


def traces(of: AttendeeRef, meetup: MeetupRef) -> tuple[object, ...]:
    """Return all an attendee sees of others: list, asked, aside, book, scans, waiting, counts."""
    page = people.people(of.actor, meetup.slug, now=NINE)
    book = contacts.book(of.actor)
    return (
        *(tuple(who.name for who in part) for part in (page.cards, page.asked, page.aside)),
        tuple(entry.card.name for entry in book.entries),
        book.total,
        tuple(scan.name for scan in scans(of.actor)),
        open_scans(of.actor, meetup.slug),
        tuple(line.name for line in waiting_for(of.actor)),
        visible_peers(db.session.get_one(Attendee, of.id)),
    )


NOTHING: tuple[object, ...] = ((), (), (), (), 0, (), 0, (), set())


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("order", [1, -1], ids=["she blocks", "he blocks"])
def test_after_a_block_neither_sees_anything_of_the_other(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, order: int
) -> None:
    meet(ada, ben)
    before = [traces(who, meetup) for who in (ada, ben)]
    one, other = [ada, ben][::order]
    safety.block(one.actor, meetup.slug, other.id, now=NINE)

    assert NOTHING not in before
    assert [traces(who, meetup) for who in (ada, ben)] == [NOTHING, NOTHING]
    for who, peer in ((ada, ben), (ben, ada)):
        with pytest.raises(NotFound):
            badges.look(who.actor, peer.badge)
        with pytest.raises(NotFound):
            people.person(who.actor, meetup.slug, peer.id, now=NINE)


@pytest.mark.usefixtures("lists")
def test_blocking_twice_is_one_block(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    for _ in range(2):
        safety.block(ada.actor, meetup.slug, ben.id, now=NINE)

    assert blocks() == {(ada.id, ben.id)}


@pytest.mark.usefixtures("lists")
def test_a_block_ends_wishes_both_ways_and_for_good(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add_all([Wish(from_id=a.id, to_id=b.id, created_at=NINE) for a, b in ((ada, ben), (ben, ada))])
    safety.block(ada.actor, meetup.slug, ben.id, now=NINE)
    safety.unblock(ada.actor, safety.blocked(ada.actor)[0].id)

    assert db.session.query(Wish).count() == 0


def scanned_by(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)


def scanned(ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ada.actor, ben.badge, now=NINE)


def put_aside(ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(NotForMe(from_id=ada.id, to_id=ben.id, created_at=NINE))


@pytest.mark.parametrize("trace", [scanned_by, scanned, meet, put_aside])
def test_who_left_a_trace_can_be_blocked_and_reported_even_when_hiding(
    trace: Callable[[AttendeeRef, AttendeeRef], None], meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    trace(ada, ben)
    change(ben, hidden_at=NINE)
    safety.report(ada.actor, meetup.slug, "Rude", about=ben.id, now=NINE)
    safety.block(ada.actor, meetup.slug, ben.id, now=NINE)

    assert blocks() == {(ada.id, ben.id)}


LEFT: dict[str, dict[str, Any]] = {
    "cancelled": {"status": AttendeeStatus.CANCELLED},
    "waiting": {"status": AttendeeStatus.WAITLISTED},
    "barred": {"barred_at": NINE},
}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_who_has_no_sure_place_any_more_blocks_reports_and_unblocks_whom_they_met(
    left: dict[str, Any], meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    meet(ada, ben)
    change(ada, **left)
    safety.report(ada.actor, meetup.slug, "Rude", about=ben.id, now=NINE)
    safety.block(ada.actor, meetup.slug, ben.id, now=NINE)
    [line] = safety.blocked(ada.actor)
    safety.unblock(ada.actor, line.id)
    safety.block_wearer(ada.actor, ben.badge, now=NINE)

    assert blocks() == {(ada.id, ben.id)}
    assert db.session.query(Report).count() == 1


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_who_has_no_sure_place_any_more_reaches_nobody_they_did_not_meet(
    left: dict[str, Any], meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    change(ada, **left)
    for attempt in (
        lambda: safety.block(ada.actor, meetup.slug, ben.id, now=NINE),
        lambda: safety.block_wearer(ada.actor, ben.badge, now=NINE),
        lambda: safety.report_page(ada.actor, meetup.slug, ben.id),
    ):
        with pytest.raises(NotFound):
            attempt()

    assert blocks() == set()


def in_book(of: AttendeeRef) -> int:
    return contacts.book(of.actor).entries[0].id


def again(meetup: MeetupRef, who: AttendeeRef) -> AttendeeRef:
    """Give somebody a place at a further event."""
    twin = add_attendee(meetup, who.name, email=f"{who.id}@example.net")
    change(twin, person_id=who.person_id)
    return AttendeeRef(twin.id, who.person_id, who.name, twin.email, twin.code, twin.badge, twin.number)


def test_somebody_met_at_two_events_can_be_blocked_and_reported_from_the_book(
    ada: AttendeeRef, ben: AttendeeRef
) -> None:
    later = add_meetup("later")
    twins = again(later, ada), again(later, ben)
    meet(ada, ben)
    meet(*twins)
    view = contacts.contact(ada.actor, in_book(ada))
    about = safety.report_page(ada.actor, view.report_to, view.entry.card.attendee_id).about
    safety.block_contact(ada.actor, in_book(ada), now=NINE)

    assert (view.can_block, view.report_to, about) == (True, "later", "Ben Hartwig")
    assert contacts.book(ben.actor).total == 0


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_contact_whose_place_is_gone_can_be_blocked_while_there_is_somebody_behind(
    ada: AttendeeRef, ben: AttendeeRef, *, elsewhere: bool
) -> None:
    meet(ada, ben)
    if elsewhere:
        again(add_meetup("later"), ben)
    with write_transaction() as session:
        session.execute(delete(Attendee).where(Attendee.id == ben.id))
    entry, view = in_book(ada), contacts.contact(ada.actor, in_book(ada))
    if elsewhere:
        safety.block_contact(ada.actor, entry, now=NINE)
    else:
        with pytest.raises(NotFound):
            safety.block_contact(ada.actor, entry, now=NINE)

    assert (view.can_block, view.report_to) == (elsewhere, "")
    assert contacts.book(ben.actor).total == (0 if elsewhere else 1)
    assert [line.attendee_id for line in safety.blocked(ada.actor)] == ([None] if elsewhere else [])


def test_only_entries_of_the_own_book_are_blocked(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    chidi = add_attendee(meetup, "Chidi Obiakor")
    typed = contacts.add(ada.actor, contacts.Typed("Dora"), now=NINE)

    for by, entry in ((chidi, in_book(ada)), (ben, in_book(ada)), (ada, typed)):
        with pytest.raises(NotFound):
            safety.block_contact(by.actor, entry, now=NINE)
    assert blocks() == set()


def test_trying_numbers_lists_nobody(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    add_attendee(add_meetup("elsewhere"), "Chidi Obiakor")
    for number in range(5):
        with pytest.raises(NotFound):
            safety.block(ada.actor, meetup.slug, number, now=NINE)
        with pytest.raises(NotFound):
            safety.report_page(ada.actor, meetup.slug, number)
        with pytest.raises(NotFound):
            safety.report(ada.actor, meetup.slug, "x", about=number, now=NINE)

    assert safety.blocked(ada.actor) == []
    assert db.session.query(Report).count() == 0


def test_whoever_can_see_a_badge_can_block_its_wearer(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    elsewhere = add_attendee(add_meetup("elsewhere"), "Chidi Obiakor")
    safety.block_wearer(ada.actor, ben.badge, now=NINE)

    assert blocks() == {(ada.id, ben.id)}
    for by in (elsewhere.actor, ben.actor):
        with pytest.raises(NotFound):
            safety.block_wearer(by, ben.badge, now=NINE)
    with pytest.raises(SignInNeeded):
        safety.block_wearer(NOBODY, ben.badge, now=NINE)


def test_unblocking_brings_both_back(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    safety.block_wearer(ada.actor, ben.badge, now=NINE)
    [line] = safety.blocked(ada.actor)
    safety.unblock(ada.actor, line.id)

    assert (line.name, line.slug, line.attendee_id) == ("Ben Hartwig", meetup.slug, ben.id)
    assert safety.blocked(ada.actor) == []
    assert contacts.book(ben.actor).total == 1


def test_the_blocked_one_sees_and_undoes_no_block(ada: AttendeeRef, ben: AttendeeRef) -> None:
    safety.block_wearer(ada.actor, ben.badge, now=NINE)
    [line] = safety.blocked(ada.actor)

    assert safety.blocked(ben.actor) == []
    with pytest.raises(NotFound):
        safety.unblock(ben.actor, line.id)
    assert blocks() == {(ada.id, ben.id)}


def test_a_block_by_the_other_survives_my_unblocking(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    for one, other in ((ada, ben), (ben, ada)):
        safety.block(one.actor, meetup.slug, other.id, now=NINE)
    safety.unblock(ada.actor, safety.blocked(ada.actor)[0].id)

    assert blocks() == {(ben.id, ada.id)}
    assert contacts.book(ada.actor).total == 0


def test_a_person_blocked_at_two_events_is_listed_and_unblocked_once(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    later = add_meetup("later")
    twins = [add_attendee(later, f"{who.name}2", email=f"{who.id}@example.net") for who in (ada, ben)]
    for twin, who in zip(twins, (ada, ben), strict=True):
        change(twin, person_id=who.person_id)
    with write_transaction() as session:
        session.add_all([Block(from_id=a.id, to_id=b.id, created_at=NINE) for a, b in ((ada, ben), twins)])
    [line] = safety.blocked(ada.actor)
    safety.unblock(ada.actor, line.id)

    assert blocks() == set()


def test_a_report_is_kept_for_the_organiser(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    safety.report(ada.actor, meetup.slug, " He would not stop.\r\nTwice. ", about=ben.id, now=NINE)
    [row] = db.session.query(Report)

    assert (row.event_id, row.from_id, row.about_id) == (meetup.id, ada.id, ben.id)
    assert (row.text, row.created_at, row.closed_at) == ("He would not stop.\nTwice.", NINE, None)


def test_a_report_may_be_about_nobody_but_not_about_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    safety.report(ada.actor, meetup.slug, "The stairs are dark.", about=None, now=NINE)
    with pytest.raises(Invalid):
        safety.report(ada.actor, meetup.slug, " \x00 ", about=None, now=NINE)

    assert db.session.query(Report).count() == 1


def reported(by: AttendeeRef, now: datetime, slug: str = "meetup") -> None:
    safety.report(by.actor, slug, "The stairs are dark.", about=None, now=now)


def test_twenty_reports_a_day_are_taken_from_one_attendee_at_one_event(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    for minute in range(safety.MOST_REPORTS):
        reported(ada, NINE + timedelta(minutes=minute))
    with pytest.raises(TooMany, match="twenty reports of yours"):
        reported(ada, NINE + timedelta(hours=23))
    again(add_meetup("later"), ada)
    reported(ben, NINE)
    reported(ada, NINE, "later")
    reported(ada, NINE + safety.REPORTS_WINDOW)

    assert db.session.query(Report).count() == safety.MOST_REPORTS + 3


def test_somebody_typed_in_is_not_taken_for_who_has_no_account(meetup: MeetupRef, ada: AttendeeRef) -> None:
    harald = add_attendee(meetup, "Harald")
    with write_transaction() as session:
        session.get_one(Attendee, harald.id).person_id = None
        session.get_one(Attendee, harald.id).barred_at = NINE
        session.add(Block(from_id=ada.id, to_id=harald.id, created_at=NINE))
    contacts.add(ada.actor, contacts.Typed("Somebody else"), now=NINE)

    assert [line.name for line in safety.blocked(ada.actor)] == [""]


def test_whom_i_blocked_i_can_still_report(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    safety.block_wearer(ada.actor, ben.badge, now=NINE)

    assert safety.report_page(ada.actor, meetup.slug, ben.id).about == "Ben Hartwig"


def hides(ada: AttendeeRef, _: AttendeeRef) -> None:
    change(ada, hidden_at=NINE)


def blocks_him(ada: AttendeeRef, ben: AttendeeRef) -> None:
    safety.block(ada.actor, "meetup", ben.id, now=NINE)


def is_there(_: AttendeeRef, __: AttendeeRef) -> None:
    """Do nothing: the control, who shows a name."""


@pytest.mark.parametrize(("act", "name"), [(hides, ""), (blocks_him, ""), (is_there, "Adaeze Okafor")])
def test_who_blocked_me_shows_no_name_to_me_like_who_hides_and_can_be_reported_and_blocked(
    act: Callable[[AttendeeRef, AttendeeRef], None], name: str, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    act(ada, ben)
    change(ada, name="Adaeze Okafor")
    asked = safety.report_page(ben.actor, meetup.slug, ada.id).about
    safety.report(ben.actor, meetup.slug, "Rude", about=ada.id, now=NINE)
    safety.block(ben.actor, meetup.slug, ada.id, now=NINE)

    assert (asked, safety.report_page(ben.actor, meetup.slug, ada.id).about) == (name, name)
    assert [(line.name, line.attendee_id) for line in safety.blocked(ben.actor)] == [(name, ada.id)]
    assert db.session.query(Report).one().about_id == ada.id


def test_people_of_my_book_keep_their_name_when_they_hide(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    meet(ada, ben)
    change(ben, hidden_at=NINE)
    safety.block(ada.actor, meetup.slug, ben.id, now=NINE)

    assert safety.report_page(ada.actor, meetup.slug, ben.id).about == "Ben Hartwig"
    assert safety.blocked(ada.actor)[0].name == "Ben Hartwig"


def test_accepting_after_being_blocked_exchanges_nothing(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ben.actor, ada.badge, now=NINE)
    scan_id = scans(ada.actor)[0].id
    safety.block(ada.actor, meetup.slug, ben.id, now=NINE)

    with pytest.raises(NotFound):
        accept(ada.actor, scan_id, now=NINE)
    assert contacts.book(ben.actor).total == 0
