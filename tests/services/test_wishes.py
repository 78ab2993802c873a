"""I'd like to meet, already know, not for me."""

import pytest
from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.tap import Known, NotForMe, Wish
from eventmatch.models.work import Outbox
from eventmatch.services import matching, people, place, safety, wishes
from eventmatch.services.cards import Card
from eventmatch.services.letters import write
from eventmatch.services.people import Aside
from tests.cast import NINE, SITE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_matching import here_and_now


@pytest.fixture(autouse=True)
def lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute Ada's and Ben's lists: each other."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)


def card(of: AttendeeRef) -> Card:
    [only] = people.people(of.actor, "meetup", now=NINE).cards
    return only


def letters() -> list[Outbox]:
    return list(db.session.scalars(select(Outbox).where(Outbox.letter == "wish_mutual").order_by(Outbox.id)))


def test_one_wish_is_seen_by_nobody_else(ada: AttendeeRef, ben: AttendeeRef) -> None:
    mutual = wishes.wish(ada.actor, "meetup", ben.id, now=NINE)

    assert (mutual, card(ada).wished, card(ada).both) == (False, True, False)
    assert (card(ben).wished, card(ben).both, letters()) == (False, False, [])


def test_two_wishes_bring_both_the_same_spot_and_a_letter_each(ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    mutual = wishes.wish(ben.actor, "meetup", ada.id, now=NINE)

    assert mutual
    assert card(ada).spot == card(ben).spot
    assert card(ada).spot in {"the red sofa", "the tall plant"}
    assert [(letter.recipient, letter.values) for letter in letters()] == [
        (ada.email, {"other": "Ben Hartwig", "spot": card(ada).spot}),
        (ben.email, {"other": "Ada Okafor", "spot": card(ada).spot}),
    ]


def test_the_letter_names_the_other_and_the_spot(ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)

    body = write(letters()[0], site=SITE, now=NINE).get_body(("plain",))
    assert body is not None
    assert "Ben Hartwig would like to meet you" in body.get_content()
    assert card(ada).spot in body.get_content()


def test_tapping_again_tells_nobody_again(ada: AttendeeRef, ben: AttendeeRef) -> None:
    for _ in range(3):
        wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
        wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
        wishes.take_back(ada.actor, "meetup", ben.id)
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)

    assert len(letters()) == 2
    assert card(ada).spot == card(ben).spot != ""


def test_a_wish_taken_back_is_gone_for_both(ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    wishes.take_back(ada.actor, "meetup", ben.id)

    assert (card(ada).wished, card(ada).spot) == (False, "")
    assert (card(ben).wished, card(ben).both, card(ben).spot) == (True, False, "")


def test_who_is_online_is_met_by_video(ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ben.id).values(mode=Mode.ONLINE))
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)

    assert card(ada).spot == wishes.BY_VIDEO


@pytest.mark.parametrize(("why", "kind"), [(Aside.KNOWN, Known), (Aside.NOT_FOR_ME, NotForMe)])
def test_somebody_put_aside_can_be_brought_back(
    ada: AttendeeRef, ben: AttendeeRef, why: Aside, kind: type[Known] | type[NotForMe]
) -> None:
    wishes.put_aside(ada.actor, "meetup", ben.id, why, now=NINE)
    gone = people.people(ada.actor, "meetup", now=NINE).cards
    stored = len(list(db.session.scalars(select(kind))))
    wishes.bring_back(ada.actor, "meetup", ben.id, why, now=NINE)

    assert (gone, stored) == ((), 1)
    assert card(ada).name == "Ben Hartwig"


def says_no(who: AttendeeRef, about: AttendeeRef) -> None:
    wishes.put_aside(who.actor, "meetup", about.id, Aside.NOT_FOR_ME, now=NINE)


def takes_the_no_back(who: AttendeeRef, about: AttendeeRef) -> None:
    wishes.bring_back(who.actor, "meetup", about.id, Aside.NOT_FOR_ME, now=NINE)


@pytest.mark.parametrize("said_no", [True, False])
def test_a_wish_followed_by_not_for_me_is_answered_by_nobody(
    ada: AttendeeRef, ben: AttendeeRef, *, said_no: bool
) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    if said_no:
        says_no(ada, ben)
    mutual = wishes.wish(ben.actor, "meetup", ada.id, now=NINE)

    both = not said_no  # the control: without the no, the two wishes meet
    assert (mutual, card(ben).wished, card(ben).both, bool(letters())) == (both, True, both, both)


def test_taking_the_no_back_completes_the_wishes_of_both(ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    says_no(ada, ben)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    takes_the_no_back(ada, ben)

    assert card(ada).spot == card(ben).spot != ""
    assert [letter.recipient for letter in letters()] == [ada.email, ben.email]


@pytest.mark.parametrize("he", ["says no", "hides"])
def test_taking_the_no_back_completes_nothing_while_the_other_does_not_want_it(
    he: str, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    says_no(ada, ben)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    if he == "hides":
        place.set_hidden(ben.actor, "meetup", hidden=True, now=NINE)
    else:
        says_no(ben, ada)
    takes_the_no_back(ada, ben)

    assert letters() == []
    assert not any(seen.both for seen in people.people(ada.actor, "meetup", now=NINE).cards)


def test_who_had_agreed_to_meet_learns_of_a_later_no_from_no_tap(ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    before = card(ben)
    says_no(ada, ben)
    wishes.take_back(ben.actor, "meetup", ada.id)
    mutual = wishes.wish(ben.actor, "meetup", ada.id, now=NINE)

    assert (mutual, card(ben), len(letters())) == (True, before, 2)


def test_nobody_taps_about_people_who_are_not_on_their_list(meetup: MeetupRef, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi")

    for attempt in (
        lambda: wishes.wish(ada.actor, "meetup", chidi.id, now=NINE),
        lambda: wishes.put_aside(ada.actor, "meetup", chidi.id, Aside.KNOWN, now=NINE),
        lambda: wishes.bring_back(ada.actor, "meetup", chidi.id, Aside.KNOWN, now=NINE),
        lambda: wishes.wish(ada.actor, "meetup", ada.id, now=NINE),
        lambda: wishes.wish(ada.actor, "meetup", 10**9, now=NINE),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert list(db.session.scalars(select(Wish))) == []


@pytest.mark.parametrize("gone", ["hidden", "blocked"])
def test_taking_a_wish_back_does_not_tell_a_block_from_hiding(gone: str, ada: AttendeeRef, ben: AttendeeRef) -> None:
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    if gone == "hidden":
        place.set_hidden(ben.actor, "meetup", hidden=True, now=NINE)
    else:
        safety.block(ben.actor, "meetup", ada.id, now=NINE)
    wishes.take_back(ada.actor, "meetup", ben.id)

    assert list(db.session.scalars(select(Wish))) == []
