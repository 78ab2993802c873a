"""The address inside a ticket's QR: for its holder the way to the own place, for everybody else the same page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventmatch.domain.addresses import ticket_path
from eventmatch.domain.permissions import Action
from eventmatch.services import place
from eventmatch.web.access import current_actor, declares

pages = Blueprint("tickets", __name__)


@pages.get("/t/<code>")
@pages.get("/T/<code>")
@declares(Action.READ_PUBLIC)
def page(code: str) -> ResponseReturnValue:
    """Lead a ticket's holder to it; opening checks nobody in, and tells nobody else whether the code is one."""
    if "sign-in" in request.args:
        return redirect(url_for("account.sign_in", next=ticket_path(code)), 303)
    slug = place.holder_of(current_actor(), code)
    if slug is not None:
        return redirect(url_for("place.home", slug=slug), 303)
    return render_template("tickets/page.html")
