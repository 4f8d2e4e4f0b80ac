"""What a CMS family knows about its pages. A module of this package with a `FAMILY` of its own is one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree

FORM = "application/x-www-form-urlencoded"
MOST_PAGES = 5000
"""Pages of one list; a pager that states more is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A page that is asked for with a body. `url` and `identity` together say which one.

    `identity` has what the body asks for, not the state that it sends along: a page keeps its identity when its
    __VIEWSTATE or its session changes.
    """

    url: str
    body: bytes
    identity: str
    media_type: str = FORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """A pager's link that has no address: what it says, and the script that it calls."""

    kind: Literal["next", "number"]
    text: str
    script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A page as families look at it: `base` is where its relative links start, `scripted` what its pager calls."""

    url: str
    base: str
    html: str
    root: etree._Element  # lxml has no public name for its class
    scripted: tuple[Scripted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """Further pages of a list, or of an article: addresses as the page has them, and requests with a body."""

    pages: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list API was asked, and what it said; `data` where that is JSON."""

    url: str
    posted: bytes
    text: str
    data: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One row as a list API gives it. `date` is as printed, or seconds or milliseconds since 1970 as digits."""

    address: str
    title: str
    date: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rows in a list API's answer, as data, as HTML of one row each, or as a list's HTML; and the next page."""

    items: tuple[Item, ...] = ()
    records: tuple[str, ...] = ()
    html: str | None = None
    more: More = More()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An address as one of several ways to an article: `key` names the article, `is_second` is not its own address.

    `is_exact`: whatever has this key is the same page, also where none of the two is a second way.
    """

    key: str
    is_second: bool
    is_exact: bool = False


class Family:
    """A CMS. What is not overridden says: nothing of that sort here.

    `signs` are strings in the source of its pages, in small letters, with their weights: 3 for what no other CMS
    writes, 1 for a hint. `bodies` name the elements that hold a body, most specific first: `.class`, `#id` or `tag`,
    lower case; a trailing `*` stands for any ending; where `repeats`, a page has many, and only the first is its
    text. `barred` matches addresses that count, print or act.
    """

    name: ClassVar[str]
    signs: ClassVar[tuple[tuple[str, float], ...]] = ()
    forms: ClassVar[tuple[tuple[re.Pattern[str], float], ...]] = ()
    """Signs that are no plain strings, matched on the source in small letters; few, for they cost time."""
    bodies: ClassVar[tuple[str, ...]] = ()
    repeats: ClassVar[bool] = False
    barred: ClassVar[re.Pattern[str] | None] = None
    articles: ClassVar[re.Pattern[str] | None] = None
    """Addresses that nothing but an article has."""

    def unfold(self, html: str, url: str) -> str:  # noqa: ARG002 - for those whose pages hold data
        """The page with what its own scripts would write from the data that stands in it."""
        return html

    def more(self, page: Markup) -> More:  # noqa: ARG002 - for those whose pagers are scripts
        """The further pages that its scripts lead to; links with an address are found without a family."""
        return More()

    def answer(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - for those with a list API
        """What its list API says; None where the answer is not one of its own."""
        return None

    def way(self, url: str) -> Way | None:  # noqa: ARG002 - for those with several addresses for an article
        """Which article an address leads to, where articles have several."""
        return None


def form_post(url: str, fields: Mapping[str, str], *, identity: str) -> Post:
    """A form as a request."""
    return Post(url=url, body=urlencode(fields).encode(), identity=identity)


def digest(text: str) -> str:
    """A short name for a long text, for identities."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parameter(url: str, *names: str) -> str | None:
    """The first of these query parameters that the address has, names in any case."""
    wanted = [name.lower() for name in names]
    pairs = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return next((pairs[name] for name in wanted if name in pairs), None)


def with_parameters(url: str, values: Mapping[str, str]) -> str:
    """The address with these query parameters in place of its own of the same names, the others as they are."""
    parts = urlsplit(url)
    left = dict(values)
    pairs = [
        (name, left.pop(name) if name in left else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(parts._replace(query=urlencode([*pairs, *left.items()])))


def whole_number(text: str | None) -> int | None:
    """A number in ASCII digits, None for anything else and for one too long to be meant."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - a count, not an id
