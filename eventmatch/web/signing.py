"""Signed tickets: whether an event has them."""

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventmatch.domain.permissions import Action
from eventmatch.services import signing
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("signing", __name__)


@pages.post("/o/e/<slug>/signed-tickets")
@declares(Action.RUN_EVENT)
def turn(slug: str) -> ResponseReturnValue:
    """Let an event sign its tickets, or no longer."""
    wanted = request.form.get("on") == "yes"
    signing.turn(current_actor(), slug, on=wanted, site=current_app.config["EVENTMATCH"].site, now=utcnow())
    flash(_("Tickets are signed from now on.") if wanted else _("Tickets are no longer signed."), "good")
    return redirect(url_for("organiser.edit", slug=slug, _anchor="signed-tickets"), 303)
