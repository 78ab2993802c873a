"""Pages of organiser."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.web.access import declares

pages = Blueprint("organiser", __name__)


@pages.get("/o")
@declares(Action.OWN_ACCOUNT)
def events() -> ResponseReturnValue:
    """Show the start of these pages."""
    return render_template("home/about.html")
