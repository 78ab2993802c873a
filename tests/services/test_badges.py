"""What opening a badge shows, and to whom."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.codes import new_code
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.scan import Scan
from eventmatch.models.tap import Block
from eventmatch.services import badges, tickets
from eventmatch.services.badges import Standing, Tie
from eventmatch.services.checkin import scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_person

Spoil = Callable[[AttendeeRef, AttendeeRef], None]


def change(who: AttendeeRef, **values: Any) -> None:
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == who.id).values(**values))


def block(one: AttendeeRef, other: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(Block(from_id=one.id, to_id=other.id, created_at=NINE))


def revoke(who: AttendeeRef) -> None:
    with write_transaction():
        tickets.revoke(who.id, now=NINE)


GONE: dict[str, Spoil] = {
    "hidden": lambda ada, _: change(ada, hidden_at=NINE),
    "blocked by her": block,
    "blocked by him": lambda ada, ben: block(ben, ada),
    "revoked": lambda ada, _: revoke(ada),
    "cancelled": lambda ada, _: change(ada, status=AttendeeStatus.CANCELLED),
    "barred": lambda ada, _: change(ada, barred_at=NINE),
    "imported, not claimed": lambda ada, _: change(ada, person_id=None, imported=True),
}


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def refused(by: Actor, code: str) -> tuple[str, list[str]]:
    """Return the refusal's sentence, and which statements led to it."""
    db.session.rollback()
    db.session.expunge_all()
    with statements() as sent, pytest.raises(NotFound) as refusal:
        badges.look(by, code)
    return refusal.value.message, sent


def test_a_peer_sees_name_work_and_headline(ada: AttendeeRef, ben: AttendeeRef) -> None:
    change(ada, organisation="St. Ansgar Hospitals", headline="Moves hospitals", offer="How to move a ward")

    badge = badges.look(ben.actor, ada.badge)

    assert (badge.standing, badge.tie) == (Standing.PEER, Tie.NONE)
    assert badge.wearer == badges.Wearer("Ada Okafor", "St. Ansgar Hospitals", "Moves hospitals", "How to move a ward")


def test_the_offer_of_somebody_who_takes_no_part_in_matching_is_not_shown(meetup: MeetupRef, ben: AttendeeRef) -> None:
    ada = add_attendee(meetup, "Ada Okafor", consents=(), offer="How to move a ward")

    wearer = badges.look(ben.actor, ada.badge).wearer

    assert wearer is not None
    assert wearer.sentence == ""


def test_a_badge_is_read_in_any_case(ada: AttendeeRef, ben: AttendeeRef) -> None:
    assert badges.look(ben.actor, ada.badge.lower()).code == ada.badge


def test_the_owner_is_recognised(ada: AttendeeRef) -> None:
    assert badges.look(ada.actor, ada.badge).standing is Standing.OWNER


def test_the_ticket_code_is_no_badge(ada: AttendeeRef, ben: AttendeeRef) -> None:
    with pytest.raises(NotFound):
        badges.look(ben.actor, ada.code)


@pytest.mark.parametrize("spoil", GONE.values(), ids=GONE)
def test_whoever_is_not_there_for_a_peer_answers_like_an_unknown_badge(
    spoil: Spoil, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    spoil(ada, ben)

    assert refused(ben.actor, ada.badge)[0] == refused(ben.actor, new_code())[0]


def test_hidden_blocked_and_revoked_take_equally_many_queries(meetup: MeetupRef, ben: AttendeeRef) -> None:
    asked = set()
    for number, spoil in enumerate(GONE.values()):
        ada = add_attendee(meetup, f"Ada{number}")
        spoil(ada, ben)
        asked.add(len(refused(ben.actor, ada.badge)[1]))

    assert len(asked) == 1


@pytest.mark.parametrize("spoil", GONE.values(), ids=GONE)
def test_without_signing_in_every_code_shows_the_same_page_and_asks_nothing(
    spoil: Spoil, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    unknown = new_code()
    with statements() as sent:
        seen = [badges.look(NOBODY, ada.badge)]
    spoil(ada, ben)
    seen += [badges.look(NOBODY, ada.badge), replace(badges.look(NOBODY, unknown), code=ada.badge)]

    assert seen == [badges.BadgeView(ada.badge, Standing.NOBODY)] * 3
    assert sent == []


def test_what_is_no_code_is_missing(ben: AttendeeRef) -> None:
    for by in (NOBODY, ben.actor):
        with pytest.raises(NotFound):
            badges.look(by, "nonsense")


@pytest.mark.parametrize("spoil", [lambda _, __: None, *GONE.values()], ids=["in use", *GONE])
def test_who_has_no_place_there_sees_nobody_whatever_became_of_the_owner(
    spoil: Spoil, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    spoil(ada, ben)
    waldo = add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED)
    carl = add_attendee(meetup, "Carl", status=AttendeeStatus.CANCELLED)

    for by in (add_person("Stella"), waldo.actor, carl.actor):
        assert refused(by, ada.badge)[0] == refused(by, new_code())[0]


def test_on_duty_one_sees_name_and_doors_even_of_the_hidden_and_checks_nobody_in(
    meetup: MeetupRef, ada: AttendeeRef
) -> None:
    change(ada, hidden_at=NINE, headline="Moves hospitals")
    tablet = add_device(meetup, doors=[meetup.front_door])

    badge = badges.look(tablet, ada.badge)

    assert (badge.standing, [door.id for door in badge.doors]) == (Standing.DOOR, [meetup.front_door])
    assert badge.wearer == badges.Wearer("Ada Okafor", "")
    assert db.session.query(Scan).count() == 0


def test_on_duty_one_sees_who_was_imported_and_has_not_claimed_the_place(meetup: MeetupRef, ada: AttendeeRef) -> None:
    change(ada, person_id=None, imported=True)
    tablet = add_device(meetup, doors=[meetup.front_door])
    entry = scan(DoorKey(meetup.front_door), Reading(ada.badge, "1"), by=tablet, at=NINE)

    assert badges.look(tablet, ada.badge).wearer == badges.Wearer("Ada Okafor", "")
    assert entry.attendee is not None
    assert entry.attendee.name == "Ada Okafor"


def test_another_events_device_is_nobody(ada: AttendeeRef) -> None:
    elsewhere = add_device(add_meetup("elsewhere"))

    assert badges.look(elsewhere, ada.badge).standing is Standing.NOBODY


def test_the_page_says_which_of_my_details_they_would_see(meetup: MeetupRef, ada: AttendeeRef) -> None:
    agreed = (Purpose.SHARE_EMAIL, Purpose.SHARE_LINK)  # a link was never typed in
    ben = add_attendee(meetup, "Ben Hartwig", consents=agreed, phone="+49 40 66969 207")

    assert badges.look(ben.actor, ada.badge).shares == ("email",)


def test_the_indistinguishable_test_fails_when_nobody_asks_for_blocks(
    ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the check a blocked badge shows its owner."""
    block(ada, ben)
    monkeypatch.setattr("eventmatch.services.visibility.blocked_attendees", lambda _: set[int]())

    assert badges.look(ben.actor, ada.badge).standing is Standing.PEER


def test_an_old_badge_is_revoked_for_its_owner_too(ada: AttendeeRef) -> None:
    with write_transaction():
        tickets.issue(db.session.get_one(Attendee, ada.id), now=NINE + timedelta(hours=1))

    with pytest.raises(NotFound):
        badges.look(ada.actor, ada.badge)
