"""The front page and what eventmatch says about itself."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import events
from eventmatch.web.access import declares
from eventmatch.web.clock import utcnow

pages = Blueprint("home", __name__)


@pages.get("/")
@declares(Action.READ_PUBLIC)
def index() -> ResponseReturnValue:
    """Show what is on."""
    return render_template("home/index.html", events=events.ahead(utcnow()))


@pages.get("/about")
@declares(Action.READ_PUBLIC)
def about() -> ResponseReturnValue:
    """Say what this is and whose work it stands on."""
    return render_template("home/about.html")
