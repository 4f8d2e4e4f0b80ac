"""One crawl in this process, from the source to the counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.crawler import AsyncCrawlerProcess

from crawler import machine
from crawler.settings import scrapy_settings
from spiders.opening import check_manners, close_session, open_session
from spiders.site import SiteSpider

if TYPE_CHECKING:
    from archive_api.settings import Settings
    from crawler.session import PlanName
    from crawler.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """How a crawl ended: `finished`, `limit` (pages were left), `interrupted`, `failed`; `error` says why it failed."""

    source: str
    run: int
    plan: str
    status: str
    counts: Mapping[str, int]
    error: str | None

    def to_json(self) -> dict[str, object]:
        """The report as one JSON object."""
        return asdict(self)


def run_crawl(  # noqa: PLR0913 - what a crawl may be told, each by its name
    source: Source,
    settings: Settings,
    *,
    max_pages: int | None = None,
    delay: float | None = None,
    log: Path | None = None,
    plan: PlanName | None = None,
    until: str | None = None,
    now: Callable[[], str] = machine.now,
) -> CrawlReport:
    """Crawls one source and blocks until it is done; once a process, since Twisted's reactor cannot start again.

    `delay` goes before the settings' and the source's; `plan` None is the one that is due; after `until` nothing more
    is asked; `now` tells the archive's time. Scrapy's log goes to `log`, by default to a file of the run below
    `<home>/logs`. A first Ctrl-C or SIGTERM ends the crawl after the requests under way, with all of it kept.
    BusyError where another crawl is at work on one of the source's hosts.
    """
    if max_pages is not None:
        source = replace(source, limits=replace(source.limits, max_pages=max_pages))
    pause = delay if delay is not None else max(settings.delay, source.limits.delay or 0.0)
    check_manners(source, settings, pause)
    session = open_session(source, settings, command="crawl", plan=plan, until=until, now=now)
    try:
        file = log or settings.home / "logs" / f"crawl-{session.run}-{source.name}.log"
        file.parent.mkdir(parents=True, exist_ok=True)
        scrapy = scrapy_settings(settings, delay=pause)
        scrapy.set("LOG_FILE", str(file), priority="cmdline")
        process = AsyncCrawlerProcess(scrapy)
        process.crawl(SiteSpider, session=session)
        process.start()
    finally:
        # Ended by the spider itself as a rule; not where Scrapy could not start, or a second Ctrl-C stopped it at once.
        status = close_session(session, "shutdown")
    return CrawlReport(
        source=source.name,
        run=session.run,
        plan=session.plan,
        status=status,
        counts=dict(+session.counts),
        error=session.error,
    )
