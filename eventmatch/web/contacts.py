"""Pages of contacts."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.web.access import declares

pages = Blueprint("contacts", __name__)


@pages.get("/contacts")
@declares(Action.OWN_ACCOUNT)
def book() -> ResponseReturnValue:
    """Show the start of these pages."""
    return render_template("home/about.html")
