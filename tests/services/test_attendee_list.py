"""The list of attendees is complete, in order, and finds people however they are typed."""

import pytest
from flask import Flask
from sqlalchemy import insert

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import AttendeeStatus, Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import write_transaction
from eventmatch.models.scan import Presence
from eventmatch.services import badge_sheets
from eventmatch.services.attendee_list import Page, Shown, Wanted, listing
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member


def fill(meetup: MeetupRef, count: int) -> None:
    """Add many attendees, several of one name."""
    rows = [
        {
            "event_id": meetup.id,
            "name": f"Guest {number % 40:02}",
            "email": f"g{number}@example.org",
            "status": AttendeeStatus.CONFIRMED,
            "registered_at": NINE,
        }
        for number in range(count)
    ]
    with write_transaction() as session:
        session.execute(insert(Attendee), rows)


def ids(page: Page) -> list[int]:
    """Return who is on a page."""
    return [line.id for line in page.lines]


@pytest.mark.parametrize("search", ["", "guest"])
def test_the_pages_hold_everybody_once_in_order_and_lead_back(meetup: MeetupRef, oona: Actor, search: str) -> None:
    fill(meetup, 123)

    forth = [listing(oona, "meetup", Wanted(search=search), now=NINE)]
    while (after := forth[-1].after) is not None:
        forth.append(listing(oona, "meetup", Wanted(search=search, after=after), now=NINE))
    back = [forth[-1]]
    while (before := back[-1].before) is not None:
        back.append(listing(oona, "meetup", Wanted(search=search, before=before), now=NINE))

    everybody = [line for page in forth for line in page.lines]
    assert [len(page.lines) for page in forth] == [50, 50, 23]
    assert len({line.id for line in everybody}) == 123
    assert [(line.name, line.id) for line in everybody] == sorted((line.name, line.id) for line in everybody)
    assert [ids(page) for page in reversed(back)] == [ids(page) for page in forth]
    assert forth[0].total == 123


def test_a_single_page_leads_nowhere(meetup: MeetupRef, oona: Actor) -> None:
    fill(meetup, 50)

    page = listing(oona, "meetup", now=NINE)
    assert (page.before, page.after) == (None, None)


@pytest.mark.parametrize("typed", ["zoltan", "ZOLTÁN", "nagy zol", "bruckner", "brueckner", "zoltan@exa", "Nagy"])
def test_accents_case_and_order_do_not_matter(meetup: MeetupRef, oona: Actor, ada: AttendeeRef, typed: str) -> None:
    zoltan = add_attendee(meetup, "Zoltán Nagy", organisation="Brückner Söhne", email="zoltan@example.org")

    assert ids(listing(oona, "meetup", Wanted(search=typed), now=NINE)) == [zoltan.id]


def test_signs_of_a_pattern_are_letters_like_others(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    assert listing(oona, "meetup", Wanted(search="%@%"), now=NINE).lines == ()


def test_the_list_is_narrowed_by_state(meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef) -> None:
    cancelled = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    barred = add_attendee(meetup, "Harald", barred_at=NINE, barred_why="x")
    with write_transaction() as session:
        room = session.query(Presence).count()
        session.add(Presence(attendee_id=ada.id, room_id=1 + room, door_id=meetup.front_door, since=NINE))

    found = {shown: set(ids(listing(oona, "meetup", Wanted(shown=shown), now=NINE))) for shown in Shown}
    assert found[Shown.ALL] == {ada.id, ben.id, cancelled.id, barred.id}
    assert found[Shown.CONFIRMED] == {ada.id, ben.id, barred.id}
    assert (found[Shown.ARRIVED], found[Shown.EXPECTED]) == ({ada.id}, {ben.id})
    assert (found[Shown.CANCELLED], found[Shown.BARRED]) == ({cancelled.id}, {barred.id})
    assert found[Shown.WAITLISTED] == found[Shown.PENDING] == set()


def test_another_team_sees_nothing(oona: Actor) -> None:
    add_meetup("foreign")

    with pytest.raises(NotFound):
        listing(oona, "foreign", now=NINE)


def test_pages_and_searches_are_the_same_on_both_databases(either_app: Flask) -> None:
    meetup = add_meetup()
    oona = add_member(meetup, "Oona")
    fill(meetup, 60)

    first = listing(oona, "meetup", Wanted(search="guest"), now=NINE)
    second = listing(oona, "meetup", Wanted(search="guest", after=first.after), now=NINE)
    back = listing(oona, "meetup", Wanted(search="guest", before=second.before), now=NINE)

    assert (len(first.lines), len(second.lines), second.after) == (50, 10, None)
    assert ids(back) == ids(first)
    assert [line.name for line in first.lines] == sorted(line.name for line in first.lines)
    assert listing(oona, "meetup", Wanted(shown=Shown.EXPECTED), now=NINE).total == 60


def test_who_has_no_printed_badge_is_found(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor) -> None:
    add_attendee(meetup, "Olga", mode=Mode.ONLINE)
    add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED)
    badge_sheets.note_printed(oona, meetup.slug, [ada.id], now=NINE)

    assert ids(listing(oona, meetup.slug, Wanted(shown=Shown.NO_BADGE), now=NINE)) == [ben.id]
