"""The one place that knows everybody: settings, database, queue, pages, API and commands become an application."""

import logging
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from eventmatch import cli, jobs
from eventmatch.api import checkin as scan_api
from eventmatch.api import door as door_api
from eventmatch.api import errors as api_errors
from eventmatch.api import offline
from eventmatch.api.lane import Lane
from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.domain.faults import plainly, told
from eventmatch.gateways import queue
from eventmatch.gateways.mail import mail_gateway
from eventmatch.models import base, refusals
from eventmatch.settings import BadSetting, Settings, read_settings
from eventmatch.web import (
    access,
    account,
    attendees,
    badge_sheets,
    badges,
    checkin,
    conflicts,
    contacts,
    devices,
    door,
    door_log,
    errors,
    event,
    exports,
    filters,
    headers,
    here,
    home,
    importing,
    inside,
    kiosk,
    lists,
    match_rules,
    match_words,
    organiser,
    paths,
    people,
    place,
    programme,
    registration,
    reports,
    room_doors,
    rooms,
    rounds,
    safety,
    self_check_in,
    signing,
    tickets,
    trust,
    walk_ins,
    welcome,
)
from eventmatch.web.cookies import Cookies

PAGES = (
    home,
    account,
    contacts,
    organiser,
    checkin,
    offline,
    conflicts,
    door,
    door_api,
    devices,
    door_log,
    people,
    lists,
    match_rules,
    match_words,
    rounds,
    rooms,
    room_doors,
    programme,
    inside,
    event,
    registration,
    place,
    tickets,
    attendees,
    importing,
    exports,
    reports,
    badge_sheets,
    badges,
    safety,
    signing,
    trust,
    welcome,
    here,
    self_check_in,
    kiosk,
    walk_ins,
)
APIS = (scan_api, offline)
log = logging.getLogger(__name__)

MAX_UPLOAD = 5 * 1024 * 1024


class Application(Flask):
    """Flask, which writes no addresses of pages and no values into the log: links that sign in are addresses too."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Take every function as it is: none of ours is a coroutine, and asking each time takes long."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Write down what went wrong outside every view."""
        log.error("an answer failed: %s", told(exc_info[1]))


def create_app(settings: Settings | None = None, *, embedded_queue: bool = True) -> Flask:
    """Build the application; a bad setting ends the start with one sentence."""
    try:
        settings = settings or read_settings()
    except BadSetting as error:
        sys.exit(f"eventmatch: {error}")
    app = Application(
        "eventmatch",
        template_folder="../templates",
        static_folder="../static",
        instance_path=str(settings.instance),
        instance_relative_config=True,
    )
    _configure(app, settings)
    paths.register(app)
    _connect(app, settings, settings.instance / "jobs.db" if embedded_queue else None)
    _furnish(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    """Hand the settings to Flask and its extensions."""
    app.config.update(
        EVENTMATCH=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # a failed statement is logged without what people typed
        TRUSTED_HOSTS=list(settings.allowed_hosts),
        MAX_CONTENT_LENGTH=MAX_UPLOAD,
        MAX_FORM_MEMORY_SIZE=MAX_UPLOAD,
        SESSION_COOKIE_NAME="__Host-eventmatch" if settings.secure else "eventmatch",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=400),  # the server's own session ends earlier
        INSIST_ON_HTTPS=settings.insists,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # no-referrer is our policy; the token itself is what protects
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
    )


def _connect(app: Flask, settings: Settings, queue_file: Path | None) -> None:
    """Open the database, the mail wire and the queue."""
    base.db.init_app(app)
    with app.app_context():
        base.prepare(base.db.engine)
    mail = mail_gateway(settings.mail_url, settings.instance / "outbox")
    perform = jobs.perform_in(app, mail, settings.site)
    app.extensions["queue"] = queue.connect(queue_file, perform, jobs.EVERY_MINUTE)


def _furnish(app: Flask) -> None:
    """Put in the pages, the API, the refusals and the commands."""
    app.session_interface = Cookies()
    app.jinja_options = {**app.jinja_options, "bytecode_cache": _templates_kept(Path(app.instance_path) / "templates")}
    Babel(app)
    csrf = CSRFProtect(app)
    _register_refusals(app)
    headers.register(app)
    filters.register(app)
    app.context_processor(access.viewer)
    for page in PAGES:
        app.register_blueprint(page.pages)
    for part in APIS:
        app.register_blueprint(part.api)
        csrf.exempt(part.api)  # a bearer token is sent on purpose, never by a browser on its own
    app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation wraps it
    cli.register(app)


def _templates_kept(folder: Path) -> FileSystemBytecodeCache:
    """Keep what templates become, beside the data: compiling those of the first page takes longer than answering it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def _register_refusals(app: Flask) -> None:
    """Answer refusals in pages and, below /api/, in JSON; what the database cannot do now or ever is one too."""
    app.logger.addFilter(plainly)
    errors.register(app)
    api_errors.register(app)
    unfit = Invalid("This holds signs or numbers that cannot be kept.")
    app.register_error_handler(OperationalError, unanswered)
    app.register_error_handler(DataError, lambda _: api_errors.refused(unfit))
    app.register_error_handler(IntegrityError, collided)


def unanswered(error: OperationalError) -> ResponseReturnValue:
    """Ask to wait where that may help; what is broken is a fault of ours."""
    busy = refusals.as_busy(error)
    return api_errors.refused(busy) if busy is not None else api_errors.broken(error)


def collided(error: IntegrityError) -> ResponseReturnValue:
    """Answer the second of two who wrote the same at once; the database's own words, with what was typed, stay here."""
    log.error("two wrote the same at once: %s", error.statement)
    return api_errors.refused(Conflict("Somebody did the same at this very moment. Look again how things stand."))
