"""The database as a whole: brought up to date before anything uses it."""

from eventmatch.models import schema


def upgrade() -> None:
    """Make the tables, or bring older ones to today's shape."""
    schema.upgrade()
