"""What the organiser may know of one attendee, and do."""

from datetime import timedelta

import pytest

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import AttendeeStatus, HiddenFrom, Purpose
from eventmatch.models.base import db
from eventmatch.models.work import Audit, Outbox
from eventmatch.services import attendees
from eventmatch.services.checkin import scan
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device


@pytest.mark.parametrize(
    ("hidden_from", "shown"),
    [
        (HiddenFrom.NOBODY, ("job hunting",)),
        (HiddenFrom.ORGANISATION, ("job hunting",)),
        (HiddenFrom.ORGANISER, ()),
        (HiddenFrom.BOTH, ()),
    ],
)
def test_an_ask_hidden_from_the_organiser_is_not_shown(
    meetup: MeetupRef, oona: Actor, hidden_from: HiddenFrom, shown: tuple[str, ...]
) -> None:
    jonas = add_attendee(meetup, "Jonas", asks=["job hunting"], ask="Who hires?", ask_hidden_from=hidden_from)

    profile = attendees.attendee(oona, "meetup", jonas.id, now=NINE).profile
    assert (profile.asks, profile.ask) == (shown, "Who hires?" if shown else "")


@pytest.mark.parametrize(("consents", "phone"), [([Purpose.SHARE_PHONE], ""), ([Purpose.ORGANISER_EXPORT], "+49 40 1")])
def test_phone_and_link_are_shown_to_whom_they_may_be_exported(
    meetup: MeetupRef, oona: Actor, consents: list[Purpose], phone: str
) -> None:
    dana = add_attendee(meetup, "Dana", phone="+49 40 1", link="https://example.org", consents=consents)

    view = attendees.attendee(oona, "meetup", dana.id, now=NINE)
    assert (view.email, view.profile.phone, bool(view.profile.link)) == (dana.email, phone, bool(phone))


def test_somebody_barred_is_let_back_in_and_both_is_logged(oona: Actor, ada: AttendeeRef) -> None:
    attendees.bar(oona, "meetup", ada.id, " Followed  somebody ", now=NINE)
    barred = attendees.attendee(oona, "meetup", ada.id, now=NINE)
    attendees.unbar(oona, "meetup", ada.id, now=NINE)

    assert (barred.barred_at, barred.barred_why) == (NINE, "Followed somebody")
    assert attendees.attendee(oona, "meetup", ada.id, now=NINE).barred_at is None
    assert [row.action for row in db.session.query(Audit)] == ["bar attendee", "unbar attendee"]


def test_who_needs_space_is_written_down(oona: Actor, ada: AttendeeRef) -> None:
    attendees.set_needs_space(oona, "meetup", ada.id, needs=True, now=NINE)

    assert attendees.attendee(oona, "meetup", ada.id, now=NINE).needs_space
    entry = db.session.query(Audit).one()
    assert (entry.action, entry.detail) == ("set needs space", {"attendee_id": ada.id, "needs": True})


def test_barring_twice_keeps_the_first_reason(oona: Actor, ada: AttendeeRef) -> None:
    attendees.bar(oona, "meetup", ada.id, "first", now=NINE)

    with pytest.raises(Conflict):
        attendees.bar(oona, "meetup", ada.id, "second", now=NINE + timedelta(minutes=1))
    assert attendees.attendee(oona, "meetup", ada.id, now=NINE).barred_why == "first"


@pytest.mark.parametrize("why", ["", "\u200b", "x" * 301])
def test_barring_needs_words(oona: Actor, ada: AttendeeRef, why: str) -> None:
    with pytest.raises(Invalid):
        attendees.bar(oona, "meetup", ada.id, why, now=NINE)


def test_a_ticket_is_mailed_only_where_there_is_one(meetup: MeetupRef, oona: Actor) -> None:
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    harald = add_attendee(meetup, "Harald", barred_at=NINE)

    for nobody in (konrad, harald):
        with pytest.raises(Conflict):
            attendees.resend_ticket(oona, "meetup", nobody.id, now=NINE)
    assert db.session.query(Outbox).count() == 0


def test_the_team_reads_who_let_somebody_in_anyway_and_why(meetup: MeetupRef, oona: Actor) -> None:
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    boss = add_device(meetup, "Oona's phone", may_override=True)
    reading = Reading(konrad.code, "1", override=Override("Oona", "paid at the desk"))
    entry = scan(DoorKey(meetup.front_door), reading, by=boss, at=NINE)

    view = attendees.attendee(oona, "meetup", konrad.id, now=NINE)
    assert view.let_in == (attendees.LetIn(NINE, "Front door", "Oona", "paid at the desk"),)
    assert view.arrived_at == NINE
    undo(DoorKey(meetup.front_door), entry.scan_id, by=boss, at=NINE)
    assert attendees.attendee(oona, "meetup", konrad.id, now=NINE).let_in == ()


def test_peers_cannot_use_these_verbs(ada: AttendeeRef, ben: AttendeeRef) -> None:
    for act in (
        lambda: attendees.attendee(ada.actor, "meetup", ben.id, now=NINE),
        lambda: attendees.bar(ada.actor, "meetup", ben.id, "x", now=NINE),
        lambda: attendees.resend_ticket(ada.actor, "meetup", ben.id, now=NINE),
    ):
        with pytest.raises(NotFound):
            act()
