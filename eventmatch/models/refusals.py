"""What the database cannot do for now, told from what is broken."""

import logging
import sqlite3

from sqlalchemy.exc import OperationalError

from eventmatch.domain.errors import Busy
from eventmatch.domain.faults import named

log = logging.getLogger(__name__)

WAIT = "The database is busy just now. Nothing was changed; try again in a moment."
WAITING_HELPS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL}
PRIMARY = 0xFF  # the part of SQLite's codes that names the kind; the rest says which of it
COLLISIONS = {"40001", "40P01"}  # two transactions that waited for each other, or could not both be
# Connection, rollback of a collision, resources, intervention; and a lock that was not to be had.
STATES_TO_WAIT = ("08", "40", "53", "57", "55P03")


def as_busy(error: OperationalError) -> Busy | None:
    """Return a refusal in our words and note it in the log if waiting may help; a fault is nothing of the kind."""
    if not _waiting_helps(error.orig):
        return None
    log.warning("the database is busy: %s", named(error))
    busy = Busy(WAIT)
    busy.collided = getattr(error.orig, "sqlstate", None) in COLLISIONS
    return busy


def _waiting_helps(error: BaseException | None) -> bool:
    """Tell whether the same may work in a moment; PostgreSQL gives no state where it could not be reached."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & PRIMARY in WAITING_HELPS
    state = getattr(error, "sqlstate", None)
    return state is None or state.startswith(STATES_TO_WAIT)
