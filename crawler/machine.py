"""This machine: its clock, with time as the archive writes it, and the folder on its disk that holds the archive."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archive_api.errors import StorageError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def written(moment: datetime) -> str:
    """A moment with its zone as the archive writes machine times: UTC with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now() -> str:
    """The present time, as the archive writes it."""
    return written(datetime.now(UTC))


def make_home(home: Path) -> None:
    """The archive's folder, made if it is not there; StorageError where it cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{home}: cannot be made a home for the archive: {error.strerror}") from error
