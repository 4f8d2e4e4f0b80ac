"""A host's own error page, learnt from its answer to an address that cannot exist, and known again under others."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

from archive_api.captures import Exchange
from archive_api.document import document_id
from archive_api.store import Outcome, Store
from crawler.extraction.encoding import decode
from crawler.outcomes import Entity, Judgement
from crawler.scope import host_of
from crawler.urls import canonical

_HIDDEN: Final = re.compile(
    r"<(script|style|noscript|template|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_BREAK: Final = re.compile(r"<[^>]*>|\n")
_NOT_HAN: Final = re.compile(r"[^\u3400-\u9fff]+")
_LEAST: Final = 10
"""Han characters that an error page must say to be known again: a shell for scripts says the same of every page."""
_MOST_MORE: Final = 8
"""Han characters that a page may say beyond the error page and still be it."""


def impossible(start: str) -> str:
    """An address beside a source's start that cannot exist; always the same, so that it is one capture's history."""
    return urljoin(start, f"league-archive-{hashlib.sha256(start.encode()).hexdigest()[:12]}.html")


def lines_of(body: bytes, declared_encoding: str | None) -> str:
    """What a page says to its readers: the Han characters of each line, a line each, sorted; addresses drop out."""
    text = _HIDDEN.sub("\n", decode(body, declared_encoding).text)
    return "\n".join(sorted({line for piece in _BREAK.split(text) if (line := _NOT_HAN.sub("", piece))}))


def is_error_page(lines: str, error_page: str) -> bool:
    """Whether a page (`lines_of`) says what the host's error page says, and next to nothing more."""
    known, said = set(error_page.split("\n")) - {""}, set(lines.split("\n")) - {""}
    if sum(map(len, known)) < _LEAST or not said:
        return False
    return sum(map(len, said - known)) <= _MOST_MORE and len(known - said) <= len(known) / 10


class ErrorPages:
    """The error pages of the hosts of one archive; each is learnt once, and kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, str] = {}

    def learn(self, exchange: Exchange, entity: Entity) -> None:
        """Takes the answer to an address that cannot exist; a host that says 404 has nothing to be learnt."""
        host = host_of(urlsplit(exchange.url))
        is_page = exchange.status == HTTPStatus.OK and entity.failure is None
        self._known[host] = lines_of(entity.body, entity.declared_encoding) if is_page else ""
        self._store.put_error_page(host, self._known[host], exchange.fetched_at)

    def corrected(self, exchange: Exchange, entity: Entity, judgement: Judgement) -> Judgement:
        """The judgement, or `missing: soft_404` where a page is the host's error page in all but its status.

        A list is doubted only where a document is known to have been: sites answer with their home page too.
        """
        known = self._of(host_of(urlsplit(exchange.url))) if not exchange.imported else ""
        what = judgement.outcome.what
        if not known or what not in {"document", "not_article", "list"}:
            return judgement
        if what == "list" and self._store.state(document_id(canonical(exchange.url))) is None:
            return judgement
        if not is_error_page(lines_of(entity.body, entity.declared_encoding), known):
            return judgement
        return Judgement(outcome=Outcome(what="missing", reason="soft_404"))

    def _of(self, host: str) -> str:
        if host not in self._known:
            self._known[host] = self._store.host(host).error_page or ""
        return self._known[host]
