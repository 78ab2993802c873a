"""The one place where pages ask what time it is."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)
