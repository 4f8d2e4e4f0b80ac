"""One crawl while it runs: its source, its run in the store, the way into the archive, and what it counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from scrapy.crawler import Crawler

from archive_api.captures import CaptureStore
from archive_api.store import Store
from crawler.budget import Budget
from crawler.extraction.parts import Hints
from crawler.frontier import OUTSIDE, Frontier
from crawler.hold import Hold
from crawler.ingest import Ingest
from crawler.machine import now
from crawler.source import Source

RunStatus = Literal["finished", "limit", "interrupted", "failed"]
"""How a crawl ended. `limit`: it fetched as many pages as it may, and left addresses behind."""

PlanName = Literal["full", "deep", "nightly"]
"""What a crawl asks for: every page; the start pages and the first pages of each list; only what is new."""

FAMILY = "family."
"""Before a family's name in the counts: so many pages were of it."""
ENOUGH_PAGES = 5

SKIPPED_TOGETHER = 200
"""Addresses that were skipped are written so many in one transaction; a crash loses the note, not the address."""


@dataclass(slots=True, kw_only=True)
class Session:
    """What the spider and the middlewares of one crawl share. `error` says what ended it before its time.

    `status` is set once it is closed; `now` tells the time as the archive writes it. `no_browser` says what this
    machine lacks to render pages.
    """

    source: Source
    run: int
    store: Store
    captures: CaptureStore
    ingest: Ingest
    frontier: Frontier
    hold: Hold
    budget: Budget
    plan: PlanName = "full"
    now: Callable[[], str] = now
    counts: Counter[str] = field(default_factory=Counter)
    error: str | None = None
    first_problem: str | None = None
    no_browser: str | None = None
    status: RunStatus | None = None
    _closing: asyncio.Task[None] | None = None
    _skipped: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def hints(self) -> Hints:
        """What the source says of every page of it."""
        source = self.source
        family = self._usual_family() if source.family == "auto" else source.family
        return Hints(issuer=source.issuer, level=source.level, region=source.region, family=family)

    def _usual_family(self) -> str | None:
        """The CMS that made most of the pages so far, where a few have said; the generic one is none."""
        named = Counter({name: n for name, n in self.counts.items() if name.startswith(FAMILY)})
        common = named.most_common(1)
        if not common or common[0][1] < ENOUGH_PAGES:
            return None
        return common[0][0].removeprefix(FAMILY)

    def fail(self, error: BaseException) -> None:
        """Notes what the crawl cannot go on after; the first one stays."""
        self.error = self.error or f"{type(error).__name__}: {error}"

    def end_soon(self, crawler: Crawler, error: BaseException) -> None:
        """Ends the crawl because of an error that it cannot go on after; what is under way is still taken in."""
        self.fail(error)
        if self._closing is None:
            self._closing = asyncio.ensure_future(crawler.engine.close_spider_async(reason="failed"))

    def problem(self, url: str, reason: str, detail: str) -> None:
        """Records a request that ended without an answer."""
        self.counts[f"failed.{reason}"] += 1
        self.first_problem = self.first_problem or f"{url}: {reason}: {detail}"
        self.store.add_problem(
            run=self.run, source=self.source.name, url=url, reason=reason, detail=detail, now=self.now()
        )

    def skip(self, url: str, reason: str) -> None:
        """Notes an address that was seen and is not fetched on purpose, so that it can be told why."""
        self.counts[OUTSIDE if reason == OUTSIDE else f"skipped.{reason}"] += 1
        self._skipped.append((url, reason, self.now()))
        if len(self._skipped) >= SKIPPED_TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Writes to the store what was noted."""
        skipped, self._skipped = self._skipped, []
        if not skipped:
            return
        with self.store.batch():
            for url, reason, at in skipped:
                self.store.add_skipped(run=self.run, source=self.source.name, url=url, reason=reason, now=at)


def session_of(crawler: Crawler) -> Session | None:
    """The session of the crawler's spider; None for a spider without one, such as that of `scrapy shell`."""
    session = getattr(crawler.spider, "session", None)
    return session if isinstance(session, Session) else None
