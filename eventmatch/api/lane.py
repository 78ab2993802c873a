"""The plain scan, answered before Flask is asked: where people queue, half of an answer's time is the way to a view.

What is not plain goes on: other addresses, unknown hosts, strange headers and bodies, and every refusal, which is
worded there. The view in api/checkin.py does the same in full; docs/decisions/0018 tells why there are two ways.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from eventmatch.api.bodies import JSON, read
from eventmatch.api.checkin import ONE, REFUSAL, status, token_in
from eventmatch.domain.actor import Bearer
from eventmatch.domain.errors import DomainError
from eventmatch.domain.readings import LARGEST_ROW, DoorKey, Reading, reading_of
from eventmatch.services import checkin
from eventmatch.services.entries import Entry
from eventmatch.web import headers
from eventmatch.web.clock import utcnow

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SCANS = re.compile(r"/api/v1/events/([^/\0]+)/doors/([0-9]{1,10})/scans")
_LENGTH = re.compile(r"[0-9]{1,5}")
_STATUS = {200: "200 OK", 201: "201 CREATED"}
HOSTS = 64  # names that are remembered as ours or not


class Lane:
    """Answers plain scans, and lets everything else pass."""

    def __init__(self, app: Flask, otherwise: "WSGIApplication") -> None:
        """Stand before the rest of an application."""
        self._app, self._otherwise = app, otherwise
        hosts = app.config["TRUSTED_HOSTS"]
        self._ours = lru_cache(HOSTS)(lambda host: host_is_trusted(host, hosts))
        self._headers = [("Content-Type", JSON), *headers.of_data(app), headers.NEVER_KEPT]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, here or further on."""
        plain = self._plain(environ)
        entry = self._scan(environ, *plain) if plain is not None else None
        if entry is None:
            return self._otherwise(environ, start_response)
        body = entry.json.encode()
        start_response(_STATUS[status(entry)], [*self._headers, ("Content-Length", str(len(body)))])
        return [body]

    def _plain(self, environ: "WSGIEnvironment") -> tuple[DoorKey, Reading] | None:
        """Return which door is meant and what was read there, if the request is plain."""
        if environ["REQUEST_METHOD"] != "POST" or environ.get("CONTENT_TYPE") != JSON:
            return None
        address, length = _SCANS.fullmatch(environ["PATH_INFO"]), environ.get("CONTENT_LENGTH") or ""
        if address is None or _LENGTH.fullmatch(length) is None or not 0 < int(length) <= ONE:
            return None
        if int(address[2]) > LARGEST_ROW or not self._ours(environ.get("HTTP_HOST")):
            return None
        reading = _reading(environ, int(length))
        return (DoorKey(int(address[2]), address[1]), reading) if reading is not None else None

    def _scan(self, environ: "WSGIEnvironment", door: DoorKey, reading: Reading) -> Entry | None:
        """Scan; what comes instead of an answer is left for the view to raise."""
        by = Bearer(token_in(environ.get("HTTP_AUTHORIZATION", "")))
        try:
            with self._app.app_context():
                return checkin.scan(door, reading, by=by, at=utcnow())
        except Exception as refusal:  # noqa: BLE001 - Flask has a word for each
            environ[REFUSAL] = refusal
        return None


def _reading(environ: "WSGIEnvironment", length: int) -> Reading | None:
    """Return the reading in the body, if it is one; the body may be read again."""
    body = environ["wsgi.input"].read(length)
    try:
        value = read(body)
        if isinstance(value, dict):
            return reading_of(value)
    except DomainError:
        pass
    environ["wsgi.input"] = BytesIO(body)
    return None
