"""Datelines that only their place tells: beside the title, a day and a few words that no label introduces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.extraction.datelines import labelled
from crawler.extraction.dates import DateFound, find_dates, split_date
from crawler.extraction.marks import Mark, names_a_date
from crawler.extraction.outline import Line, Outline

_LONGEST = 160
_LONGEST_REST = 48
_LONGEST_LINKED = 40  # a blog links its date; a row of a list has a title beside it
LONGEST_BYLINE = 8  # what a blog's link says beside the day
_WEEKDAY = re.compile(r"(?:星期|礼拜|周)[一二三四五六日天]")
_CLOCK = re.compile(r"\d:\d\d")
_SENTENCE = re.compile(r"[。！？；“”《》]|\d\s?(?:℃|°C)|^[（(].*年.*[)）]$")
_BEGINS = re.compile(r"[。！？]")
_ASIDE = re.compile(r"[\[【(（]?(?:版权|声明|摘要|导读|提要|核心提示)")
_WORDS = re.compile(r"[\w]+")
_BOXES = 3
_LONGEST_BOX = 24
_BOX = re.compile(r"[\d\s年月日./|:：,-]*(?:\d|[一二三四五六七八九十]{1,2}月)[\d\s一二三四五六七八九十年月日./|:：,-]*")
_OTHER = frozenset({"today", "updated", "written", "other"})
_CHANGED = re.compile(r"(?:更新|修改|编辑|推荐文章|截止|截至)\S{0,3}\s?$")
# words that a date runs on into, or out of, in a sentence or a name: 2019年4月22日座谈会纪要, 截至2019年4月22日
_BOUND_BEFORE = re.compile(r"(?:^|[\s|｜/·•\[【(（:：,，»>-]|于|在)$")
_BOUND_AFTER = re.compile(
    r"^(?:$|[\s|｜/·•\]】)）,，<«*-]|发布|发表|首次|来源|阅读|浏览|点击|星期|周[一二三四五六日]|[0-2]?\d:\d\d)"
)
_REACH_BELOW, _REACH_ABOVE = 6, 2
_MOST_HEADS = 3
_TITLES = (Mark.TITLE, Mark.HEADING)
_PARAGRAPH = 40


def loose_datelines(page: Outline, kinds: Sequence[Mark]) -> dict[int, DateFound]:
    """The lines beside the title that are its dateline by their place, with the day they name; {} beside a plain one.

    A page's titles are the lines that its head or its list says, or else its headings.
    """
    crumb = next((number for number, kind in enumerate(kinds) if kind is Mark.CRUMB), -1)
    for mark in _TITLES:
        heads = [number for number, kind in enumerate(kinds) if kind is mark]
        if mark is Mark.HEADING and Mark.TITLE in kinds:
            break
        for head in sorted(heads, key=lambda number: number < crumb)[:_MOST_HEADS]:
            if _is_dated(page, kinds, head):
                return {}
            found = beside(page, kinds, head)
            if found and (mark is Mark.TITLE or _is_above_text(page, kinds, max(found))):
                return found
    return {}


def _is_above_text(page: Outline, kinds: Sequence[Mark], number: int) -> bool:
    """Whether a line is no row of a list, and a paragraph follows it."""
    below = range(number + 1, min(number + 1 + _REACH_BELOW, len(kinds)))
    return kinds[number] is not Mark.LINK and any(
        kinds[n] is Mark.PROSE and len(page.lines[n].text) >= _PARAGRAPH for n in below
    )


def _is_dated(page: Outline, kinds: Sequence[Mark], head: int) -> bool:
    return any(
        kinds[number] is Mark.DATELINE and names_a_date(page.lines[number].text)
        for number in range(max(0, head - 1), min(head + _REACH_BELOW, len(kinds)))
    )


def beside(page: Outline, kinds: Sequence[Mark], head: int) -> dict[int, DateFound]:
    """The lines beside the title at `head` that are its dateline by their place, with the day they name; or {}."""
    for number in (*_zone_below(page, kinds, head), *range(head - 1, max(-1, head - 1 - _REACH_ABOVE), -1)):
        line = page.lines[number]
        if kinds[number] is Mark.CRUMB and number < head:
            return {}
        if kinds[number] in {Mark.TITLE, Mark.CRUMB, Mark.FOOT}:
            continue
        if line.linked * 2 > len(line.text) and len(line.text) > _LONGEST_LINKED:
            continue
        if number < head and (is_today(line.parted) or _is_of_a_list(page, number) or _is_menu(line, kinds[number])):
            return {}
        if found := loose_date(line.parted):
            return {number: found}
        if boxed := boxed_date([one.parted for one in page.lines[number : number + _BOXES]]):
            return dict.fromkeys(range(number, number + boxed[1]), boxed[0])
    return {}


def _is_menu(line: Line, kind: Mark) -> bool:
    """Whether a line above a title is links alone, with no day among them: what stands above it is the page's."""
    return kind is Mark.LINK and not find_dates(line.parted)


def is_today(text: str) -> bool:
    """Whether a line shows the reader's own day, as sites do above their pages: a day and its weekday, and no label."""
    return (
        len(text) <= _LONGEST_BOX * 2 and bool(_WEEKDAY.search(text)) and not _CLOCK.search(text) and not labelled(text)
    )


def _is_of_a_list(page: Outline, number: int) -> bool:
    """Whether a line above a title is the last row of a list there: it links a text, or a line before it has a day."""
    line = page.lines[number]
    dates = find_dates(line.parted)
    if not dates:
        return False
    if line.linked * 2 > len(line.text) and len(line.text) > len(dates[0].raw) + LONGEST_BYLINE:
        return True
    before = range(max(0, number - _REACH_BELOW), number)
    return any(one.day != dates[0].day for n in before for one in find_dates(page.lines[n].parted))


def _zone_below(page: Outline, kinds: Sequence[Mark], head: int) -> Iterator[int]:
    """The few lines under a title, down to where its text begins: a day below that is a signature's."""
    for number in range(head + 1, min(head + 1 + _REACH_BELOW, len(kinds))):
        text = page.lines[number].text
        if kinds[number] is Mark.PROSE and not _ASIDE.match(text) and (_BEGINS.search(text) or _is_address(text)):
            return
        yield number


def _is_address(text: str) -> bool:
    """Whether a line says to whom a notice goes (各团支部：), and is no label that a script fills (点击数：)."""
    if not text.endswith(("：", ":")):
        return False
    entries = labelled(text)
    return not entries or bool(entries[-1].value)


def loose_date(text: str) -> DateFound | None:
    """The day that a short line beside a title names, standing apart in it; None in a sentence, or under 今天是."""
    if len(text) > _LONGEST or _SENTENCE.search(text):
        return None
    if any(entry.label in _OTHER for entry in labelled(text)):
        return None
    dates = find_dates(text)
    if not dates:
        return None
    found = next((one for one in dates if "首次发布" in text[one.end :]), dates[0])
    end = found.start + len(found.raw)
    if _CHANGED.search(text[: found.start]) or not _BOUND_BEFORE.search(text[: found.start]):
        return None
    if not _BOUND_AFTER.match(text[end:]):
        return None
    rest = text[: found.start] + text[end:]
    return found if sum(map(len, _WORDS.findall(rest))) <= _LONGEST_REST else None


def boxed_date(texts: Sequence[str]) -> tuple[DateFound, int] | None:
    """The day that the first one to three of these lines show in boxes, figures only, and how many lines it took."""
    shown = [_unlabelled(text) for text in texts[:_BOXES]]
    for count in range(1, len(shown) + 1):
        joined = " ".join(shown[:count])
        if any(len(text) > _LONGEST_BOX or not _BOX.fullmatch(text) for text in shown[:count]):
            return None
        if found := split_date(joined):
            return found, count
    return None


def _unlabelled(text: str) -> str:
    """What stands in a line before its first labelled value: 05 2018-11 of 05 2018-11 作者：团委."""
    entries = labelled(text)
    start = text.find(entries[0].printed) if entries else len(text)
    return text[:start].strip() if start > 0 else text
