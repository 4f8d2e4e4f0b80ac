"""robots.txt, obeyed as RFC 9309 says: asked for once a host and crawl, before the first page, and archived."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from archive_api.errors import ArchiveError
from crawler.failures import failure_reason
from crawler.politeness import Politeness

PRODUCT = "LeagueArchive"
"""The product token that a robots.txt names us by (RFC 9309, 2.2.1)."""
MOST_BYTES = 512 * 1024
"""What of a robots.txt is read; RFC 9309 (2.5) asks for at least 500 KiB."""


class DisallowedError(IgnoreRequest):
    """The site's robots.txt does not want this address fetched."""


class RobotsUnavailableError(IgnoreRequest):
    """The site's robots.txt could not be had, so nothing of that host may be fetched now. `reason` is one word."""

    def __init__(self, message: str, *, reason: str, first: bool) -> None:
        super().__init__(message)
        self.reason, self.first = reason, first


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt allows us; `unavailable` says in one word why nothing is allowed for now."""

    parser: Protego | None = field(default=None, repr=False)
    unavailable: str | None = None

    def allows(self, url: str) -> bool:
        """Whether the address may be fetched."""
        if self.unavailable:
            return False
        return self.parser is None or bool(self.parser.can_fetch(url, PRODUCT))

    @property
    def delay(self) -> float | None:
        """The Crawl-delay that is meant for us, in seconds."""
        return None if self.parser is None else self.parser.crawl_delay(PRODUCT)


def rules(status: int, body: bytes) -> Rules:
    """The rules in an answer to /robots.txt whose content encoding is undone (RFC 9309, 2.3.1).

    A 4xx means that there are none; a 5xx, and a 429, that the host cannot say: nothing is allowed for now.
    """
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Rules(unavailable=f"robots_{status}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Rules()
    return Rules(parser=Protego.parse(body[:MOST_BYTES].decode("utf-8-sig", "replace")))


class RobotsMiddleware:
    """Stops every request that the host's robots.txt disallows; the requests of one host wait for one answer.

    Scrapy's own lets the second waiter through: from 2.14 to 2.19 the waiters share a Deferred whose result the
    first one takes. Here they share a task, which gives every waiter the same result.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._answers: dict[str, asyncio.Task[Rules]] = {}
        self._reported: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """The middleware of a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Nothing, or DisallowedError, or RobotsUnavailableError."""
        if request.meta.get("role") == "robots":
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._answers:
            self._answers[origin] = asyncio.ensure_future(self._ask(origin))
        # Shielded: a waiter that is cancelled must not take the answer away from the others.
        answer = await asyncio.shield(self._answers[origin])
        if answer.unavailable:
            first = origin not in self._reported
            self._reported.add(origin)
            message = f"{origin}/robots.txt could not be had ({answer.unavailable}): nothing of it is fetched now"
            raise RobotsUnavailableError(message, reason=answer.unavailable, first=first)
        if not answer.allows(request.url):
            message = f"robots.txt of {parts.netloc} disallows it"
            raise DisallowedError(message)

    async def _ask(self, origin: str) -> Rules:
        request = Request(f"{origin}/robots.txt", meta={"role": "robots"}, callback=NO_CALLBACK)
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except ArchiveError:
            raise
        except IgnoreRequest:
            # More redirects than we follow, or an answer without end: RFC 9309 (2.3.1.2) lets us take it as none.
            return Rules()
        except Exception as error:  # noqa: BLE001 - whatever kept the answer from us, nothing may be fetched without it
            return Rules(unavailable=failure_reason(error))
        answer = rules(response.status, response.body)
        if answer.delay:
            politeness = self.crawler.get_downloader_middleware(Politeness)
            if politeness is not None:
                politeness.ask_for(request, answer.delay)
        return answer
