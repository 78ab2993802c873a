"""Transactions that are shared by all who come while one is being stored."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, insert, select

from eventmatch.domain.errors import Busy
from eventmatch.models import together as module
from eventmatch.models.base import after_commit, db, write_transaction
from eventmatch.models.driver import Direct
from eventmatch.models.organiser import Organiser
from eventmatch.models.statement import Statement
from eventmatch.models.together import together
from tests.cast import NINE
from tests.waiting import PATIENCE, in_line, until
from tests.wire import heard

_ADD = Statement(lambda _: insert(Organiser).values(name=bindparam("name"), created_at=NINE))


class Act:
    """Adds an organiser for everybody who asks; holds the first transaction until the rest have come."""

    def __init__(self) -> None:
        """Begin without anybody."""
        self.groups: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, within: Direct, asked: Sequence[str]) -> list[str | Exception]:
        """Answer a group."""
        self.groups.append(list(asked))
        if asked[0] == "first":
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        return [self.answer(within, one) for one in asked]

    def answer(self, within: Direct, one: str) -> str | Exception:
        """Answer one: those who are refused write nothing, and a fault undoes everything."""
        if one == "refused":
            return LookupError(one)
        _ADD.rows(within, {"name": one})
        if one == "fault":
            raise ZeroDivisionError
        return f"{one} done"


def names() -> set[str]:
    """Return who was stored."""
    db.session.rollback()
    return set(db.session.scalars(select(Organiser.name)))


def in_context(app: Flask, one: str, act: Act) -> str:
    """Ask in a thread of one's own."""
    with app.app_context():
        return together("kind", one, act)


@contextmanager
def crowd(app: Flask, act: Act, asked: Sequence[str]) -> Iterator[list[Future[str]]]:
    """Let all of these ask while the first one's transaction is open; it goes on at the end of the block."""
    with ThreadPoolExecutor(len(asked) + 1) as pool:
        futures = [pool.submit(in_context, app, "first", act)]
        assert act.begun.wait(PATIENCE)
        for place, one in enumerate(asked):
            futures.append(pool.submit(in_context, app, one, act))
            until(lambda expected=place + 1: in_line() == expected)  # type: ignore[misc]
        yield futures
        act.go_on.set()


def test_alone_one_begins_at_once(either_app: Flask) -> None:
    act = Act()

    assert together("kind", "Ada", act) == "Ada done"
    assert (act.groups, names()) == ([["Ada"]], {"Ada"})


def test_who_comes_meanwhile_shares_the_next_transaction(either_app: Flask) -> None:
    act, asked = Act(), [f"guest {number}" for number in range(3)]
    db.session.remove()

    with heard(db.engine) as words, crowd(either_app, act, asked) as futures:
        pass

    assert [future.result() for future in futures] == ["first done", *(f"{one} done" for one in asked)]
    assert act.groups == [["first"], asked]
    assert words == ["BEGIN", "INSERT", "COMMIT", "BEGIN", *["INSERT"] * 3, "COMMIT"]


def test_who_is_refused_spoils_nothing(either_app: Flask) -> None:
    act = Act()

    with crowd(either_app, act, ["Ada", "refused", "Ben"]) as futures:
        pass

    assert isinstance(futures[2].exception(), LookupError)
    assert (act.groups[1:], names()) == ([["Ada", "refused", "Ben"]], {"first", "Ada", "Ben"})


def test_after_a_fault_each_is_tried_alone(either_app: Flask) -> None:
    act = Act()

    with crowd(either_app, act, ["Ada", "fault", "Ben"]) as futures:
        pass

    assert isinstance(futures[2].exception(), ZeroDivisionError)
    assert (futures[1].result(), futures[3].result()) == ("Ada done", "Ben done")
    assert act.groups[2:] == [["Ada"], ["fault"], ["Ben"]]
    assert names() == {"first", "Ada", "Ben"}


def test_what_the_database_refuses_to_many_is_in_the_log(
    either_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    act, answer = Act(), Act().answer

    def many_cannot(within: Direct, one: str) -> str | Exception:
        if len(act.groups[-1]) > 1:
            within.run("SELECT nothing FROM nowhere")
        return answer(within, one)

    with crowd(either_app, act, ["Ada", "Ben"]) as futures:
        monkeypatch.setattr(act, "answer", many_cannot)

    assert [future.result() for future in futures] == ["first done", "Ada done", "Ben done"]
    assert "one by one" in caplog.text


def test_a_busy_database_is_not_asked_again_for_each(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Act()

    def busy(_within: Direct, one: str) -> str:
        raise Busy(one)

    with crowd(either_app, act, ["Ada", "Ben"]) as futures:
        monkeypatch.setattr(act, "answer", busy)

    assert [type(future.exception()) for future in futures] == [Busy] * 3
    assert act.groups == [["first"], ["Ada", "Ben"]]


def test_who_collides_with_another_transaction_is_tried_again_alone(
    either_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, answer, collided = Act(), Act().answer, [True]

    def collide_once(within: Direct, one: str) -> str | Exception:
        if one == "Ben" and collided:
            collided.clear()
            busy = Busy(one)
            busy.collided = True
            raise busy
        return answer(within, one)

    with crowd(either_app, act, ["Ada", "Ben"]) as futures:
        monkeypatch.setattr(act, "answer", collide_once)

    assert [future.result() for future in futures] == ["first done", "Ada done", "Ben done"]
    assert (act.groups[2:], names()) == ([["Ada"], ["Ben"]], {"first", "Ada", "Ben"})


def test_nobody_waits_for_ever_when_whoever_leads_is_stopped(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Act()

    def stop(_within: Direct, _one: str) -> str:
        raise SystemExit

    with crowd(app, act, ["Ada", "Ben"]) as futures:
        monkeypatch.setattr(act, "answer", stop)

    assert [type(future.exception()) for future in futures] == [SystemExit, SystemExit, Busy]
    assert together("kind", "later", Act()) == "later done"


def test_who_was_here_a_moment_ago_is_waited_for(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    act, again = Act(), Act()
    with crowd(either_app, act, ["Ada", "Ben", "Chidi"]):
        pass
    monkeypatch.setattr(module, "LONGEST", PATIENCE)

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(in_context, either_app, one, again) for one in ("Dana", "Emre")]
        until(lambda: in_line() == 2)
        assert again.groups == []
        futures.append(pool.submit(in_context, either_app, "Fay", again))

    assert [future.result() for future in futures] == ["Dana done", "Emre done", "Fay done"]
    assert [sorted(group) for group in again.groups] == [["Dana", "Emre", "Fay"]]


def test_who_does_not_come_is_not_waited_for_long(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with crowd(either_app, Act(), ["Ada", "Ben"]):
        pass
    began = monotonic()

    assert together("kind", "Chidi", Act()) == "Chidi done"
    assert monotonic() - began >= module.LONGEST
    monkeypatch.setattr(module, "LONGEST", 10 * PATIENCE)
    assert together("kind", "Dana", Act()) == "Dana done"
    assert monotonic() - began < PATIENCE


def test_whoever_is_first_waits_for_those_who_were_answered(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Act()
    monkeypatch.setattr(module, "LONGEST", PATIENCE)

    with ThreadPoolExecutor(1) as pool, crowd(either_app, act, ["Ada", "Ben"]) as futures:
        act.go_on.set()
        assert futures[0].result() == "first done"
        last = pool.submit(in_context, either_app, "last", act)

    assert last.result() == "last done"
    assert act.groups == [["first"], ["Ada", "Ben", "last"]]


def test_little_is_kept_of_who_has_gone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LINES", 5)

    for number in range(21):
        together(("kind", number), "Ada", Act())

    assert list(module.lines[db.engine]) == [("kind", 20)]


def test_it_is_no_part_of_another_transaction(app: Flask) -> None:
    with write_transaction(), pytest.raises(RuntimeError):
        together("kind", "Ada", Act())


def test_what_waits_for_the_commit_happens_once_for_each(app: Flask) -> None:
    stored: list[int] = []

    def act(within: Direct, asked: Sequence[str]) -> list[str | Exception]:
        for one in asked:
            _ADD.rows(within, {"name": one})
            after_commit(lambda: stored.append(db.session.scalar(select(func.count()).select_from(Organiser)) or 0))
        return list(asked)

    together("kind", "Ada", act)

    assert stored == [1]
