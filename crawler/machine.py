"""This machine's clock."""

from datetime import UTC, datetime


def now() -> str:
    """The present time, UTC with microseconds, as the archive writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
