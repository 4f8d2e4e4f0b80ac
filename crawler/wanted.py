"""The last look before a request goes out: is it still wanted, does its redirect stay inside the site."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.frontier import Frontier
from crawler.session import session_of


class UnwantedError(IgnoreRequest):
    """A request that the frontier no longer wants; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WantedMiddleware:
    """Asks the frontier again: what was admitted an hour ago may have turned out to be one of an endless row."""

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WantedMiddleware:
        """The middleware of a crawl of ours; NotConfigured for other spiders."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(session.frontier)

    def process_request(self, request: Request) -> None:
        """Nothing, or UnwantedError."""
        if request.meta.get("role") == "robots":
            return
        hops: list[str] = request.meta.get("redirect_urls", [])
        reason = self.frontier.admit_redirect(request.url, hops) if hops else None
        found = request.meta["found"]
        if reason is None and found not in {"start", "attachment"} and self.frontier.is_barren(request.url, found):
            reason = "barren"
        if reason is None and not request.meta.get("spent"):
            reason = self.frontier.spend(found)
            request.meta["spent"] = True  # goes along with redirects and further tries: they are of one page
        if reason:
            raise UnwantedError(reason)
