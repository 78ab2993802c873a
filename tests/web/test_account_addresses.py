"""A second address, on pages."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.person import addresses_of
from tests.cast import AttendeeRef
from tests.letters import enclosed
from tests.web.answers import without_tokens
from tests.web.test_account import newest_letter

PRIVATE = "ada.private@example.net"


@pytest.fixture
def browser(sign_in: Callable[[Actor], FlaskClient], ada: AttendeeRef) -> FlaskClient:
    """Return Ada's browser."""
    return sign_in(ada.actor)


def asked(browser: FlaskClient, address: str = PRIVATE) -> str:
    """Ask for an address and return the link's path."""
    assert browser.post("/me/addresses", data={"email": address}).status_code == 303
    return str(enclosed(newest_letter())["verify_path"])


def listed(who: AttendeeRef) -> list[str]:
    db.session.rollback()
    return [row.address for row in addresses_of(who.person_id)]


def test_opening_the_link_shows_a_button_and_pressing_it_adds_the_address(
    browser: FlaskClient, ada: AttendeeRef
) -> None:
    path = asked(browser)
    page = browser.get(path).text
    before = listed(ada)
    after = browser.get(browser.post(path).location.partition("#")[0]).text

    assert PRIVATE in page
    assert before == [ada.email]
    assert PRIVATE in after
    assert listed(ada) == [ada.email, PRIVATE]


def test_one_signs_in_with_the_new_address(browser: FlaskClient, ada: AttendeeRef, app: Flask) -> None:
    browser.post(asked(browser))
    other = app.test_client()
    other.post("/sign-in", data={"email": PRIVATE})
    other.post("/sign-in/code", data={"pin": enclosed(newest_letter())["code"]})

    assert ada.email in other.get("/me").text


def test_in_a_browser_where_nobody_is_signed_in_the_link_first_asks_to(browser: FlaskClient, app: Flask) -> None:
    path, other = asked(browser), app.test_client()

    for answer in (other.get(path), other.post(path)):
        assert answer.location.startswith(f"/sign-in?next={path}")
    assert other.get("/me").status_code == 303


def test_the_answer_is_the_same_for_a_free_and_a_taken_address(
    browser: FlaskClient, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    pages = []
    for address in (PRIVATE, ben.email):
        status = browser.post("/me/addresses", data={"email": address}).status_code
        pages.append((status, without_tokens(browser.get("/me"))))
        assert newest_letter().recipient == address

    assert pages[0] == pages[1]


def test_a_taken_address_is_never_merged(browser: FlaskClient, ada: AttendeeRef, ben: AttendeeRef) -> None:
    path = asked(browser, ben.email)

    assert browser.post(path).status_code == 409
    assert (listed(ada), listed(ben)) == ([ada.email], [ben.email])


def test_a_wrong_address_is_explained_and_kept(browser: FlaskClient) -> None:
    answer = browser.post("/me/addresses", data={"email": "ada(at)example.org"})

    assert answer.status_code == 422
    assert 'value="ada(at)example.org"' in answer.text


def test_main_address_and_removal(browser: FlaskClient, ada: AttendeeRef) -> None:
    alone = browser.get("/me").text
    browser.post(asked(browser))
    first, second = (row.id for row in addresses_of(ada.person_id))
    browser.post(f"/me/addresses/{second}/primary")
    browser.post(f"/me/addresses/{first}/remove")

    assert "/remove" not in alone
    assert listed(ada) == [PRIVATE]
    assert browser.post(f"/me/addresses/{second}/remove").status_code == 409
