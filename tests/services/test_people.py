"""What one attendee sees of the lists."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import ArrivalVisibility, AttendeeStatus, HiddenFrom, Mode
from eventmatch.models.attendee import Attendee, AttendeeTag
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import Consent
from eventmatch.models.contact import BadgeScan
from eventmatch.models.event import Door, Event
from eventmatch.models.person import PersonEmail
from eventmatch.models.scan import Presence
from eventmatch.models.tap import Block, Known, NotForMe, Wish
from eventmatch.services import matching, people
from eventmatch.services.people import Aside, PeopleView, State
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_matching import here_and_now


@pytest.fixture
def lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute Ada's and Ben's lists: each other."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)


def change(who: AttendeeRef, **values: object) -> None:
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == who.id).values(**values))


def add(row: object) -> None:
    with write_transaction() as session:
        session.add(row)


def arrive(who: AttendeeRef, meetup: MeetupRef) -> None:
    door = db.session.get_one(Door, meetup.front_door)
    add(Presence(attendee_id=who.id, room_id=door.room_id, door_id=door.id, since=NINE))


def names(view: PeopleView) -> list[str]:
    return [card.name for card in view.cards]


@pytest.mark.usefixtures("lists")
def test_ada_sees_ben_and_what_she_gets(meetup: MeetupRef, ada: AttendeeRef) -> None:
    view = people.people(ada.actor, meetup.slug, now=NINE)

    [card] = view.cards
    assert (view.state, card.name, card.here, card.wished, card.connected) == (
        State.READY,
        "Ben Hartwig",
        False,
        False,
        False,
    )
    assert (card.reasons[0].term, card.reasons[0].theirs) == ("need", "vendor contracts")
    assert card.opening is not None


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    "values",
    [{"status": AttendeeStatus.CANCELLED}, {"barred_at": NINE}, {"hidden_at": NINE}],
    ids=["cancelled", "barred", "hidden"],
)
def test_who_leaves_is_gone_from_others_lists_at_once(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, values: dict[str, object]
) -> None:
    change(ben, **values)

    assert people.people(ada.actor, meetup.slug, now=NINE).cards == ()
    with pytest.raises(NotFound):
        people.person(ada.actor, meetup.slug, ben.id, now=NINE)


@pytest.mark.usefixtures("lists")
def test_who_leaves_matching_is_gone_and_sees_nobody(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.execute(update(Consent).where(Consent.attendee_id == ben.id).values(withdrawn_at=NINE))

    assert names(people.people(ada.actor, meetup.slug, now=NINE)) == []
    his = people.people(ben.actor, meetup.slug, now=NINE)
    assert (his.state, his.cards) == (State.OFF, ())


@pytest.mark.usefixtures("lists")
def test_a_block_hides_each_from_the_other(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    add(Block(from_id=ben.id, to_id=ada.id, created_at=NINE))

    assert (
        names(people.people(ada.actor, meetup.slug, now=NINE))
        == names(people.people(ben.actor, meetup.slug, now=NINE))
        == []
    )


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(("tap", "why"), [(NotForMe, Aside.NOT_FOR_ME), (Known, Aside.KNOWN)])
def test_a_tap_acts_at_once_on_my_own_list_and_can_be_undone_there(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, tap: type, why: Aside
) -> None:
    add(tap(from_id=ada.id, to_id=ben.id, created_at=NINE))

    view = people.people(ada.actor, meetup.slug, now=NINE)
    assert names(view) == []
    assert [(one.name, one.why) for one in view.aside] == [("Ben Hartwig", why)]


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("tap", [NotForMe, Known, Wish])
def test_nothing_ada_sees_tells_of_bens_tap_about_her(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, tap: type
) -> None:
    before = people.people(ada.actor, meetup.slug, now=NINE), people.person(ada.actor, meetup.slug, ben.id, now=NINE)

    add(tap(from_id=ben.id, to_id=ada.id, created_at=NINE))

    assert (
        people.people(ada.actor, meetup.slug, now=NINE),
        people.person(ada.actor, meetup.slug, ben.id, now=NINE),
    ) == before


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("tap", [NotForMe, Known])
def test_the_next_lists_with_other_news_have_parted_who_was_put_aside_whatever_the_reason(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, tap: type
) -> None:
    for one, other in ((ada, ben), (ben, ada)):
        add(Wish(from_id=one.id, to_id=other.id, created_at=NINE, spot="the red sofa"))
    add(tap(from_id=ben.id, to_id=ada.id, created_at=NINE))
    matching.start(oona, meetup.slug, now=NINE)  # nothing but the tap is new
    until_then = people.people(ada.actor, meetup.slug, now=NINE).cards[0]
    add_attendee(meetup, "Chidi")
    matching.start(oona, meetup.slug, now=NINE)

    view = people.people(ada.actor, meetup.slug, now=NINE)
    assert until_then.both
    assert names(view) == ["Chidi"]
    assert [(card.wished, card.both) for card in view.asked] == [(True, False)]


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    ("visible_to", "seen"),
    [(ArrivalVisibility.NOBODY, False), (ArrivalVisibility.MATCHES, True), (ArrivalVisibility.EVERYBODY, True)],
)
def test_who_is_here_is_seen_by_whom_they_allow(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, visible_to: ArrivalVisibility, *, seen: bool
) -> None:
    change(ben, arrival_visible_to=visible_to)
    arrive(ben, meetup)

    assert [card.here for card in people.people(ada.actor, meetup.slug, now=NINE).cards] == [seen]


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(("daily", "seen"), [(True, False), (False, True)])
def test_who_came_yesterday_is_here_only_where_days_are_one(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, *, daily: bool, seen: bool
) -> None:
    change(ben, arrival_visible_to=ArrivalVisibility.EVERYBODY)
    arrive(ben, meetup)
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"door": {"daily": daily}}

    tomorrow = people.people(ada.actor, meetup.slug, now=NINE + timedelta(days=1))
    assert [card.here for card in tomorrow.cards] == [seen]


@pytest.mark.usefixtures("lists")
def test_who_has_just_come_in_is_shown_three_people_those_here_first(meetup: MeetupRef, oona: Actor) -> None:
    for name in ("Chidi", "Dana", "Emeka", "Fatima"):
        add_attendee(meetup, name, asks=["risk"], offers=["risk"], arrival_visible_to=ArrivalVisibility.EVERYBODY)
    grace = add_attendee(meetup, "Grace", asks=["risk"], offers=["risk"])
    matching.start(oona, meetup.slug, now=NINE)
    order = people.people(grace.actor, meetup.slug, now=NINE).cards
    last = db.session.get_one(Attendee, order[-1].id)
    with write_transaction() as session:
        session.execute(update(Attendee).values(arrival_visible_to=ArrivalVisibility.EVERYBODY))
    door = db.session.get_one(Door, meetup.front_door)
    add(Presence(attendee_id=last.id, room_id=door.room_id, door_id=door.id, since=NINE))

    assert [card.id for card in people.at_once(grace.actor, meetup.slug, now=NINE)] == [
        last.id,
        order[0].id,
        order[1].id,
    ]


@pytest.mark.usefixtures("lists")
def test_who_is_not_my_match_does_not_show_me_their_arrival_to_matches(meetup: MeetupRef, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi", arrival_visible_to=ArrivalVisibility.MATCHES)
    arrive(chidi, meetup)
    add(Wish(from_id=ada.id, to_id=chidi.id, created_at=NINE))

    [card] = people.people(ada.actor, meetup.slug, now=NINE).asked
    assert (card.name, card.here) == ("Chidi", False)


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(("organisation", "shown"), [("Nordhafen GmbH", False), ("Elsewhere", True), ("", False)])
def test_an_ask_hidden_from_colleagues_is_in_no_word_they_read(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, organisation: str, *, shown: bool
) -> None:
    change(ben, organisation="Nordhafen", ask_hidden_from=HiddenFrom.ORGANISATION, ask="who moved a hospital?")
    change(ada, organisation=organisation)

    view = people.person(ada.actor, meetup.slug, ben.id, now=NINE)
    everything = repr(replace(view, event=None))  # type: ignore[arg-type]  # the event has words of its own
    assert ("who moved a hospital?" in everything) is shown
    assert any(reason.their_field == "asks" for reason in view.card.reasons) is shown
    assert bool(view.asks) is shown


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize(
    ("synonyms", "shown"), [({}, True), ({"NHL": "Nordhafen"}, False), ({"nhl": "Port", "Nordhafen": "Port"}, False)]
)
def test_colleagues_are_also_those_whose_organisation_is_read_as_one(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, synonyms: dict[str, str], *, shown: bool
) -> None:
    change(ben, organisation="Nordhafen", ask_hidden_from=HiddenFrom.ORGANISATION)
    change(ada, organisation="NHL")
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"matching": {"organisation_synonyms": synonyms}}))

    assert bool(people.person(ada.actor, meetup.slug, ben.id, now=NINE).asks) is shown


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("domain", ["nordhafen.example", "gmail.com"])
@pytest.mark.parametrize("proven", [True, False], ids=["a further address", "the address of the place"])
def test_a_colleague_who_names_another_organisation_reads_no_hidden_ask(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, domain: str, *, proven: bool
) -> None:
    secret = "who moved a hospital?"
    change(ben, organisation="Nordhafen", ask_hidden_from=HiddenFrom.ORGANISATION, ask=secret, email=f"ben@{domain}")
    change(ada, organisation="Elsewhere", **({} if proven else {"email": f"ada@{domain}"}))
    if proven:
        add(PersonEmail(person_id=ada.person_id, address=f"ada@{domain}", verified_at=NINE))

    view = people.person(ada.actor, meetup.slug, ben.id, now=NINE)
    [card] = people.people(ada.actor, meetup.slug, now=NINE).cards
    open_to_all = domain == "gmail.com"  # the control: there nothing tells that the two are colleagues
    told = [any(reason.their_field == "asks" for reason in shown.reasons) for shown in (view.card, card)]
    assert (view.ask == secret, bool(view.asks), *told) == (open_to_all,) * 4


@pytest.mark.usefixtures("lists")
def test_a_withdrawn_word_is_gone_before_the_next_lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.execute(delete(AttendeeTag).where(AttendeeTag.attendee_id == ben.id))

    [card] = people.people(ada.actor, meetup.slug, now=NINE).cards
    assert not {"need", "give", "rare"} & {reason.term for reason in card.reasons}


def test_before_any_lists_one_is_told_that_they_come(meetup: MeetupRef, ada: AttendeeRef) -> None:
    view = people.people(ada.actor, meetup.slug, now=NINE)

    assert (view.state, view.cards, view.computed_at) == (State.SOON, (), None)


@pytest.mark.usefixtures("lists")
def test_a_newcomer_waits_for_the_next_lists_and_an_unreachable_one_learns_why(meetup: MeetupRef, oona: Actor) -> None:
    chidi = add_attendee(meetup, "Chidi", mode=Mode.ONLINE)
    before = people.people(chidi.actor, meetup.slug, now=NINE).state
    matching.start(oona, meetup.slug, now=NINE + timedelta(minutes=1))

    assert (before, people.people(chidi.actor, meetup.slug, now=NINE).state) == (State.SOON, State.NOBODY)


@pytest.mark.usefixtures("lists")
def test_who_hides_is_shown_nobody(meetup: MeetupRef, ada: AttendeeRef) -> None:
    change(ada, hidden_at=NINE)

    view = people.people(ada.actor, meetup.slug, now=NINE)
    assert (view.state, view.cards) == (State.HIDDEN, ())


@pytest.mark.usefixtures("lists")
def test_a_stranger_has_no_page_until_connected(meetup: MeetupRef, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi", consents=[])
    with pytest.raises(NotFound):
        people.person(ada.actor, meetup.slug, chidi.id, now=NINE)

    add(BadgeScan(scanner_id=chidi.id, owner_id=ada.id, created_at=NINE, accepted_at=NINE))

    assert people.person(ada.actor, meetup.slug, chidi.id, now=NINE).card.connected


@pytest.mark.usefixtures("lists")
def test_other_events_people_are_as_good_as_missing(ada: AttendeeRef, ben: AttendeeRef) -> None:
    other = add_meetup("other")
    dana = add_attendee(other, "Dana")

    for actor, slug in ((dana.actor, "meetup"), (ada.actor, "other")):
        with pytest.raises(NotFound):
            people.people(actor, slug, now=NINE)
    with pytest.raises(NotFound):
        people.person(dana.actor, "other", ben.id, now=NINE)


@pytest.mark.usefixtures("lists")
def test_ada_is_on_bens_list_if_and_only_if_he_is_on_hers(meetup: MeetupRef, oona: Actor) -> None:
    topics = ["scrum", "grants", "risk"]
    for number in range(10):
        add_attendee(meetup, f"P{number}", asks=[topics[number % 3]], offers=[topics[(number + 1) % 3]])
    matching.start(oona, meetup.slug, now=NINE)

    seen = {}
    for attendee in db.session.scalars(select(Attendee)):
        actor = Actor(person_id=attendee.person_id, name=attendee.name, fresh=True)
        seen[attendee.id] = {card.id for card in people.people(actor, meetup.slug, now=NINE).cards}
    assert all(one in seen[other] for one, others in seen.items() for other in others)
    assert {len(others) for others in seen.values()} == {6}


@pytest.mark.usefixtures("lists")
def test_who_takes_no_part_in_matching_shows_a_contact_who_they_are_and_no_more(
    meetup: MeetupRef, ada: AttendeeRef
) -> None:
    chidi = add_attendee(
        meetup,
        "Chidi",
        consents=[],
        interests=["scrum"],
        asks=["a new job"],
        offers=["pilot sites"],
        headline="Clinics",
        about="Long words",
        ask="Who hires?",
        offer="Come and see",
        glad_to_help=True,
    )
    add(BadgeScan(scanner_id=chidi.id, owner_id=ada.id, created_at=NINE, accepted_at=NINE))

    seen = people.person(ada.actor, meetup.slug, chidi.id, now=NINE)

    assert (seen.card.name, seen.card.headline) == ("Chidi", "Clinics")
    assert (seen.about, seen.interests, seen.in_common) == ("", (), ())
    assert (seen.asks, seen.ask, seen.offers, seen.offer, seen.glad_to_help) == ((), "", (), "", False)
