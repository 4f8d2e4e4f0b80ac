"""The spider that walks any site: from lists to their rows, on to the next page, along the site's own links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive_api.errors import UserError
from archive_api.settings import Settings
from archive_api.store import ListRow
from crawler.browser import is_wanted, rendering
from crawler.frontier import Found
from crawler.scope import host_of, is_listing, pattern
from crawler.session import FAMILY, Session
from crawler.settings import apply_settings
from crawler.source import load_all, source_for_url
from crawler.urls import canonical
from crawler.ways import is_second_way
from spiders.night.plan import Plan, Wanted, page_name
from spiders.night.resume import Kept, kept_pages
from spiders.opening import check_manners, close_session, open_session
from spiders.tally import Tally

if TYPE_CHECKING:
    from crawler.extraction import Extraction, Hints, Post, Row
    from crawler.ingest import Ingested

_PRIORITY: dict[Found, int] = {
    "probe": 110,
    "start": 100,
    "list": 90,
    "script": 90,
    "part": 60,
    "next": 50,
    "row": 30,
    "link": 15,
    "recheck": 5,
    "attachment": 0,
}
_LISTING = 25
"""Added for a link that looks like a list's: lists come before articles, so that a limit leaves no column unseen."""
_DEEPEST = 10


class SiteSpider(Spider):
    """Walks one source. Plain `scrapy crawl site -a url=http://…` or `-a source=NAME` opens a session of its own.

    It saves the rows of lists and follows what the frontier admits; captures and documents are made by the capture
    middleware, before the spider sees a response. Attachments come last: one that several documents list is fetched
    once, when all of them are known.
    """

    name = "site"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.plan = Plan(session, session.plan)
        self._attached_to: dict[str, list[str]] = {}
        self._shells: list[Response] = []
        self._listed: set[str] = set()
        self._held: list[Request] = []

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *, session: Session | None = None, url: str | None = None, source: str | None = None
    ) -> Self:
        """The spider of a session; or of one that is opened for `url`, or for the source of that name."""
        if session is None:
            settings = Settings()
            if (url is None) == (source is None):
                raise UserError("give one of -a url=http://… and -a source=NAME")
            found = source_for_url(url) if url is not None else load_all().get(str(source))
            check_manners(found, settings, crawler.settings.getfloat("LEAGUE_DELAY"))
            session = open_session(found, settings, command="scrapy crawl site")
        spider = super().from_crawler(crawler, session)
        crawler.signals.connect(spider.crashed, signal=signals.spider_error)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Under plain `scrapy`, what depends on the archive's settings is read from the environment."""
        super().update_settings(settings)
        if settings.get("LEAGUE_DELAY") is None:
            apply_settings(settings, Settings())

    @property
    def tally(self) -> Tally:
        """The counters of this crawl."""
        return Tally(self.session, self.settings.getint("REDIRECT_MAX_TIMES"))

    async def start(self) -> AsyncIterator[Request]:
        """The requests that the plan begins with; of a full crawl that was cut off, those that it still had to make."""
        wanted = {page_name(request): request for request in self._asked_for(self.plan.begin())}
        if self.plan.name == "full":
            for page in kept_pages(self.session):
                self._pass_over(page, wanted)
        for request in sorted(wanted.values(), key=lambda one: -one.priority):
            yield request

    def _asked_for(self, several: Iterable[Wanted]) -> Iterator[Request]:
        for wanted in several:
            for request in self._wanted(wanted.url, wanted.found, 0, wanted.hints):
                request.meta["asked"] = wanted.why
                if wanted.found == "probe":
                    request.meta["role"] = "probe"
                yield request

    def _behind_its_twin(self, request: Request) -> Request:
        """The request, or one for the older address of what may be the same document, with this one to follow it."""
        for url in request.meta.pop("twins", ()):
            for twin in self._wanted(url, "recheck", request.meta["depth"]):
                meta = {**twin.meta, "asked": "twin", "then": [request]}
                return twin.replace(meta=meta, priority=request.priority)
        return request

    def _pass_over(self, page: Kept, wanted: dict[str, Request]) -> None:
        """A page that was fetched before the crawl was cut off: it is not asked for, and leads on as it did."""
        if page.extraction is not None and page.extraction.reason == "js_shell" and self.session.no_browser is None:
            for one in self._wanted(page.url, "link", 0):  # it may not have been rendered yet
                wanted.setdefault(page_name(one), one)
            return
        self.session.counts["kept"] += 1
        request = wanted.pop(page.url, None) or Request(page.url, meta={"found": "link", "depth": 0})
        self.session.frontier.admit(page.url, request.meta["found"], request.meta["depth"])
        if page.extraction is not None and request.meta["found"] != "attachment":
            self.plan.pass_over(request, page.extraction)
            followed = self._hold_back(self.plan.choose(request, list(self._follow(page.extraction, request))))
            wanted.update((page_name(one), one) for one in followed)

    def parse(self, response: Response) -> Iterator[Request]:
        """Counts what became of a page, saves its rows, and yields requests for what it leads to."""
        request = response.request
        assert request is not None
        ingested: Ingested = request.meta["ingested"]
        if request.meta["found"] == "probe":
            return
        self.tally.page(ingested)
        if is_wanted(self.session.source, ingested.outcome, request) and self._can_render(request):
            yield from self._render(response, ingested)
            return
        if ingested.extraction is not None and ingested.extraction.family is not None:
            self.session.counts[f"{FAMILY}{ingested.extraction.family}"] += 1
        if request.meta["found"] == "attachment":
            return
        if request.method == "POST":
            self.session.frontier.note_post(answered=response.status == HTTPStatus.OK)
        self.plan.look(request, ingested)
        followed = [] if ingested.extraction is None else list(self._follow(ingested.extraction, request))
        followed = self._hold_back(self.plan.choose(request, followed))
        if response.status == HTTPStatus.OK:  # a dead link is no sign of an endless row: those answer
            fruitful = ingested.outcome.what == "document" or _leads_on(request, followed)
            self.session.frontier.note(request.url, fruitful=fruitful)
        # Best first here as well: the engine takes the first of them before it has seen the last.
        followed = sorted([*followed, *self._asked_for(self.plan.extra())], key=lambda one: -one.priority)
        yield from (self._behind_its_twin(one) for one in followed)
        yield from request.meta.get("then", ())

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Records why a request gave no page; what waited for it goes on."""
        assert failure.value is not None
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        self._missed(request)
        self.tally.failed(request, failure.value)
        yield from request.meta.get("then", ())

    def crashed(self, failure: Failure) -> None:
        """Ends the crawl: an exception in a callback is a bug of ours, or a store that cannot be written."""
        assert failure.value is not None
        self.session.end_soon(self.crawler, failure.value)

    def closed(self, reason: str) -> None:
        """Ends the run."""
        close_session(self.session, reason)

    def idle(self) -> None:
        """What waited for all else to be done: second addresses of articles, and shells that may be rendered."""
        requests = [*self._held, *self._unlisted_shells()]
        self._held, self._shells = [], []
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _unlisted_shells(self) -> Iterator[Request]:
        """The shells for whose site no list was found that can be asked for, rendered."""
        for response in self._shells:
            if host_of(urlsplit(response.url)) not in self._listed:
                self.session.counts["rendered"] += 1
                yield rendering(response)

    def _render(self, response: Response, ingested: Ingested) -> Iterator[Request]:
        """What a row leads to is rendered at once; for a list, its scripts are looked through first."""
        request = response.request
        assert request is not None
        if request.meta["found"] == "row" or self.session.source.browser == "always":
            self.session.counts["rendered"] += 1
            yield rendering(response)
        else:
            self._shells.append(response)
            yield from [] if ingested.extraction is None else self._follow(ingested.extraction, request)

    def _can_render(self, request: Request) -> bool:
        session = self.session
        if session.no_browser is None:
            return True
        if session.counts["skipped.no_browser"]:
            session.skip(request.url, "no_browser")
        else:
            session.counts["skipped.no_browser"] += 1
            session.problem(request.url, "no_browser", session.no_browser)
        return False

    def _follow(self, extraction: Extraction, request: Request) -> Iterator[Request]:
        depth: int = request.meta["depth"]
        if extraction.unfollowable:
            self.session.counts["unfollowable"] += extraction.unfollowable
        yield from self._further(extraction, request)
        self._save_rows(canonical(request.url), extraction.rows)
        if extraction.rows and request.meta.get("by_script"):
            self._listed.add(host_of(urlsplit(request.url)))
        for row in extraction.rows:
            hints = replace(self.session.hints, row_title=row.title, row_date=row.date)
            yield from self._wanted(row.url, "row", depth + 1, hints)
        for attachment in extraction.document.attachments:
            yield from self._attachment(attachment.url, extraction.document.url)
        for url in extraction.links:
            yield from self._wanted(url, "link", depth + 1)

    def _further(self, extraction: Extraction, request: Request) -> Iterator[Request]:
        """What a page goes on in: an article's parts, a list's next pages, the scripts that say where a list is."""
        depth: int = request.meta["depth"]
        for url in extraction.pieces:
            yield from self._part(url, request)
        for url in extraction.next_pages:
            for one in self._wanted(url, "next", depth):
                yield one.replace(meta={**one.meta, "by_script": request.meta["found"] == "script"})
        for post in extraction.posts:
            yield from self._wanted(post.url, "next", depth, post=post)
        for url in extraction.scripts:
            yield from (one.replace(meta={**one.meta, "role": "script"}) for one in self._wanted(url, "script", depth))

    def _hold_back(self, requests: list[Request]) -> list[Request]:
        """Those that are made now: a second address of an article waits, for its own may be found yet."""
        self._held += [one for one in requests if _is_second(one)]
        return [one for one in requests if not _is_second(one)]

    def _missed(self, request: Request) -> None:
        """An article does not wait for a part that did not come; one that was captured has been told of."""
        if request.meta.get("found") == "part" and "ingested" not in request.meta:
            self.session.ingest.miss(request.meta["part_of"], request.url)

    def _save_rows(self, list_url: str, rows: tuple[Row, ...]) -> None:
        if not rows:
            return
        found = [ListRow(url=canonical(row.url), title=row.title, date=row.date, pinned=row.pinned) for row in rows]
        self.session.counts["rows"] += len(found)
        self.session.counts["rows_new"] += self.session.store.save_rows(
            self.session.source.name, list_url, found, now=self.session.now()
        )

    def _attachment(self, url: str, document: str) -> Iterator[Request]:
        documents = self._attached_to.setdefault(url, [])
        if document not in documents:
            documents.append(document)
        for request in self._wanted(url, "attachment", 0):
            yield request.replace(
                meta={**request.meta, "role": "attachment", "attachment_of": documents, "attachment_url": url}
            )

    def _part(self, url: str, request: Request) -> Iterator[Request]:
        """A further page of the article that the request's page is the first of, or a part of."""
        first = request.meta.get("part_of") or canonical(request.url)
        for one in self._wanted(url, "part", request.meta["depth"], request.meta["hints"]):
            yield one.replace(meta={**one.meta, "role": "part", "part_of": first})

    def _wanted(
        self, url: str, found: Found, depth: int, hints: Hints | None = None, post: Post | None = None
    ) -> Iterator[Request]:
        reason = self.session.frontier.admit(url, found, depth, post.identity if post else "")
        if reason is not None:
            self.tally.refused(url, reason)
            return
        priority = _PRIORITY[found] - min(depth, _DEEPEST)
        if found == "link" and is_listing(url):
            priority += _LISTING
        identity = {} if post is None else {"identity": post.identity}
        meta = {"found": found, "depth": depth, "hints": hints or self.session.hints, **identity}
        # The frontier has seen to it that each address comes once; Scrapy's filter would drop a cookie's 302 to itself.
        request = Request(
            canonical(url), callback=self.parse, errback=self.failed, priority=priority, meta=meta, dont_filter=True
        )
        yield (
            request
            if post is None
            else request.replace(method="POST", body=post.body, headers={"Content-Type": post.media_type})
        )


def _is_second(request: Request) -> bool:
    return request.meta["found"] in {"row", "link"} and is_second_way(request.url)


def _leads_on(request: Request, followed: list[Request]) -> bool:
    """Whether a page has rows that are new, and not only more of its own sort, as a calendar's months have."""
    here = pattern(request.url)
    return any(one.meta["found"] == "row" and pattern(one.url) != here for one in followed)
