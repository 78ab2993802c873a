"""When people came: how many had arrived by each step of time, and how many come in a minute."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventmatch.formats import bars, curve
from eventmatch.models import arrival
from eventmatch.models.event import Event

STEPS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
MOST_STEPS = 36
MINUTE, SHOWN_MINUTES = timedelta(minutes=1), 30


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How many had arrived by a moment."""

    at: datetime
    arrived: int


@dataclass(frozen=True, slots=True)
class Curve:
    """How an event filled; no points before the first arrival."""

    points: tuple[CurvePoint, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Rate:
    """How many were let in at the entrances in each of the last minutes, the running one last."""

    minutes: tuple[tuple[datetime, int], ...]
    most: int
    picture: str


def arrival_curve(event: Event, now: datetime) -> Curve:
    """Return how many had arrived by each step of time, from the first arrival on."""
    moments = arrival.first_arrivals(event.id)
    points = tuple(CurvePoint(tick, bisect_right(moments, tick)) for tick in _ticks(moments, min(now, event.ends_at)))
    return Curve(points, curve.draw([(p.at, p.arrived) for p in points], event.zone) if points else "")


def _ticks(moments: list[datetime], until: datetime) -> list[datetime]:
    """Choose the steps, few enough to be seen, from just before the first moment to the last one or until now."""
    if not moments:
        return []
    start, end = moments[0], max(moments[-1], until)
    step = next((s for s in STEPS if (end - start) / s <= MOST_STEPS), STEPS[-1])
    ticks = [start.replace(minute=0, second=0, microsecond=0)]
    while ticks[-1] < end:
        ticks.append(ticks[-1] + step)
    return [tick for tick in ticks if tick > start - step]


def rate(event: Event, now: datetime) -> Rate:
    """Return how many were let in minute by minute."""
    this_minute = now.replace(second=0, microsecond=0)
    shown = [this_minute - MINUTE * ago for ago in reversed(range(SHOWN_MINUTES))]
    came = Counter(
        at.replace(second=0, microsecond=0) for at in arrival.entrances_since(event.id, shown[0]) if at <= now
    )
    minutes = tuple((minute, came[minute]) for minute in shown)
    return Rate(minutes, max(came.values(), default=0), bars.draw(minutes, event.zone))
