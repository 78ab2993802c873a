"""What a refusal looks like to a device: JSON for everything below /api/, pages elsewhere."""

import logging
from collections.abc import Callable

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from eventmatch.domain import errors
from eventmatch.domain.addresses import API
from eventmatch.domain.errors import DomainError
from eventmatch.domain.faults import told
from eventmatch.web import errors as pages

log = logging.getLogger(__name__)

CODES = {
    400: "malformed",
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "not_json",
    422: "invalid",
    429: "too_many",
    500: "fault",
    503: "busy",
}
FAULT = "Something on our side failed. Nobody was admitted: ask staff, or send it again with the same nonce."

EXPIRED = "The page's token is missing or too old. Open the page again."

Handler = Callable[[Exception], ResponseReturnValue]


def register(app: Flask) -> None:
    """Answer devices in JSON and people in pages."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, broken)


def refused(error: Exception) -> ResponseReturnValue:
    """Word a refusal of ours."""
    if not _for_a_device() or not isinstance(error, DomainError):
        return pages.refused(error)
    answer = _answer(pages.status_of(error), error.message, error.field)
    if isinstance(error, errors.SignInNeeded):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.Busy):
        answer.headers["Retry-After"] = "2"
    return answer


def http_error(error: Exception) -> ResponseReturnValue:
    """Word the errors that come from HTTP itself."""
    if not _for_a_device() or not isinstance(error, HTTPException) or error.code not in CODES:
        return pages.http_error(error)
    missing = errors.NotFound().message
    answer = _answer(error.code, missing if error.code == pages.NOT_FOUND else error.description or error.name)
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    return answer


def expired(error: Exception) -> ResponseReturnValue:
    """Tell a script that its page is too old to be believed."""
    return _answer(400, EXPIRED) if _for_a_device() else pages.expired(error)


def broken(error: Exception) -> ResponseReturnValue:
    """Own up to a fault of ours: never an admission."""
    if not _for_a_device():
        return pages.broken(error)
    log.error("a request of a device failed: %s", told(error))
    return _answer(500, FAULT)


def as_value(status: int, message: str, field: str | None = None) -> dict[str, dict[str, str]]:
    """Return a refusal as devices read it."""
    about = {"field": field} if field else {}
    return {"error": {"code": CODES.get(status, "refused"), "message": message, **about}}


def _answer(status: int, message: str, field: str | None = None) -> Response:
    """Answer with a refusal."""
    answer = jsonify(as_value(status, message, field))
    answer.status_code = status
    return answer


def _for_a_device() -> bool:
    """Tell whether this request is for the API, or of a script that speaks JSON with its own page's server."""
    return request.path.startswith(API) or request.mimetype == "application/json"
