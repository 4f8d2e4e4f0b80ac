"""Paragraphs again from lines that a page's end, a line's width or a converter has cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extraction.chrome import is_chrome, is_foot
from crawler.extraction.datelines import is_dateline
from crawler.extraction.dates import parse_date

_END = re.compile(r"[。！？!?；;：:…”』」》）)\]】.]$")
_GOES_ON = re.compile(r"[，,、\-－（(“‘《]$")
_PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*\d{1,4}[-—–－·\s]*|第\s*\d{1,4}\s*页(?:\s*[/，,共]*\s*\d{1,4}\s*页?)?|\d{1,4}\s*/\s*\d{1,4}"
)
_HEADING = re.compile(
    r"(?:第\s?[一二三四五六七八九十百\d]{1,5}\s?[编章节条]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．](?!\d)|[①-⑳]|——|附件|抄送|[-*•●]\s)"
)
_SIGNATURE = re.compile(
    r"(?:共青团|中共|中国共产主义青年团).{2,24}(?:委员会|委|党组)(?:办公室)?|[上下]一(?:篇|条|页|则).{0,60}|联系人.{0,60}"
)
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("【", "】"))
_BOLD = re.compile(r"(?P<before>^|[。；;！!？?：:\s])\*\*(?P<inner>[^*\n]{1,120}?[。：:；;！!？?、.]?)\*\*(?!\*)")
_STARS = re.compile(r"\*+")
_WIDEST_TITLE = 60
_LONGEST = 5000  # no paragraph of a paper is longer; a mark never closed must not swallow a whole text


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it came: its text, whether an indent went before it, and whether it fills its column."""

    text: str
    is_first: bool = False
    is_full: bool = False


def join(lines: Sequence[Line]) -> list[str]:
    """The paragraphs: cut sentences are joined again without a space, page numbers inside them dropped.

    Two lines are one paragraph where the first runs on: it ends in a comma, has an open quotation mark or bracket, has
    a full stop inside but none at its end, or fills its column; never before a numbered heading.
    """
    numbers = _page_numbers(lines)
    paragraphs: list[str] = []
    runs_on = False
    for index, line in enumerate(lines):
        if not line.text or index in numbers:
            continue
        if runs_on and not line.is_first and not _is_own(line.text):
            paragraphs[-1] = _glue(paragraphs[-1], line.text)
        else:
            paragraphs.append(line.text)
        runs_on = _runs_on(paragraphs[-1], line)
    return paragraphs


def wrapped(lines: Sequence[str]) -> list[Line]:
    """The lines of a text with their column: full ones are marked where the text is wrapped at one width.

    It is where at least eight lines, and two of five, lie within three characters of the widest common width.
    """
    stripped = [line.strip(" \t\u3000\u00a0\r\ufeff") for line in lines]
    lengths = sorted(len(line) for line in stripped if line)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    near = sum(1 for length in lengths if width - 3 <= length <= width + 3)
    is_wrapped = near >= 8 and near * 5 >= 2 * len(lengths) and 15 <= width <= 100  # noqa: PLR2004 -- in the docstring
    return [
        Line(
            text, is_first=bool(re.match(r"[ \t\u00a0]{2}|\u3000", raw)), is_full=is_wrapped and len(text) >= width - 3
        )
        for raw, text in zip(lines, stripped, strict=True)
    ]


def unbold(text: str) -> str:
    """A text without Markdown's bold marks, if its stars are those; else as it is, for ** may blot out a name.

    They are bold only if every run of stars in the text is one of a pair, each opening at a line's or a sentence's
    start, and at least one pair closes behind a sentence's end.
    """
    bare = text
    while (shorter := _BOLD.sub(r"\g<before>\g<inner>", bare)) != bare:
        bare = shorter
    closes = any(re.search(r"[。：:；;！!？?]$", match["inner"]) for match in _BOLD.finditer(text))
    return bare if closes and not _STARS.search(bare) else text


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but a page's number: 3, - 3 -, 第3页, 3/12."""
    return bool(_PAGE_NUMBER.fullmatch(text))


def _is_own(text: str) -> bool:
    """Whether a line begins something: a heading, a signature, its date, or the page's frame below a text."""
    if _HEADING.match(text) or _SIGNATURE.fullmatch(text):
        return True
    return len(text) <= _WIDEST_TITLE and (
        is_chrome(text) or is_foot(text) or is_dateline(text) or bool(parse_date(text))
    )


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Lines that number pages: marked as such (- 3 -, 第3页), or bare figures that count up through the text."""
    found = [index for index, line in enumerate(lines) if line.text and _PAGE_NUMBER.fullmatch(line.text)]
    marked = {index for index in found if not lines[index].text.isdecimal()}
    bare = [(index, int(lines[index].text)) for index in found if lines[index].text.isdecimal()]
    is_count = len(bare) > 1 and all(b - a == 1 for (_, a), (_, b) in pairwise(bare))
    return marked | ({index for index, _ in bare} if is_count else set())


def _runs_on(paragraph: str, line: Line) -> bool:
    if len(paragraph) > _LONGEST:
        return False
    if _GOES_ON.search(paragraph):
        return True
    if any(paragraph.count(opening) > paragraph.count(closing) for opening, closing in _PAIRS):
        return True
    if _END.search(paragraph) and not (line.is_full and not re.search(r"[。！？!?：:；;]$", paragraph)):
        return False
    is_cut = bool(re.search(r"[。；！？]", paragraph)) and len(paragraph) > _WIDEST_TITLE // 2
    return is_cut or line.is_full


def _glue(before: str, after: str) -> str:
    """Two halves of a sentence; a space only between Latin letters or figures."""
    is_latin = bool(re.search(r"[A-Za-z0-9]$", before) and re.match(r"[A-Za-z]", after))
    return f"{before} {after}" if is_latin else before + after
