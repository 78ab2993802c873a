"""The migrations make exactly the tables the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from eventmatch.models import schema
from eventmatch.models.base import Base, db


def test_migrations_end_at_the_models(either_app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})

        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(app: Flask) -> None:
    before = inspect(db.engine).get_table_names()
    schema.upgrade()

    assert inspect(db.engine).get_table_names() == before
