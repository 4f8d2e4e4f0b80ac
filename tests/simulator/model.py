"""What a site of the simulator is made of: columns, articles, answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

Role = Literal[
    "home", "list", "article", "part", "attachment", "robots", "trap", "wall", "error", "script", "elsewhere"
]

_SESSION = re.compile(r";jsessionid=[^/?;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a site: its name in addresses, its name for readers, its number in the database."""

    slug: str
    name: str
    number: int


@dataclass(slots=True)
class Article:
    """One publication, as its publisher has it tonight. `published` is its own date.

    `posted`, `changed` and `lost` (deleted) are nights.
    """

    number: int
    column: Column
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    origin: str
    has_attachment: bool
    posted: int
    changed: int
    pinned: bool = False
    is_deleted: bool = False
    lost: int = -1

    @property
    def day(self) -> str:
        """The date that it bears, as lists print it."""
        return self.published.strftime("%Y-%m-%d")

    @property
    def minute(self) -> str:
        """The date and time that it bears, as its page prints it."""
        return self.published.strftime("%Y-%m-%d %H:%M")

    @property
    def hexadecimal(self) -> str:
        """32 hexadecimal digits of its own, for dialects that name articles so."""
        return f"{self.number * 0x9E3779B97F4A7C15F39CC0605CEDC835:032x}"[-32:]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answers, and what that is for the truth. A text is put into the site's encoding when it is sent."""

    body: str | bytes
    role: Role
    status: int = 200
    media_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its path and query (`target`), its form where it is a POST."""

    target: str
    form: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path without a session id."""
        return _SESSION.sub("", urlsplit(self.target).path)

    def value(self, name: str, default: str = "") -> str:
        """A parameter of the form or the query."""
        pairs = (*self.form, *parse_qsl(urlsplit(self.target).query, keep_blank_values=True))
        return next((value for key, value in pairs if key == name), default)

    def number(self, name: str, default: int = 1) -> int:
        """A parameter as a whole number."""
        text = self.value(name)
        return int(text) if text.isascii() and text.isdigit() else default


def key(target: str) -> str:
    """What two ways of writing one address have in common: no session id, parameters sorted."""
    parts = urlsplit(target)
    pairs = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "PHPSESSID")
    return _SESSION.sub("", parts.path) + ("?" + urlencode(pairs) if pairs else "")


def json_answer(data: object) -> Answer:
    """A list API's answer."""
    return Answer(json.dumps(data, ensure_ascii=False), "list", media_type="application/json")
