"""The rows of a list: blocks of like elements, each with one link, a title, and usually a date."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from crawler.extraction.chrome import is_chrome, is_end, is_frame, is_home
from crawler.extraction.dates import find_dates, parse_date, split_date
from crawler.extraction.links import absolute
from crawler.extraction.marks import Mark, fold, marks
from crawler.extraction.outline import Outline, outline, parse, text_of
from crawler.extraction.titles import clean_title

_UNITS = frozenset({"li", "tr", "dl", "article"})
# where a list is new, one or two dated rows are all it has: but only elements made for rows
_FEW_UNITS = frozenset({"li", "tr", "dl", "dd", "p", "ul", "ol", "table", "tbody"})
_LISTS = frozenset({"ul", "ol", "table", "body"})
_WHOLE = frozenset({"html", "body", "form"})
_MOST_LINKS = 3
FEWEST_ROWS = 3
# what a date adds to a row, in characters of title
DATE_SCORE = 20
_SHORT_TITLE = 6
_MOST_LINES = 12
_MOST_ANCHORS = 12
_MOST_ON_A_LINE = 40
_MOST_PLAIN = 360
_CUT = re.compile(r"(?:…+|\.{2,})$")
_MARKED_DATE = re.compile(
    r"[\s\[【(（]*(?:(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}[-/]\d{1,2}(?=[\])）】]))(?:\s\d{1,2}:\d{2}(?::\d{2})?)?[\]】)）\s]*"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_LEADING = 3
_LONGEST_DATE = 40
_DIGIT = re.compile(r"[\d〇○]")
_FILES = re.compile(r"附\s?件")
_MORE = re.compile(r"[\s\[【(（<>]*(?:点击)?(?:查看|阅读|浏览)?(?:全文|详情|详细|详细内容|更多|正文)[\s\]】)）>».…]*")
_BARRED = frozenset({Mark.CHROME, Mark.END, Mark.CRUMB, Mark.FOOT})
_POPUP = re.compile(r"(?:文章)?标\s*题[:：]\s*(.+?)\s*(?:作\s*者|发表时间|发布时间|点击数|更新时间)[:：]", re.DOTALL)
_PINNED = re.compile(r"置\s?顶|\btop\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: where it leads, its full title, its date as printed (ISO day, None where it has none), 置顶 or not."""

    url: str
    title: str
    date: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows that stand together. `unusable` rows have no link that can be followed (javascript:;).

    `lines` are the lines they cover, `shape` is what like blocks of a page share, `framed` says that a menu, a foot or
    a sidebar holds them.
    """

    rows: tuple[Row, ...]
    unusable: int
    dated: int
    length: float
    lines: frozenset[int]
    shape: str
    framed: bool

    @property
    def count(self) -> int:
        """All its rows, with the unusable ones."""
        return len(self.rows) + self.unusable

    @property
    def score(self) -> float:
        """How much it speaks for the page being a list: characters of its titles, and its dates."""
        return (self.length + DATE_SCORE * self.dated) * (0.5 if self.framed else 1)


@dataclass(frozen=True, slots=True)
class _Link:
    node: int
    key: str
    url: str | None
    title: str


@dataclass(slots=True)
class _Group:
    units: list[tuple[int, _Link]] = field(default_factory=list)


class _Sheet:
    """A page with what is asked of many of its elements: its links, and sums over its lines, counted once."""

    def __init__(self, page: Outline, kinds: list[Mark], base: str) -> None:
        self.page, self.kinds = page, kinds
        self.links = _links(page, kinds, base)
        self.places = [link.node for link in self.links]
        self._plain = [0, *accumulate(len(line.text) - line.linked for line in page.lines)]
        self._frame = [0, *accumulate(kind is Mark.CRUMB or kind is Mark.FOOT for kind in kinds)]

    def links_in(self, index: int) -> tuple[int, int]:
        """The range of the links inside an element, or of the one that it is."""
        return bisect_left(self.places, index), bisect_left(self.places, self.page.nodes[index].end)

    def is_small(self, index: int) -> bool:
        """Whether an element can be one row: a title, a date, at most an abstract; no part of the frame, no article."""
        node = self.page.nodes[index]
        first, last = node.first, node.last
        if last - first > _MOST_LINES or node.tag in _WHOLE:
            return False
        return self._plain[last] - self._plain[first] <= _MOST_PLAIN and self._frame[last] == self._frame[first]


def blocks(page: Outline, kinds: list[Mark], base: str) -> list[Block]:
    """Every block of at least three like rows (or fewer, if dated) in the page, best first. Menus are left out."""
    found = [block for group in _groups(_Sheet(page, kinds, base)) if (block := _block(page, kinds, group))]
    return sorted(found, key=lambda block: -block.score)


def row_in(html: str, base: str) -> Row | None:
    """The row that a piece of HTML is, by its link with the longest title; None where it has none to follow."""
    root = parse(f"<body>{html}</body>")
    if root is None:
        return None
    page = outline(root)
    kinds = marks(page, ())
    found = [link for link in _links(page, kinds, base) if link.url is not None]
    return _row(page, kinds, 0, max(found, key=lambda link: len(link.title))) if found else None


def _links(page: Outline, kinds: list[Mark], base: str) -> list[_Link]:
    found = []
    barred = {number for number, kind in enumerate(kinds) if kind in _BARRED}
    for index, node in enumerate(page.nodes):
        if node.tag != "a" or (node.first in barred and node.last > node.first):
            continue
        href = node.element.get("href")
        if href is None:
            continue
        url = absolute(base, href)
        title = _title(page, index)
        if _is_no_row(title) or (node.last > node.first and _FILES.match(page.lines[node.first].text)):
            continue
        found.append(_Link(index, url or f"#{index}", url, title))
    return found


@lru_cache(maxsize=4096)  # menus are the same on every page of a site
def _is_no_row(title: str) -> bool:
    """Whether a link's text is a tool's, a menu's or a pager's."""
    return is_chrome(title) or is_end(title) or is_home(title) or title.isdigit() or bool(_MORE.fullmatch(title))


def _title(page: Outline, index: int) -> str:
    """The title attribute where it says the link's text in full, else the text; of several lines the heading's."""
    text = _printed_title(page, index)
    attribute = " ".join((page.nodes[index].element.get("title") or "").split())
    if popup := _POPUP.search(attribute):
        attribute = popup.group(1)
    if not attribute:
        return text
    stem = fold(_CUT.sub("", _MARKED_DATE.sub("", text)))
    return attribute if not stem or stem in fold(attribute) else text


def _printed_title(page: Outline, index: int) -> str:
    node = page.nodes[index]
    if node.last - node.first > 1:
        lines = [line for line in page.lines[node.first : node.last] if not _day(line.text)]
        if len(lines) > 1 and all(page.within(line.element, index) for line in lines):
            headings = [line.text for line in lines if page.nodes[line.element].tag in _HEADINGS]
            return headings[0] if headings else max(lines[:2], key=lambda line: len(line.text) > _SHORT_TITLE).text
    return text_of(node.element)


@lru_cache(maxsize=1024)  # a row's lines are asked for its title and for its date
def _day(text: str) -> str | None:
    """The day that a line is, where it is a day's date and nothing else."""
    if len(text) > _LONGEST_DATE or not _DIGIT.search(text):
        return None
    found = parse_date(text, short_years=False)
    return found.day if found is not None and len(found.day) == len("2000-01-01") else None


def _groups(sheet: _Sheet) -> list[_Group]:
    """The links' rows, grouped by where they stand."""
    nodes = sheet.page.nodes
    groups: dict[tuple[int, str], _Group] = {}
    taken: set[int] = set()
    for link in sheet.links:
        if not link.title:
            continue
        unit = _unit(sheet, link)
        if unit in taken:
            continue
        low, high = sheet.links_in(unit)
        own = sheet.links[low:high]
        main = own[0] if len(own) == 1 else max(own, key=lambda one: (len(fold(one.title)), -one.node))
        taken.add(unit)
        groups.setdefault((nodes[unit].parent, nodes[unit].tag), _Group()).units.append((unit, main))
    return _merged(sheet.page, groups)


def _unit(sheet: _Sheet, link: _Link) -> int:
    """The largest element around a link in which it is the only one; or its list item or table row, with few others."""
    nodes = sheet.page.nodes
    unit, keys = link.node, {link.key}
    index = nodes[unit].parent
    while index >= 0:
        low, high = sheet.links_in(index)
        if high - low > _MOST_ANCHORS or not sheet.is_small(index):
            break
        own = {one.key for one in sheet.links[low:high] if one.title}
        tag = nodes[index].tag
        if own <= keys:
            unit = index
        elif tag in _UNITS and len(own) <= _MOST_LINKS and nodes[unit].tag not in _UNITS:
            unit, keys = index, own
        elif tag in _UNITS or tag in _LISTS:
            break
        index = nodes[index].parent
    return unit


def _merged(page: Outline, groups: dict[tuple[int, str], _Group]) -> list[_Group]:
    """Groups whose parents are like siblings are one: a list that its template cuts into several `<ul>`."""
    merged: dict[tuple[int, str, str], _Group] = {}
    for (parent, tag), group in groups.items():
        node = page.nodes[parent] if parent >= 0 else None
        key = (node.parent, tag, _shape(page, parent, 1)) if node and tag in _UNITS else (-2 - parent, tag, "")
        merged.setdefault(key, _Group()).units.extend(group.units)
    return list(merged.values())


def _block(page: Outline, kinds: list[Mark], group: _Group) -> Block | None:
    units = group.units
    lines = frozenset(number for unit, _ in units for number in range(page.nodes[unit].first, page.nodes[unit].last))
    if len(lines) * 2 < len(units) and len(units) > _MOST_ON_A_LINE:
        return None
    made = [(_row(page, kinds, unit, link), link) for unit, link in units]
    dated = sum(row.date is not None for row, _ in made)
    lengths = [min(len(fold(row.title)), 40) for row, _ in made]
    if len(made) < FEWEST_ROWS and (dated < len(made) or page.nodes[units[0][0]].tag not in _FEW_UNITS):
        return None
    mean = sum(lengths) / len(lengths)
    if mean < _SHORT_TITLE and dated * 2 < len(made):
        return None
    if len(lines) * 2 < len(units) and mean < 2 * _SHORT_TITLE:
        return None  # side by side on one line: a menu or a pager
    usable = {row.url: row for row, link in reversed(made) if link.url is not None}
    return Block(
        rows=tuple(reversed(usable.values())),
        unusable=sum(link.url is None for _, link in made),
        dated=dated,
        length=float(sum(lengths)),
        lines=lines,
        shape=_shape(page, units[0][0], 3),
        framed=_is_framed(page, units[0][0]) or kinds[min(lines, default=1) - 1] is Mark.END,
    )


def _shape(page: Outline, index: int, levels: int) -> str:
    """Tags and classes of an element and what is around it."""
    chain = page.ancestors(index)[:levels] if index >= 0 else []
    return "/".join(f"{page.nodes[one].tag}.{page.nodes[one].classes}" for one in chain)


def _is_framed(page: Outline, index: int) -> bool:
    around = (page.nodes[one] for one in page.ancestors(index))
    return any(is_frame(node.tag, node.classes, node.identity) for node in around)


def _row(page: Outline, kinds: list[Mark], unit: int, link: _Link) -> Row:
    node = page.nodes[unit]
    numbers = range(node.first, node.last)
    whole = " ".join(page.lines[number].text for number in numbers)
    title = clean_title(link.title)
    rest = whole.replace(title, " ", 1)
    date = _date([(page.lines[number].text, kinds[number]) for number in numbers], rest)
    if date is None and (glued := _glued_date(title)):
        date, title = glued
    return Row(url=link.url or "", title=title, date=date, pinned=bool(_PINNED.search(rest[:12])))


def _glued_date(title: str) -> tuple[str, str] | None:
    """The date inside a link, before or after its title (`[2020-01-02] 通知`), and the title without it."""
    for match in _MARKED_DATE.finditer(title):
        found = parse_date(match.group(), short_years=False)
        bare = clean_title(title[: match.start()] + title[match.end() :])
        # （2016年11月11日） at a title's end is the title's own, the day of a speech; [2016-11-11] is the list's
        at_end = match.end() == len(title) and "年" not in match.group()
        at_edge = match.start() == 0 or at_end
        if found and bare and at_edge:
            return found.day, bare
    return None


def _date(lines: list[tuple[str, Mark]], rest: str) -> str | None:
    """A row's date: a line of nothing else, a dateline, a day and a month in boxes of their own, one by the title."""
    for text, _ in lines:
        if day := _day(text):
            return day
    for text, kind in lines:
        if kind is Mark.DATELINE and (dates := find_dates(text)):
            return dates[0].day
    if not _DIGIT.search(rest):
        return None
    if whole := split_date(rest):
        return whole.day
    beside = find_dates(rest)
    if not beside:
        return None
    # before the title or at the row's end; what stands between is an abstract's
    return (beside[0] if beside[0].start <= _LEADING else beside[-1]).day
