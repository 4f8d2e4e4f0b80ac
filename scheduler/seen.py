"""What a look at a few pages saw: the pages of a throw-away archive, read again for their family, owner and columns."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from archive_api.errors import UnreadableError
from crawler.clones import Sight, clone_signs
from crawler.extraction import Page, PageType
from crawler.extraction.encoding import decode
from crawler.extraction.html import Reading, read_html
from crawler.extraction.parts import Hints
from crawler.families import GENERIC, family_of
from crawler.media_types import HTML
from crawler.outcomes import entity_of

if TYPE_CHECKING:
    from archive_api.captures import CaptureStore, Exchange

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """One HTML page: `head` is its `<title>`, `text` all that it shows, a line an element."""

    url: str
    family: str
    head: str
    text: str
    reading: Reading


def seen_pages(captures: CaptureStore, limit: int) -> Iterator[SeenPage]:
    """The HTML pages of an archive that answered well and can be read; never more than `limit` bytes of one."""
    for file in captures.files():
        for _, exchange, _ in captures.scan(file):
            page = _page(exchange, limit)
            if page is not None:
                yield page


def family_seen(pages: Sequence[SeenPage]) -> tuple[str | None, str]:
    """The family whose signs at least two pages show while none shows another's, and how many show what."""
    counts = Counter(page.family for page in pages if page.family != GENERIC.name)
    says = ", ".join(f"{name} on {times} of {len(pages)} pages" for name, times in counts.most_common())
    name, times = counts.most_common(1)[0] if counts else ("", 0)
    return (name if len(counts) == 1 and times > 1 else None), says or "no family's signs"


def signs_seen(pages: Sequence[SeenPage], named: frozenset[str]) -> tuple[str, ...]:
    """What on these pages speaks for a clone, each sign once; `named` as for `clone_signs`.

    Titles count on the pages that are no articles: an article may be about anything.
    """
    found: dict[str, None] = {}
    for page in pages:
        site = page.reading.parts.site_name or ""
        names = (site,) if page.reading.type is PageType.ARTICLE else (site, page.head)
        sight = Sight(url=page.url, family=page.family, names=names, text=page.text)
        found.update(dict.fromkeys(clone_signs(sight, named)))
    return tuple(found)


def _page(exchange: Exchange, limit: int) -> SeenPage | None:
    entity = entity_of(exchange, limit)
    is_page = exchange.status == HTTPStatus.OK and exchange.metadata.get("role") == "page"
    if not is_page or entity.failure is not None or entity.media_type != HTML:
        return None
    source = decode(entity.body, entity.declared_encoding).text
    page = Page(url=exchange.url, body=entity.body, media_type=HTML, declared_encoding=entity.declared_encoding)
    try:
        reading = read_html(page, Hints())
    except UnreadableError:
        return None  # the crawl's own log and problems tell of it
    title = _TITLE.search(source)
    return SeenPage(
        url=exchange.url,
        family=family_of(source).name,
        head=_shown(title[1]) if title else "",
        text=_shown(_TAG.sub("\n", _HIDDEN.sub(" ", source))),
        reading=reading,
    )


def _shown(source: str) -> str:
    lines = (" ".join(line.split()) for line in html.unescape(source).split("\n"))
    return "\n".join(line for line in lines if line)
