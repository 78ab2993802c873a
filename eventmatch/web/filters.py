"""How moments, and what is wrong with a field, read on pages."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask import Flask
from flask_babel import format_date, format_datetime, format_time, get_locale


def register(app: Flask) -> None:
    """Make the filters known to every template."""
    app.add_template_filter(moment)
    app.add_template_filter(clock)
    app.add_template_filter(when)
    app.add_template_filter(day)
    app.add_template_filter(sentences)
    app.add_template_filter(listed)


def sentences(errors: Iterable[Any]) -> list[str]:
    """Return a field's own errors, translated; those of fields inside it come as lists and stand beside these."""
    return [str(error) for error in errors if not isinstance(error, list | tuple | dict)]


def listed(words: Iterable[Any]) -> str:
    """Write words as the reader's language lists them: one, two and three."""
    return format_list([str(word) for word in words], locale=get_locale() or "en")


def moment(at: datetime, zone: str) -> str:
    """Write a moment as day and time in an event's zone."""
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), "EEE d MMM yyyy, HH:mm", rebase=False))


def clock(at: datetime, zone: str, pattern: str = "HH:mm") -> str:
    """Write a moment as a time of day in an event's zone."""
    at = at if "s" in pattern else at.replace(second=0, microsecond=0)
    return _clock(at, zone, pattern, str(get_locale() or "en"))


@lru_cache(maxsize=4096)  # a list of thousands names the same minutes again and again
def _clock(at: datetime, zone: str, pattern: str, _locale: str) -> str:
    """Write one time of day in the reader's language."""
    return str(format_time(at.astimezone(ZoneInfo(zone)), pattern, rebase=False))


def when(at: datetime, zone: str, around: datetime) -> str:
    """Write a moment as a time of day, with the day where it is not that of another moment."""
    days = {one.astimezone(ZoneInfo(zone)).date() for one in (at, around)}
    return clock(at, zone) if len(days) == 1 else moment(at, zone)


def day(at: datetime) -> str:
    """Write a moment as a date where the minute does not matter."""
    return str(format_date(at, "d MMM yyyy", rebase=False))
