"""The numbered headings of a text and what stands under each: 一、 （一） 1. （1） 第一章 第一条."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive_api.document import Section
from crawler.extraction.dates import number

_HAN = "[一二三四五六七八九十廿]{1,3}"
_FORMS = (
    re.compile(rf"(?P<mark>第\s?(?P<n>{_HAN}|\d{{1,3}})\s?[编篇部](?:分)?)[\s\u3000：:]*"),
    re.compile(rf"(?P<mark>第\s?(?P<n>{_HAN}|\d{{1,3}})\s?章)[\s\u3000：:]*"),
    re.compile(rf"(?P<mark>第\s?(?P<n>{_HAN}|\d{{1,3}})\s?节)[\s\u3000：:]*"),
    re.compile(r"(?P<mark>第\s?(?P<n>[一二三四五六七八九十百零]{1,6}|\d{1,3})\s?条)[\s\u3000：:]+"),
    re.compile(rf"(?P<mark>(?P<n>{_HAN})[、.．])[\s\u3000]*"),
    re.compile(rf"(?P<mark>[（(]\s?(?P<n>{_HAN})\s?[)）])[、.．\s\u3000]*"),
    re.compile(r"(?P<mark>(?P<n>[0-9０-９]{1,2})[、.．])(?![0-9０-９])[\s\u3000]*"),
    re.compile(r"(?P<mark>[（(]\s?(?P<n>[0-9０-９]{1,2})\s?[)）])[、.．\s\u3000]*"),
    re.compile(r"(?P<mark>(?P<n>[①-⑳]))[、.．\s\u3000]*"),
)
# what a numbered line begins with; most lines begin otherwise
_FIRST = frozenset("第一二三四五六七八九十廿（(0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_LONGEST = 60
_SENTENCE = re.compile(r"[^。！？!?；;]{1,60}?[。！？!?；;]")
_CLAUSE = re.compile(r"[^，,：:。]{2,60}?[，,：:]")
_GAP = 2  # a heading lost in the page's own markup leaves a gap of one


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    form: int
    mark: str
    heading: str


def sections(text: str) -> tuple[Section, ...]:
    """The headings in order, as a flat list whose `level` gives the tree; level 1 is the text's own outermost form.

    A heading is the rest of its line; where the text runs on in the same line, the sentence before its 。. Numbers
    must count up from one (across higher headings too), so that 1.5亿元 or a lone （三） in a sentence is none.
    """
    headings = list(_headings(text))
    levels = _levels([heading.form for heading in headings])
    found = []
    for index, (heading, level) in enumerate(zip(headings, levels, strict=True)):
        later = (headings[i].start for i in range(index + 1, len(headings)) if levels[i] <= level)
        end = next(later, len(text))
        found.append(Section(level=level, number=heading.mark, heading=heading.heading, start=heading.start, end=end))
    return tuple(found)


def _headings(text: str) -> Iterator[_Heading]:
    last = [0] * len(_FORMS)
    start = 0
    for line in text.split("\n"):
        for form, pattern in enumerate(_FORMS) if line[:1] in _FIRST else ():
            match = pattern.match(line)
            value = _value(match["n"]) if match else None
            if match is None or value is None:
                continue
            if value == 1 or 0 < value - last[form] <= _GAP:
                last[form] = value
                yield _Heading(start, form, match["mark"], _heading(line[match.end() :]))
            break
        start += len(line) + 1


def _value(printed: str) -> int | None:
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    if "百" in printed:
        hundreds, _, rest = printed.partition("百")
        value = number(rest.lstrip("零")) if rest else 0
        return None if value is None else (number(hundreds) or 1) * 100 + value
    return number(printed)


def _heading(rest: str) -> str:
    """The heading itself: the line, or the sentence or clause that the text runs on after."""
    line = rest.strip()
    if len(line) <= _LONGEST and "。" not in line[:-1]:
        return line.rstrip("。：:；;")
    for pattern in (_SENTENCE, _CLAUSE):
        if match := pattern.match(line):
            return match.group()[:-1]
    return line[:_LONGEST]


def _levels(forms: list[int]) -> list[int]:
    """Each heading's depth: forms nest as they are ranked in `_FORMS`, counted from the outermost that is open."""
    levels = []
    open_forms: list[int] = []
    for form in forms:
        while open_forms and open_forms[-1] >= form:
            open_forms.pop()
        open_forms.append(form)
        levels.append(len(open_forms))
    return levels
