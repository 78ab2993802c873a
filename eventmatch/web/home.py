"""The front page and what eventmatch says about itself."""

import json
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import events
from eventmatch.web.access import declares
from eventmatch.web.clock import utcnow

pages = Blueprint("home", __name__)


@dataclass(frozen=True, slots=True)
class BrowserPackage:
    """Somebody else's work that our pages load from here."""

    name: str
    version: str
    licence: str


@pages.get("/")
@declares(Action.READ_PUBLIC)
def index() -> ResponseReturnValue:
    """Show what is on."""
    return render_template("home/index.html", events=events.ahead(utcnow()))


@pages.get("/about")
@declares(Action.READ_PUBLIC)
def about() -> ResponseReturnValue:
    """Say what this is and whose work it stands on."""
    return render_template("home/about.html", packages=browser_packages())


def browser_packages() -> list[BrowserPackage]:
    """List what `make install` put under static/vendor; nothing where there was no npm."""
    manifest = Path(current_app.static_folder or "") / "vendor" / "manifest.json"
    if not manifest.exists():
        return []
    found = json.loads(manifest.read_text("utf-8"))
    return [BrowserPackage(name, about["version"], about["licence"]) for name, about in sorted(found.items())]
