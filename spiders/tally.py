"""What a crawl counts: what became of each page, and why a request gave none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from archive_api.document import Document, document_id
from archive_api.store import LEFT_FOR_NOW
from crawler.failures import failure_reason
from crawler.frontier import OUTSIDE, SEEN
from crawler.politeness import HostGivenUpError
from crawler.robots import DisallowedError, RobotsUnavailableError
from crawler.urls import canonical
from crawler.wanted import LOST, UnwantedError

if TYPE_CHECKING:
    from crawler.ingest import Ingested
    from crawler.session import Session


class Tally:
    """Counts outcomes into the session, and records failures: each request that gave no answer is one problem.

    `most_redirects` is Scrapy's limit, which tells a redirect loop from other requests that were given up.
    """

    def __init__(self, session: Session, most_redirects: int) -> None:
        self.session, self.most_redirects = session, most_redirects

    def page(self, ingested: Ingested) -> None:
        """Counts what became of a page or an attachment that was captured."""
        counts, outcome = self.session.counts, ingested.outcome
        if outcome.what in {"failed", "blocked", "not_article", "ignored"} and outcome.reason:
            counts[f"{outcome.what}.{outcome.reason}"] += 1
            self.session.first_problem = (
                self.session.first_problem or f"{ingested.url}: {outcome.what}: {outcome.reason}"
            )
        else:
            counts[outcome.what] += 1
        if outcome.what not in {"failed", "blocked", "missing"}:
            counts["pages"] += 1
        if outcome.what == "document" and ingested.extraction is not None:
            self._lacks(ingested.extraction.document)

    def _lacks(self, document: Document) -> None:
        """Counts what a document lacks: where a source's others had it, the reading may have gone blind."""
        counts, issuer = self.session.counts, self.session.source.issuer
        counts["untitled"] += document.title is None
        counts["undated"] += document.published is None
        counts["foreign_issuer"] += issuer is not None and document.issuer not in {None, issuer}

    def refused(self, url: str, reason: str) -> None:
        """Counts an address that the frontier did not want."""
        if reason != SEEN:
            self.session.skip(url, reason)

    def failed(self, request: Request, error: BaseException) -> None:
        """Records why a request gave no page: on purpose, or as a problem."""
        if self.session.error:
            return  # the crawl is being ended, and its run says why
        match error:
            case DisallowedError():
                self.session.frontier.refund()
                self.session.skip(request.url, "robots")
            case RobotsUnavailableError():
                self._no_robots(request, error)
            case HostGivenUpError():
                self._not_now(request, "host_given_up")
            case UnwantedError():
                self._unwanted(request, error.reason)
            case IgnoreRequest() if len(_hops(request)) >= self.most_redirects:
                detail = f"{len(_hops(request))} redirects, the last one to {request.url}"
                self.session.problem(_asked(request), "redirect_loop", detail)
            case _ if "ingested" in request.meta:
                self.page(request.meta["ingested"])  # it was captured: its outcome says what is wrong with it
            case _:
                detail = f"{type(error).__name__}: {error}".rstrip(": ")
                self.session.problem(request.url, failure_reason(error), detail)

    def _no_robots(self, request: Request, error: RobotsUnavailableError) -> None:
        if error.first:
            self.session.problem(request.url, error.reason, str(error))
        self._not_now(request, "robots_unavailable")

    def _not_now(self, request: Request, reason: str) -> None:
        """What there is no room for now goes on next time: a page by itself, an attachment with its documents."""
        if request.meta.get("role") != "attachment":
            self.session.skip(request.url, reason)
            return
        self.session.counts[f"skipped.{reason}"] += 1
        for document in request.meta["attachment_of"]:
            self.session.store.recheck_by(document_id(canonical(document)), self.session.now())

    def _unwanted(self, request: Request, reason: str) -> None:
        if reason == OUTSIDE and request.meta["found"] == "start":
            detail = f"the start page leads to {request.url}, which is not part of the source"
            self.session.problem(_asked(request), "moved", detail)
        elif reason in LEFT_FOR_NOW:
            self._not_now(request, reason)
        elif reason != LOST:
            self.refused(request.url, reason)


def _hops(request: Request) -> list[str]:
    hops: list[str] = request.meta.get("redirect_urls", [])
    return hops


def _asked(request: Request) -> str:
    """The address that was asked for before any redirect."""
    return (*_hops(request), request.url)[0]
