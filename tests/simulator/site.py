"""A site: its articles and their fate night by night, and what it answers."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.simulator import language
from tests.simulator.events import EVENTS, Event
from tests.simulator.families.base import PER_PAGE, Family
from tests.simulator.model import Answer, Article, Asked, Column, key
from tests.simulator.traps import Traps

FIRST_NIGHT = datetime(2025, 3, 3, 22, 0)  # noqa: DTZ001 - the sites' own wall clock, Asia/Shanghai
_FAILING = range(7, 10)
"""The requests of a night, counted from 1, that fail in an hour of 502s."""
STEPS = (1, 3, 7, 30, 90, 365)
LOOKS_AFTER_LOSS = (0, 3, 7)
WALLS = {
    "wall_412": Answer("<html><script>$_ts=window['$_ts']</script></html>", "wall", status=412),
    "wall_521": Answer(
        "<script>document.cookie='__jsl_clearance_s='</script>",
        "wall",
        status=521,
        headers=(("Set-Cookie", "__jsluid_s=0a"),),
    ),
}
ENCODINGS = (
    ("utf-8", "utf-8", "; charset=utf-8"),
    ("gb18030", "gb2312", ""),
    ("gb18030", "gb2312", "; charset=utf-8"),
    ("utf-8", "utf-8", "; charset=gb2312"),
    ("utf-8", "gb2312", ""),
)
"""What the bytes are, what the page says, what the header says: the last three lie."""


@dataclass
class Site:
    """One site. Everything is a function of `seed`, `index` and how many nights have passed."""

    seed: int
    index: int
    family: Family
    articles_at_first: int
    night: int = 0
    design: int = 0
    articles: list[Article] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    """What happened, all nights."""
    tonight: set[str] = field(default_factory=set)
    """What is the matter tonight: a wall, 502s, slow bodies, a list that shifts."""
    standing: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """For each article the nights on which it stood on a site without a wall."""
    asked: int = 0

    def __post_init__(self) -> None:
        random = self.random("start")
        self.variant = self.index % 2
        self.place = language.place(random)
        self.columns = tuple(
            Column(slug, name, 1101 + number) for number, (slug, name) in enumerate(random.sample(language.COLUMNS, 2))
        )
        self.encoding, self.charset, self.header = ENCODINGS[self.index % len(ENCODINGS)]
        self.traps = Traps(self.index)
        self.disallowed: tuple[str, ...] = ("/private/", "/manage/")
        self._lock, self._made = threading.Lock(), dict[str, Answer]()
        self._known: dict[str, Article] = {}
        self._last_open = -1
        for _ in range(self.articles_at_first):
            self.post(random, FIRST_NIGHT - timedelta(days=random.randint(1, 500), minutes=random.randint(0, 600)))
        self._begin()

    @property
    def name(self) -> str:
        """The family, and which of its sites."""
        return f"{self.family.name}-{self.index}"

    @property
    def owner(self) -> str:
        """The site's owner."""
        return f"共青团{self.place}委员会"

    @property
    def has_captcha(self) -> bool:
        """Whether downloads are behind a captcha."""
        return self.family.name == "boda" and self.index % 2 == 0

    @property
    def has_wall(self) -> bool:
        """Whether nothing can be read tonight."""
        return bool(self.tonight & WALLS.keys())

    @property
    def today(self) -> datetime:
        """The present night on the site's own calendar."""
        return FIRST_NIGHT + timedelta(days=self.night)

    def random(self, *what: object) -> Random:
        """A source of chance that depends on the site and on `what` alone."""
        return Random(f"{self.seed}/{self.index}/{'/'.join(map(str, what))}")

    def pass_night(self) -> None:
        """The next night, with what happens in it."""
        self._last_open = self._last_open if self.has_wall else self.night
        self.night += 1
        self.tonight.clear()
        random = self.random("night", self.night)
        for event in EVENTS:
            if random.random() < event.chance:
                event.happen(self, random)
        self._begin()

    def redesign(self) -> None:
        """Another template of the family, which in most families has other addresses: the old ones lead nowhere."""
        self.design += 1
        self.variant = 1 - self.variant
        self._last_open = -1

    def note(self, what: str, article: Article | None = None) -> None:
        """Writes into the truth that something happened tonight."""
        self.events.append(Event(self.night, what, article.number if article else None))

    def post(self, random: Random, published: datetime) -> Article:
        """A new article, with a title that no other has."""
        number = 3000 + self.index * 100 + len(self.articles) * 7
        titles = {one.title for one in self.articles}
        title = language.title(random, self.place, published.year)
        while title in titles:
            title = language.title(random, self.place, published.year)
        article = Article(
            number=number,
            column=random.choice(self.columns),
            title=title,
            paragraphs=language.paragraphs(random),
            published=published,
            origin=self.place + language.office(random),
            has_attachment=random.random() < 0.2,
            posted=self.night,
            changed=self.night,
        )
        self.articles.append(article)
        return article

    def rows(self, column: Column) -> list[Article]:
        """The rows of a column's list: pinned first, then newest first; some sites print one twice."""
        rows = sorted(
            (one for one in self.articles if one.column == column and not one.is_deleted),
            key=lambda one: (one.pinned, one.published, one.number),
            reverse=True,
        )
        return [*rows[:1], *rows] if self.traps.doubles_rows and rows else rows

    def session(self, path: str) -> str:
        """The address with a session id, on sites that have them: another one each night."""
        return self.traps.session(path, self.night)

    def answer(self, asked: Asked) -> Answer:
        """What the site says tonight."""
        with self._lock:
            self.asked += 1
            if asked.target == "/robots.txt":
                return Answer(self._robots(), "robots", media_type="text/plain")
            for name, wall in WALLS.items():
                if name in self.tonight:
                    return wall
            if "errors" in self.tonight and self.asked in _FAILING:
                return Answer("<h1>502 Bad Gateway</h1>", "error", status=502)
            found = (self._pages().get(key(asked.target)) if not asked.form else None) or self._other(asked)
            if found.role == "list" and "shift" in self.tonight:
                self._shift()
            return found

    def article_at(self, target: str) -> Article | None:
        """The article that has or had this address as its own or as an alias; None for other pages."""
        return self._known.get(key(target))

    def published(self) -> list[Article]:
        """The articles that could have been read on one night at least."""
        return [one for one in self.articles if self.standing.get(one.number)]

    def fewest(self) -> int:
        """The fewest requests of a crawler that knows all but what is new tonight. robots.txt is one of them.

        The first night, and the first after a redesign, want every page once. Later ones: each list's first page, the
        pages of lists that hold new rows, the articles that are new or were edited since the last night without a
        wall, with their further parts and attachments. A night with a wall: robots.txt and the wall.
        """
        if self.has_wall:
            return 2
        fresh = [one for one in self.articles if one.changed > self._last_open and not one.is_deleted]
        numbers = {one.number for one in fresh}
        parts = sum(1 for answer in self._pages().values() if answer.role == "part" and answer.article in numbers)
        own = len(fresh) + sum(one.has_attachment for one in fresh) + parts
        return 1 + sum(self._list_pages(column, numbers) for column in self.columns) + own

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at all happened to it tonight, which is not its first night."""
        return self.night > 0 and not self.has_wall and all(event.night != self.night for event in self.events)

    def looks_due(self) -> int:
        """The looks at known articles that a schedule of STEPS days after publication asks for tonight.

        And at one that was deleted: on the night itself, and so long after it as LOOKS_AFTER_LOSS says.
        """
        if self.has_wall or self._last_open < 0:
            return 0
        now, then = (FIRST_NIGHT + timedelta(days=night) for night in (self.night, self._last_open))
        standing = sum(
            any(then < one.published + timedelta(days=step) <= now for step in STEPS)
            for one in self.articles
            if not one.is_deleted and one.changed <= self._last_open
        )
        lost = sum(self.night - one.lost in LOOKS_AFTER_LOSS for one in self.articles if one.is_deleted)
        return standing + lost

    def is_disallowed(self, target: str) -> bool:
        """Whether tonight's robots.txt forbids it."""
        return target.startswith(self.disallowed)

    def _list_pages(self, column: Column, numbers: set[int]) -> int:
        if self._last_open < 0:
            return self.family.count(self, column)
        pages = {place // PER_PAGE for place, one in enumerate(self.rows(column)) if one.number in numbers}
        return len(pages | {0})

    def _begin(self) -> None:
        self.asked = 0
        self._made.clear()
        for one in self.articles:
            for target in (self.family.address(self, one), *self.family.aliases(self, one)):
                self._known[key(target)] = one
        if not self.has_wall:
            for one in self.articles:
                if not one.is_deleted:
                    self.standing[one.number].add(self.night)

    def _pages(self) -> dict[str, Answer]:
        if not self._made:
            self._made = {key(target): answer for target, answer in self._rendered()}
        return self._made

    def _rendered(self) -> Iterator[tuple[str, Answer]]:
        for target, page in self.family.pages(self):
            if page.role == "home" and isinstance(page.body, str):
                body = page.body.replace("<div class=foot>", f"{self.traps.links()}<div class=foot>")
                yield target, Answer(body, "home")
            else:
                yield target, page

    def _other(self, asked: Asked) -> Answer:
        dynamic = self.family.dynamic(self, asked)
        if dynamic is not None:
            return dynamic
        return self.traps.answer(asked) or self.traps.missing(
            self.family.shell(self, "提示信息", "<p>您访问的页面不存在</p>")
        )

    def _shift(self) -> None:
        # A row vanishes between two pages of a list: the first of the next page moves onto the one just read.
        self.tonight.discard("shift")
        rows = [one for one in self.rows(self.columns[0]) if not one.pinned]
        if len(rows) > PER_PAGE:
            rows[0].is_deleted, rows[0].lost = True, self.night
            self.standing[rows[0].number].discard(self.night)
            self.note("deleted", rows[0])
            self._made.clear()

    def _robots(self) -> str:
        lines = "".join(f"Disallow: {path}\n" for path in self.disallowed)
        return f"User-agent: *\n{lines}"
