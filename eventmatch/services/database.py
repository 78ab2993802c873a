"""The database as a whole: brought up to date before anything uses it."""

from sqlalchemy.exc import OperationalError

from eventmatch.domain.errors import Busy
from eventmatch.models import schema


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
