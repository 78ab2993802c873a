"""A contact book belongs to its owner."""

from collections.abc import Callable

import pytest

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Invalid, NotFound, SignInNeeded
from eventmatch.domain.states import Purpose
from eventmatch.models.base import db
from eventmatch.models.contact import Contact
from eventmatch.services import contacts, matching
from eventmatch.services.contacts import Typed
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_badges import block, change
from tests.services.test_matching import here_and_now
from tests.services.test_sharing import agree, meet

HANNE = Typed("Hanne Volk", "Volk & Partner", "hanne@example.net", "+49 30 1234567", "From the train")


def names(by: AttendeeRef, search: str = "") -> list[str]:
    return [entry.card.name for entry in contacts.book(by.actor, search).entries]


@pytest.fixture
def met(ada: AttendeeRef, ben: AttendeeRef) -> int:
    """Let Ada and Ben connect, and return Ada's entry of Ben."""
    meet(ada, ben)
    return contacts.book(ada.actor).entries[0].id


def test_people_met_and_typed_in_stand_by_name(ada: AttendeeRef, met: int) -> None:
    contacts.add(ada.actor, HANNE, now=NINE)
    contacts.add(ada.actor, Typed("Ángel Ruiz"), now=NINE)

    assert names(ada) == ["Ángel Ruiz", "Ben Hartwig", "Hanne Volk"]


@pytest.mark.parametrize("search", ["hartw", "BEN", "vendor", "contracts ben", "knows"])
def test_a_search_finds_names_help_and_own_notes(search: str, ada: AttendeeRef, met: int) -> None:
    contacts.add(ada.actor, HANNE, now=NINE)
    contacts.write_note(ada.actor, met, "Knows everybody")

    assert names(ada, search) == ["Ben Hartwig"]
    assert contacts.book(ada.actor, search).total == 2


@pytest.mark.parametrize("search", ["+49", "40 66969", "ben@example.org", "zzz"])
def test_a_search_finds_nobody_by_what_they_do_not_show(search: str, meetup: MeetupRef, ada: AttendeeRef) -> None:
    meet(ada, add_attendee(meetup, "Ben Hartwig", phone="+49 40 66969 207"))

    assert names(ada, search) == []


def test_an_entry_says_where_and_when_the_two_met(ada: AttendeeRef, met: int) -> None:
    entry = contacts.contact(ada.actor, met).entry

    assert (entry.event, entry.slug, entry.met_at, entry.typed) == ("Project people's meetup", "meetup", NINE, False)


def test_an_entry_says_why_the_two_were_matched_while_both_take_part(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, met: int, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)
    before = contacts.contact(ada.actor, met).reasons
    agree(ben)

    assert before[0].theirs == "vendor contracts"
    assert contacts.contact(ada.actor, met).reasons == ()


def test_a_note_is_the_owners_alone(ada: AttendeeRef, ben: AttendeeRef, met: int) -> None:
    contacts.write_note(ada.actor, met, " Knows vendors \r\n and more ")

    assert contacts.contact(ada.actor, met).entry.note == "Knows vendors\n and more"
    assert contacts.book(ben.actor).entries[0].note == ""


def test_deleting_leaves_the_others_book_alone(ada: AttendeeRef, ben: AttendeeRef, met: int) -> None:
    contacts.remove(ada.actor, met)

    assert (names(ada), names(ben)) == ([], ["Ada Okafor"])


def test_what_was_typed_can_be_changed(ada: AttendeeRef) -> None:
    contact_id = contacts.add(ada.actor, HANNE, now=NINE)
    contacts.change(ada.actor, contact_id, Typed("Hanne Volk-Ruiz", email="HANNE@Example.net"))
    entry = contacts.contact(ada.actor, contact_id).entry

    assert (entry.card.name, entry.card.email, entry.card.phone, entry.typed) == (
        "Hanne Volk-Ruiz",
        "hanne@example.net",
        "",
        True,
    )


def test_what_people_met_show_is_not_the_owners_to_change(ada: AttendeeRef, met: int) -> None:
    with pytest.raises(NotFound):
        contacts.change(ada.actor, met, HANNE)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (Typed(" "), "name"),
        (Typed("x" * 201), "name"),
        (Typed("Hanne", email="hanne(at)example.net"), "email"),
        (Typed("Hanne", phone="call me"), "phone"),
        (Typed("Hanne", note="x" * 4001), "note"),
    ],
    ids=["no name", "a long name", "no address", "no number", "a long note"],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(typed: Typed, field: str, ada: AttendeeRef) -> None:
    with pytest.raises(Invalid) as refusal:
        contacts.add(ada.actor, typed, now=NINE)
    assert refusal.value.field == field


ACTS: dict[str, Callable[[Actor, int], object]] = {
    "read": contacts.contact,
    "note": lambda by, contact_id: contacts.write_note(by, contact_id, "mine now"),
    "delete": contacts.remove,
    "change": lambda by, contact_id: contacts.change(by, contact_id, HANNE),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_nobody_reaches_into_another_book(
    act: Callable[[Actor, int], object], ada: AttendeeRef, ben: AttendeeRef
) -> None:
    contact_id = contacts.add(ada.actor, HANNE, now=NINE)

    with pytest.raises(NotFound):
        act(ben.actor, contact_id)
    with pytest.raises(SignInNeeded):
        act(NOBODY, contact_id)
    assert contacts.contact(ada.actor, contact_id).entry.note == "From the train"


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_blocked_persons_entry_is_out_of_reach_and_keeps_its_note(
    act: Callable[[Actor, int], object], ada: AttendeeRef, ben: AttendeeRef, met: int
) -> None:
    contacts.write_note(ada.actor, met, "Knows vendors")
    block(ben, ada)

    with pytest.raises(NotFound):
        act(ada.actor, met)
    assert (contacts.book(ada.actor).total, names(ada, "knows")) == (0, [])
    assert db.session.get_one(Contact, met).note == "Knows vendors"


def test_consents_at_another_event_say_nothing_about_this_meeting(ada: AttendeeRef, ben: AttendeeRef, met: int) -> None:
    twin = add_attendee(add_meetup("elsewhere"), "Ben Twin", consents=[Purpose.SHARE_EMAIL], email="twin@example.org")
    change(twin, person_id=ben.person_id)

    assert contacts.contact(ada.actor, met).entry.card.email == ""
