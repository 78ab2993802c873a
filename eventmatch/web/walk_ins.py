"""Staff register somebody who came without a place, and let them in with one press."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import Optional

from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.readings import reading_of
from eventmatch.services import walk_ins as service
from eventmatch.services.account import clean_address
from eventmatch.services.walk_ins import Newcomer, WalkIn
from eventmatch.web.access import current_actor, declares
from eventmatch.web.badge_sheets import USUAL_LABEL
from eventmatch.web.checkin import WORDS, new_nonce
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import Cleanable, attempt

CONFLICT = 409

pages = Blueprint("walk_ins", __name__)


class WalkInForm(FlaskForm):
    """Who came; a name is enough."""

    name = StringField(_l("Name"), [Cleanable(lambda text: clean_line(text, "name"), _l("Type a name."))])
    organisation = StringField(_l("Organisation"), [Cleanable(lambda text: clean_line(text, "organisation"))])
    email = EmailField(_l("E-mail"), [Optional(), Cleanable(clean_address)])
    exceed = BooleanField(_l("Let in one more person than there are places"))
    nonce = HiddenField()


@pages.get("/doors/<int:door_id>/walk-in")
@declares(Action.SCAN)
def page(door_id: int) -> ResponseReturnValue:
    """Ask who came."""
    return _show(door_id, WalkInForm(formdata=None, nonce=new_nonce()))


def _show(door_id: int, form: WalkInForm) -> str:
    """Show the form with what has been typed so far."""
    counter = service.look(door_id, by=current_actor(), now=utcnow())
    return render_template("walk_ins/page.html", counter=counter, event={"name": counter.event}, form=form)


@pages.post("/doors/<int:door_id>/walk-in")
@declares(Action.SCAN)
def register(door_id: int) -> ResponseReturnValue:
    """Register somebody and show the door's answer."""
    actor, form = current_actor(), WalkInForm()
    counter = service.look(door_id, by=actor, now=utcnow())
    if counter.refusal:
        return _show(door_id, form), CONFLICT
    outcome = attempt(form, lambda: _register(door_id, form))
    if outcome.value is None:
        return _show(door_id, form), outcome.status
    site, word = current_app.config["EVENTMATCH"].site, WORDS[outcome.value.entry.verdict]
    badge = service.badge(door_id, outcome.value, by=actor, base_url=site.base_url, now=utcnow())
    shown = {"walk_in": outcome.value, "word": word, "badge": badge, "badge_size": SIZES[USUAL_LABEL]}
    return render_template("walk_ins/answer.html", counter=counter, event={"name": counter.event}, **shown)


def _register(door_id: int, form: WalkInForm) -> WalkIn:
    """Hand on what was typed."""
    newcomer = Newcomer(form.name.data or "", form.organisation.data or "", form.email.data or "")
    nonce = reading_of({"code": "walk-in", "nonce": form.nonce.data}).nonce
    exceed = bool(form.exceed.data)
    return service.register(door_id, newcomer, nonce=nonce, by=current_actor(), now=utcnow(), exceed=exceed)
