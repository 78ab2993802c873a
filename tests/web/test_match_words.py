"""The organiser's page of words that may mean the same."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.services import match_words
from tests.cast import MeetupRef, add_attendee

SignIn = Callable[[Actor], FlaskClient]
HERE = "/o/e/meetup/lists/words"
PM, TYPO = "project management", "project managment"
BOTH = {"written": TYPO, "meant": PM, "kind": "tag"}


@pytest.fixture(autouse=True)
def crowd(meetup: MeetupRef) -> None:
    """Let three people spell one thing in two ways."""
    for name, words in (("Ada", PM), ("Ben", PM), ("Chidi", TYPO)):
        add_attendee(meetup, name, interests=[words])


def test_a_question_shows_how_many_people_write_so(sign_in: SignIn, oona: Actor) -> None:
    page = sign_in(oona).get(HERE).text

    assert ">1 person<" in page
    assert ">2 people<" in page
    assert f'name="written" value="{TYPO}"' in page
    assert f'name="meant" value="{PM}"' in page


def test_the_same_is_read_so_until_it_is_undone(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    answer = client.post(HERE, data=BOTH)
    between = client.get(HERE).text
    client.post(f"{HERE}/undo", data={"written": TYPO, "kind": "tag"})
    after = client.get(HERE).text

    assert (answer.status_code, answer.location) == (303, HERE)
    assert f"“{TYPO}” is read as “{PM}”" in between
    assert "Nothing to ask" in between
    assert f"“{TYPO}” is read as" not in after
    assert "These are the same" in after


def test_the_different_are_not_asked_about_again(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    answer = client.post(f"{HERE}/different", data=BOTH)

    assert answer.status_code == 303
    assert "Nothing to ask" in client.get(HERE).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("written", "", "Type a word."),
        ("meant", " ", "Type a word."),
        ("meant", TYPO.upper(), "These are one already"),
        ("written", "x" * 201, "This may have up to 200 characters; it has 201."),
        ("meant", "pm", "“pm” is itself read as “project managment”: that is a circle."),
        ("written", "pm", "“pm” is read as “project managment” already. Undo that first."),
        ("kind", "people", "Choose one of these."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    sign_in: SignIn, oona: Actor, field: str, value: str, words: str
) -> None:
    client = sign_in(oona)
    client.post(HERE, data=BOTH | {"written": "pm", "meant": TYPO})
    answer = client.post(HERE, data=BOTH | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error">{words}' in answer.text
    kept = {name: text for name, text in (BOTH | {field: value}).items() if name != "kind" and text.strip()}
    assert [text for text in kept.values() if f'value="{text}"' not in answer.text] == []
    assert len(match_words.words(oona, "meetup").decided) == 1


def test_words_are_shown_as_words(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    client.post(HERE, data={"written": "<b>x</b>", "meant": "<i>y</i>", "kind": "organisation"})
    page = client.get(HERE).text

    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize("path", ["different", "undo"])
@pytest.mark.parametrize("data", [{}, {"kind": "tag"}, {"kind": "x", "written": "a", "meant": "b"}])
def test_what_no_button_sends_changes_nothing(sign_in: SignIn, oona: Actor, path: str, data: dict[str, str]) -> None:
    client = sign_in(oona)
    before = client.get(HERE).text.count("These are the same")
    answer = client.post(f"{HERE}/{path}", data=data)

    assert answer.status_code in {404, 422}
    assert client.get(HERE).text.count("These are the same") == before == 1


@pytest.mark.parametrize("page", ["/o/e/meetup/lists", "/o/e/meetup/lists/rules"])
def test_the_page_is_found_from_lists_and_rules(sign_in: SignIn, oona: Actor, page: str) -> None:
    assert f'href="{HERE}"' in sign_in(oona).get(page).text
