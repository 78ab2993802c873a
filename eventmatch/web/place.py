"""Somebody's own place at an event."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import InputRequired

from eventmatch.domain.addresses import people_path
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.states import AttendeeStatus
from eventmatch.services import handover, joining, meetings, outcomes, people
from eventmatch.services import place as service
from eventmatch.services.account import clean_address
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import Cleanable, attempt
from eventmatch.web.guest_words import IN, words
from eventmatch.web.profiles import EditForm, shown

pages = Blueprint("place", __name__)


class HandOverForm(FlaskForm):
    """Who comes instead."""

    name = StringField(
        _l("Your colleague's name"), [Cleanable(lambda text: clean_line(text, "name"), _l("Type a name."))]
    )
    email = EmailField(
        _l("Your colleague's e-mail"),
        [InputRequired(_l("Type an e-mail address.")), Cleanable(clean_address)],
    )


@pages.get("/e/<slug>/me")
@declares(Action.OWN_PLACE)
def home(slug: str) -> ResponseReturnValue:
    """Show where somebody stands, and what to show at the door."""
    place = _place(slug)
    first = people.at_once(current_actor(), slug, now=utcnow()) if place.inside else ()
    met = outcomes.met(current_actor(), slug, now=utcnow()) if place.sure else None
    shown = {
        "joins": joining.is_offered(current_actor(), slug, now=utcnow()),
        "first": first,
        "met": met,
        "people_url": people_path(slug),
        "my_rounds": meetings.own(current_actor(), slug),
    }
    return render_template("place/home.html", place=place, event=place.event, **shown)


def _place(slug: str) -> service.PlaceView:
    """Return the own place, its code under our configured address."""
    return service.home(current_actor(), slug, site=current_app.config["EVENTMATCH"].site, now=utcnow())


def _back(slug: str, message: str, tone: str = "good") -> ResponseReturnValue:
    """Say what was done, on the own place."""
    flash(message, tone)
    return redirect(url_for("place.home", slug=slug), 303)


@pages.get("/e/<slug>/me/profile")
@declares(Action.OWN_PLACE)
def profile(slug: str) -> ResponseReturnValue:
    """Show what somebody said, to be changed."""
    editing = service.editing(current_actor(), slug)
    return _profile(editing, _edit_form(editing))


@pages.post("/e/<slug>/me/profile")
@declares(Action.OWN_PLACE)
def save(slug: str) -> ResponseReturnValue:
    """Keep what somebody changed."""
    editing = service.editing(current_actor(), slug)
    form = _edit_form(editing)
    outcome = attempt(form, lambda: service.save(current_actor(), slug, form.answers(), now=utcnow()))
    if outcome.refused:
        return _profile(editing, form), outcome.status
    return _back(slug, _("Your answers are saved."))


def _edit_form(editing: service.Editing) -> EditForm:
    """Return the form with what is known, or with what was just typed."""
    form = EditForm(data=shown(editing.answers, editing.event))
    form.fit(editing.event, editing.answers.profile.hours)
    return form


def _profile(editing: service.Editing, form: EditForm) -> str:
    """Show the form for editing."""
    return render_template("place/profile.html", editing=editing, event=editing.event, form=form)


@pages.post("/e/<slug>/me/resend")
@declares(Action.OWN_PLACE)
def resend(slug: str) -> ResponseReturnValue:
    """Mail the ticket, or the link to confirm, once more."""
    service.resend(current_actor(), slug, now=utcnow())
    return _back(slug, _("The mail is on its way."))


@pages.get("/e/<slug>/me/hand-over")
@declares(Action.OWN_PLACE)
def handing_over(slug: str) -> ResponseReturnValue:
    """Ask who comes instead, and say what becomes of the old code."""
    place = _place(slug)
    return render_template("place/hand_over.html", place=place, event=place.event, form=HandOverForm())


@pages.post("/e/<slug>/me/hand-over")
@declares(Action.OWN_PLACE)
def hand_over(slug: str) -> ResponseReturnValue:
    """Give the place to a colleague."""
    form, place = HandOverForm(), _place(slug)
    said = {"name": form.name.data or "", "email": form.email.data or ""}
    outcome = attempt(form, lambda: handover.hand_over(current_actor(), slug, **said, now=utcnow()))
    if outcome.refused:
        return render_template("place/hand_over.html", place=place, event=place.event, form=form), outcome.status
    return _back(slug, _("Your place has gone to your colleague. Your old code opens no door any more."))


@pages.get("/e/<slug>/me/cancel")
@declares(Action.OWN_PLACE)
def cancelling(slug: str) -> ResponseReturnValue:
    """Say what cancelling does before it is done: others get the seat."""
    place = _place(slug)
    return render_template("place/cancel.html", place=place, event=place.event)


@pages.post("/e/<slug>/me/cancel")
@declares(Action.OWN_PLACE)
def cancel(slug: str) -> ResponseReturnValue:
    """Give the place back."""
    waited = _place(slug).status is AttendeeStatus.WAITLISTED
    service.cancel(current_actor(), slug, now=utcnow())
    return _back(slug, _("You have left the waiting list.") if waited else _("Your place is cancelled."), "message")


@pages.post("/e/<slug>/me/join")
@declares(Action.OWN_PLACE)
def join(slug: str) -> ResponseReturnValue:
    """Check in who takes part online, and show the way into the meeting."""
    place, joined = _place(slug), joining.join(current_actor(), slug, now=utcnow())
    if joined.entry.verdict in IN:
        first = people.at_once(current_actor(), slug, now=utcnow())
        shown = {"event": place.event, "url": joined.url, "first": first}
        return render_template("place/joined.html", **shown, people_url=people_path(slug))
    word, sentence = words(joined.entry)
    shown = {"event": place.event, "word": word, "sentence": sentence, "tone": joined.entry.tone}
    return render_template("here/refused.html", **shown)


@pages.post("/e/<slug>/me/leave-matching")
@declares(Action.OWN_PLACE)
def leave_matching(slug: str) -> ResponseReturnValue:
    """Leave matching, or take part again."""
    wanted = request.form.get("wanted") == "yes"
    service.set_matching(current_actor(), slug, wanted=wanted, now=utcnow())
    return _back(slug, _("You take part in matching.") if wanted else _("You have left matching."))


@pages.post("/e/<slug>/me/hide")
@declares(Action.OWN_PLACE)
def hide(slug: str) -> ResponseReturnValue:
    """Be shown to nobody, or again to others."""
    hidden = request.form.get("hidden") == "yes"
    service.set_hidden(current_actor(), slug, hidden=hidden, now=utcnow())
    return _back(slug, _("Other attendees no longer see you.") if hidden else _("Other attendees can see you again."))
