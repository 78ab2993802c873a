"""The hours somebody can be at an event: asked day by day in the event's zone, kept as moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from eventmatch.domain.errors import Invalid
from eventmatch.domain.local_time import is_quarter, to_local, to_utc
from eventmatch.domain.profiles import Hours

MOST_DAYS = 14  # of longer events nobody wants to be asked day by day
DAY = timedelta(days=1)
QUARTERS = "Times go by quarters of an hour, such as 09:15."


@dataclass(frozen=True, slots=True)
class Span:
    """When an event takes place, and in which zone people read its times."""

    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def days(self) -> tuple[date, ...]:
        """The dates on which something happens; none at all when there are too many to ask for each."""
        first = to_local(self.starts_at, self.zone).date()
        last = to_local(self.ends_at - timedelta(microseconds=1), self.zone).date()
        days = tuple(first + n * DAY for n in range((last - first).days + 1))
        return days if len(days) <= MOST_DAYS else ()

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return from when to when the event takes place on one of its days."""
        begin, end = _midnight(day, self.zone), _midnight(day + DAY, self.zone)
        return max(begin, self.starts_at), min(end, self.ends_at)


@dataclass(frozen=True, slots=True)
class DayHours:
    """What somebody says about one day: from, until, or not at all; nothing said means all of it."""

    since: time | None = None
    until: time | None = None
    absent: bool = False


def _midnight(day: date, zone: str) -> datetime:
    """Return when a date begins in a zone."""
    return to_utc(datetime.combine(day, time()), zone)


def window(day: date, said: DayHours, span: Span) -> tuple[datetime, datetime]:
    """Return one day's answer as moments; an end at 00:00 is the midnight that follows.

    Raises
    ------
    Invalid
        If it ends before it begins, or the event is not on then.
    """
    opening, closing = span.on(day)
    since = opening if said.since is None else to_utc(datetime.combine(day, said.since), span.zone)
    last_day = day + DAY if said.until == time() else day
    until = closing if said.until is None else to_utc(datetime.combine(last_day, said.until), span.zone)
    if until <= since:
        raise Invalid("The second time must be later than the first.", field="hours")
    if until <= opening or since >= closing:
        here = " to ".join(f"{to_local(at, span.zone):%H:%M}" for at in (opening, closing))
        raise Invalid(f"The event is on from {here} that day.", field="hours")
    return since, until


def hours_from(said: Sequence[DayHours], span: Span, known: Hours = ()) -> Hours:
    """Return the hours a whole form says; nothing limited on any day means the whole event.

    An answer that was left as it was shown keeps the hours as they are known, which may be finer than a form shows.
    """
    if tuple(said) == days_from(known, span):
        return known
    if all(day == DayHours() for day in said):
        return ()
    hours = tuple(window(day, answer, span) for day, answer in zip(span.days, said, strict=True) if not answer.absent)
    if not hours:
        raise Invalid("You say you cannot be there on any day; leave at least one.", field="hours")
    return hours


def days_from(hours: Hours, span: Span) -> tuple[DayHours, ...]:
    """Return known hours as a form shows them, one answer for each day."""
    return tuple(_said(hours, day, span) if hours else DayHours() for day in span.days)


def _said(hours: Hours, day: date, span: Span) -> DayHours:
    """Return what known hours say about one day."""
    begin, end = _midnight(day, span.zone), _midnight(day + DAY, span.zone)
    there = [(max(since, begin), min(until, end)) for since, until in hours if since < end and until > begin]
    if not there:
        return DayHours(absent=True)
    opening, closing = span.on(day)
    since, until = min(pair[0] for pair in there), max(pair[1] for pair in there)
    return DayHours(
        since=None if since == opening else _clock(since, span.zone),
        until=None if until == closing else _clock(until, span.zone),
    )


def _clock(at: datetime, zone: str) -> time:
    """Return what a clock of the event shows, to the minute."""
    return to_local(at, zone).time().replace(second=0, microsecond=0)


def on_a_quarter(clock: time) -> bool:
    """Tell whether a time of day may be typed."""
    return is_quarter(datetime.combine(date.min, clock))
