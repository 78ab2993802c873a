"""Events sign their tickets: who may, what the codes then say, and what a door makes of them."""

import io
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.signed_tickets import LENGTH, SignedTicket, minute, verify, write
from eventmatch.domain.states import MemberRole
from eventmatch.domain.verdicts import Verdict
from eventmatch.formats import qr, signature
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.scan import Scan
from eventmatch.models.signing_key import SigningKey, verifying_keys
from eventmatch.models.work import Audit, Outbox
from eventmatch.services import letters, place, signing, tickets
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import (
    HOUR,
    NINE,
    SITE,
    AttendeeRef,
    MeetupRef,
    add_attendee,
    add_device,
    add_meetup,
    add_member,
)
from tests.wire import heard

BEFORE = NINE - 72 * HOUR


@pytest.fixture
def signed(meetup: MeetupRef, oona: Actor) -> MeetupRef:
    """Return an event that signs its tickets."""
    signing.turn(oona, meetup.slug, on=True, site=SITE, now=BEFORE)
    return meetup


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def event_of(meetup: MeetupRef) -> Event:
    return db.session.get_one(Event, meetup.id)


def text_of(meetup: MeetupRef, ref: AttendeeRef) -> str:
    """Return what the QR of somebody's ticket says."""
    return signing.payload(event_of(meetup), ref.code, SITE)


def read(meetup: MeetupRef, by: Actor, code: str, nonce: str = "1") -> Entry:
    return scan(DoorKey(meetup.front_door), Reading(code, nonce), by=by, at=NINE)


def test_without_the_organisers_word_a_ticket_says_its_address(meetup: MeetupRef, ada: AttendeeRef) -> None:
    assert text_of(meetup, ada) == f"HTTPS://MEET.EXAMPLE.ORG/T/{ada.code}"


def test_a_signed_ticket_proves_its_code_to_whoever_has_the_keys(signed: MeetupRef, ada: AttendeeRef) -> None:
    proof = verify(text_of(signed, ada), verifying_keys, signature.genuine, NINE)

    assert proof.ticket is not None
    assert (proof.ticket.code, proof.ticket.event_id, proof.flaw) == (ada.code, signed.id, None)


def test_it_admits_and_names_the_same_ticket_as_the_plain_code(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    text = text_of(signed, ada)

    first, second = read(signed, tablet, text.lower(), "1"), read(signed, tablet, ada.code, "2")

    assert (first.verdict, second.verdict) == (Verdict.ADMITTED, Verdict.ALREADY_IN)
    assert len(set(db.session.scalars(select(Scan.ticket_id)))) == 1


def test_a_retry_gets_its_first_answer_and_its_nonce_means_this_code_alone(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    text = text_of(signed, ada)
    first = read(signed, tablet, text)

    assert read(signed, tablet, text).json == first.json
    with pytest.raises(Conflict):
        read(signed, tablet, ada.code)


def test_a_wrong_signature_is_unknown_whatever_code_is_inside(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    text = text_of(signed, ada)
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")

    assert read(signed, tablet, forged).verdict is Verdict.UNKNOWN


def test_a_ticket_signed_by_another_installation_is_unknown(signed: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    theirs = partial(signature.sign, signature.private_key("another secret", "signed tickets"))
    text = write(SignedTicket(ada.code, signed.id, 0, minute(BEFORE), minute(NINE + HOUR)), theirs)

    assert read(signed, tablet, text).verdict is Verdict.UNKNOWN


def test_a_ticket_of_the_organisers_other_event_is_for_another_event(
    signed: MeetupRef, oona: Actor, tablet: Actor
) -> None:
    other = add_meetup("other", organiser_id=signed.organiser_id)
    ben = add_attendee(other, "Ben Hartwig")
    signing.turn(oona, other.slug, on=True, site=SITE, now=BEFORE)

    answer = read(signed, tablet, text_of(other, ben))

    assert answer.verdict is Verdict.WRONG_EVENT
    assert "Ben" not in answer.json


def test_a_ticket_of_another_organiser_is_unknown(signed: MeetupRef, tablet: Actor) -> None:
    foreign = add_meetup("foreign")
    stella, theirs = add_attendee(foreign, "Stella"), add_member(foreign, "Fremder", MemberRole.OWNER)
    signing.turn(theirs, foreign.slug, on=True, site=SITE, now=BEFORE)

    assert read(signed, tablet, text_of(foreign, stella)).verdict is Verdict.UNKNOWN


def test_a_revoked_ticket_stays_revoked_however_well_it_is_signed(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    text = text_of(signed, ada)
    with write_transaction():
        tickets.revoke(ada.id, now=BEFORE)

    assert read(signed, tablet, text).verdict is Verdict.REVOKED


def test_tickets_mailed_before_the_event_was_moved_stay_good(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    text = text_of(signed, ada)
    month = timedelta(days=30)
    with write_transaction():
        event = event_of(signed)
        event.opens_at, event.starts_at, event.ends_at = (
            moment + month for moment in (event.opens_at, event.starts_at, event.ends_at)
        )

    answer = scan(DoorKey(signed.front_door), Reading(text, "1"), by=tablet, at=NINE + month)

    assert answer.verdict is Verdict.ADMITTED


def test_a_signed_ticket_costs_one_statement_more(signed: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    tablet, text = add_device(signed), text_of(signed, ben)
    read(signed, tablet, "warm up", "0")
    db.session.rollback()

    with heard(db.engine) as plain:
        read(signed, tablet, ada.code, "1")
    with heard(db.engine) as with_signature:
        read(signed, tablet, text, "2")

    more = Counter(with_signature) - Counter(plain)
    assert more["SELECT"] == 1
    assert not more.keys() - {"SELECT", "BEGIN", "ROLLBACK"}


def test_a_new_key_signs_and_what_the_old_one_signed_stays_good(
    either_app: Flask,
) -> None:
    meetup = add_meetup()
    ada, oona = add_attendee(meetup, "Ada Okafor"), add_member(meetup, "Oona", MemberRole.OWNER)
    signing.turn(oona, meetup.slug, on=True, site=SITE, now=BEFORE)
    old = text_of(meetup, ada)

    signing.renew(meetup.slug, site=SITE, now=BEFORE)
    db.session.expire_all()

    assert text_of(meetup, ada) != old
    assert [(key.number, key.signs) for key in signing.keys(meetup.slug)] == [(0, False), (1, True)]
    assert [key.number for key in signing.public_keys(meetup.id)] == [0, 1]
    assert read(meetup, add_device(meetup), old).verdict is Verdict.ADMITTED


def test_a_withdrawn_key_is_believed_no_more_while_plain_codes_and_newly_signed_ones_are(
    signed: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    stolen = text_of(signed, ada)

    signing.withdraw(signed.slug, 0, site=SITE, now=BEFORE)

    assert read(signed, tablet, stolen, "1").verdict is Verdict.UNKNOWN
    assert read(signed, tablet, ada.code, "2").verdict is Verdict.ADMITTED
    assert read(signed, tablet, text_of(signed, ada), "3").verdict is Verdict.ALREADY_IN
    assert [key.number for key in signing.public_keys(signed.id)] == [1]


@pytest.mark.parametrize("number", [0, 7])
def test_a_key_can_be_withdrawn_once_and_only_if_it_is_there(signed: MeetupRef, number: int) -> None:
    signing.withdraw(signed.slug, 0, site=SITE, now=BEFORE)

    with pytest.raises(NotFound, match=f"no key {number}"):
        signing.withdraw(signed.slug, number, site=SITE, now=BEFORE)


def test_there_are_256_keys_and_no_more(signed: MeetupRef) -> None:
    with write_transaction() as session:
        session.add(SigningKey(event_id=signed.id, number=255, public_key=bytes(32), created_at=BEFORE))

    with pytest.raises(Conflict, match="256"):
        signing.renew(signed.slug, site=SITE, now=BEFORE)


def test_turning_it_off_and_on_again_keeps_the_key(signed: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    before = text_of(signed, ada)
    signing.turn(oona, signed.slug, on=False, site=SITE, now=BEFORE)
    assert not signing.is_on(oona, signed.slug, SITE)
    assert len(text_of(signed, ada)) < LENGTH

    signing.turn(oona, signed.slug, on=True, site=SITE, now=BEFORE)

    assert text_of(signed, ada) == before


def test_after_a_change_of_the_secret_it_is_off_until_it_is_turned_on_again(
    signed: MeetupRef, oona: Actor, ada: AttendeeRef, tablet: Actor
) -> None:
    old, moved = text_of(signed, ada), replace(SITE, secret="another one")
    assert not signing.is_on(oona, signed.slug, moved)

    signing.turn(oona, signed.slug, on=True, site=moved, now=BEFORE)

    assert signing.is_on(oona, signed.slug, moved)
    assert read(signed, tablet, old, "1").verdict is Verdict.ADMITTED
    assert read(signed, tablet, signing.payload(event_of(signed), ada.code, moved), "2").verdict is Verdict.ALREADY_IN


def test_other_settings_stay_and_the_acts_are_written_down(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction():
        event_of(meetup).settings = {"matching": {"x": 1}, "door": {"poster": True}}

    signing.turn(oona, meetup.slug, on=True, site=SITE, now=BEFORE)

    assert event_of(meetup).settings == {"matching": {"x": 1}, "door": {"poster": True, "signed_tickets": True}}
    assert list(db.session.scalars(select(Audit.action))) == ["sign tickets"]


def test_only_those_who_run_the_event_decide(meetup: MeetupRef) -> None:
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    with pytest.raises(NotFound):
        signing.turn(viewer, meetup.slug, on=True, site=SITE, now=BEFORE)
    with pytest.raises(NotFound):
        signing.is_on(viewer, meetup.slug, SITE)


def test_two_events_never_share_a_key_nor_does_a_later_one_under_the_same_number(
    signed: MeetupRef, oona: Actor
) -> None:
    other = add_meetup("other", organiser_id=signed.organiser_id)
    signing.turn(oona, other.slug, on=True, site=SITE, now=BEFORE)
    [first], [second] = signing.public_keys(signed.id), signing.public_keys(other.id)
    with write_transaction() as session:
        session.execute(update(SigningKey).where(SigningKey.event_id == other.id).values(created_at=NINE))
    db.session.expire_all()

    assert (first.number, second.number) == (0, 0)
    assert first.key_base64 != second.key_base64
    assert not signing.is_on(oona, other.slug, SITE)


def test_the_own_page_shows_it_until_its_owner_is_in(signed: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    shown = place.home(ada.actor, signed.slug, site=SITE, now=BEFORE).picture
    read(signed, tablet, ada.code)
    db.session.expire_all()

    assert shown == qr.svg(text_of(signed, ada))
    assert place.home(ada.actor, signed.slug, site=SITE, now=NINE).picture == qr.svg(
        f"HTTPS://MEET.EXAMPLE.ORG/B/{ada.badge}"
    )


def test_the_mail_carries_it_as_a_picture_that_scans(signed: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction():
        tickets.send(db.session.get_one(Attendee, ada.id), now=BEFORE)
    message = letters.write(db.session.scalars(select(Outbox)).one(), site=SITE, now=BEFORE)
    [png] = [part for part in message.iter_attachments() if part.get_content_type() == "image/png"]

    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.get_content())))

    assert found.text == text_of(signed, ada)


def test_the_symbol_is_of_version_6(signed: MeetupRef, ada: AttendeeRef) -> None:
    modules = 41 + 2 * qr.QUIET_ZONE

    assert f'viewBox="0 0 {modules} {modules}"' in qr.svg(text_of(signed, ada))
