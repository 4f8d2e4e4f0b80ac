"""One page in the browser: what it asks for is fetched by the crawl, and waited for until it asks no more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Route
from playwright.async_api import Request as Asked
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy_playwright.page import PageMethod

from crawler.browser import SHELL, Shell
from crawler.scope import Scope
from crawler.session import Session, session_of

MOST_PARTS: Final = 60
"""Requests that one page may make; a page that goes on asking is finished as it stands."""
KEPT_SCRIPTS: Final = 16 * 1024 * 1024
"""Bytes of scripts that are kept for the next pages of the site, which ask for the same ones."""
_QUIET: Final = 0.9
"""The part of its time after which a page that still asks is taken as it is."""
_PARTS: Final = frozenset({"script", "xhr", "fetch"})
_METHODS: Final = frozenset({"GET", "POST"})
# What the crawl says for itself; cookies are Scrapy's.
_OWN_HEADERS: Final = frozenset({"host", "user-agent", "cookie", "accept-encoding", "connection", "content-length"})
_OF_THE_BYTES: Final = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class _Part:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Scripts:
    """Scripts that pages of this crawl have asked for, by address."""

    parts: dict[str, _Part] = field(default_factory=dict)
    size: int = 0

    def keep(self, url: str, part: _Part) -> None:
        """Keeps a script while there is room."""
        if self.size + len(part.body) <= KEPT_SCRIPTS:
            self.parts[url] = part
            self.size += len(part.body)


def prepare(crawler: Crawler, request: Request, scripts: Scripts, *, longest: float) -> None:
    """Puts into a request's meta what scrapy-playwright is to do with it; `longest` in seconds."""
    session = session_of(crawler)
    assert session is not None, "only a crawl of ours renders pages"
    parts = _Parts(crawler, session, request.meta[SHELL], scripts, _QUIET * longest)

    async def route(page: Page, _: Request) -> None:
        await page.route("**/*", parts.answer)

    request.meta.update(
        playwright=True,
        playwright_context="league",
        playwright_context_kwargs={
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "service_workers": "block",
            "accept_downloads": False,
            "user_agent": crawler.settings.get("USER_AGENT"),
        },
        playwright_page_init_callback=route,
        playwright_page_goto_kwargs={"wait_until": "domcontentloaded"},
        playwright_page_methods=[PageMethod(parts.settle)],
    )


class _Parts:
    """Answers the requests of one page."""

    def __init__(self, crawler: Crawler, session: Session, shell: Shell, scripts: Scripts, quiet: float) -> None:
        self._crawler, self._session, self._shell, self._scripts, self._quiet = crawler, session, shell, scripts, quiet
        self._scope = Scope.of(session.source)
        self._is_begun = False
        self._asked = 0
        self._is_spent = asyncio.Event()

    async def settle(self, page: Page) -> None:
        """Waits until the page has asked for nothing for half a second; one that never rests is taken as it is."""
        rest = asyncio.ensure_future(page.wait_for_load_state("networkidle", timeout=self._quiet * 1000))
        spent = asyncio.ensure_future(self._is_spent.wait())
        try:
            await asyncio.wait([rest, spent], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (rest, spent):
                task.cancel()
            await asyncio.gather(rest, spent, return_exceptions=True)

    async def answer(self, route: Route, asked: Asked) -> None:
        """Fulfils one request, or aborts it and counts why."""
        part = await self._part(asked)
        with contextlib.suppress(Error):  # the page may be closed by now
            if isinstance(part, str):
                self._session.counts[f"browser.{part}"] += 1
                await route.abort()
            else:
                await route.fulfill(status=part.status, headers=part.headers, body=part.body)

    async def _part(self, asked: Asked) -> _Part | str:
        if asked.is_navigation_request() and asked.frame.parent_frame is None:
            if self._is_begun:
                return "left_the_page"
            self._is_begun = True
            return _part(self._shell.status, self._shell.headers, self._shell.body)
        reason = self._refusal(asked)
        if reason is not None:
            return reason
        if asked.method == "GET" and asked.url in self._scripts.parts:
            return self._scripts.parts[asked.url]
        self._asked += 1
        if self._asked > MOST_PARTS:
            self._is_spent.set()
            return "too_many_parts"
        return await self._fetched(asked)

    def _refusal(self, asked: Asked) -> str | None:
        kind = asked.resource_type
        if kind not in _PARTS and not (kind == "document" and self._scope.holds(asked.url)):
            return "not_fetched"
        if asked.method not in _METHODS or urlsplit(asked.url).scheme not in {"http", "https"}:
            return "not_fetched"
        if kind != "script" and not self._scope.holds(asked.url):
            return "outside"
        return None

    async def _fetched(self, asked: Asked) -> _Part | str:
        headers = {name: value for name, value in asked.headers.items() if name.lower() not in _OWN_HEADERS}
        request = Request(
            asked.url,
            method=asked.method,
            headers={name: value for name, value in headers.items() if not name.startswith(("sec-", ":"))},
            body=asked.post_data_buffer or b"",
            callback=NO_CALLBACK,
            meta={"role": "resource"},
            dont_filter=True,
        )
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever it was, the browser is told that there is no answer
            return f"failed_{type(error).__name__}"
        self._session.counts["browser.parts"] += 1
        told = {name.decode("latin-1"): value[-1].decode("latin-1") for name, value in response.headers.items()}
        part = _part(response.status, told, response.body)
        if asked.resource_type == "script":
            self._scripts.keep(asked.url, part)
        return part


def _part(status: int, headers: Mapping[str, str], body: bytes) -> _Part:
    kept = {name: value for name, value in headers.items() if name.lower() not in _OF_THE_BYTES}
    return _Part(status, kept, body)
