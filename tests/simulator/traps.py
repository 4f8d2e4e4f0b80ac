"""What lies in wait on a site beside its articles: which of it a site has goes by its number."""

from __future__ import annotations

import hashlib

from tests.simulator.model import Answer, Asked

_FOREVER = 100_000


class Traps:
    """Endless calendars, loops, pages that robots.txt forbids, session ids, doubled rows, soft 404s."""

    def __init__(self, index: int) -> None:
        self.has_calendar = index % 3 == 0
        self.has_loop = index % 4 == 1
        self.has_sessions = index % 5 == 2
        self.doubles_rows = index % 6 == 3
        self.has_soft_404 = index % 2 == 1

    def links(self) -> str:
        """What the home page says of them."""
        links = "<a href='/private/neibu.htm'>内部资料</a> <a href='/yiqian/jiu.htm'>旧版</a>"
        if self.has_calendar:
            links += " <a href='/rili/?m=1'>活动日历</a>"
        if self.has_loop:
            links += " <a href='/wstx/1'>网上团校</a>"
        return f"<div class=more>{links}</div>"

    def session(self, path: str, night: int) -> str:
        """The address with a session id, where the site has them: `;jsessionid=` or `PHPSESSID=`."""
        if not self.has_sessions:
            return path
        token = hashlib.sha256(f"{path}{night}".encode()).hexdigest()[:24].upper()
        if ".php" in path:
            return f"{path}{'&' if '?' in path else '?'}PHPSESSID={token}"
        address, mark, query = path.partition("?")
        return f"{address};jsessionid={token}{mark}{query}"

    def answer(self, asked: Asked) -> Answer | None:
        """A trap's answer; None for what is none."""
        month = asked.number("m", 0)
        if self.has_calendar and asked.path == "/rili/" and 0 < month < _FOREVER:
            days = "".join(f"<td><a href='/rili/?m={month}&d={day}'>{day}</a></td>" for day in (1, 11, 21))
            return Answer(f"<table><tr>{days}</tr></table><a href='/rili/?m={month + 1}'>下个月</a>", "trap")
        if self.has_loop and asked.path in {"/wstx/1", "/wstx/2"}:
            other = "/wstx/2" if asked.path == "/wstx/1" else "/wstx/1"
            return Answer("", "trap", status=302, headers=(("Location", other),))
        if asked.path == "/yiqian/jiu.htm":
            return Answer("", "elsewhere", status=301, headers=(("Location", "/"),))
        if asked.path == "/private/neibu.htm":
            return Answer("<html><body><h1>内部资料</h1><p>请勿外传。</p></body></html>", "trap")
        return None

    def missing(self, page: str) -> Answer:
        """The answer to an address that is none: 404, or a page that says so with a 200."""
        return Answer(page, "error", status=200 if self.has_soft_404 else 404)
