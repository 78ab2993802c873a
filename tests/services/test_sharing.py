"""An entry shows what its person shares at that moment, and nothing else."""

from typing import Any

from sqlalchemy import delete

from eventmatch.domain.states import Purpose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import Contact
from eventmatch.models.person import Person
from eventmatch.services import sharing
from eventmatch.services.connecting import connect
from eventmatch.services.profiles import set_consents
from eventmatch.services.sharing import Card, Entry
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_badges import block, change

DETAILS: dict[str, Any] = {
    "phone": "+49 40 66969 207",
    "link": "https://example.org/ben",
    "headline": "Signs contracts",
}
EVERYTHING = frozenset({Purpose.SHARE_EMAIL, Purpose.SHARE_PHONE, Purpose.SHARE_LINK})


def meet(one: AttendeeRef, other: AttendeeRef) -> None:
    """Let two connect."""
    connect(one.actor, other.badge, now=NINE)
    connect(other.actor, one.badge, now=NINE)


def agree(who: AttendeeRef, *purposes: Purpose) -> None:
    with write_transaction():
        set_consents(who.id, purposes, now=NINE)


def seen_by(who: AttendeeRef) -> Entry | None:
    """Return the one entry of somebody's book, if it is to be seen."""
    db.session.rollback()
    contact = db.session.query(Contact).filter_by(owner_id=who.person_id).one()
    return sharing.entry_for(who.person_id, contact)


def card_seen_by(who: AttendeeRef) -> Card:
    entry = seen_by(who)
    assert entry is not None
    return entry.card


def test_name_work_and_headline_are_always_seen_and_nothing_else(meetup: MeetupRef, ada: AttendeeRef) -> None:
    work: dict[str, Any] = {"organisation": "Kestrel & Daughters", "role": "Contracts"}
    ben = add_attendee(
        meetup, "Ben Hartwig", consents=(), offer="Reads contracts", offers=["contracts"], **work, **DETAILS
    )
    meet(ada, ben)

    expected = Card("Ben Hartwig", "Kestrel & Daughters", "Contracts", "Signs contracts", attendee_id=ben.id)
    assert card_seen_by(ada) == expected


def test_a_detail_is_seen_from_consent_to_withdrawal(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", **DETAILS)
    meet(ada, ben)
    shown = []
    for agreed in ([], [Purpose.SHARE_PHONE], [Purpose.SHARE_EMAIL, Purpose.SHARE_LINK], []):
        agree(ben, *agreed)
        card = card_seen_by(ada)
        shown.append((card.email, card.phone, card.link))

    phone, email, link = DETAILS["phone"], ben.email, DETAILS["link"]
    assert shown == [("", "", ""), ("", phone, ""), (email, "", link), ("", "", "")]


def test_a_changed_profile_is_seen_at_once(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", consents=[Purpose.SHARE_PHONE], **DETAILS)
    meet(ada, ben)
    change(ben, phone="+49 30 1234567", name="Benjamin Hartwig")

    assert (card_seen_by(ada).name, card_seen_by(ada).phone) == ("Benjamin Hartwig", "+49 30 1234567")


def test_leaving_matching_and_hiding_leave_contact_books_as_they_are(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", offers=["contracts"])
    meet(ada, ben)
    before = card_seen_by(ada)
    agree(ben)
    change(ben, hidden_at=NINE)

    assert before.helps_with == ("contracts",)
    assert card_seen_by(ada) == before


def test_a_block_hides_the_entry_on_both_sides(ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    block(ada, ben)

    assert seen_by(ada) is None
    assert seen_by(ben) is None


def test_a_place_that_became_somebody_elses_shows_nothing_of_theirs(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", consents=EVERYTHING, **DETAILS)
    meet(ada, ben)
    chidi = add_attendee(meetup, "Chidi Obiakor")
    change(chidi, person_id=None)
    change(ben, person_id=chidi.person_id, name="Chidi Obiakor", email="new@example.org")

    assert card_seen_by(ada) == Card(name="Ben Hartwig")


def test_of_an_erased_person_only_the_own_note_stays(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", consents=EVERYTHING, **DETAILS)
    meet(ada, ben)
    with write_transaction() as session:
        session.query(Contact).filter_by(owner_id=ada.person_id).update({"note": "Knows vendors"})
        session.execute(delete(Attendee).where(Attendee.id == ben.id))
        session.execute(delete(Person).where(Person.id == ben.person_id))
    entry = seen_by(ada)

    assert entry is not None
    assert (entry.card, entry.note) == (Card(), "Knows vendors")


def test_nobody_is_shown_an_entry_of_another_book(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    meet(ada, ben)
    chidi = add_attendee(meetup, "Chidi Obiakor")

    assert sharing.entries_of(chidi.person_id, db.session.query(Contact)) == []


def test_what_i_share_names_given_and_agreed_fields_only(meetup: MeetupRef) -> None:
    ben = add_attendee(meetup, "Ben Hartwig", consents=[*EVERYTHING, Purpose.MATCHING], offers=["contracts"], link="")
    row = db.session.get_one(Attendee, ben.id)

    assert sharing.shared_fields([row]) == {ben.id: ("email", "offers")}
