"""What a refusal looks like on a page: one place for all of them."""

import logging

from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from eventmatch.domain import errors
from eventmatch.domain.actor import NOBODY
from eventmatch.domain.errors import DomainError
from eventmatch.domain.faults import told

log = logging.getLogger(__name__)

STATUS: dict[type[DomainError], int] = {
    errors.Invalid: 422,
    errors.Spent: 422,
    errors.SignInNeeded: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Busy: 503,
}

BAD_REQUEST, NOT_FOUND, BROKEN = 400, 404, 500
WORDS = {
    400: (_l("This did not work"), _l("Go back, reload the page and try once more.")),
    403: (_l("This is not yours to do"), _l("Ask the organiser if you think it should be.")),
    404: (_l("Nothing here"), _l("Check the address, or ask whoever gave it to you for a new one.")),
    409: (_l("Things have changed meanwhile"), _l("Reload the page to see how they stand now.")),
    413: (_l("Too large"), _l("Files may have up to 5 MB.")),
    405: (_l("This address is for sending only"), _l("Open the page again from the one before it.")),
    422: (_l("This cannot be used"), _l("Go back, or start again from the page or mail that led you here.")),
    429: (_l("Too many tries"), _l("Wait a little, then try again.")),
    500: (_l("A fault of ours"), _l("Try again; if it stays, tell the organiser what you did.")),
    503: (_l("Busy just now"), _l("Try again in a moment. Nothing was changed.")),
}
OWN_WORDS = {NOT_FOUND: errors.NotFound().message, 405: _l("There is no page to look at here.")}


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS.get(type(error), 400)


def register(app: Flask) -> None:
    """Answer every refusal with a page that says what to do."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def refused(error: Exception) -> ResponseReturnValue:
    """Show a refusal of ours; somebody who only has to sign in is led there and back."""
    if not isinstance(error, DomainError):
        raise error
    if isinstance(error, errors.SignInNeeded):
        return redirect(url_for("account.sign_in", next=_way_back()), 303)
    if isinstance(error, errors.Spent):
        return render_template("errors/spent.html", message=error.message), status_of(error)
    headers = {"Retry-After": "2"} if isinstance(error, errors.Busy) else {}
    return page(status_of(error), error.message), status_of(error), headers


def _way_back() -> str:
    """Return where to go on after signing in; an act without a page of its own leads to the own account."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    return request.path if adapter is not None and "GET" in adapter.allowed_methods() else url_for("account.me")


def expired(_error: Exception) -> ResponseReturnValue:
    """Explain a form whose protection ran out."""
    return page(400, _("This page was open for too long, or your browser keeps no cookies for it.")), 400


def http_error(error: Exception) -> ResponseReturnValue:
    """Show the errors that come from HTTP itself; a foreign thing and a missing one look the same."""
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error, SecurityError):  # a host name that is not ours: no address of a page can be made under it
        return Response("This server does not answer under this name.\n", BAD_REQUEST, mimetype="text/plain")
    if error.code is None or error.code < BAD_REQUEST:
        return error
    return page(error.code, OWN_WORDS.get(error.code) or error.description or error.name), error.code


def broken(error: Exception) -> ResponseReturnValue:
    """Own up to a fault of ours without showing its insides."""
    log.error("a request failed: %s", told(error))
    return page(500, _("Something on our side failed. It was written down.")), 500


def page(code: int, message: str) -> str:
    """Render the one error page: what happened, and what to do."""
    if code >= BROKEN:
        g.actor = NOBODY  # the database may be what failed: the page must not ask it who is looking
    title, what_to_do = WORDS.get(code, WORDS[400])
    return render_template("errors/error.html", code=code, title=title, message=message, what_to_do=what_to_do)
