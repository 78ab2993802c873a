"""The shape of the database, brought up to date by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from eventmatch.models import (
    attendee,
    badge_print,
    consent,
    contact,
    device,
    event,
    import_file,
    match,
    organiser,
    outcome,
    person,
    scan,
    signing_key,
    tap,
    ticket,
    work,
)
from eventmatch.models.base import db

TABLE_MODULES = (
    attendee,
    badge_print,
    consent,
    contact,
    device,
    event,
    import_file,
    match,
    organiser,
    outcome,
    person,
    scan,
    signing_key,
    tap,
    ticket,
    work,
)
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade() -> None:
    """Bring the database to the newest shape, making it where there is none."""
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(config(connection), "head")


def config(connection: object) -> Config:
    """Return Alembic's configuration for one connection."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
