"""The control of durability: a door whose database says yes before the disk has it."""

from sqlalchemy import event

from eventmatch.factory import create_app
from eventmatch.models.base import db

app = create_app()
with app.app_context():
    event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=NORMAL"))
    db.engine.dispose()
