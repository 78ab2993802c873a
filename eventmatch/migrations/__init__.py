"""How older databases become today's: Alembic revisions, applied by `upgrade`."""
