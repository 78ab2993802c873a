"""Faults as the log may tell them: what, where and under which code; their own words may hold what people typed."""

import logging
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from traceback import walk_tb


def told(error: BaseException) -> str:
    """Return a fault with the places it went through, and what led to it."""
    return "\nbecause of ".join("\n".join([named(link), *_places(link)]) for link in _chain(error))


def plainly(record: logging.LogRecord) -> bool:
    """Let a line that a library writes into the log tell its fault as we do: a filter for loggers and handlers."""
    if record.exc_info and (error := record.exc_info[1]):
        record.msg, record.args = f"{record.getMessage()}: {told(error)}", ()
        record.exc_info = record.exc_text = None
    return True


def named(error: BaseException) -> str:
    """Return a fault's kind and codes in one line."""
    kind = type(error)
    home = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    codes = dict.fromkeys([*_codes(error), *_codes(getattr(error, "orig", None))])
    return f"{home}{kind.__qualname__}" + (f" ({', '.join(codes)})" if codes else "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield a fault and what led to it, each once."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _places(error: BaseException) -> Iterator[str]:
    """Yield where a fault passed, the outermost first."""
    for frame, line in walk_tb(error.__traceback__):
        yield f"  at {frame.f_code.co_filename}:{line} in {frame.f_code.co_name}"


def _codes(error: object) -> Iterator[str]:
    """Yield the codes a mail server, a database or the system gave."""
    if isinstance(error, SMTPRecipientsRefused):
        yield from (f"SMTP {code}" for code in sorted({code for code, _ in error.recipients.values()}))
    elif isinstance(error, SMTPResponseException):
        yield f"SMTP {error.smtp_code}"
    elif isinstance(error, OSError) and error.errno:
        yield f"errno {error.errno}"
    yield from filter(None, [getattr(error, "sqlite_errorname", None)])
    if state := getattr(error, "sqlstate", None):
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        yield f"SQLSTATE {state}" + (f" at {constraint}" if constraint else "")
