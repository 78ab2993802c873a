"""Sessions as an organiser plans them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.permissions import Role
from eventmatch.domain.states import AttendeeStatus, MemberRole, StaffRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, Staff, sessions_of, staff_roles
from eventmatch.models.person import PersonEmail
from eventmatch.models.work import Audit
from eventmatch.services import programme
from eventmatch.services.access import roles
from eventmatch.services.programme import SessionDraft
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member, add_staff

TEN = datetime(2027, 3, 4, 10, 0)  # noqa: DTZ001 - what clocks in Berlin show when the meetup begins
HALF = timedelta(minutes=30)


def talk(**said: object) -> SessionDraft:
    """Return a session of half an hour at ten, or one that differs from it."""
    usual: dict[str, object] = {"title": "Nine trams", "starts": TEN, "ends": TEN + HALF}
    return SessionDraft(**usual | said)  # type: ignore[arg-type]  # fields of a draft


def small_room(meetup: MeetupRef) -> int:
    return db.session.get_one(Door, meetup.session_door).room_id


def is_facilitator(meetup: MeetupRef, who: Actor) -> bool:
    return Role.FACILITATOR in roles(who, db.session.get_one(Event, meetup.id))


def test_a_session_is_kept_in_utc_and_read_back_as_typed(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    said = talk(title=" Nine  trams ", room=small_room(meetup), facilitator=f" {ada.email.upper()} ")

    programme_id = programme.add(oona, meetup.slug, said, now=NINE)

    [kept] = sessions_of(meetup.id)
    assert (kept.starts_at, kept.ends_at, kept.facilitator_id) == (NINE, NINE + HALF, ada.person_id)
    assert programme.draft_of(oona, meetup.slug, programme_id) == talk(room=small_room(meetup), facilitator=ada.email)
    [line] = programme.overview(oona, meetup.slug).sessions
    assert (line.title, line.room, line.facilitator) == ("Nine trams", "Small room", ada.name)


def test_sessions_stand_in_order_of_time_and_the_next_is_proposed_after_them(meetup: MeetupRef, oona: Actor) -> None:
    assert programme.overview(oona, meetup.slug).proposed.starts == TEN
    for title, starts in (("Late", TEN + 4 * HALF), ("Early", TEN)):
        programme.add(oona, meetup.slug, talk(title=title, starts=starts, ends=starts + HALF), now=NINE)

    view = programme.overview(oona, meetup.slug)
    assert [line.title for line in view.sessions] == ["Early", "Late"]
    assert (view.proposed.starts, view.proposed.ends) == (TEN + 5 * HALF, TEN + 5 * HALF + timedelta(minutes=45))


def test_what_is_proposed_lies_within_the_event(meetup: MeetupRef, oona: Actor) -> None:
    last = TEN + 16 * HALF
    programme.add(oona, meetup.slug, talk(starts=last - HALF, ends=last), now=NINE)

    assert programme.overview(oona, meetup.slug).proposed.starts == TEN


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"ends": TEN}, "ends"),
        ({"starts": TEN - 3 * HALF}, "starts"),  # doors open an hour before the event
        ({"ends": TEN + 17 * HALF}, "ends"),
        ({"starts": TEN.replace(year=1)}, "starts"),
        ({"ends": TEN.replace(year=9999)}, "ends"),
        ({"room": 4711}, "room"),
        ({"facilitator": "nobody@example.org"}, "facilitator"),
        ({"facilitator": "no address"}, "facilitator"),
    ],
)
def test_what_is_wrong_about_a_session_is_said_by_name(
    meetup: MeetupRef, oona: Actor, said: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        programme.add(oona, meetup.slug, talk(**said), now=NINE)

    assert refusal.value.field == field


def test_a_room_of_another_event_is_none_to_choose(meetup: MeetupRef, oona: Actor) -> None:
    other = add_meetup("other", organiser_id=meetup.organiser_id)

    with pytest.raises(Invalid):
        programme.add(oona, meetup.slug, talk(room=small_room(other)), now=NINE)


def test_team_staff_and_attendees_may_facilitate_and_nobody_else(meetup: MeetupRef, oona: Actor) -> None:
    add_staff(meetup, "Bea", StaffRole.DOOR)
    add_member(meetup, "Ulrike", MemberRole.VIEWER)
    add_attendee(meetup, "Chidi")
    add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    add_attendee(meetup, "Harald", barred_at=NINE)
    add_attendee(add_meetup("other", organiser_id=meetup.organiser_id), "Stella")

    allowed = []
    for name in ("bea", "ulrike", "chidi", "konrad", "harald", "stella", "zoe"):
        try:
            programme.add(oona, meetup.slug, talk(facilitator=f"{name}@example.org"), now=NINE)
        except Invalid:
            continue
        allowed.append(name)
    assert allowed == ["bea", "ulrike", "chidi"]


def test_whoever_is_no_facilitator_of_any_session_any_more_is_none_of_the_event(either_app: Flask) -> None:
    meetup = add_meetup()
    oona, ada, ben = add_member(meetup, "Oona"), add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")
    first, second = (
        programme.add(oona, meetup.slug, talk(title=title, facilitator=ada.email), now=NINE) for title in ("One", "Two")
    )

    programme.change(oona, meetup.slug, first, talk(facilitator=ben.email), now=NINE)
    assert (is_facilitator(meetup, ada.actor), is_facilitator(meetup, ben.actor)) == (True, True)
    programme.remove(oona, meetup.slug, second, now=NINE)
    assert (is_facilitator(meetup, ada.actor), is_facilitator(meetup, ben.actor)) == (False, True)
    programme.change(oona, meetup.slug, first, talk(), now=NINE)
    assert db.session.query(Staff).count() == 0


def test_a_door_helper_who_facilitated_stays_a_door_helper(meetup: MeetupRef, oona: Actor) -> None:
    bea = add_staff(meetup, "Bea", StaffRole.DOOR)
    programme_id = programme.add(oona, meetup.slug, talk(facilitator="bea@example.org"), now=NINE)

    programme.remove(oona, meetup.slug, programme_id, now=NINE)

    assert staff_roles(meetup.id, bea.person_id or 0) == [StaffRole.DOOR]


def test_the_organiser_reads_the_address_the_event_knows_and_no_other(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef
) -> None:
    programme_id = programme.add(oona, meetup.slug, talk(facilitator=ada.email), now=NINE)
    with write_transaction() as session:
        session.query(PersonEmail).filter_by(person_id=ada.person_id).one().primary = False
        private = PersonEmail(person_id=ada.person_id, address="ada@private.example.net", verified_at=NINE)
        private.primary = True
        session.add(private)

    assert programme.draft_of(oona, meetup.slug, programme_id).facilitator == ada.email


def test_changes_are_written_down(meetup: MeetupRef, oona: Actor) -> None:
    programme_id = programme.add(oona, meetup.slug, talk(), now=NINE)
    programme.change(oona, meetup.slug, programme_id, talk(title="Ten trams"), now=NINE)
    programme.remove(oona, meetup.slug, programme_id, now=NINE)

    actions = [row.action for row in db.session.query(Audit).order_by(Audit.id)]
    assert actions == ["add session", "change session", "remove session"]
    assert sessions_of(meetup.id) == []


def test_a_session_of_another_event_is_not_found(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    other = add_meetup("other", organiser_id=meetup.organiser_id)
    elsewhere = programme.add(oona, other.slug, talk(), now=NINE)

    for act in (
        lambda: programme.draft_of(oona, meetup.slug, elsewhere),
        lambda: programme.change(oona, meetup.slug, elsewhere, talk(), now=NINE),
        lambda: programme.remove(oona, meetup.slug, elsewhere, now=NINE),
        lambda: programme.add(ada.actor, meetup.slug, talk(), now=NINE),
        lambda: programme.overview(ada.actor, meetup.slug),
    ):
        with pytest.raises(NotFound):
            act()
    assert len(sessions_of(other.id)) == 1
