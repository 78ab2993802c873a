"""What the log is told of a fault: what, where and which code, and nothing of what people typed."""

import logging
import smtplib
import sqlite3
from collections.abc import Callable

import pytest

from eventmatch.domain.faults import named, plainly, told

CANARY = "canary@example.org"
log = logging.getLogger(__name__)


class DatabaseFault(Exception):
    """Wraps a driver's error as SQLAlchemy does."""

    def __init__(self, orig: Exception) -> None:
        super().__init__(str(orig))
        self.orig = orig


def refuse_recipient() -> None:
    raise smtplib.SMTPRecipientsRefused({CANARY: (550, f"no mailbox {CANARY}".encode())})


def answer_badly() -> None:
    raise smtplib.SMTPDataError(554, f"refused for {CANARY}".encode())


def miss_a_key() -> None:
    raise KeyError(CANARY)


def stumble_while_handling() -> None:
    try:
        miss_a_key()
    except KeyError:
        raise RuntimeError(CANARY) from None


def fail_for_a_reason() -> None:
    try:
        refuse_recipient()
    except OSError as error:
        raise ValueError(CANARY) from error


def break_a_constraint() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE person (address TEXT CHECK (address = 'x'))")
    try:
        database.execute("INSERT INTO person VALUES (?)", [CANARY])
    except sqlite3.Error as error:
        wrapped = DatabaseFault(error)
        wrapped.add_note(CANARY)
        raise wrapped from error


def caught(act: Callable[[], None]) -> Exception:
    """Return what goes wrong."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError


FAULTS = [
    (refuse_recipient, ["smtplib.SMTPRecipientsRefused (SMTP 550)", "in refuse_recipient"]),
    (answer_badly, ["smtplib.SMTPDataError (SMTP 554)"]),
    (miss_a_key, ["KeyError", "test_faults.py:"]),
    (stumble_while_handling, ["RuntimeError"]),
    (fail_for_a_reason, ["ValueError", "because of smtplib.SMTPRecipientsRefused (SMTP 550)"]),
    (break_a_constraint, ["DatabaseFault (SQLITE_CONSTRAINT_CHECK)", "because of sqlite3.IntegrityError"]),
]


@pytest.mark.parametrize(("act", "words"), FAULTS)
def test_the_log_is_told_what_and_where_but_not_whose(
    act: Callable[[], None], words: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    error = caught(act)

    log.error("it failed: %s", told(error))

    assert CANARY not in caplog.text
    assert [word for word in words if word not in caplog.text] == []
    assert CANARY not in named(error)
    assert "\n" not in named(error)


@pytest.mark.parametrize("act", [refuse_recipient, answer_badly, miss_a_key, fail_for_a_reason, break_a_constraint])
def test_control_a_traceback_as_it_comes_would_tell_whose(
    act: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    log.error("it failed", exc_info=caught(act))

    assert CANARY in caplog.text


def test_a_fault_that_is_its_own_cause_is_told_once() -> None:
    first, second = KeyError(), ValueError()
    first.__cause__, second.__cause__ = second, first

    assert told(first).count("KeyError") == 1


def test_what_was_hidden_on_purpose_is_not_told() -> None:
    assert "KeyError" not in told(caught(stumble_while_handling))


def test_a_line_a_library_writes_is_told_plainly(caplog: pytest.LogCaptureFixture) -> None:
    library = logging.getLogger("a library")
    library.addFilter(plainly)

    library.warning("task %s", "5", exc_info=caught(fail_for_a_reason))
    library.warning("all is well")

    assert "task 5: ValueError\n" in caplog.text
    assert "all is well" in caplog.text
    assert CANARY not in caplog.text
