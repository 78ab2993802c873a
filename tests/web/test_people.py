"""The pages of people to meet."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.models.base import write_transaction
from eventmatch.models.tap import NotForMe
from eventmatch.services import matching
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
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
