"""What a page, a text file or a PDF says, cut into its parts, before any of them is interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archive_api.document import Attachment, Evidence, Level
from crawler.extraction.stamps import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One response as extraction takes it: `body` has its content encoding undone; `url` is canonical and absolute.

    `declared_encoding` is the charset of the HTTP header, None where it names none. `posted` is what was asked for
    with, where that was a POST: the answer to a form is never a publication.
    """

    url: str
    body: bytes
    media_type: str | None = None
    declared_encoding: str | None = None
    posted: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """What most pages of one site have, folded: plain lines, and whole `<title>`s."""

    lines: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMemory:
    """What repeats on the sites that a page may be of, by what tells their pages apart (`memory.mark_of`)."""

    sites: Mapping[str, Repeated] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known besides the page: its row on a list, the source that it was found by, its site's other pages."""

    row_title: str | None = None
    row_date: str | None = None
    issuer: str | None = None
    level: Level | None = None
    region: str | None = None
    family: str | None = None
    site_name: str | None = None
    memory: SiteMemory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one publication. Lines are stripped, never empty, in the order of the page.

    `title` is the full title with its evidence (rule and raw string), None with a reason. `head` are the lines of the
    article's block outside its body, before it (datelines, fields of an information table as `label：value`), `tail`
    the ones after it (责任编辑…). `text` is the clean body, a paragraph a line. `meta` are `<meta>` tags by lower-case
    name. `stamps` are days of publication that the markup or a line's place tells, the surest first. `breadcrumb` runs
    from the home page to the column. `footer` are lines of the site's own foot.
    """

    url: str
    title: str | None
    title_evidence: Evidence
    text: str
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    stamps: tuple[Stamp, ...] = ()
    breadcrumb: tuple[str, ...] = ()
    site_name: str | None = None
    footer: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: tuple[str, ...] = ()
