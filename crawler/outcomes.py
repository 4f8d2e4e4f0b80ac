"""What becomes of one exchange: exactly one outcome, and what was read from it. Pure, given the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, Literal
from urllib.parse import urljoin, urlsplit

from archive_api.captures import Exchange
from archive_api.document import Attachment, TextStatus, document_id
from archive_api.errors import StorageError, UnreadableError
from archive_api.store import Outcome
from crawler.blocked import wall
from crawler.content_encoding import undo
from crawler.extraction import Extraction, Hints, Page, PageType
from crawler.extraction.encoding import decode
from crawler.media_types import FILES, HTML, UNKNOWN, is_saved_by_office, response_type
from crawler.urls import canonical

Role = Literal["page", "part", "script", "resource", "robots", "attachment", "probe"]
"""What an exchange was asked for; a `resource` is what a page in the browser asked for."""
Reader = Callable[[Page, Hints], Extraction]

_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_IGNORED: Final = re.compile(
    r"(?:image|audio|video|font)/.*|text/css|(?:text|application)/(?:x-)?(?:java|ecma)script|application/(?:x-)?font-.*"
)
_TEXTUAL: Final = re.compile(r"text/.*|application/(?:xhtml\+xml|xml)")
_READ_ATTACHMENTS: Final = FILES | {"text/plain", "text/markdown", HTML}
_HTML_NAME: Final = re.compile(r"\.[sx]?html?$", re.IGNORECASE)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_FIRST_PAGE: Final = re.compile(r"/?(?:(?:index|default|main)\.[a-z]{2,5})?", re.IGNORECASE)
_BAD_ENCODING: Final = "bad_encoding"
_NEEDS_OCR: Final = "needs_ocr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An exchange's body with its content encoding undone, or why that cannot be done."""

    body: bytes = b""
    media_type: str = UNKNOWN
    declared_encoding: str | None = None
    note: str | None = None
    failure: UnreadableError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What becomes of an exchange. `attachment`: what was read of it as a document's attachment.

    `is_tentative`: that is worth keeping only where the document knows nothing of the attachment yet.
    """

    outcome: Outcome
    extraction: Extraction | None = None
    attachment: Attachment | None = None
    is_tentative: bool = False


def entity_of(exchange: Exchange, limit: int) -> Entity:
    """The body as a reader takes it; never more than `limit` bytes are made of it."""
    content_type = exchange.header("Content-Type") or ""
    declared = content_type.partition(";")[0].strip().lower() or None
    charset = _CHARSET.search(content_type)
    try:
        decoded = undo(exchange.body, exchange.header("Content-Encoding"), media_type=declared, limit=limit)
    except UnreadableError as error:
        return Entity(failure=error, media_type=declared or UNKNOWN)
    return Entity(
        body=decoded.body,
        media_type=response_type(exchange.url, declared, decoded.body),
        declared_encoding=charset[1].lower() if charset else None,
        note=decoded.note,
    )


def noted(exchange: Exchange, entity: Entity, role: Role) -> Exchange:
    """The exchange with what its capture should say of it besides: role, encodings, oddities."""
    notes: dict[str, str] = {"role": role}
    if entity.note is not None:
        notes["content_encoding_note"] = entity.note
    if entity.body and _TEXTUAL.fullmatch(entity.media_type):
        encoding = decode(entity.body, entity.declared_encoding).encoding
        notes |= {"used_encoding": encoding.used}
        if encoding.declared is not None:
            notes["declared_encoding"] = encoding.declared
    return replace(exchange, metadata={**exchange.metadata, **notes})


def judge(exchange: Exchange, entity: Entity, hints: Hints, role: Role, read: Reader) -> Judgement:
    """The outcome of an exchange. A 304 is judged by the payload it refers to."""
    match role:
        case "robots":
            return _what("robots", f"http_{exchange.status}" if exchange.status != HTTPStatus.OK else None)
        case "resource":
            return _what("ignored", "resource")
        case _:
            return _judge(exchange, entity, hints, role, read)


def _judge(exchange: Exchange, entity: Entity, hints: Hints, role: Role, read: Reader) -> Judgement:
    if role == "probe":
        return _what("ignored", "probe")
    plain = _without_a_page(exchange, entity)
    if plain is not None:
        return _captcha(exchange, entity, plain) if role == "attachment" else plain
    if entity.failure is not None:
        return _what("failed", entity.failure.reason)
    if role == "attachment":
        return _attachment(exchange, entity, hints, read)
    if role != "script" and _IGNORED.fullmatch(entity.media_type):
        return _what("ignored", entity.media_type)
    found = _page(exchange, entity, hints, read)
    return _kept_only(found, role) if role in {"part", "script"} else found


def _without_a_page(exchange: Exchange, entity: Entity) -> Judgement | None:
    """The judgement on an answer that holds nothing to read; None for one that does."""
    status = exchange.status
    if status == HTTPStatus.NOT_MODIFIED:
        return None if exchange.body else _what("ignored", "not_modified")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and exchange.header("Location"):
        return _what("redirect", "home" if _leads_home(exchange) else f"http_{status}")
    if status in _GONE:
        return _what("missing", f"http_{status}")
    if not exchange.imported and (name := wall(status, exchange.headers, entity.body)):
        return _what("blocked", name)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES or status == HTTPStatus.PARTIAL_CONTENT:
        return _what("failed", f"http_{status}")
    return None


def _leads_home(exchange: Exchange) -> bool:
    """Whether a page's address redirects to the site's first page: what many sites do with a page that is gone."""
    target = urlsplit(urljoin(exchange.url, exchange.header("Location") or ""))
    own = urlsplit(exchange.url)
    same_site = target.hostname == own.hostname
    return same_site and bool(_FIRST_PAGE.fullmatch(target.path)) and not _FIRST_PAGE.fullmatch(own.path)


def _page(exchange: Exchange, entity: Entity, hints: Hints, read: Reader) -> Judgement:
    try:
        extraction = read(_page_of(exchange, entity), hints)
    except UnreadableError as error:
        return _what("failed", error.reason)
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001  # a process border: one page's bug must not end the crawl of the others
        return _what("failed", f"extraction_crashed: {type(error).__name__}")
    return Judgement(outcome=_outcome(extraction), extraction=extraction)


def _kept_only(found: Judgement, reason: str) -> Judgement:
    """The judgement on what is read for the sake of another page, and is nothing by itself."""
    return found if found.extraction is None else replace(found, outcome=Outcome(what="ignored", reason=reason))


def _outcome(extraction: Extraction) -> Outcome:
    match extraction.type:
        case PageType.ARTICLE:
            return Outcome(what="document", document=document_id(extraction.document.url))
        case PageType.LIST:
            return Outcome(what="list")
        case PageType.HOME:
            return Outcome(what="list", reason="home")
    return _no_article(extraction)


def _no_article(extraction: Extraction) -> Outcome:
    if extraction.reason == "soft_404":
        return Outcome(what="missing", reason="soft_404")
    if extraction.reason == "login":
        return Outcome(what="blocked", reason="login")
    if _BAD_ENCODING in extraction.document.flags:  # nothing understood, in bytes of no encoding: nothing was read
        return Outcome(what="failed", reason=_BAD_ENCODING)
    return Outcome(what="not_article", reason=extraction.reason)


def _attachment(exchange: Exchange, entity: Entity, hints: Hints, read: Reader) -> Judgement:
    if entity.media_type not in _READ_ATTACHMENTS:
        attachment = _read_as(exchange, entity, TextStatus.NOT_READ)
        return Judgement(outcome=Outcome(what="attachment", reason=entity.media_type), attachment=attachment)
    if entity.media_type == HTML and not _is_a_page(exchange, entity):
        failed = _read_as(exchange, entity, TextStatus.FAILED)
        outcome = Outcome(what="failed", reason="html_in_place_of_file")
        return Judgement(outcome=outcome, attachment=failed, is_tentative=True)
    found = _page(exchange, entity, hints, read)
    if found.extraction is not None:
        return _with_text(exchange, entity, found.extraction)
    if found.outcome.reason == _NEEDS_OCR:
        attachment = _read_as(exchange, entity, TextStatus.NEEDS_OCR)
        return Judgement(outcome=Outcome(what="attachment", reason=_NEEDS_OCR), attachment=attachment)
    return replace(found, attachment=_read_as(exchange, entity, TextStatus.FAILED))


def _with_text(exchange: Exchange, entity: Entity, found: Extraction) -> Judgement:
    """What an attachment says; one that is a scan for the most part keeps the text that there is until OCR."""
    text = found.document.text if found.file_text is None else found.file_text
    is_scanned = "scanned" in found.document.flags
    outcome = Outcome(what="attachment", reason=_NEEDS_OCR if is_scanned else None)
    status = TextStatus.NEEDS_OCR if is_scanned else TextStatus.OK
    return Judgement(outcome=outcome, attachment=_read_as(exchange, entity, status, text))


def _is_a_page(exchange: Exchange, entity: Entity) -> bool:
    """Whether HTML is what the link promised: by its name, or a document that Office saved as a page."""
    return bool(_HTML_NAME.search(_listed_at(exchange).partition("?")[0])) or is_saved_by_office(entity.body)


def _captcha(exchange: Exchange, entity: Entity, found: Judgement) -> Judgement:
    if found.outcome != Outcome(what="blocked", reason="captcha"):
        return found
    gated = _read_as(exchange, replace(entity, media_type=UNKNOWN), TextStatus.CAPTCHA_GATED)
    return replace(found, attachment=replace(gated, media_type=None), is_tentative=True)


def _read_as(exchange: Exchange, entity: Entity, status: TextStatus, text: str | None = None) -> Attachment:
    return Attachment(name="", url=_listed_at(exchange), media_type=entity.media_type, text=text, text_status=status)


def _listed_at(exchange: Exchange) -> str:
    return exchange.metadata.get("attachment_url") or exchange.url


def _page_of(exchange: Exchange, entity: Entity) -> Page:
    return Page(
        url=canonical(exchange.url),
        body=entity.body,
        media_type=entity.media_type,
        declared_encoding=entity.declared_encoding,
        posted=exchange.request_body if exchange.method == "POST" else b"",
    )


def _what(
    what: Literal["robots", "ignored", "redirect", "missing", "blocked", "failed"], reason: str | None
) -> Judgement:
    return Judgement(outcome=Outcome(what=what, reason=reason))
