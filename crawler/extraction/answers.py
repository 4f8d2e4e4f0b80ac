"""What a list API answers: rows and the next page, as data or as pieces of HTML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.extraction.dates import parse_date
from crawler.extraction.encoding import Encoding, decode
from crawler.extraction.links import absolute
from crawler.extraction.marks import marks
from crawler.extraction.outline import outline, parse
from crawler.extraction.parts import Page
from crawler.extraction.rows import Row, blocks, row_in
from crawler.extraction.titles import clean_title
from crawler.families import Answer, Asked, Item, Post, answer

_DATA = re.compile(r"\s*(?:[\[{]|(?:<\?xml[^>]*>\s*)?<datastore>|(?:jQuery|jsonp|callback)\w*\()")
_WRAPPED = re.compile(r"\s*\w+\((.*)\)\s*;?\s*", re.DOTALL)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SECONDS, _MILLISECONDS = 10, 13
_ROWS = (3, 400)
SCRIPTS = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma)script")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer gave: its rows, and where the others are."""

    encoding: Encoding
    rows: tuple[Row, ...]
    next_pages: tuple[str, ...]
    posts: tuple[Post, ...]


def is_data(page: Page) -> bool:
    """Whether a response is data and no page, whatever its server calls it."""
    return _DATA.match(page.body[:200].decode("latin-1").removeprefix("ï»¿")) is not None


def read_answer(page: Page) -> Told | None:
    """The rows of a list API's answer; None where no family knows such an answer."""
    decoded = decode(page.body, page.declared_encoding)
    text = decoded.text.lstrip("\ufeff")
    found = answer(Asked(url=page.url, posted=page.posted, text=text, data=_json(text)))
    if found is None:
        return None
    pages = (absolute(page.url, address) for address in found.more.pages)
    posts = ((post, absolute(page.url, post.url)) for post in found.more.posts)
    return Told(
        encoding=decoded.encoding,
        rows=_rows(found, page.url),
        next_pages=tuple(address for address in pages if address),
        posts=tuple(
            Post(url=url, body=p.body, identity=p.identity, media_type=p.media_type) for p, url in posts if url
        ),
    )


def _json(text: str) -> object:
    """The data, out of its JSONP call where it is in one; None where it is no JSON."""
    wrapped = _WRAPPED.fullmatch(text) if text[:1].isalpha() else None
    try:
        return json.loads(wrapped[1] if wrapped else text)
    except (ValueError, RecursionError):
        return None


def _rows(found: Answer, base: str) -> tuple[Row, ...]:
    rows = [row for item in found.items if (row := _row(item, base))]
    rows += [row for record in found.records if (row := row_in(record, base))]
    if found.html is not None:
        rows += _listed(found.html, base)
    return tuple({row.url: row for row in reversed(rows)}.values())[::-1]


def _row(item: Item, base: str) -> Row | None:
    url = absolute(base, item.address)
    title = clean_title(" ".join(item.title.split()))
    return Row(url=url, title=title, date=_day(item.date), pinned=item.pinned) if url and title else None


def _day(raw: str | None) -> str | None:
    """The day of a date as an API gives it."""
    if raw is None:
        return None
    if raw.isdigit() and len(raw) in {_SECONDS, _MILLISECONDS}:
        seconds = int(raw) / (1000 if len(raw) == _MILLISECONDS else 1)
        return datetime.fromtimestamp(seconds, _SHANGHAI).date().isoformat()
    found = parse_date(raw, short_years=False)
    return found.day if found and len(found.day) == len("2000-01-01") else None


def _listed(html: str, base: str) -> tuple[Row, ...]:
    """The rows of a piece of HTML that is a list: its best block, else each link of a title's length."""
    root = parse(f"<body>{html}</body>")
    if root is None:
        return ()
    seen = outline(root)
    found = blocks(seen, marks(seen, ()), base)
    if found:
        return found[0].rows
    low, high = _ROWS
    single = (row_in(piece, base) for piece in re.split(r"(?=<(?:li|tr|dl)\b)", html))
    return tuple(row for row in single if row and low < len(row.title) < high)
