"""The own place: seen by its owner alone, edited, mailed again, given back, shown or hidden."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from eventmatch.domain.answers import Answers
from eventmatch.domain.errors import Conflict, NotFound, SignInNeeded, TooMany
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import ArrivalVisibility, AttendeeStatus, Purpose
from eventmatch.formats import qr
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import ticket_by_code
from eventmatch.models.work import Outbox
from eventmatch.services import access, place, profiles, registration
from tests.cast import HOUR, NINE, SITE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_person
from tests.letters import enclosed

BEFORE = NINE - 72 * HOUR


def letters() -> list[tuple[str, str]]:
    return [(row.letter, row.recipient) for row in db.session.query(Outbox).order_by(Outbox.id)]


def row_of(ref: AttendeeRef) -> Attendee:
    db.session.rollback()
    return db.session.get_one(Attendee, ref.id)


def check_in(ref: AttendeeRef, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        venue = session.query(Room).filter_by(event_id=meetup.id, is_venue=True).one()
        session.add(Presence(attendee_id=ref.id, room_id=venue.id, door_id=meetup.front_door, since=NINE))


def test_before_arrival_the_place_shows_the_ticket(meetup: MeetupRef, ada: AttendeeRef) -> None:
    seen = place.home(ada.actor, meetup.slug, site=SITE, now=BEFORE)

    assert (seen.status, seen.number, seen.arrived_at) == (AttendeeStatus.CONFIRMED, ada.number, None)
    assert seen.picture == qr.svg(f"HTTPS://MEET.EXAMPLE.ORG/T/{ada.code}")


def test_once_inside_it_shows_the_badge_and_no_longer_what_admits(meetup: MeetupRef, ada: AttendeeRef) -> None:
    check_in(ada, meetup)
    seen = place.home(ada.actor, meetup.slug, site=SITE, now=NINE)

    assert seen.arrived_at == NINE
    assert seen.picture == qr.svg(f"HTTPS://MEET.EXAMPLE.ORG/B/{ada.badge}")


def test_nobody_else_has_this_place(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with pytest.raises(NotFound):
        place.home(add_person("Mallory"), meetup.slug, site=SITE, now=BEFORE)
    with pytest.raises(SignInNeeded):
        place.home(replace(ada.actor, person_id=None), meetup.slug, site=SITE, now=BEFORE)


def test_a_code_leads_its_holder_to_the_place_and_nobody_else_anywhere(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    assert place.holder_of(ada.actor, ada.code.lower()) == meetup.slug
    assert place.holder_of(ben.actor, ada.code) is None
    assert place.holder_of(replace(ada.actor, person_id=None), ada.code) is None
    assert place.holder_of(ada.actor, "0" * 26) is None


def test_what_is_saved_is_what_is_edited_next_time(meetup: MeetupRef, ada: AttendeeRef) -> None:
    said = Answers(
        Profile("Ada O.", asks=("rail",), arrival_visible_to=ArrivalVisibility.MATCHES),
        frozenset({Purpose.SHARE_EMAIL}),
    )
    place.save(ada.actor, meetup.slug, said, now=BEFORE)

    assert place.editing(ada.actor, meetup.slug).answers == said


def test_the_ticket_is_mailed_again_with_a_fresh_sign_in_link(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.resend(ada.actor, meetup.slug, now=BEFORE)

    row = db.session.query(Outbox).one()
    assert (row.letter, row.recipient, list(enclosed(row))) == ("ticket", ada.email, ["sign_in_path"])
    ticket = ticket_by_code(ada.code)
    assert ticket is not None
    assert ticket.revoked_at is None


def test_ten_mails_in_a_quarter_of_an_hour_are_enough(meetup: MeetupRef, ada: AttendeeRef) -> None:
    for _ in range(10):
        place.resend(ada.actor, meetup.slug, now=BEFORE)

    with pytest.raises(TooMany):
        place.resend(ada.actor, meetup.slug, now=BEFORE)
    place.resend(ada.actor, meetup.slug, now=BEFORE + timedelta(minutes=16))


def test_a_pending_place_is_mailed_its_link_again_with_the_answers_given(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    registration.register(meetup.slug, ada.email, Answers(Profile("Ada the second")), now=BEFORE)
    place.resend(ada.actor, meetup.slug, now=BEFORE + HOUR)

    row = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert row is not None
    assert row.letter == "verify_registration"
    token = enclosed(row)["verify_path"].rpartition("/")[2]
    assert registration.look(token, BEFORE + HOUR).name == "Ada the second"
    assert row_of(ada).held_until == BEFORE + 49 * HOUR


def test_cancelling_frees_the_seat_for_who_waits_longest(app: Flask) -> None:
    full = add_meetup(capacity=1)
    ada = add_attendee(full, "Ada Okafor")
    ben = add_attendee(full, "Ben Hartwig", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE)
    place.cancel(ada.actor, full.slug, now=BEFORE)

    assert (row_of(ada).status, row_of(ben).status) == (AttendeeStatus.CANCELLED, AttendeeStatus.CONFIRMED)
    assert letters() == [("cancelled", ada.email), ("promoted", ben.email)]


def test_a_cancelled_place_no_longer_takes_part(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)

    with pytest.raises(NotFound):
        access.attendee_for(ada.actor, meetup.slug, Action.TAKE_PART)
    assert place.home(ada.actor, meetup.slug, site=SITE, now=BEFORE).picture == ""
    with pytest.raises(Conflict):
        place.cancel(ada.actor, meetup.slug, now=BEFORE)


def test_who_is_inside_or_too_late_cannot_cancel(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    check_in(ada, meetup)
    with pytest.raises(Conflict, match="already checked in"):
        place.cancel(ada.actor, meetup.slug, now=NINE)
    with pytest.raises(Conflict, match="over"):
        place.cancel(ben.actor, meetup.slug, now=NINE + 8 * HOUR)
    assert (row_of(ada).status, row_of(ben).status) == (AttendeeStatus.CONFIRMED, AttendeeStatus.CONFIRMED)


def test_somebody_waiting_sees_the_turn_and_can_leave_the_list(app: Flask) -> None:
    full = add_meetup(capacity=1)
    waits = {"Ada": BEFORE + HOUR, "Ben": BEFORE, "Chidi": BEFORE + 2 * HOUR}
    add_attendee(full, "Dana")
    ada, _, chidi = (
        add_attendee(full, name, status=AttendeeStatus.WAITLISTED, waiting_since=since) for name, since in waits.items()
    )

    assert place.home(ada.actor, full.slug, site=SITE, now=BEFORE).before_me == 1
    place.cancel(ada.actor, full.slug, now=BEFORE)
    assert place.home(chidi.actor, full.slug, site=SITE, now=BEFORE).before_me == 1


def test_leaving_matching_withdraws_that_consent_alone_and_can_be_taken_back(meetup: MeetupRef) -> None:
    ada = add_attendee(meetup, "Ada", consents=(Purpose.MATCHING, Purpose.SHARE_EMAIL))
    place.set_matching(ada.actor, meetup.slug, wanted=False, now=BEFORE)
    without = profiles.consents(ada.id)
    place.set_matching(ada.actor, meetup.slug, wanted=True, now=BEFORE)

    assert without == {Purpose.SHARE_EMAIL}
    assert profiles.consents(ada.id) == {Purpose.MATCHING, Purpose.SHARE_EMAIL}


def test_hiding_and_showing_again(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.set_hidden(ada.actor, meetup.slug, hidden=True, now=BEFORE)
    hidden_at = row_of(ada).hidden_at
    place.set_hidden(ada.actor, meetup.slug, hidden=False, now=BEFORE)

    assert (hidden_at, row_of(ada).hidden_at) == (BEFORE, None)


def test_somebody_barred_sees_it_and_can_change_nothing(meetup: MeetupRef) -> None:
    harald = add_attendee(meetup, "Harald", barred_at=BEFORE)

    assert place.home(harald.actor, meetup.slug, site=SITE, now=BEFORE).barred
    with pytest.raises(Conflict):
        place.cancel(harald.actor, meetup.slug, now=BEFORE)
    with pytest.raises(Conflict):
        place.save(harald.actor, meetup.slug, Answers(Profile("H")), now=BEFORE)
