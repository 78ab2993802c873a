"""The pages of people to meet."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import HowItWas
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from eventmatch.models.tap import NotForMe
from eventmatch.services import matching, outcomes, wishes
from eventmatch.services.people import Aside
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_matching import here_and_now
from tests.web.answers import without_tokens

SignIn = Callable[[Actor], FlaskClient]
PEOPLE = "/e/meetup/people"


@pytest.fixture
def lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute Ada's and Ben's lists: each other."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)


@pytest.mark.usefixtures("lists")
def test_a_card_says_what_ada_gets_and_what_to_ask(sign_in: SignIn, ada: AttendeeRef) -> None:
    page = sign_in(ada.actor).get(PEOPLE).text

    assert "Ben Hartwig" in page
    assert "Can help you with vendor contracts" in page
    assert "What do most people get wrong about vendor contracts?" in page


@pytest.mark.parametrize(
    ("rule", "there"),
    [("prefer", "acme"), ("prefer", "Acme Ltd."), ("allow", "Blue Kite")],
)
def test_a_colleague_is_never_called_a_look_into_another_organisation(
    meetup: MeetupRef, oona: Actor, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, rule: str, there: str
) -> None:
    monkeypatch.setattr(matching, "in_child", here_and_now)
    emeka, _ = add_attendee(meetup, "Emeka", organisation="ACME"), add_attendee(meetup, "Grace", organisation=there)
    decided = {"same_organisation": rule, "organisation_synonyms": {"Acme Ltd.": "ACME"}}
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"matching": decided}))
    matching.start(oona, meetup.slug, now=NINE)

    card, desk = sign_in(emeka.actor).get(PEOPLE).text, sign_in(oona).get("/o/e/meetup/lists").text
    assert (f"Also at {there}" in card, f"also at {there}" in desk) == (rule == "prefer", rule == "prefer")
    assert ("A look into another organisation" in card, "another organisation:" in desk) == (
        rule == "allow",
        rule == "allow",
    )


@pytest.mark.usefixtures("lists")
def test_a_person_has_a_page_with_block_and_report(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    page = sign_in(ada.actor).get(f"{PEOPLE}/{ben.id}").text

    assert "hospital moves" in page
    assert f'action="/e/meetup/people/{ben.id}/block"' in page
    assert f'href="/e/meetup/report?about={ben.id}"' in page


@pytest.mark.usefixtures("lists")
def test_a_wish_is_noted_and_taken_back(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    client = sign_in(ada.actor)
    client.post(f"{PEOPLE}/{ben.id}/wish")
    wished = client.get(PEOPLE).text
    client.post(f"{PEOPLE}/{ben.id}/wish", data={"undo": "1", "on": "person"})

    assert "Take back" in wished
    assert "Take back" not in client.get(PEOPLE).text


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("tap", ["known", "not-for-me"])
def test_putting_somebody_aside_offers_an_undo(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef, tap: str) -> None:
    client = sign_in(ada.actor)
    page = client.get(client.post(f"{PEOPLE}/{ben.id}/{tap}").location).text
    client.post(f"{PEOPLE}/{ben.id}/{tap}", data={"undo": "1"})

    assert "Ben Hartwig is off your list" in page
    assert "I’d like to meet" not in page
    assert "I’d like to meet" in client.get(PEOPLE).text


@pytest.mark.usefixtures("lists")
def test_adas_pages_do_not_change_by_a_byte_when_ben_does_not_want_to_meet_her(
    sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    client = sign_in(ada.actor)

    def pages() -> list[str]:
        return [without_tokens(client.get(path)) for path in (PEOPLE, f"{PEOPLE}/{ben.id}")]

    before = pages()
    with write_transaction() as session:
        session.add(NotForMe(from_id=ben.id, to_id=ada.id, created_at=NINE))

    assert pages() == before


@pytest.mark.usefixtures("lists")
def test_a_wish_is_unanswered_to_the_byte_when_the_other_wished_and_then_does_not_want_to_meet(
    sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    client = sign_in(ben.actor)

    def pages_after_a_wish() -> list[str]:
        answer = client.post(f"{PEOPLE}/{ada.id}/wish")
        seen = [without_tokens(client.get(path)) for path in (answer.location, PEOPLE, f"{PEOPLE}/{ada.id}")]
        client.get(client.post(f"{PEOPLE}/{ada.id}/wish", data={"undo": "1"}).location)
        return seen

    unanswered = pages_after_a_wish()
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.put_aside(ada.actor, "meetup", ben.id, Aside.NOT_FOR_ME, now=NINE)

    assert pages_after_a_wish() == unanswered
    wishes.bring_back(ada.actor, "meetup", ben.id, Aside.NOT_FOR_ME, now=NINE)
    assert pages_after_a_wish() != unanswered  # the control: an answer is seen


@pytest.mark.usefixtures("lists")
def test_undoing_not_for_me_tells_that_both_would_meet(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    client = sign_in(ada.actor)
    client.post(f"{PEOPLE}/{ben.id}/wish")
    client.post(f"{PEOPLE}/{ben.id}/not-for-me")
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    page = client.get(client.post(f"{PEOPLE}/{ben.id}/not-for-me", data={"undo": "1"}).location).text

    assert "You both would like to meet. The place is on the card" in page


@pytest.mark.parametrize(
    ("consents", "words"), [([], "Matching is off for you"), (None, "Your list is on its way")], ids=["off", "soon"]
)
def test_an_empty_list_says_what_to_do(
    sign_in: SignIn, meetup: MeetupRef, consents: list[object] | None, words: str
) -> None:
    chidi = add_attendee(meetup, "Chidi", **({} if consents is None else {"consents": consents}))  # type: ignore[arg-type]  # the default or none

    assert words in sign_in(chidi.actor).get(PEOPLE).text


@pytest.mark.usefixtures("lists")
def test_missing_hidden_and_foreign_people_answer_alike(sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi", hidden_at=NINE)
    client = sign_in(ada.actor)

    hidden, missing = (client.get(f"{PEOPLE}/{who}") for who in (chidi.id, 99999))
    assert (hidden.status_code, without_tokens(hidden)) == (missing.status_code, without_tokens(missing))
    assert client.post(f"{PEOPLE}/{chidi.id}/wish").status_code == 404


def test_nobody_is_led_to_sign_in(client: FlaskClient, meetup: MeetupRef) -> None:
    assert client.get(PEOPLE).location == "/sign-in?next=/e/meetup/people"


@pytest.fixture
def both_agreed(lists: None, ada: AttendeeRef, ben: AttendeeRef) -> Iterator[None]:
    """Let Ada and Ben agree to meet, and come to an hour of the event."""
    wishes.wish(ada.actor, "meetup", ben.id, now=NINE)
    wishes.wish(ben.actor, "meetup", ada.id, now=NINE)
    with time_machine.travel(NINE + HOUR, tick=False):
        yield


@pytest.mark.usefixtures("both_agreed")
@pytest.mark.parametrize("page", ["people", "me"])
def test_one_tap_says_how_it_was_and_another_changes_it(
    sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef, page: str
) -> None:
    client, path = sign_in(ada.actor), f"/e/meetup/{page}"
    on = "place" if page == "me" else "cards"
    asked = client.get(path).text
    answer = client.post(f"{PEOPLE}/{ben.id}/outcome", data={"value": "useful", "on": on})
    said = client.get(path).text
    client.post(f"{PEOPLE}/{ben.id}/outcome", data={"value": "not_useful"})

    assert "How was it?" in asked
    assert (answer.status_code, answer.location) == (303, path)
    assert "Noted. Only you see this." in said
    assert "How was it?" not in said
    assert 'value="not_useful" aria-pressed="true"' in client.get(PEOPLE).text


@pytest.mark.usefixtures("both_agreed")
@pytest.mark.parametrize("value", ["", "great", "USEFUL", "useful\x00", "useful " * 500])
def test_only_three_words_say_how_it_was(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef, value: str) -> None:
    client = sign_in(ada.actor)
    answer = client.post(f"{PEOPLE}/{ben.id}/outcome", data={"value": value})

    assert answer.status_code == 422
    assert "Say how it was: useful, not useful, or that it did not happen." in answer.text
    assert "How was it?" in client.get(PEOPLE).text


@pytest.mark.usefixtures("both_agreed")
def test_bens_pages_and_the_organisers_do_not_change_by_a_byte_when_ada_says_how_it_was(
    sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    desk = ["/o/e/meetup", "/o/e/meetup/lists", "/o/e/meetup/lists.csv", f"/o/e/meetup/attendees/{ben.id}"]
    seen = {ben.actor: [PEOPLE, f"{PEOPLE}/{ada.id}", "/e/meetup/me", "/contacts"], oona: desk}

    def pages() -> list[tuple[int, str]]:
        answers = [sign_in(who).get(path) for who, paths in seen.items() for path in paths]
        return [(answer.status_code, without_tokens(answer)) for answer in answers]

    before = pages()
    outcomes.tell(ada.actor, "meetup", ben.id, HowItWas.NOT_USEFUL, now=NINE + HOUR)

    assert {status for status, _ in before} == {200}
    assert pages() == before
