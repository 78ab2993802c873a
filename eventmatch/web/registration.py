"""Registering for an event: one form, one mail, one button."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from eventmatch.domain.permissions import Action
from eventmatch.services import events
from eventmatch.services import registration as service
from eventmatch.web.access import current_actor, declares, this_browser
from eventmatch.web.account import welcome
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.profiles import ProfileForm

CONFLICT = 409

pages = Blueprint("registration", __name__)


@pages.get("/e/<slug>/register")
@declares(Action.REGISTER)
def register(slug: str) -> ResponseReturnValue:
    """Ask who comes, what for, and what they agree to."""
    desk = service.desk(current_actor(), slug, utcnow())
    if desk.mine in service.SETTLED:
        return redirect(url_for("place.home", slug=slug), 303)
    if not desk.state.takes:
        return _closed(desk)
    return _page(desk, ProfileForm(data={"name": desk.name, "email": desk.email}).fit(desk.event))


@pages.post("/e/<slug>/register")
@declares(Action.REGISTER)
def submit(slug: str) -> ResponseReturnValue:
    """Take a registration, and answer alike whoever it is for."""
    desk, now = service.desk(current_actor(), slug, utcnow()), utcnow()
    if not desk.state.takes:
        return _closed(desk), CONFLICT
    form = ProfileForm().fit(desk.event)
    outcome = attempt(form, lambda: service.register(slug, str(form["email"].data), form.answers(), now=now))
    if outcome.refused:
        return _page(desk, form), outcome.status
    return redirect(url_for("registration.sent", slug=slug), 303)


def _page(desk: service.Desk, form: ProfileForm) -> str:
    """Show the form with what has been typed so far."""
    return render_template("registration/register.html", desk=desk, event=desk.event, form=form)


def _closed(desk: service.Desk) -> str:
    """Say that the event takes nobody, and why."""
    return render_template("registration/closed.html", desk=desk, event=desk.event)


@pages.get("/e/<slug>/register/sent")
@declares(Action.REGISTER)
def sent(slug: str) -> ResponseReturnValue:
    """Point to the mail, for new and known addresses alike."""
    return render_template("registration/sent.html", event=events.public(slug))


@pages.get("/verify/<token>")
@declares(Action.SIGN_IN)
def verify(token: str) -> ResponseReturnValue:
    """Show what the link confirms, and the button that does it."""
    unproven = service.look(token, utcnow())
    return render_template("registration/verify.html", unproven=unproven, event=unproven.event, form=FlaskForm())


@pages.post("/verify/<token>")
@declares(Action.SIGN_IN)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the place, sign its owner in and lead there."""
    return welcome(service.confirm(token, **this_browser(), now=utcnow()))
