"""The organiser's page turns signed tickets on and off."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.event import Event
from eventmatch.services import signing
from tests.cast import MeetupRef

SignIn = Callable[[Actor], FlaskClient]


def test_the_edit_page_turns_them_on_and_off_again(app: Flask, meetup: MeetupRef, oona: Actor, sign_in: SignIn) -> None:
    client, site = sign_in(oona), app.config["EVENTMATCH"].site
    page = f"/o/e/{meetup.slug}/edit"
    assert "Sign tickets" in client.get(page).text

    turned = client.post(f"/o/e/{meetup.slug}/signed-tickets", data={"on": "yes"})
    assert (turned.status_code, turned.location) == (303, f"{page}#signed-tickets")
    assert signing.signer(db.session.get_one(Event, meetup.id), site) is not None

    shown = client.get(page).text
    assert "Tickets are signed from now on." in shown
    assert "Stop signing tickets" in shown
    client.post(f"/o/e/{meetup.slug}/signed-tickets")
    assert signing.signer(db.session.get_one(Event, meetup.id), site) is None
