"""`python -m tests.simulator.crawl HOME URL NIGHT_BEGINS`: one crawl whose clock shows the simulated night."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archive_api.errors import ArchiveError
from archive_api.settings import Settings
from crawler.machine import written
from crawler.source import source_for_url
from spiders.run import run_crawl

_GOOD = {"finished", "limit"}


def clock(begins: datetime) -> Callable[[], str]:
    """A clock that shows `begins`, Shanghai's wall clock, now, and goes on from there."""
    ahead = begins.replace(tzinfo=ZoneInfo("Asia/Shanghai")) - datetime.now(UTC)
    return lambda: written(datetime.now(UTC) + ahead)


def main() -> int:
    """Crawls; 1 where the crawl met problems."""
    home, url, begins = sys.argv[1:]
    settings = Settings(home=Path(home))
    try:
        report = run_crawl(source_for_url(url), settings, delay=0, now=clock(datetime.fromisoformat(begins)))
    except ArchiveError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if report.status not in _GOOD:
        sys.stderr.write(f"{report.plan} crawl: {report.status}: {report.error}\n")
    return 0 if report.status in _GOOD else 1


if __name__ == "__main__":
    sys.exit(main())
