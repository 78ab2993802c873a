"""Registering: one answer for everybody, and the truth by mail."""

from datetime import timedelta

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.answers import Answers
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Conflict, Invalid, NotFound, TooMany
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import AttendeeStatus, Purpose, TicketKind
from eventmatch.models.attendee import Attendee, attendee_of_email, attendee_of_person, seats_taken
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.person import Person, PersonEmail, SignIn, addresses_of
from eventmatch.models.tap import Block, Report, blocked_persons
from eventmatch.models.ticket import valid_ticket
from eventmatch.models.work import Outbox
from eventmatch.services import account, addresses, handover, place, profiles, registration
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.letters import enclosed

BEFORE = NINE - 72 * HOUR  # when people register
ADA = Answers(Profile("Ada Okafor", interests=("scrum",)), frozenset({Purpose.MATCHING}))


def letters() -> list[tuple[str, str]]:
    return [(row.letter, row.recipient) for row in db.session.query(Outbox).order_by(Outbox.id)]


def letter_with(letter: str, name: str) -> str:
    """Return the token of the newest letter of a kind."""
    row = db.session.query(Outbox).filter_by(letter=letter).order_by(Outbox.id.desc()).first()
    assert row is not None
    return str(enclosed(row)[name]).rpartition("/")[2]


def newest_token(name: str = "verify_path") -> str:
    row = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert row is not None
    return str(enclosed(row)[name]).rpartition("/")[2]


def register(meetup: MeetupRef, email: str = "ada@example.org", answers: Answers = ADA) -> str:
    registration.register(meetup.slug, email, answers, now=BEFORE)
    return newest_token()


def confirm(token: str) -> Actor:
    signed_in = registration.confirm(token, browser="test", now=BEFORE)
    return Actor(person_id=signed_in.person_id, fresh=True)


def place_of(meetup: MeetupRef, email: str = "ada@example.org") -> Attendee:
    found = attendee_of_email(meetup.id, email)
    assert found is not None
    return found


def test_a_new_address_is_pending_with_a_seat_for_48_hours(meetup: MeetupRef) -> None:
    register(meetup, " Ada@Example.org ")

    ada = place_of(meetup)
    assert (ada.status, ada.held_until) == (AttendeeStatus.PENDING, BEFORE + 48 * HOUR)
    assert letters() == [("verify_registration", "ada@example.org")]
    assert valid_ticket(ada.id) is None


def test_the_link_confirms_the_place_mails_the_ticket_and_signs_in(meetup: MeetupRef) -> None:
    signed_in = registration.confirm(register(meetup), browser="test", now=BEFORE)

    ada = place_of(meetup)
    assert (ada.status, ada.person_id) == (AttendeeStatus.CONFIRMED, signed_in.person_id)
    assert signed_in.next_path == "/e/meetup/me"
    assert valid_ticket(ada.id) is not None
    assert letters()[1:] == [("ticket", "ada@example.org")]
    assert profiles.consents(ada.id) == {Purpose.MATCHING}


def test_a_link_confirms_once(meetup: MeetupRef) -> None:
    token = register(meetup)
    confirm(token)

    with pytest.raises(Invalid):
        confirm(token)
    with pytest.raises(Invalid):
        registration.look(token, BEFORE)


def test_a_link_is_too_old_after_48_hours(meetup: MeetupRef) -> None:
    token = register(meetup)

    with pytest.raises(Invalid):
        registration.confirm(token, browser="test", now=BEFORE + 48 * HOUR)
    assert seats_taken(meetup.id, BEFORE + 48 * HOUR) == 0


def test_the_link_in_the_ticket_signs_in(meetup: MeetupRef) -> None:
    person = confirm(register(meetup))

    again = account.use_link(newest_token("sign_in_path"), browser="test", now=BEFORE)

    assert (again.person_id, again.next_path) == (person.person_id, "/e/meetup/me")


def test_registering_again_before_confirming_keeps_the_newest_answers(meetup: MeetupRef) -> None:
    register(meetup)
    token = register(meetup, answers=Answers(Profile("Ada Lovelace"), frozenset()))
    confirm(token)

    ada = place_of(meetup)
    assert (ada.name, profiles.consents(ada.id)) == ("Ada Lovelace", frozenset())
    assert db.session.query(Attendee).count() == 1


def test_a_link_confirms_what_was_typed_with_it_whatever_strangers_typed_since(meetup: MeetupRef) -> None:
    token = register(meetup)
    register(meetup, answers=Answers(Profile("Mallory"), frozenset(Purpose)))

    shown = registration.look(token, BEFORE)
    confirm(token)

    assert (shown.name, shown.consents) == ("Ada Okafor", frozenset({Purpose.MATCHING}))
    assert place_of(meetup).name == "Ada Okafor"
    assert profiles.consents(place_of(meetup).id) == {Purpose.MATCHING}


def test_confirming_kills_the_other_links_of_the_registration(meetup: MeetupRef) -> None:
    first, second = register(meetup), register(meetup)
    confirm(second)

    with pytest.raises(Invalid):
        confirm(first)


def test_a_known_address_gets_a_way_in_and_nothing_changes(meetup: MeetupRef, ada: AttendeeRef) -> None:
    registration.register(meetup.slug, ada.email, Answers(Profile("Mallory")), now=BEFORE)

    row = db.session.query(Outbox).one()
    assert (row.letter, row.recipient, row.attendee_id) == ("already_registered", ada.email, ada.id)
    assert list(enclosed(row)) == ["sign_in_path"]
    assert place_of(meetup).name == "Ada Okafor"


def test_a_second_address_of_a_known_person_gets_the_same(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(PersonEmail(person_id=ada.person_id, address="private@example.net", verified_at=BEFORE))

    registration.register(meetup.slug, "private@example.net", ADA, now=BEFORE)

    assert letters() == [("already_registered", "private@example.net")]
    assert db.session.query(Attendee).count() == 1


def test_an_imported_address_gets_a_link_that_claims_its_place(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.get_one(Attendee, ada.id).person_id = None
        session.query(Person).delete()
    registration.register(meetup.slug, ada.email, ADA, now=BEFORE)

    assert letters() == [("invitation", ada.email)]
    claimed = account.use_link(newest_token("claim_path"), browser="test", now=BEFORE)
    assert place_of(meetup).person_id == claimed.person_id


def test_someone_waiting_is_reminded_and_keeps_the_turn(app: Flask) -> None:
    full = add_meetup(capacity=1)
    add_attendee(full, "Ben Hartwig")
    confirm(register(full))
    since = place_of(full).waiting_since
    registration.register(full.slug, "ada@example.org", ADA, now=BEFORE + HOUR)

    assert letters()[-1] == ("already_registered", "ada@example.org")
    assert place_of(full).waiting_since == since == BEFORE


def test_a_cancelled_place_becomes_pending_anew_and_its_old_ticket_dies(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    token = register(meetup, answers=Answers(Profile("Ada O."), frozenset({Purpose.SHARE_LINK})))
    before = (place_of(meetup).status, place_of(meetup).name)
    confirm(token)

    again = place_of(meetup)
    ticket = valid_ticket(again.id)
    assert before == (AttendeeStatus.PENDING, "Ada Okafor")  # typed by whoever: kept in the link until proven
    assert (again.id, again.name, again.status) == (ada.id, "Ada O.", AttendeeStatus.CONFIRMED)
    assert profiles.consents(ada.id) == {Purpose.SHARE_LINK}
    assert ticket is not None
    assert ticket.code != ada.code


def test_a_speaker_who_cancelled_comes_back_as_a_guest(meetup: MeetupRef) -> None:
    chidi = add_attendee(meetup, "Chidi Obiakor", kind=TicketKind.SPEAKER)
    place.cancel(chidi.actor, meetup.slug, now=BEFORE)
    confirm(register(meetup, chidi.email))

    assert place_of(meetup, chidi.email).kind is TicketKind.GUEST


def test_someone_barred_is_reminded_like_anybody_known(meetup: MeetupRef) -> None:
    harald = add_attendee(meetup, "Harald", barred_at=BEFORE, status=AttendeeStatus.CANCELLED)
    registration.register(meetup.slug, harald.email, ADA, now=BEFORE)

    assert letters() == [("already_registered", harald.email)]
    assert place_of(meetup, harald.email).status is AttendeeStatus.CANCELLED


def test_one_person_has_one_place_whichever_address_is_proven_last(meetup: MeetupRef, ada: AttendeeRef) -> None:
    token = register(meetup, "private@example.net")
    with write_transaction():
        account.prove("private@example.net", person_id=ada.person_id, now=BEFORE)
    with write_transaction() as session:  # the pending place could not be taken over: Ada has one
        assert session.query(Attendee).filter_by(email="private@example.net", person_id=None).count() == 1
    confirm(token)

    assert [(row.email, row.status) for row in db.session.query(Attendee)] == [(ada.email, AttendeeStatus.CONFIRMED)]


def test_a_cancelled_place_is_revived_by_proving_another_address(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    token = register(meetup, "private@example.net", Answers(Profile("Ada again")))
    with write_transaction():
        account.prove("private@example.net", person_id=ada.person_id, now=BEFORE)
    confirm(token)

    mine = attendee_of_person(meetup.id, ada.person_id)
    assert mine is not None
    assert (mine.id, mine.name, mine.status) == (ada.id, "Ada again", AttendeeStatus.CONFIRMED)
    assert db.session.query(Attendee).count() == 1


@pytest.fixture
def moved_on(meetup: MeetupRef, ada: AttendeeRef) -> AttendeeRef:
    """Return Ada, who cancelled and reads another address by now."""
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    with write_transaction():
        account.prove("private@example.net", person_id=ada.person_id, now=BEFORE)
    addresses.remove(ada.actor, addresses_of(ada.person_id)[0].id)
    return ada


def test_who_reads_an_address_next_gets_nothing_of_who_read_it_before(
    meetup: MeetupRef, moved_on: AttendeeRef, ben: AttendeeRef
) -> None:
    handover.hand_over(ben.actor, meetup.slug, name="Quinn", email=moved_on.email, now=BEFORE)
    quinn = confirm(letter_with("handed_over_to", "verify_path"))

    hers, theirs = (attendee_of_person(meetup.id, who) for who in (moved_on.person_id, quinn.person_id or 0))
    assert hers is not None
    assert theirs is not None
    assert (hers.id, hers.name, hers.status) == (moved_on.id, moved_on.name, AttendeeStatus.CANCELLED)
    assert (theirs.name, profiles.read_profile(theirs).interests) == ("Quinn", ())


def test_a_link_to_an_address_that_changed_hands_gives_no_place_away(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    token = register(meetup, ada.email)
    with write_transaction() as session:  # as if Ada's address had become Ben's in between
        session.query(PersonEmail).filter_by(address=ada.email).update({"person_id": ben.person_id})

    with pytest.raises(Invalid):
        confirm(token)
    assert place_of(meetup, ada.email).person_id == ada.person_id


def test_a_block_and_a_report_outlive_the_place_that_gives_way(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    token = register(meetup, "private@example.net")
    twin = place_of(meetup, "private@example.net").id
    with write_transaction() as session:
        account.prove("private@example.net", person_id=ada.person_id, now=BEFORE)
        session.add(Block(from_id=ben.id, to_id=twin, created_at=BEFORE))
        session.add(Report(event_id=meetup.id, from_id=ben.id, about_id=twin, text="Shouted", created_at=BEFORE))
    confirm(token)

    assert blocked_persons(ben.person_id) == {ada.person_id}
    assert [row.about_id for row in db.session.query(Report)] == [ada.id]


def test_closed_and_past_events_take_nobody(meetup: MeetupRef) -> None:
    with pytest.raises(Conflict, match="over"):
        registration.register(meetup.slug, "ada@example.org", ADA, now=NINE + 8 * HOUR)
    with write_transaction() as session:
        session.get_one(Event, meetup.id).registration_open = False
    with pytest.raises(Conflict, match="closed"):
        register(meetup)
    with pytest.raises(NotFound):
        registration.register("nowhere", "ada@example.org", ADA, now=BEFORE)
    assert letters() == []


def test_a_link_opened_after_the_event_says_so(meetup: MeetupRef) -> None:
    registration.register(meetup.slug, "ada@example.org", ADA, now=NINE)
    with pytest.raises(Conflict, match="over"):
        registration.confirm(newest_token(), browser="test", now=NINE + 8 * HOUR)


def test_strangers_cannot_fill_a_mailbox_and_cannot_tell_whose_it_is(meetup: MeetupRef, ada: AttendeeRef) -> None:
    for email in (ada.email, "new@example.org"):
        for _ in range(10):
            registration.register(meetup.slug, email, ADA, now=BEFORE)
        with pytest.raises(TooMany):
            registration.register(meetup.slug, email, ADA, now=BEFORE)

    assert len(letters()) == 20


def test_every_kind_of_address_gets_exactly_one_letter_and_one_link(app: Flask) -> None:
    full = add_meetup(capacity=2)
    ada, _ = add_attendee(full, "Ada Okafor"), add_attendee(full, "Ben Hartwig")
    chidi = add_attendee(full, "Chidi", status=AttendeeStatus.CANCELLED)
    dana = add_attendee(full, "Dana", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE)

    for count, email in enumerate([ada.email, chidi.email, dana.email, "new@example.org", "new@example.org"], 1):
        registration.register(full.slug, email, ADA, now=BEFORE + timedelta(minutes=count))
        assert (len(letters()), db.session.query(SignIn).count()) == (count, count)
        assert letters()[-1][1] == email


def test_only_the_hash_of_a_link_is_kept_and_its_answers_go_with_its_use(meetup: MeetupRef) -> None:
    token = register(meetup)
    confirm(token)

    row = db.session.query(SignIn).filter_by(token_hash=token_hash(token)).one()
    assert row.answers is None
