"""The shape of the database, brought up to date by Alembic."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

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
if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent.parent / "migrations"
NEWEST = max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def upgrade() -> None:
    """Bring the database to the newest shape, making it where there is none; where it has it, Alembic is not asked."""
    with db.engine.connect() as connection:
        if _revision(connection) == NEWEST:
            return
    from alembic import command

    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.upgrade(config(connection), "head")


def _revision(connection: Connection) -> str | None:
    """Return which shape a database has, if it has any."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def config(connection: object) -> "Config":
    """Return Alembic's configuration for one connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
