"""The database as a whole: brought up to date before anything uses it."""

from sqlalchemy.exc import OperationalError

from eventmatch.domain.errors import Busy
from eventmatch.gateways import queue
from eventmatch.models import schema
from eventmatch.models.base import db


def upgrade() -> None:
    """Make the tables, or bring older ones to today's shape.

    Raises
    ------
    Busy
        If the database cannot be reached or is locked.
    """
    try:
        schema.upgrade()
    except OperationalError as error:
        message = f"The database cannot be used now: {' '.join(str(error.orig).split())}"
        raise Busy(message) from error


def let_go() -> None:
    """Close what this process has open, so that those forked from it share no connection with it."""
    db.session.remove()
    db.engine.dispose()
    queue.let_go()
