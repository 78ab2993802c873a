"""The venue's screen, and the address behind its code."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventmatch.domain.errors import Invalid
from eventmatch.domain.permissions import Action
from eventmatch.services import events
from eventmatch.services import here as guests
from eventmatch.services import welcome as service
from eventmatch.services.here import Standing
from eventmatch.web.access import current_actor, declares
from eventmatch.web.checkin import wants_fragment
from eventmatch.web.clock import utcnow
from eventmatch.web.errors import status_of
from eventmatch.web.here import remember, remembered
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("welcome", __name__)


@pages.get("/e/<slug>/welcome")
@declares(Action.SHOW_WELCOME)
def screen(slug: str) -> ResponseReturnValue:
    """Show the code of this moment on any display, or only what changes to a script."""
    site = current_app.config["EVENTMATCH"].site
    shown = service.screen(current_actor(), slug, chosen_door(), site=site, now=utcnow())
    page = "welcome/_screen.html" if wants_fragment() else "welcome/screen.html"
    return render_template(page, screen=shown, event=shown.event)


def chosen_door() -> int | None:
    """Return the entrance an address names; a number no door can have is none of ours."""
    typed = request.args.get("door")
    if typed is None:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len(str(LARGEST_ROW)) else 0


@pages.get("/W/<slug>/<code>")
@pages.get("/w/<slug>/<code>")
@declares(Action.READ_PUBLIC)
def code(slug: str, code: str) -> ResponseReturnValue:
    """Remember that this browser read a good code, and go on without it in the address."""
    slug, now = events.public(slug.lower()).slug, utcnow()
    try:
        remember(service.read(slug, code, site=current_app.config["EVENTMATCH"].site, now=now))
    except Invalid as refusal:
        if guests.look(current_actor(), slug, remembered(), now=now).standing is Standing.SCAN:
            return render_template("welcome/old.html", event=events.public(slug)), status_of(refusal)
    return redirect(url_for("here.page", slug=slug), 303)
