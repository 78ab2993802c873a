"""Local times of an event's zone and moments in UTC, and back.

A local time that exists twice means the first; one that does not exist moves forward by what the clock skips.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from eventmatch.domain.errors import Invalid

QUARTER = timedelta(minutes=15)
YEARS = range(2000, 2101)  # outside, clocks and calendars are not wrong but broken
_LEGACY = ("Etc/", "SystemV/", "US/", "posix/", "right/", "Factory")


@cache
def zones() -> tuple[str, ...]:
    """Return the names of the world's zones, places only and UTC, in alphabetical order."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(_LEGACY))
    return tuple(sorted({*places, "UTC"}))


def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name.

    Raises
    ------
    Invalid
        If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("This is not a time zone; choose one such as Europe/Berlin.", field="zone") from error


def to_utc(local: datetime, zone: str) -> datetime:
    """Return the moment a clock in this zone shows this time."""
    try:
        return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)
    except OverflowError as error:
        raise Invalid("This date is too far away.") from error


def moment_of(local: datetime, zone: str, field: str) -> datetime:
    """Return the moment meant by a typed time; one of no calendar of ours is refused beside its field."""
    if local.year not in YEARS:
        raise Invalid(f"This date is too far away; years go from {YEARS[0]} to {YEARS[-1]}.", field=field)
    return to_utc(local, zone)


def to_local(at: datetime, zone: str) -> datetime:
    """Return what a clock in this zone shows at a moment, without a zone of its own."""
    return at.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def is_quarter(local: datetime) -> bool:
    """Tell whether a time stands on a quarter of an hour."""
    return local == local.replace(minute=local.minute - local.minute % 15, second=0, microsecond=0)


def floor_quarter(at: datetime) -> datetime:
    """Return the quarter of an hour that has just begun at a moment or a local time."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def quarter_hours(since: datetime, until: datetime) -> tuple[datetime, ...]:
    """Return the moments from one to the other, both ends included, in steps of a quarter of an hour.

    The steps are real quarters of an hour: where clocks are turned back, a local time appears twice.
    """
    steps = max(0, (until - since) // QUARTER) if until >= since else -1
    return tuple(since + step * QUARTER for step in range(steps + 1))


def day_began(at: datetime, zone: str) -> datetime:
    """Return when the day of a moment began in this zone."""
    return to_utc(to_local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0), zone)


def day_ends(at: datetime, zone: str) -> datetime:
    """Return when the day of a moment ends in this zone, and the next one begins."""
    midnight = to_local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return to_utc(midnight + timedelta(days=1), zone)
