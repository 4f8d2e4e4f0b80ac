"""This machine's clock, and time as the archive writes it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def written(moment: datetime) -> str:
    """A moment with its zone as the archive writes machine times: UTC with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> str:
    """The present time, as the archive writes it."""
    return written(datetime.now(UTC))
