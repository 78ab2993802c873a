"""Signing in by mail, on pages."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from eventmatch.domain.sign_in import PIN_TRIES_PER_ADDRESS
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import SignIn
from eventmatch.models.work import Outbox
from tests.letters import enclosed


def newest_letter() -> Outbox:
    letter = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert letter is not None
    return letter


def ask(client: FlaskClient, email: str = "ada@example.org", **data: str) -> None:
    assert client.post("/sign-in", data={"email": email, **data}).status_code == 303


def test_opening_a_link_shows_a_button_and_pressing_it_signs_in(client: FlaskClient) -> None:
    ask(client)
    path = enclosed(newest_letter())["sign_in_path"]

    assert "ada@example.org" in client.get(path).text
    assert client.get("/me").status_code == 303
    client.post(path)
    assert client.get("/me").status_code == 200


def test_a_link_works_once(client: FlaskClient, app: Flask) -> None:
    ask(client)
    path = enclosed(newest_letter())["sign_in_path"]
    client.post(path)

    assert app.test_client().post(path).status_code == 422


def test_six_digits_sign_in_on_the_browser_that_asked(client: FlaskClient, app: Flask) -> None:
    ask(client, next="/contacts")
    pin = enclosed(newest_letter())["code"]

    elsewhere = app.test_client().post("/sign-in/code", data={"pin": pin})
    here = client.post("/sign-in/code", data={"pin": pin})

    assert elsewhere.status_code == 422
    assert (here.status_code, here.location) == (303, "/contacts")


def test_five_wrong_tries_end_the_six_digits(client: FlaskClient) -> None:
    ask(client)
    pin = enclosed(newest_letter())["code"]
    for _ in range(5):
        client.post("/sign-in/code", data={"pin": "no"})

    assert client.post("/sign-in/code", data={"pin": pin}).status_code == 422


def test_digits_tried_too_often_for_an_address_are_refused_and_the_link_is_named(client: FlaskClient) -> None:
    ask(client)
    with write_transaction() as session:
        session.execute(update(SignIn).values(tries=PIN_TRIES_PER_ADDRESS))
    ask(client)

    answer = client.post("/sign-in/code", data={"pin": enclosed(newest_letter())["code"]})

    assert answer.status_code == 429
    assert "The link in the mail still does." in answer.text
    assert client.post(enclosed(newest_letter())["sign_in_path"]).location == "/me"


def test_a_foreign_next_address_is_dropped(client: FlaskClient) -> None:
    ask(client, next="//evil.example/")

    assert enclosed(newest_letter())["sign_in_path"].startswith("/in/")
    assert client.post(enclosed(newest_letter())["sign_in_path"]).location == "/me"


def test_a_wrong_address_is_explained_and_kept(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "ada(at)example.org"})

    assert answer.status_code == 422
    assert re.search(r'value="ada\(at\)example.org"', answer.text)
    assert "not an e-mail address" in answer.text


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    ask(client)
    client.post(enclosed(newest_letter())["sign_in_path"])
    with client.session_transaction() as cookie:
        token = cookie["token"]
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        cookie["token"] = token

    assert client.get("/me").status_code == 303
