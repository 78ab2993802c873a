"""People to meet, for one attendee."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventmatch.domain.permissions import Action
from eventmatch.services import outcomes, wishes
from eventmatch.services import people as service
from eventmatch.services.people import Aside
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("people", __name__, url_prefix="/e/<slug>/people")


@pages.get("")
@declares(Action.TAKE_PART)
def cards(slug: str) -> ResponseReturnValue:
    """Show whom to meet, the best first."""
    view, met = service.people(current_actor(), slug, now=utcnow()), outcomes.met(current_actor(), slug, now=utcnow())
    just_aside = request.args.get("aside", type=int)
    return render_template("people/cards.html", view=view, event=view.event, met=met, just_aside=just_aside)


@pages.get("/<int:attendee_id>")
@declares(Action.TAKE_PART)
def person(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Show one person more closely."""
    view = service.person(current_actor(), slug, attendee_id, now=utcnow())
    return render_template("people/person.html", view=view, event=view.event)


@pages.post("/<int:attendee_id>/wish")
@declares(Action.TAKE_PART)
def wish(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Note a wish to meet, or take it back."""
    if _taken_back():
        wishes.take_back(current_actor(), slug, attendee_id)
        flash(_("Taken back."))
    elif wishes.wish(current_actor(), slug, attendee_id, now=utcnow()):
        _tell_of_both()
    else:
        flash(_("Noted. Only if they would like to meet you too, you both hear of it."), "good")
    return _back(slug, attendee_id)


@pages.post("/<int:attendee_id>/known")
@declares(Action.TAKE_PART)
def known(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Put aside somebody known already, or bring them back."""
    return _put_aside(slug, attendee_id, Aside.KNOWN)


@pages.post("/<int:attendee_id>/not-for-me")
@declares(Action.TAKE_PART)
def not_for_me(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Put somebody aside, or bring them back."""
    return _put_aside(slug, attendee_id, Aside.NOT_FOR_ME)


@pages.post("/<int:attendee_id>/outcome")
@declares(Action.TAKE_PART)
def tell(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Note how it was to meet somebody."""
    outcomes.tell(current_actor(), slug, attendee_id, request.form.get("value", ""), now=utcnow())
    flash(_("Noted. Only you see this."), "good")
    on_place = request.form.get("on") == "place"
    return redirect(url_for("place.home" if on_place else "people.cards", slug=slug), 303)


def _put_aside(slug: str, attendee_id: int, why: Aside) -> ResponseReturnValue:
    """Take somebody off the list with an undo on the next page, or bring them back."""
    if _taken_back():
        if wishes.bring_back(current_actor(), slug, attendee_id, why, now=utcnow()):
            _tell_of_both()
        return _back(slug, attendee_id)
    wishes.put_aside(current_actor(), slug, attendee_id, why, now=utcnow())
    return redirect(url_for("people.cards", slug=slug, aside=attendee_id), 303)


def _tell_of_both() -> None:
    """Say that both would like to meet."""
    flash(_("You both would like to meet. The place is on the card, and in your mail."), "good")


def _taken_back() -> bool:
    """Tell whether the tap takes an earlier one back."""
    return bool(request.form.get("undo"))


def _back(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Return to the page the tap was made on."""
    if request.form.get("on") == "person":
        return redirect(url_for("people.person", slug=slug, attendee_id=attendee_id), 303)
    return redirect(url_for("people.cards", slug=slug), 303)
