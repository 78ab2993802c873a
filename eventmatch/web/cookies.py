"""The browser's cookie: signed, and only where pages are."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from eventmatch.domain.addresses import API


class Cookies(SecureCookieSessionInterface):
    """Sessions in a signed cookie; devices send a token instead, and what is below the API's address has none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie where there may be one."""
        return self.make_null_session(app) if request.path.startswith(API) else super().open_session(app, request)
