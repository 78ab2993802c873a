"""The plain door beside an https server: one page on how to trust it, and for everything else the way to https."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from eventmatch.commands.server import Place, ask
from eventmatch.domain.addresses import trust_path

SHOWN = (f"{trust_path()}/", "/static/")
AT_ONCE = 32  # visitors; who comes on top is sent away, so that none of this weighs on the door itself
PASSED_ON = ("User-Agent", "Accept-Language")
NOT_PASSED_BACK = {"connection", "content-length", "date", "server", "set-cookie", "strict-transport-security"}


class Visitor(BaseHTTPRequestHandler):
    """Answers one visitor; what is shown, the https server itself says."""

    timeout = 10

    def __init__(self, place: Place, *values: Any) -> None:
        """Remember whose door this is."""
        self.place = place
        super().__init__(*values)

    def do_GET(self) -> None:
        """Show how to trust the server, or lead to it."""
        path = self.path.partition("?")[0]
        if path == trust_path() or path.startswith(SHOWN):
            self._show()
        else:
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", self.place.base_url + (self.path if path.startswith("/") else "/"))
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _show(self) -> None:
        """Say what the https server says, without what belongs to https alone."""
        asked = {name: value for name in PASSED_ON if (value := self.headers[name])}
        try:
            answer, content = ask(self.place, self.path, asked)
        except (OSError, HTTPException):
            self.send_error(HTTPStatus.BAD_GATEWAY)
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_PASSED_BACK:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def version_string(self) -> str:
        """Tell nobody what runs here."""
        return "eventmatch"

    def log_message(self, *_: Any) -> None:
        """Keep no access log."""


class PlainServer(ThreadingHTTPServer):
    """Serves a few visitors at once and nobody beyond."""

    def __init__(self, place: Place) -> None:
        """Listen beside an https server."""
        self.places = threading.BoundedSemaphore(AT_ONCE)
        super().__init__((place.host, place.plain_port), partial(Visitor, place))

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let a visitor in while there is a place."""
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a visitor, and free the place whatever happened."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, *_: Any) -> None:
        """Leave visitors who went away alone."""


@contextmanager
def plain_door(place: Place) -> Iterator[None]:
    """Keep a plain door open beside an https server."""
    with PlainServer(place) as server:
        threading.Thread(target=server.serve_forever, name="plain door", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
