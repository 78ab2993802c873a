"""An event as everybody may see it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import events, inside, registration
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("event", __name__)


@pages.get("/e/<slug>")
@declares(Action.READ_PUBLIC)
def page(slug: str) -> ResponseReturnValue:
    """Say what it is, when and where, and lead to the registration."""
    actor = current_actor()
    desk, sees_rooms = registration.desk(actor, slug, utcnow()), inside.may_look(actor, slug)
    shown = {"programme": events.programme(slug), "sees_rooms": sees_rooms}
    return render_template("event/page.html", desk=desk, event=desk.event, **shown)


@pages.get("/e/<slug>/conduct")
@declares(Action.READ_PUBLIC)
def conduct(slug: str) -> ResponseReturnValue:
    """Show how people treat each other there."""
    return render_template("event/conduct.html", event=events.public(slug))
