"""The browser lane: a page that is an empty shell for scripts is rendered in Chromium, and its DOM is captured.

Chromium itself reaches no network. The shell was fetched and captured before; whatever its scripts ask for is fetched
by the crawl, so that robots.txt, the pace of the host and the capture hold for it as for every other request, and the
answer is handed in. Pictures, styles, fonts and media are not fetched at all, nor is anything but the page itself from
hosts that are not the site's, scripts apart.

It needs `scrapy-playwright`, which comes with the extra `browser`, and a Chromium on this machine.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archive_api.errors import SettingsError, UnreadableError
from archive_api.store import Outcome
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

    from archive_api.settings import Settings
    from crawler.browser_page import Scripts

SLOT: Final = "@browser"
"""The downloader's slot for rendering: one page at a time, and no host's; what a page asks for waits in its host's."""
SHELL: Final = "shell"
"""The key in a request's meta that sends it this way; its value is the Shell."""
LONGEST = 300.0
"""Seconds that a page may take; what it asks for waits for its turn at the host, 3 s at least for each."""
PAGES_A_BROWSER = 50
"""Pages after which a new browser is started: its memory grows (playwright#6319)."""
MOST_BYTES = 1536 * 1024 * 1024
"""Bytes of memory that the browser's processes may hold together; a page that drives them above is given up."""
_HEAP_MIB: Final = 512
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_WATCH_SECONDS: Final = 1.0
_OF_THE_FETCH: Final = frozenset(
    {"ingested", "redirect_urls", "redirect_times", "redirect_reasons", "download_latency", "download_slot"}
)
# All that is asked past the interception meets a port where nothing listens, loopback included.
_ARGUMENTS: Final = (
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    f"--js-flags=--max-old-space-size={_HEAP_MIB}",
)


@dataclass(frozen=True, slots=True)
class Shell:
    """A page as it was fetched, its content encoding undone: what the browser is handed for its first request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def missing(settings: Settings) -> str | None:
    """What this machine lacks for the browser lane, in one line; None where nothing is."""
    if importlib.util.find_spec("scrapy_playwright") is None or importlib.util.find_spec("psutil") is None:
        return "a browser is needed: pip install 'league-archive[browser]'"
    if settings.chromium is not None and not os.access(settings.chromium, os.X_OK):
        return f"LEAGUE_CHROMIUM is {settings.chromium}, which is no program"
    if _chromium(settings) is None:
        return "a browser is needed: install Chromium (Debian: apt-get install chromium), or set LEAGUE_CHROMIUM"
    return None


def require(settings: Settings) -> None:
    """SettingsError where the browser lane is `missing` something."""
    problem = missing(settings)
    if problem is not None:
        raise SettingsError(problem)


def set_browser(scrapy: BaseSettings, settings: Settings) -> None:
    """Puts what scrapy-playwright is to know into Scrapy's settings."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to start as root with one
    launch = {"executable_path": str(_chromium(settings) or ""), "args": [*_ARGUMENTS, *root]}
    scrapy.set("PLAYWRIGHT_LAUNCH_OPTIONS", launch, priority="project")
    scrapy.set("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT", 1, priority="project")
    scrapy.set("PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT", LONGEST * 1000, priority="project")


def is_wanted(source: Source, outcome: Outcome, request: Request) -> bool:
    """Whether a page that was fetched is to be rendered: an empty shell, or any where the source says `always`."""
    if SHELL in request.meta or request.meta.get("found") == "attachment" or source.browser == "never":
        return False
    if source.browser == "always":
        return outcome.what in {"document", "list", "not_article"}
    return outcome == Outcome(what="not_article", reason="js_shell")


def rendering(response: Response) -> Request:
    """The request that renders a page which was fetched as a shell; its response is the DOM."""
    request = response.request
    assert request is not None
    headers = {name.decode("latin-1"): value[-1].decode("latin-1") for name, value in response.headers.items()}
    meta = {key: value for key, value in request.meta.items() if key not in _OF_THE_FETCH}
    shell = Shell(response.status, headers, response.body)
    return request.replace(meta={**meta, SHELL: shell}, method="GET", body=b"", dont_filter=True)


class BrowserHandler(BaseDownloadHandler):
    """Renders pages, one at a time; the browser is started with the first of them.

    Whatever happens, no page stays open. A page that takes longer than LONGEST or more memory than MOST_BYTES is given
    up with an UnreadableError, and the browser with it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._started: ScrapyPlaywrightDownloadHandler | None = None
        self._pages = 0
        self._turn = asyncio.Lock()
        self._scripts: Scripts | None = None

    async def download_request(self, request: Request) -> Response:
        """The DOM as the page's scripts left it."""
        async with self._turn:
            return await self._rendered(request)

    async def close(self) -> None:
        """Ends the browser."""
        if self._started is not None:
            await self._started.close()

    async def _rendered(self, request: Request) -> Response:
        from crawler.browser_page import Scripts, prepare  # noqa: PLC0415  # only who renders a page loads the extra

        handler = await self._handler()
        self._scripts = self._scripts or Scripts()
        prepare(self.crawler, request, self._scripts, longest=LONGEST)
        task = asyncio.ensure_future(handler.download_request(request))
        try:
            response = await self._watched(task)
            request.meta["browser"] = f"Chromium {handler.browser.version}"
            return response
        finally:
            await self._tidy(handler, is_whole=task.done() and not task.cancelled() and task.exception() is None)

    async def _handler(self) -> ScrapyPlaywrightDownloadHandler:
        if self._started is None:
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415  # the extra

            self._started = ScrapyPlaywrightDownloadHandler(self.crawler)
            await self._started._launch()  # noqa: SLF001  # it waits for the engine's start, which is past
        return self._started

    async def _watched(self, task: asyncio.Future[Response]) -> Response:
        clock = asyncio.get_running_loop().time
        until = clock() + LONGEST
        try:
            while not task.done():
                await asyncio.wait([task], timeout=_WATCH_SECONDS)
                if not task.done() and clock() > until:
                    raise UnreadableError(f"the page was not finished after {LONGEST:g} s", reason="browser_timeout")
                if not task.done() and _resident() > MOST_BYTES:
                    raise UnreadableError(f"the browser took more than {MOST_BYTES} bytes", reason="browser_memory")
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait([task])
        return task.result()

    async def _tidy(self, handler: ScrapyPlaywrightDownloadHandler, *, is_whole: bool) -> None:
        """Closes every page; and the browser, where it is old, has grown, or failed."""
        for wrapper in list(handler.context_wrappers.values()):
            for page in list(wrapper.context.pages):
                await page.close()
        self._pages += 1
        if is_whole and self._pages < PAGES_A_BROWSER and _resident() < MOST_BYTES // 2:
            return
        self._pages = 0
        if hasattr(handler, "browser"):
            await handler.browser.close()  # the handler hears of it, and starts another one for the next page


def _chromium(settings: Settings) -> Path | None:
    found = (shutil.which(name) for name in _NAMES)
    return settings.chromium or next((Path(name) for name in found if name), None)


def _resident() -> int:
    """Bytes of memory that the processes below this one hold, what several share counted once."""
    import psutil  # noqa: PLC0415  # of the extra as well

    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total
