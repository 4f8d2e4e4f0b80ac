"""What a crawl asks a site for, and why: everything, or what is new since the last time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request

from archive_api.document import document_id
from archive_api.store import ListPage, RunRow, Store
from crawler.error_pages import impossible
from crawler.extraction import PageType
from crawler.extraction.links import is_file
from crawler.hints import hints_for
from crawler.machine import written
from crawler.scope import host_of
from crawler.urls import canonical
from spiders.night.front import Front, Page
from spiders.night.lists import Lists, Shown
from spiders.night.losses import Losses

if TYPE_CHECKING:
    from crawler.extraction import Extraction, Hints
    from crawler.frontier import Found
    from crawler.ingest import Ingested
    from crawler.session import PlanName, Session

DEEP_EVERY = timedelta(days=7)
FULL_EVERY = timedelta(days=30)
DEEP_PAGES = 5
MOST_OPEN_ROWS = 10_000
MOST_RECHECKS = 5_000
_SOON = timedelta(hours=2)
"""What is due within the night is done at its beginning."""
_EARLY = timedelta(hours=6)
"""A night that begins a little before a week is over does what the week asks for."""
_WHY: dict[Found, str] = {
    "next": "next_page",
    "row": "new_row",
    "link": "new_link",
    "part": "part",
    "script": "script",
}


def due_plan(store: Store, source: str, now: str) -> PlanName:
    """The plan that a source's next crawl follows, by when it was last crawled in full and in depth.

    A source without a full crawl that came to its end gets one.
    """
    moment = datetime.fromisoformat(now)
    if not _within(store.last_crawl(source, ("full",)), moment, FULL_EVERY):
        return "full"
    return "nightly" if _within(store.last_crawl(source, ("full", "deep")), moment, DEEP_EVERY) else "deep"


def _within(run: RunRow | None, now: datetime, span: timedelta) -> bool:
    return run is not None and now - datetime.fromisoformat(run.started_at) < span - _EARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An address to ask for, with how it was found, why it is asked for, and what is known of its page."""

    url: str
    found: Found
    why: str
    hints: Hints | None = None


class Plan:
    """Chooses among the requests that the spider would make. It keeps what each list page shows, whatever its name."""

    def __init__(self, session: Session, name: PlanName) -> None:
        self.name = name
        self._session = session
        self._store, self._source = session.store, session.source.name
        self._lists = Lists(session.store, self._source, session.source.start_urls)
        self._fronts: dict[str, Front] = {}
        self._page: Page | None = None
        self._goes_on = True
        self._losses = Losses(session.store, self._source)
        self._extra: list[Wanted] = []
        self._has_asked_start = name != "nightly"

    def begin(self) -> Iterator[Wanted]:
        """What the crawl starts with, best first."""
        yield from self._probe()
        firsts = self._lists.firsts()
        if self.name != "nightly" or not firsts:
            yield from (Wanted(url=url, found="start", why="start") for url in self._session.source.start_urls)
        if self.name != "full":
            yield from self._known(firsts)
        soon = written(datetime.fromisoformat(self._session.now()) + _SOON)
        for check in self._store.due_rechecks(self._source, soon, MOST_RECHECKS):
            yield self._again(check.url, "recheck")

    def _probe(self) -> Iterator[Wanted]:
        """Once a host, when its source has been crawled in full: an address that cannot exist shows its error page.

        Before that no document is known that an error page could stand in the place of.
        """
        start = self._session.source.start_urls[0]
        is_learnt = self._store.host(host_of(urlsplit(start))).error_page_at is not None
        if not is_learnt and self._store.last_crawl(self._source, ("full",)) is not None:
            yield Wanted(url=impossible(start), found="probe", why="error_page")

    def _known(self, firsts: Sequence[ListPage]) -> Iterator[Wanted]:
        """The lists, and what was left over."""
        homes = self._lists.homes() if self.name == "nightly" else []
        for page in (*firsts, *homes):
            if "#" in page.url:
                continue  # the answer to a form: the page that has the form leads to it
            yield Wanted(url=page.url, found="list", why="list")
        for row in self._store.unfetched_rows(self._source, MOST_OPEN_ROWS):
            yield self._again(row.url, "left_over", "row")
        for url in self._store.left_over(self._source, MOST_OPEN_ROWS):
            if not is_file(url):  # an attachment comes with its document
                yield self._again(url, "left_over", "link")

    def _again(self, url: str, why: str, found: Found = "recheck") -> Wanted:
        return Wanted(url=url, found=found, why=why, hints=hints_for(self._store, self._source, url))

    def look(self, request: Request, ingested: Ingested) -> None:
        """Takes in a page before its rows are kept: what of it is new."""
        self._page = None
        if ingested.extraction is not None:
            self.pass_over(request, ingested.extraction)
        is_lost = ingested.outcome.what in {"missing", "redirect", "not_article"} or ingested.outcome.reason == "home"
        if request.meta["found"] == "list" and is_lost and request.meta.get("asked") == "list":
            self._look_for_lists()

    def pass_over(self, request: Request, extraction: Extraction) -> None:
        """The same for a page that is read from the archive."""
        shown = _shown(page_name(request), extraction)
        if shown is None:
            return
        known = self._lists.page(shown.url)
        if known is not None and known.rows and not shown.rows:
            self._session.counts["lists_empty"] += 1  # what it held stays known: rows do not vanish all at once
            return
        if self.name != "full":
            fetched = self._store.known_urls(self._source, [url for url, _ in shown.rows])
            self._page = self._front(shown.url).compare(shown, fetched)
            self._goes_on = self._wants_more(request, self._page)
            front, head = self._front(shown.url), self._lists.head_of(shown.url)
            self._losses.note(head, front.missing(shown), [url for url, _ in shown.rows])
        else:
            self._losses.note(shown.url, [], [url for url, _ in shown.rows])
        self._lists.note(shown, self._session.now(), at_once=self.name == "full")

    def choose(self, request: Request, followed: Sequence[Request]) -> list[Request]:
        """Those of a page's requests that are made now; the others may come again."""
        if self.name == "full":
            return [self._after_its_twin(_because(one, _WHY.get(one.meta["found"], "attachment"))) for one in followed]
        fetched = self._store.known_urls(self._source, [canonical(one.url) for one in followed])
        judged = [(one, self._why(one, fetched)) for one in followed]
        chosen = [_because(one, why) for one, why in judged if why is not None]
        if self._page is not None:
            chosen = _one_further(request, chosen)
            if not any(one.meta["found"] == "next" for one in chosen):
                self._end_list(self._lists.head_of(self._page.shown.url))
            chosen = [self._after_its_twin(one) for one in chosen]
        kept = {page_name(one) for one in chosen}
        for one in followed:
            if page_name(one) not in kept:
                self._session.frontier.forget(one.url, one.meta.get("identity", ""))
        return chosen

    def extra(self) -> list[Wanted]:
        """What the page before has made wanted besides the requests that it leads to; each is given once."""
        extra, self._extra = self._extra, []
        return extra

    def _end_list(self, head: str) -> None:
        self._lists.read(head)
        for url in self._losses.of(head, self._session.now()):
            self._session.counts["rows_vanished"] += 1
            self._extra.append(self._again(url, "vanished_row"))

    def _after_its_twin(self, one: Request) -> Request:
        """A new row that says what an older one said: first it is seen whether the older address is dead."""
        if one.meta["asked"] == "new_row" and self._store.state(document_id(canonical(one.url))) is None:
            one.meta["twins"] = list(self._losses.twins(canonical(one.url)))[:1]
        return one

    def _look_for_lists(self) -> None:
        """A list is not where it was: the start pages may tell where it is now."""
        self._session.counts["lists_lost"] += 1
        if self._has_asked_start:
            return
        self._has_asked_start = True
        for url in self._session.source.start_urls:
            self._session.frontier.forget(url)
            self._extra.append(Wanted(url=url, found="start", why="lost_list"))

    def _why(self, one: Request, fetched: set[str]) -> str | None:
        """Why a request is made, None where it is not."""
        found: Found = one.meta["found"]
        if found in {"part", "script"}:
            return _WHY[found]  # without it, what asks for it is not whole
        if found == "next":
            return "next_page" if self._page is None or self._goes_on else None
        if found == "row" and self._page is not None and canonical(one.url) in self._page.changed:
            return "changed_row"
        return None if canonical(one.url) in fetched else _WHY.get(found, "attachment")

    def _wants_more(self, request: Request, page: Page) -> bool:
        ends = self._front(page.shown.url).ends_at(page)
        if page.shown.kind == "home":
            return False
        return not ends or (self.name == "deep" and _number(request) < DEEP_PAGES)

    def _front(self, url: str) -> Front:
        head = self._lists.head_of(url)
        if head not in self._fronts:
            self._fronts[head] = Front(self._lists, head)
        return self._fronts[head]


def _shown(url: str, extraction: Extraction) -> Shown | None:
    """What a page shows as a list; None for a page that is none."""
    further = [*map(canonical, extraction.next_pages), *(_named(post.url, post.identity) for post in extraction.posts)]
    match extraction.type:
        case PageType.LIST:
            return Shown.of(url, "list", extraction.rows, further)
        case PageType.HOME:
            return Shown.of(url, "home", extraction.rows, further)
    return None


def page_name(request: Request) -> str:
    """The address of what is asked for; where that is asked with a body, with its identity as the fragment."""
    return _named(request.url, request.meta.get("identity", ""))


def _named(url: str, identity: str) -> str:
    return f"{canonical(url)}#{identity}" if identity else canonical(url)


def _one_further(request: Request, chosen: Sequence[Request]) -> list[Request]:
    """Of a list's further pages only the next one: whether the one after it is wanted, that one tells."""
    further = [one for one in chosen if one.meta["found"] == "next"]
    for one in further[:1]:
        one.meta["list_page"] = _number(request) + 1
    return [one for one in chosen if one.meta["found"] != "next" or one is further[0]]


def _number(request: Request) -> int:
    """The number of a list's page, from 1."""
    return int(request.meta.get("list_page", 1))


def _because(request: Request, why: str) -> Request:
    request.meta["asked"] = why
    return request
