"""Rounds of meetings: when each is, and who sits together."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Seating:
    """Who sits together in one round."""

    round: int  # from 0
    table: int  # from 1
    people: tuple[int, ...]  # ids of attendees in ascending order


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """When rounds are that follow each other with the same pause."""

    starts_at: datetime
    rounds: int
    minutes: int  # of each meeting
    pause: int  # minutes between two rounds

    def begins(self, round_: int) -> datetime:
        """Return when a round begins; the first is 0."""
        return self.starts_at + round_ * timedelta(minutes=self.minutes + self.pause)

    def ends(self, round_: int) -> datetime:
        """Return when a round ends."""
        return self.begins(round_) + timedelta(minutes=self.minutes)

    @property
    def ends_at(self) -> datetime:
        """When the last round ends."""
        return self.ends(self.rounds - 1)

    def next_round(self, now: datetime) -> int:
        """Return the first round that has not begun; after the last one there is none with this number."""
        return next((round_ for round_ in range(self.rounds) if self.begins(round_) > now), self.rounds)

    def free(self, hours: tuple[tuple[datetime, datetime], ...]) -> list[bool]:
        """Tell for each round whether somebody's hours hold all of it; no hours mean the whole event."""
        return [not hours or self._within(hours, round_) for round_ in range(self.rounds)]

    def _within(self, hours: tuple[tuple[datetime, datetime], ...], round_: int) -> bool:
        """Tell whether hours, which may touch or overlap, hold a round."""
        at = self.begins(round_)
        for since, until in sorted(hours):
            if since <= at < until:
                at = until
        return at >= self.ends(round_)
