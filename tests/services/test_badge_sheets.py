"""Whose badges there are, what stands on them, and that a printed badge is a fact of its own."""

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.states import AttendeeStatus, MemberRole, Mode, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.badge_print import BadgePrint
from eventmatch.models.base import db, write_transaction
from eventmatch.models.scan import Presence, Scan
from eventmatch.services import attendees, badge_sheets, tickets
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member

BASE = "https://events.example.org"
EVERYBODY = Choice()


def names(by: Actor, choice: Choice = EVERYBODY) -> list[str]:
    """Return whose badges a choice holds."""
    return [badge.name for badge in badge_sheets.page(by, "meetup", choice, base_url=BASE).badges]


def counts(by: Actor) -> tuple[int, int]:
    """Return how many are to wear a badge, and how many badges are printed."""
    view = badge_sheets.overview(by, "meetup", base_url=BASE)
    return view.wearing, view.printed


def test_badges_are_for_who_is_sure_to_come_in_person(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    add_attendee(meetup, "Chidi", mode=Mode.EITHER)
    add_attendee(meetup, "Olga", mode=Mode.ONLINE)
    add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED)
    barred = add_attendee(meetup, "Rude")
    attendees.bar(oona, meetup.slug, barred.id, "Shouted", now=NINE)
    add_attendee(add_meetup("elsewhere"), "Fremder")

    assert names(oona) == ["Ada Okafor", "Chidi"]
    assert counts(oona) == (2, 0)


def test_badges_come_in_order_of_names_as_people_look_them_up(meetup: MeetupRef, oona: Actor) -> None:
    for name in ("Zoë", "ben", "Émile", "Ada", "王小明", "Çelik"):
        add_attendee(meetup, name, email=f"{name}@example.org")

    assert names(oona) == ["Ada", "ben", "Çelik", "Émile", "Zoë", "王小明"]


def test_a_badge_holds_what_people_need_and_the_public_code(meetup: MeetupRef, oona: Actor) -> None:
    dana = add_attendee(meetup, "Dana", organisation="ACME", kind=TicketKind.SPEAKER)

    badge = badge_sheets.one(meetup.id, dana.id, BASE)

    assert (badge.name, badge.organisation, badge.kind, badge.event) == (
        "Dana",
        "ACME",
        "Speaker",
        "Project people's meetup",
    )
    assert badge.code == f"HTTPS://EVENTS.EXAMPLE.ORG/B/{dana.badge}"
    assert badge.printed_at is None


def test_a_guest_needs_no_word(meetup: MeetupRef, ada: AttendeeRef) -> None:
    assert badge_sheets.one(meetup.id, ada.id, BASE).kind == ""


def test_who_comes_online_may_have_a_badge_all_the_same(meetup: MeetupRef) -> None:
    olga = add_attendee(meetup, "Olga", mode=Mode.ONLINE)

    assert badge_sheets.one(meetup.id, olga.id, BASE).name == "Olga"


def test_there_is_no_badge_without_a_sure_place(meetup: MeetupRef, ada: AttendeeRef) -> None:
    waldo, elsewhere = add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED), add_meetup("elsewhere")

    for event_id, attendee_id in ((meetup.id, waldo.id), (elsewhere.id, ada.id), (meetup.id, 999)):
        with pytest.raises(NotFound):
            badge_sheets.one(event_id, attendee_id, BASE)


def test_printing_changes_nothing_about_entry(either_app: Flask) -> None:
    meetup = add_meetup()
    oona, ada = add_member(meetup, "Oona", MemberRole.OWNER), add_attendee(meetup, "Ada")

    printed = badge_sheets.note_printed(oona, meetup.slug, [ada.id], now=NINE)

    seen = attendees.attendee(oona, meetup.slug, ada.id, now=NINE)
    assert (printed, seen.badge_printed_at, seen.arrived_at) == (1, NINE, None)
    assert (db.session.query(Scan).count(), db.session.query(Presence).count()) == (0, 0)
    assert counts(oona) == (1, 1)


def test_what_is_printed_again_was_printed_last(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    for moment in (NINE + HOUR, NINE):
        badge_sheets.note_printed(oona, meetup.slug, [ada.id], now=moment)

    assert attendees.attendee(oona, meetup.slug, ada.id, now=NINE).badge_printed_at == NINE + HOUR
    assert counts(oona) == (1, 1)


def test_a_new_ticket_has_a_badge_that_was_not_printed(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    badge_sheets.note_printed(oona, meetup.slug, [ada.id], now=NINE)
    with write_transaction() as session:
        tickets.issue(session.get_one(Attendee, ada.id), now=NINE)

    assert attendees.attendee(oona, meetup.slug, ada.id, now=NINE).badge_printed_at is None
    assert names(oona, Choice(unprinted=True)) == ["Ada Okafor"]


def test_only_badges_of_this_event_are_noted(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    fremder = add_attendee(add_meetup("elsewhere"), "Fremder")

    assert badge_sheets.note_printed(oona, meetup.slug, [ada.id, fremder.id, 999], now=NINE) == 1


def test_a_device_may_be_who_printed(meetup: MeetupRef, ada: AttendeeRef) -> None:
    kiosk = add_device(meetup)
    with write_transaction():
        badge_sheets.note(meetup.id, [ada.id], by=kiosk, now=NINE)

    fact = db.session.query(BadgePrint).one()
    assert (fact.device_id, fact.person_id, fact.job_id) == (kiosk.device_id, None, None)


def test_a_choice_of_nobody_is_refused(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    for choice in (Choice(first="B"), Choice(kind="press"), Choice(size="a5")):
        with pytest.raises(Invalid):
            badge_sheets.page(oona, meetup.slug, choice, base_url=BASE)


def test_a_page_holds_no_more_than_a_browser_prints(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badge_sheets, "MOST_ON_A_PAGE", 1)

    page = badge_sheets.page(oona, meetup.slug, Choice(), base_url=BASE)

    assert ([badge.name for badge in page.badges], page.total) == (["Ada Okafor"], 2)


def test_longer_names_are_set_smaller_and_always_within_the_styles_there_are(meetup: MeetupRef) -> None:
    sizes = []
    for name in ("Bo", "Bartholomew Featherstonehaugh-Cholmondeley", "x" * 200):
        person = add_attendee(meetup, name, email=f"{len(name)}@example.org", organisation=name)
        sizes.append([badge_sheets.one(meetup.id, person.id, BASE).steps(size) for size in SIZES.values()])

    for short, long, longest in zip(*sizes, strict=True):
        assert short["name"] > long["name"] > longest["name"] >= 1
        assert short["name"] <= 28


def test_only_those_who_run_the_event_see_badges(meetup: MeetupRef, ada: AttendeeRef) -> None:
    viewer, foreign = add_member(meetup, "Ulrike", MemberRole.VIEWER), add_member(add_meetup("elsewhere"), "Fremder")

    for actor in (viewer, foreign, ada.actor):
        with pytest.raises(NotFound):
            badge_sheets.overview(actor, meetup.slug, base_url=BASE)
        with pytest.raises(NotFound):
            badge_sheets.note_printed(actor, meetup.slug, [ada.id], now=NINE)
