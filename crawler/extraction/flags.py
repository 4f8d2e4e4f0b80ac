"""What a reader should know of a text before trusting it: masked names, a cut, a template, people's numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_MASKS = re.compile(
    r"(?<![\d*＊])[*＊]{2,3}(?![\d*＊])|(?<![\d×])×{2,}(?!\d)|(?<![A-Za-z0-9])[XＸx]{2,4}(?=[省市县区州镇乡村街大中小学公])|"
    r"(?<![\d*])\*(?=[\u4e00-\u9fff])|某某?(?=[省市县区镇乡]团?委?)"
)
# what every mask begins with: a search for one character is many times faster than for all the forms
_MASK_SIGN = re.compile(r"[*＊×XＸx某]")
_CUT = re.compile(
    r"(?:全文下载|下载全文|(?:点击|展开|继续)?(?:查看|阅读|浏览)(?:全文|原文|剩余|更多)|剩余\s?\d+\s?%|未完，?待续)[^\n]{0,12}$"
)
_ELLIPSIS = re.compile(r"(?:…+|\.{3,}|。{3,})\s*$")
_PLACEHOLDER = re.compile(
    r"20[xXｘＸ×*＊]{2}(?!\d)|20[012][xXｘＸ×*＊](?!\d)|[xXｘＸ×]{1,2}年[xXｘＸ×]{1,2}月|[xXｘＸ×]{1,2}月[xXｘＸ×]{1,2}日|会员上传|小编(?:为|给|整理|推荐)|范文(?:网|大全|模板)|的范文"
)
_PLACEHOLDER_SIGNS = (*"xXｘＸ×*＊", "会员上传", "小编", "范文")  # one of them stands in every placeholder
_PARTS = re.compile(r"(?m)^.{0,30}[（(【]?篇\s?([一二三四五1-5])[）)】]?[:：]?.{0,30}$")
_IDENTITY = re.compile(
    r"[1-9](?<![0-9A-Za-z][1-9])\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
# the first digit stands before the look behind it, so that the search runs from one to the next
_MOBILE = re.compile(r"1(?<![\d.\-]1)[3-9]\d{9}(?![\d.])|1(?<!\d1)[3-9]\d[-\s]\d{4}[-\s]\d{4}(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FEW = 2


def is_masked(title: str, text: str) -> bool:
    """Whether names are blotted out by ** ×× XX 某: once in the title or twice in the text; not a number's stars."""
    return next(_masks(title), None) is not None or next(islice(_masks(text), _FEW - 1, None), None) is not None


def _masks(text: str) -> Iterator[re.Match[str]]:
    end = 0
    for sign in _MASK_SIGN.finditer(text):
        if sign.start() >= end and (found := _MASKS.match(text, sign.start())):
            end = found.end()
            yield found


def flags(title: str, text: str) -> tuple[str, ...]:
    """Of masked, truncated, template and personal_data those that hold, in this order."""
    tests = (
        ("masked", is_masked(title, text)),
        ("truncated", _is_truncated(text)),
        ("template", _is_template(title, text)),
        ("personal_data", has_personal_data(text)),
    )
    return tuple(name for name, holds in tests if holds)


def has_personal_data(text: str) -> bool:
    """Whether a mobile number, or an identity number whose check digit is right (GB 11643-1999), stands in a text."""
    return bool(_MOBILE.search(text)) or any(_is_identity(match.group()) for match in _IDENTITY.finditer(text))


def _is_identity(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:-1], strict=True))
    return _CHECKS[total % 11] == number[-1].upper()


def _is_truncated(text: str) -> bool:
    last = text.rstrip().rpartition("\n")[2]
    return bool(_CUT.search(last) or _ELLIPSIS.search(last))


def _is_template(title: str, text: str) -> bool:
    whole = f"{title}\n{text}"
    parts = {match.group(1) for match in _PARTS.finditer(whole)} if whole.count("篇") >= _FEW else ()
    return "范文" in title or _has_placeholder(title) or _has_placeholder(text) or len(parts) >= _FEW


def _has_placeholder(text: str) -> bool:
    return any(sign in text for sign in _PLACEHOLDER_SIGNS) and bool(_PLACEHOLDER.search(text))
