"""Units that repeat on a page, each with its own moment: the posts of a thread, or the comments under an article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extraction.datelines import labelled
from crawler.extraction.dates import DateFound, find_dates, parse_date
from crawler.extraction.marks import Mark
from crawler.extraction.outline import Element, Line, Node, Outline

_MOMENT = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?\s*(?:上午|下午)?\s*\d{1,2}:\d\d|"
    r"\d\s?(?:秒|分钟|小时|天|周|个?月|年)前|昨天|前天|刚刚|发表于|发布于|回复于"
)
_POST_WORD = re.compile(r"回复|引用|只看|楼|沙发|板凳|评论|举报|赞|发表于|发布于|说\s?[:：]")
_POST_NAME = re.compile(
    r"post|repl|comment|floor|pid|answer|feedback|msg|message|thread|read|guest|liuyan", re.IGNORECASE
)
_SAYS_WHO = re.compile(r"发表于|发布于")
_DIGITS = re.compile(r"[\d_-]+")
_EDITED = re.compile(r"最后由.{0,60}编辑|编辑于|修改于|上传")
_LONGEST = 200
_LONGEST_NAME = 20  # the longest link of most posts is a name or a button, of most rows a title
_LONGEST_STAMP = 40
_BETWEEN = 30
_SHORTEST_POST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The nodes of the units, in order.

    `is_thread`: nothing but the title stands before them, so the first is the text.
    """

    units: tuple[int, ...]
    is_thread: bool


def posts(page: Outline, kinds: Sequence[Mark]) -> Posts | None:
    """The page's posts or comments, None where nothing repeats with a moment of its own."""
    moments = [number for number, line in enumerate(page.lines) if _has_moment(line)]
    groups: dict[tuple[int, str], dict[int, None]] = {}
    for first, second in pairwise(moments):
        for unit in _siblings(page, first, second):
            groups.setdefault((page.nodes[unit].parent, _signature(page.nodes[unit])), {})[unit] = None
    found = [tuple(sorted(units)) for units in groups.values() if len(units) > 1 and _are_posts(page, list(units))]
    if not found:
        return None
    units = max(found, key=lambda group: (_plain(page, group[0], group[-1]), len(group)))
    return Posts(units=units, is_thread=_is_thread(page, kinds, units[0]))


def post_dates(page: Outline, unit: int) -> tuple[DateFound, ...]:
    """The days that a post gives for itself, the one after 发表于 first; never its author's registration or an edit."""
    node = page.nodes[unit]
    lines = [
        line
        for line in page.lines[node.first : node.last]
        if len(line.text) <= _LONGEST and not _EDITED.search(line.text)
    ]
    said = [entry.date for line in lines for entry in labelled(line.parted) if entry.label == "published"]
    titles = [_of_title(one.element) for one in page.nodes[unit : node.end]]
    bare = [find_dates(line.parted) for line in lines if _MOMENT.search(line.parted) and not _is_others(line)]
    return tuple(date for date in (*said, *titles, *(dates[0] for dates in bare if dates)) if date)


def _is_others(line: Line) -> bool:
    return any(entry.label in {"today", "updated"} for entry in labelled(line.parted))


def _of_title(element: Element) -> DateFound | None:
    title = element.get("title") or ""
    return parse_date(title, short_years=False) if title[:1] in {"1", "2"} and len(title) < _LONGEST_STAMP else None


def _has_moment(line: Line) -> bool:
    return len(line.text) <= _LONGEST and line.linked * 2 <= len(line.text) and bool(_MOMENT.search(line.parted))


def _siblings(page: Outline, first: int, second: int) -> Iterator[int]:
    """The two units that hold the lines, where they stand side by side and are of one sort."""
    chain = page.ancestors(page.lines[first].element)
    above = set(chain)
    other = page.lines[second].element
    while other >= 0 and page.nodes[other].parent not in above:
        other = page.nodes[other].parent
    if other < 0 or other in above:
        return
    parent = page.nodes[other].parent
    own = next((index for index in chain if page.nodes[index].parent == parent), None)
    if own is None or _signature(page.nodes[own]) != _signature(page.nodes[other]):
        return
    # lines that head posts: who says it, and when
    are_heads = all(_SAYS_WHO.search(page.lines[number].text) for number in (first, second))
    if page.nodes[other].tag not in {"tr", "td"} and (page.nodes[other].tag != "p" or are_heads):
        yield from (own, other)


def _signature(node: Node) -> str:
    names = (node.classes or node.identity).split()
    return f"{node.tag}.{_DIGITS.sub('', names[0]) if names else ''}"


def _are_posts(page: Outline, units: list[int]) -> bool:
    """Whether most units say something of their own, and are no rows of a list, whose longest part is a link."""
    return sum(_is_post(page, unit) for unit in units) * 3 >= len(units) * 2


def _is_post(page: Outline, unit: int) -> bool:
    node = page.nodes[unit]
    lines = page.lines[node.first : node.last]
    plain = [line for line in lines if line.linked * 2 <= len(line.text)]
    if len(lines) == 1 and _SAYS_WHO.search(lines[0].text) and page.nodes[unit].classes:
        return True  # a line that heads a post: the text stands beside it
    if len(plain) < _SHORTEST_POST or max(line.linked for line in lines) > _LONGEST_NAME:
        return False
    is_named = _POST_NAME.search(f"{node.classes} {node.identity}")
    return bool(is_named) or any(_POST_WORD.search(line.text) and len(line.text) <= _LONGEST for line in lines)


def _is_thread(page: Outline, kinds: Sequence[Mark], unit: int) -> bool:
    """Whether next to nothing stands between the page's title and its first unit."""
    start = page.nodes[unit].first
    end = min(page.nodes[unit].last + 1, len(kinds))
    titles = [n for n in range(end) if kinds[n] in {Mark.TITLE, Mark.HEADING}]
    own = [n for n in titles if kinds[n] is Mark.TITLE] or titles
    if not own:
        return False
    if own[0] >= start:
        return True
    between = range(own[-1] if own[-1] < start else own[0], start)
    said = sum(len(page.lines[n].text) for n in between if kinds[n] in {Mark.PROSE, Mark.SHORT})
    return said < _BETWEEN


def _plain(page: Outline, first: int, last: int) -> int:
    lines = page.lines[page.nodes[first].first : page.nodes[last].last]
    return sum(len(line.text) - line.linked for line in lines)
