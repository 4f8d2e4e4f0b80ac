"""What each line of a page is, taken by itself: prose, a heading, a dateline, a breadcrumb, a link, furniture."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from crawler.extraction.chrome import crumbs, is_chrome, is_end, is_foot, is_frame
from crawler.extraction.datelines import is_dateline
from crawler.extraction.outline import Line, Outline

_SENTENCE = re.compile(r"[，。；：！？、,;:!?…”）)]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_LIKELY_DATELINE = re.compile(r"[\d:：〇○]|打印|关闭|字[体号]|浏览|阅读")
# a date in figures and a short name beside it, unlabelled: 2014-07-25 13:59 新华社
_STAMP = re.compile(
    r"[\s\[【(（]*(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?[\s\]】)）]*(?:\d{1,2}:\d{2}(?::\d{2})?)?"
)
_STAMPED = re.compile(rf"{_STAMP.pattern}[^，。；！？,;!?\d]{{0,30}}")
_DATE = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}|(?<!\d)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|[〇○零一二三四五六七八九]{4}年"
)
_ATTACHED = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|dps|ofd|rar|zip|7z|rtf)\W*$|^附\s?件\s?\d{0,2}\s?[:：.]?", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?:^|[^a-z])(?:\w*tit(?:t?le|tle)?s?\d*|biaoti|\w*bt\d*|headline|subject|\w*_?title\w*)(?:$|[^a-z])",
    re.IGNORECASE,
)
# what a blog prints under a text: its tags and its sort, as links
_TAGS = re.compile(r"(?:文章|本文)?(?:标签|tags?|分类|关键[词字])\s?[:：]", re.IGNORECASE)
_BULLETS = "·•●◆■□▪►▶★☆◇○※-—>»* \u3000"
_SHORTEST_TITLE = 4
_REPEATED = 60
_LONGEST_TITLE = 150


class Mark(StrEnum):
    """The sorts of line."""

    PROSE = "prose"  # says something in sentences
    SHORT = "short"  # plain text without a mark: a cell, a name, a label
    HEADING = "heading"  # in h1–h4
    TITLE = "title"  # agrees with what <title>, a meta tag or the list says the title is
    DATELINE = "dateline"
    CRUMB = "crumb"
    ATTACHED = "attached"  # a link to a file
    LINK = "link"  # mostly a link
    CHROME = "chrome"
    END = "end"  # what stands behind an article: its neighbours, related links
    FOOT = "foot"
    FRAME = "frame"  # plain text inside a menu, a foot, a sidebar


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """A title's form for comparing: NFKC, no white space, no bullets before it, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower().lstrip(_BULLETS)


def marks(page: Outline, claims: tuple[str, ...], own: frozenset[str] = frozenset()) -> list[Mark]:
    """One mark a line. `claims` are what else the page or its list says its title is, folded.

    `own` are those that can name nothing but this page: a heading that says one is its title though it is a link.
    """
    framed = _framed(page)
    found = [_mark(page, line, claims, framed=index in framed) for index, line in enumerate(page.lines)]
    for number, line in enumerate(page.lines):
        if found[number] is Mark.LINK and line.text[:1] and fold(line.text) in own and _is_in_heading(page, line):
            found[number] = Mark.TITLE
    return found


def weights(page: Outline, kinds: list[Mark]) -> list[float]:
    """How much each line speaks for being body (its plain characters) or against it (below 0)."""
    return [_weight(line, kind) for line, kind in zip(page.lines, kinds, strict=True)]


def agrees(text: str, claims: tuple[str, ...]) -> bool:
    """Whether a line says what a claim says, or its beginning (<title> goes on with the site's name), or a cut form."""
    folded = fold(text)
    if len(folded) < _SHORTEST_TITLE:
        return folded in claims
    stem = folded.rstrip(".…")
    for claim in claims:
        if claim.startswith(stem):
            return True
        if claim.endswith((".", "…")) and (cut := claim.rstrip(".…")) and folded.startswith(cut):
            return True
    return False


def _mark(page: Outline, line: Line, claims: tuple[str, ...], *, framed: bool) -> Mark:
    text = line.text
    if furniture := _known(text) if len(text) <= _REPEATED else _furniture(text):
        return furniture
    if line.linked and _TAGS.match(text):
        return Mark.CHROME
    if line.linked * 2 > len(text):
        return Mark.ATTACHED if _ATTACHED.search(text) else Mark.LINK
    if len(text) <= _LONGEST_TITLE and agrees(text, claims):
        return Mark.TITLE
    if "。" not in text and (_is_dated(text) or (line.parted != text and _is_dated(line.parted))):
        return Mark.DATELINE
    return Mark.FRAME if framed else _plain(page, line)


def _is_dated(text: str) -> bool:
    return bool(_LIKELY_DATELINE.search(text) and is_dateline(text)) or _is_stamped(text)


def _is_in_heading(page: Outline, line: Line) -> bool:
    return page.nodes[line.element].element.tag in _HEADINGS


def _plain(page: Outline, line: Line) -> Mark:
    if page.nodes[line.element].tag in _HEADINGS:
        return Mark.HEADING
    return Mark.PROSE if _SENTENCE.search(line.text) else Mark.SHORT


# a site's frame is the same on every page of it
@lru_cache(maxsize=8192)
def _known(text: str) -> Mark | None:
    return _furniture(text)


def _furniture(text: str) -> Mark | None:
    if crumbs(text):
        return Mark.CRUMB
    if is_end(text):
        return Mark.END
    if is_chrome(text):
        return Mark.CHROME
    return Mark.FOOT if is_foot(text) else None


def _is_stamped(text: str) -> bool:
    """Whether a line is a date in figures with little beside it; one in words (2016年12月28日) may be a signature's."""
    is_short = text[:1] in "12[【(（" and "年" not in text[:8] and "℃" not in text
    return is_short and bool(_STAMPED.fullmatch(text))


def is_named_title(page: Outline, index: int) -> bool:
    """Whether the element around a line, or one close around it that holds little else, is named like a title."""
    for node_index in page.ancestors(index)[:3]:
        node = page.nodes[node_index]
        if node.last - node.first > 3:  # noqa: PLR2004  # title, subtitle, dateline
            return False
        if (node.classes or node.identity) and _is_titles_name(f"{node.classes} {node.identity}"):
            return True
    return False


@lru_cache(maxsize=1024)
def _is_titles_name(names: str) -> bool:
    return bool(_NAMED.search(names))


def unstamped(text: str) -> tuple[str, ...]:
    """A dateline as lines that say one thing each: an unlabelled date, and the name beside it."""
    if is_dateline(text) or not _is_stamped(text):
        return (text,)
    date = _STAMP.match(text)
    assert date is not None, "a stamped line begins with its date"
    rest = text[date.end() :].strip()
    return (date.group().strip(), rest) if rest else (text,)


def names_a_date(text: str) -> bool:
    """Whether a dateline says when, not only from where."""
    return bool(_DATE.search(text))


def _weight(line: Line, kind: Mark) -> float:
    size, plain = len(line.text), len(line.text) - line.linked
    match kind:
        case Mark.PROSE:
            return plain
        case Mark.SHORT:
            return plain / 2
        case Mark.HEADING | Mark.TITLE | Mark.ATTACHED:
            return 0
        case Mark.LINK:
            return -float(max(line.linked, 6))
        case _:
            return -float(min(size, 60)) - 4


def _framed(page: Outline) -> set[int]:
    """The lines inside elements whose names say frame; a name on something that holds half the page says nothing."""
    found: set[int] = set()
    plain = [0, *accumulate(len(line.text) - line.linked for line in page.lines)]
    skip_until = 0
    for index, node in enumerate(page.nodes):
        first, last = node.first, node.last
        if last <= first or index < skip_until or not is_frame(node.tag, node.classes, node.identity):
            continue
        if (plain[last] - plain[first]) * 2 < plain[-1]:
            found.update(range(first, last))
            skip_until = node.end
    return found
