"""Downloads for the organiser."""

from collections.abc import Callable

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import attendance as attending
from eventmatch.services import exports
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("exports", __name__)

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("/o/e/<slug>/contacts.<extension>")
@declares(Action.RUN_EVENT)
def contacts(slug: str, extension: str) -> ResponseReturnValue:
    """Hand out the contacts of those who agreed to it."""
    return _file(extension, lambda: exports.contacts(current_actor(), slug, extension, now=utcnow()))


@pages.get("/o/e/<slug>/attendance.<extension>")
@declares(Action.RUN_EVENT)
def attendance(slug: str, extension: str) -> ResponseReturnValue:
    """Hand out who was in which session."""
    return _file(extension, lambda: attending.attendance(current_actor(), slug, extension, now=utcnow()))


def _file(extension: str, make: Callable[[], exports.Download]) -> ResponseReturnValue:
    """Make a file of a kind we know and hand it out."""
    if extension not in TYPES:
        abort(404)
    file = make()
    attached = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.body, content_type=TYPES[extension], headers=attached)
