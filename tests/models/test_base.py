"""The one way to write: all or nothing, one at a time, and never twice inside itself."""

import threading
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, text

from eventmatch.domain.errors import Busy
from eventmatch.models import base
from eventmatch.models.base import after_commit, db, write_transaction
from eventmatch.models.organiser import Organiser
from tests.cast import NINE


def add(name: str) -> None:
    db.session.add(Organiser(name=name, created_at=NINE))


def names() -> list[str]:
    return list(db.session.scalars(select(Organiser.name).order_by(Organiser.id)))


def test_a_failed_transaction_leaves_nothing_and_does_nothing_afterwards(app: Flask) -> None:
    done: list[str] = []

    def fail_half_way() -> None:
        with write_transaction():
            add("half")
            after_commit(lambda: done.append("told"))
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()

    assert (names(), done) == ([], [])


def test_what_waits_for_the_commit_sees_it(app: Flask) -> None:
    seen: list[list[str]] = []
    with write_transaction():
        add("whole")
        after_commit(lambda: seen.append(names()))

    assert seen == [["whole"]]


def test_a_write_transaction_cannot_be_opened_inside_another(app: Flask) -> None:
    with write_transaction(), pytest.raises(RuntimeError), write_transaction():
        pass


def test_reading_first_and_writing_then_never_meets_a_locked_database(either_app: Flask) -> None:
    """Thirty writers that read before they write all get through; each upgrade of a read would fail at once."""
    errors: list[Exception] = []

    def work(number: int) -> None:
        with either_app.app_context():
            try:
                names()
                with write_transaction():
                    add(str(number))
            except Exception as error:  # noqa: BLE001 - whatever goes wrong must be counted
                errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(names()) == 30


def test_a_database_that_stays_locked_is_busy_and_not_a_fault(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with db.engine.connect() as other:  # a writer that does not know our lock file
        other.execute(text("PRAGMA busy_timeout=0"))
        other.rollback()
        with other.execution_options(writes=True).begin():
            db.session.execute(text("PRAGMA busy_timeout=50"))
            monkeypatch.setattr(base, "_on_connect", lambda *_: None)
            with pytest.raises(Busy), write_transaction():
                add("late")


def test_moments_come_back_in_utc(either_app: Flask) -> None:
    with write_transaction():
        add("x")

    assert db.session.scalar(select(Organiser.created_at)) == NINE


def test_a_moment_without_zone_is_refused(app: Flask) -> None:
    with pytest.raises(Exception, match="time zone"), write_transaction() as session:
        session.add(Organiser(name="x", created_at=datetime(2027, 1, 1)))  # noqa: DTZ001 - what is refused
