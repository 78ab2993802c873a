"""The address inside a badge's QR: what it shows depends on who opens it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventmatch.domain.addresses import attendee_path, badge_path
from eventmatch.domain.codes import new_token
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Action
from eventmatch.services import badges as service
from eventmatch.services import connecting
from eventmatch.services.badges import Standing, Tie
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.errors import status_of

pages = Blueprint("badges", __name__)


@pages.errorhandler(NotFound)
def missing(error: NotFound) -> ResponseReturnValue:
    """Say what may be wrong, alike for every badge that shows nobody."""
    return render_template("badges/missing.html"), status_of(error)


@pages.get("/B/<code>")
@pages.get("/b/<code>")
@declares(Action.OPEN_BADGE)
def page(code: str) -> ResponseReturnValue:
    """Show somebody to connect with, to let in, or the way to sign in; opening does neither."""
    badge = service.look(current_actor(), code)
    if badge.standing is Standing.OWNER and badge.event is not None:
        return redirect(attendee_path(badge.event.slug), 303)
    back = url_for("account.sign_in", next=badge_path(badge.code))
    return render_template(
        f"badges/{badge.standing}.html", badge=badge, event=badge.event, sign_in_url=back, nonce=new_token
    )


@pages.get("/B/<code>/connect")
@pages.get("/b/<code>/connect")
@declares(Action.READ_PUBLIC)
def reconnect(code: str) -> ResponseReturnValue:
    """Lead back to the badge whoever had to sign in between, or reloads."""
    return redirect(url_for("badges.page", code=code), 303)


@pages.post("/B/<code>/connect")
@pages.post("/b/<code>/connect")
@declares(Action.TAKE_PART)
def connect(code: str) -> ResponseReturnValue:
    """Tap Connect."""
    if connecting.connect(current_actor(), code, now=utcnow()) is Tie.CONNECTED:
        flash(_("Connected. You are in each other’s contact book."), "good")
    return redirect(url_for("badges.page", code=code), 303)
