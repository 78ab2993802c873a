"""What doors without network let happen, for the event's team."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import conflicts
from eventmatch.web.access import current_actor, declares

pages = Blueprint("conflicts", __name__)


@pages.get("/o/e/<slug>/conflicts")
@declares(Action.SEE_EVENT_DESK)
def listing(slug: str) -> ResponseReturnValue:
    """Show who was let in twice, wrongly or unknown, and which rooms were too full."""
    found = conflicts.listing(current_actor(), slug)
    return render_template("conflicts/listing.html", found=found, event=found.event)
