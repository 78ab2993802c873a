"""Group commit: all who come while a transaction is being stored share the next one.

What a transaction costs beside its statements - the disk, locks, and a server's ways there and back - is paid once for
all of them. Who was here a moment ago is expected again, as a door scans guest after guest: the next transaction begins
when all of them have come, or else after a few milliseconds. Whoever comes alone begins at once. See Gawlick and
Kinkade 1985, "Varieties of concurrency control in IMS/VS Fast Path".
"""

import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from eventmatch.domain.errors import Busy
from eventmatch.domain.faults import named
from eventmatch.models.base import db, direct_transaction, end_reading
from eventmatch.models.driver import Direct

log = logging.getLogger(__name__)

LONGEST = 0.005  # seconds that anybody waits for company
LINES = 100  # of one database; kinds may be many more
GIVEN_UP = "Nothing was changed; try again in a moment."
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Act = Callable[[Direct, Sequence[Asked]], Sequence[Answer | Exception]]  # None is no answer


class _Turn(Generic[Asked, Answer]):
    """One who waits for an answer."""

    __slots__ = ("asked", "longest", "said", "woken")

    def __init__(self, asked: Asked) -> None:
        """Begin to wait."""
        self.asked = asked
        self.said: Answer | Exception | None = None
        self.longest: float | None = None  # seconds to wait for company, if it is theirs to begin
        self.woken = SimpleQueue[None]()


class _Line:
    """Those who share transactions of one kind on one database: one is being stored, others wait for the next."""

    __slots__ = ("expected", "running", "waiting")

    def __init__(self) -> None:
        """Begin without anybody."""
        self.expected = 1
        self.running = False
        self.waiting: list[_Turn[Any, Any]] = []

    def take(self) -> list[_Turn[Any, Any]]:
        """Take all who wait into a transaction."""
        self.running, turns, self.waiting = True, self.waiting, []
        return turns

    def end(self, answered: int) -> None:
        """Expect those who were answered beside those who wait, whose first one is to begin."""
        self.running, self.expected = False, answered + len(self.waiting)
        if self.waiting:
            self.waiting[0].longest = LONGEST
            self.waiting[0].woken.put(None)


lines: WeakKeyDictionary[Engine, dict[Hashable, _Line]] = WeakKeyDictionary()
_mutex = threading.Lock()


def together(kind: Hashable, asked: Asked, act: Act[Asked, Answer]) -> Answer:
    """Answer within a write transaction, shared with whatever else of this kind is asked at the same moment.

    Raises
    ------
    Exception
        What the act returned for this one instead of an answer; what the act raised undid the transaction, and
        whoever shared it was tried again alone.
    Busy
        As write_transaction.
    """
    end_reading()
    turn = _Turn[Asked, Answer](asked)
    line, turns = _join(db.engine, kind, turn)
    if turns := turns or _wait(line, turn):
        _lead(line, turns, act)
    if isinstance(turn.said, Exception):
        raise turn.said
    return cast("Answer", turn.said)


def _join(engine: Engine, kind: Hashable, turn: _Turn[Any, Any]) -> tuple[_Line, list[_Turn[Any, Any]]]:
    """Stand in the line of this kind, and begin with all who are there if nobody else is expected."""
    with _mutex:
        known = lines.setdefault(engine, {})
        line = known.get(kind) or _new_line(known, kind)
        line.waiting.append(turn)
        if line.running:
            return line, []
        if len(line.waiting) >= line.expected:
            return line, line.take()
        if line.waiting[0] is turn:
            turn.longest = LONGEST
        return line, []


def _new_line(known: dict[Hashable, _Line], kind: Hashable) -> _Line:
    """Open a line; where there are many, forget those where nobody is."""
    if len(known) >= LINES:
        for idle in [kind for kind, line in known.items() if not line.running and not line.waiting]:
            del known[idle]
    known[kind] = _Line()
    return known[kind]


def _wait(line: _Line, turn: _Turn[Any, Any]) -> list[_Turn[Any, Any]]:
    """Wait for an answer; who is to begin waits for company, then returns all who are there."""
    while turn.said is None:
        try:
            turn.woken.get(timeout=turn.longest)
        except Empty:
            turn.longest = None
            with _mutex:
                if line.waiting and line.waiting[0] is turn:
                    return line.take()
    return []


def _lead(line: _Line, turns: Sequence[_Turn[Asked, Answer]], act: Act[Asked, Answer]) -> None:
    """Answer these, whatever happens, and let those who came meanwhile go on."""
    try:
        _answer(turns, act)
    finally:
        with _mutex:
            line.end(len(turns))
        for turn in turns:
            if turn.said is None:
                turn.said = Busy(GIVEN_UP)
            turn.woken.put(None)


def _answer(turns: Sequence[_Turn[Asked, Answer]], act: Act[Asked, Answer]) -> None:
    """Answer in one transaction; if that fails each one alone, but where the database is busy."""
    said: Sequence[Answer | Exception]
    try:
        with direct_transaction() as within:
            said = act(within, [turn.asked for turn in turns])
    except Exception as error:  # noqa: BLE001 - raised by whoever asked
        if len(turns) > 1 and not (isinstance(error, Busy) and not error.collided):
            if isinstance(error, SQLAlchemyError):
                log.warning("what came together is tried again one by one: %s", named(error))
            for turn in turns:
                _answer([turn], act)
            return
        said = [error] * len(turns)
    for turn, one in zip(turns, said, strict=True):
        turn.said = one
