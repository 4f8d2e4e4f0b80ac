"""The last look before a request goes out: is it still wanted, does its redirect stay inside the site."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from archive_api.errors import BusyError
from crawler.frontier import SAME_ARTICLE
from crawler.scope import host_of
from crawler.session import Session, session_of
from crawler.ways import is_second_way

LOST = "lost"
"""The host is held by another crawl."""


class UnwantedError(IgnoreRequest):
    """A request that the frontier no longer wants; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WantedMiddleware:
    """Asks the frontier again: what was admitted an hour ago may have turned out to be one of an endless row.

    Nor does a request go out that the host's budget or the night's window has no room for, or once the host is held by
    another crawl, which ends this one.
    """

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self.crawler, self.session, self.frontier = crawler, session, session.frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WantedMiddleware:
        """The middleware of a crawl of ours; NotConfigured for other spiders."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(crawler, session)

    def process_request(self, request: Request) -> None:
        """Nothing, or UnwantedError."""
        if self.session.hold.is_lost:
            lost = BusyError("another crawl took over the host: this one was not heard of for too long")
            self.session.end_soon(self.crawler, lost)
            raise UnwantedError(LOST)
        if request.meta.get("role") in {"robots", "resource"}:
            return
        hops: list[str] = request.meta.get("redirect_urls", [])
        reason = self.frontier.admit_redirect(request.url, hops) if hops else None
        found = request.meta["found"]
        if reason is None and found not in {"start", "attachment"} and self.frontier.is_barren(request.url, found):
            reason = "barren"
        if reason is None and found in {"row", "link"} and not hops and is_second_way(request.url):
            # it was left for last: by now its article may have been found by its own address
            reason = SAME_ARTICLE if self.frontier.ways.is_known(request.url) else None
            self.frontier.ways.take(request.url)
        if reason is None and request.method == "POST" and self.frontier.refuses_posts:
            reason = "post_refused"
        if reason is None and not request.meta.get("spent"):
            reason = self.frontier.spend(found)
            request.meta["spent"] = True  # goes along with redirects and further tries: they are of one page
        if reason is None:
            reason = self.session.budget.spend(host_of(urlsplit(request.url)))
        if reason:
            raise UnwantedError(reason)
