"""A line on the terminal that tells how far a crawl has come."""

from __future__ import annotations

import sys
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

from crawler.session import session_of

SECONDS = 0.5
SHOWN = (("fetched", "fetched"), ("document", "documents"), ("list", "lists"))
ERASE = "\r\x1b[K"


class Progress:
    """Writes to standard error while the crawl goes on, and wipes its line at the end; only on a terminal."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._ticking = LoopingCall(self._show)
        crawler.signals.connect(self._begin, signals.spider_opened)
        crawler.signals.connect(self._end, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension of a crawl; NotConfigured where nobody watches."""
        if not sys.stderr.isatty():
            raise NotConfigured
        return cls(crawler)

    def _begin(self) -> None:
        self._ticking.start(SECONDS)

    def _show(self) -> None:
        session = session_of(self._crawler)
        if session is not None:
            said = "  ".join(f"{session.counts[name]} {shown}" for name, shown in SHOWN)
            sys.stderr.write(f"{ERASE}{session.source.name}: {said}")
            sys.stderr.flush()

    def _end(self) -> None:
        if self._ticking.running:
            self._ticking.stop()
        sys.stderr.write(ERASE)
        sys.stderr.flush()
