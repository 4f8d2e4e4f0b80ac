"""Conditional requests: a page is sent again only where it changed, as long as the host tells the truth about that."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from archive_api.captures import as_uri
from archive_api.errors import UnreadableError
from archive_api.store import CaptureRow
from crawler.browser import SHELL
from crawler.content_encoding import undo
from crawler.scope import host_of
from crawler.session import Session, session_of

_CONDITIONS = ("If-None-Match", "If-Modified-Since")
# Apache's mod_deflate and others put the encoding into the tag, and then do not know the tag again
_SUFFIX = re.compile(r"(?:[-;](?:gzip|br|deflate|zstd))\"$")


class ConditionalMiddleware:
    """Asks by ETag and Last-Modified, except for pages in a full crawl, which is what shows whether they were honest.

    A host that sent another body under the same strong ETag or the same Last-Modified, or said 304 of a page that had
    changed by then, is never asked by them again; the reason is kept in the store.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._trusted: dict[str, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        """The middleware of a crawl of ours; NotConfigured for other spiders."""
        session = session_of(crawler)
        if session is None:
            raise NotConfigured
        return cls(session)

    def process_request(self, request: Request) -> None:
        """Adds the conditions. Those of an earlier hop are of another address."""
        for name in _CONDITIONS:
            request.headers.pop(name, None)
        request.meta.pop("last_answer", None)
        if (
            request.method != "GET"
            or SHELL in request.meta
            or request.meta.get("role") in {"robots", "resource"}
            or not self._trusts(request.url)
        ):
            return
        last = self.session.store.last_answer(as_uri(request.url))
        if last is None:
            return
        request.meta["last_answer"] = last
        if self.session.plan == "full" and request.meta.get("role", "page") == "page":
            return
        if last.etag:
            request.headers["If-None-Match"] = _tags(last.etag)
        if last.last_modified:
            request.headers["If-Modified-Since"] = last.last_modified

    def process_response(self, request: Request, response: Response) -> Response:
        """The response; the host is trusted no longer where it shows that its validators lied."""
        last: CaptureRow | None = request.meta.get("last_answer")
        if response.status == HTTPStatus.NOT_MODIFIED:
            self.session.counts["not_modified"] += 1
        elif last is not None and response.status == HTTPStatus.OK:
            lie = _lie(last, _text(response, "ETag"), _text(response, "Last-Modified"))
            if lie is not None and self._differs(last, response):
                self._distrust(request.url, lie)
        return response

    def _trusts(self, url: str) -> bool:
        host = host_of(urlsplit(url))
        if host not in self._trusted:
            self._trusted[host] = self.session.store.host(host).distrusted is None
        return self._trusted[host]

    def _distrust(self, url: str, lie: str) -> None:
        host = host_of(urlsplit(url))
        self._trusted[host] = False
        self.session.counts["validators_lied"] += 1
        self.session.store.distrust(host, f"{lie}: {url}", self.session.now())

    def _differs(self, last: CaptureRow, response: Response) -> bool:
        """Whether the body says something else than the one before, whatever the encodings of both."""
        before = self.session.captures.read(last.address)
        limit = self.session.ingest.limit
        try:
            now = undo(response.body, _text(response, "Content-Encoding"), media_type=None, limit=limit)
            then = undo(before.body, before.header("Content-Encoding"), media_type=None, limit=limit)
        except UnreadableError:
            return False  # what cannot be read proves nothing
        return now.body != then.body


def _lie(last: CaptureRow, etag: str | None, last_modified: str | None) -> str | None:
    """What would be a lie if the body is another one now; None where nothing was claimed."""
    if etag and etag == last.etag:
        # a weak tag promises no equal bytes (RFC 9110, 8.8.1): another click counter is no lie
        return None if etag.startswith("W/") else "another body under the same ETag"
    if etag and last.etag and _SUFFIX.sub('"', etag) != _SUFFIX.sub('"', last.etag):
        return None
    if last_modified and last_modified == last.last_modified:
        return "another body under the same Last-Modified"
    if last.status == HTTPStatus.NOT_MODIFIED and _is_before(last_modified, last.fetched_at):
        return "304 for a page that had changed before"
    return None


def _is_before(last_modified: str | None, moment: str) -> bool:
    try:
        changed = parsedate_to_datetime(last_modified or "")
        return changed < datetime.fromisoformat(moment)
    except (TypeError, ValueError):  # no date, one that is none, one without a zone
        return False


def _tags(etag: str) -> str:
    """The tag, and with it the one without its encoding's suffix."""
    bare = _SUFFIX.sub('"', etag)
    return etag if bare == etag else f"{etag}, {bare}"


def _text(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1").strip() if value else None
