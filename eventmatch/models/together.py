"""Group commit: who comes while a transaction is being stored shares the next one with all who came meanwhile.

What a transaction costs beside its statements - the disk, locks, and a server's ways there and back - is paid once for
all of them, and nobody waits for company: alone, one begins at once. See Gawlick and Kinkade 1985, "Varieties of
concurrency control in IMS/VS Fast Path".
"""

import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from eventmatch.domain.errors import Busy
from eventmatch.domain.faults import named
from eventmatch.models.base import db, direct_transaction, end_reading
from eventmatch.models.driver import Direct

log = logging.getLogger(__name__)

AT_ONCE = {"sqlite": 1, "postgresql": 2}  # transactions of one kind: a server does two things at a time
COMPANY = 4  # who would share a second one, before it begins beside the first
GIVEN_UP = "Nothing was changed; try again in a moment."
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Act = Callable[[Direct, Sequence[Asked]], Sequence[Answer | Exception]]


class _Turn(Generic[Asked, Answer]):
    """One who waits for an answer."""

    __slots__ = ("asked", "said", "woken")

    def __init__(self, asked: Asked) -> None:
        """Begin to wait."""
        self.asked = asked
        self.said: Answer | Exception | None = None
        self.woken = threading.Lock()
        self.woken.acquire()


class _Line:
    """Those who wait for a transaction of one kind on one database."""

    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        """Begin without anybody."""
        self.running = 0
        self.waiting: list[_Turn[Any, Any]] = []


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
    engine, turn = db.engine, _Turn[Asked, Answer](asked)
    if not _leads(engine, kind, turn):
        turn.woken.acquire()
    if turn.said is None:
        _lead(engine, kind, turn, act)
    if isinstance(turn.said, Exception):
        raise turn.said
    return cast("Answer", turn.said)


def _leads(engine: Engine, kind: Hashable, turn: _Turn[Any, Any]) -> bool:
    """Tell whether to begin at once, or join the line."""
    with _mutex:
        line = lines.setdefault(engine, {}).setdefault(kind, _Line())
        enough = not line.running or len(line.waiting) + 1 >= COMPANY
        if enough and line.running < AT_ONCE[engine.dialect.name]:
            line.running += 1
            return True
        line.waiting.append(turn)
        return False


def _lead(engine: Engine, kind: Hashable, turn: _Turn[Asked, Answer], act: Act[Asked, Answer]) -> None:
    """Answer all who wait."""
    with _mutex:
        line = lines[engine][kind]
        turns, line.waiting = [turn, *line.waiting], []
    try:
        _answer(turns, act)
    finally:
        _hand_on(engine, kind, turns)


def _hand_on(engine: Engine, kind: Hashable, turns: Iterable[_Turn[Any, Any]]) -> None:
    """Let the next in line lead, and wake those who have their answers."""
    line = lines[engine][kind]
    with _mutex:
        if line.waiting:
            line.waiting.pop(0).woken.release()
        else:
            line.running -= 1
            if not line.running:
                del lines[engine][kind]
    for turn in turns:
        if turn.said is None:
            turn.said = Busy(GIVEN_UP)
        turn.woken.release()


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
