"""The numbers that offices give their papers: 发文字号 (团粤办发〔2018〕35号) and 索引号 (11320800-2016-00123)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_OPEN, _CLOSE = r"[〔\[【（(［﹝]", r"[〕\]】）)］﹞]"
_GAP = r"[\s\u3000]{0,3}"
_OFFICE = r"(?P<office>[\u4e00-\u9fff]{1,14}(?:[\s\u3000]?[\u4e00-\u9fff]{1,4})?)"
_NUMBER = re.compile(
    rf"{_OFFICE}?{_GAP}{_OPEN}{_GAP}(?P<year>[12１２][0-9０-９]{{3}}){_GAP}{_CLOSE}{_GAP}第?{_GAP}"
    rf"(?P<serial>[0-9０-９]{{1,4}}){_GAP}号"
)
_INDEX = re.compile(r"[0-9A-Za-z]{2,20}(?:[-/][0-9A-Za-z]{1,20}){1,5}|[0-9]{8,40}")
_CITES = re.compile(r"转发|印发|根据|按照|关于|依据|落实")
_MARKS = " \u3000:：,，-—"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFound:
    """A 发文字号 in the form of GB/T 9704, `团粤办发〔2018〕35号`, and how it was printed."""

    number: str
    raw: str


def document_number(line: str) -> NumberFound | None:
    """The number that a whole line is, brackets and white space of any form; None where there is anything else."""
    stripped = line.strip(_MARKS)
    match = _NUMBER.fullmatch(stripped)
    if match is None or not match["office"] or _CITES.search(match["office"]):
        return None
    return NumberFound(number=_normal(match), raw=stripped)


def split_title(title: str) -> tuple[NumberFound | None, str]:
    """The number that a title begins with, and the rest; (number, whole title) for one in final brackets."""
    match = _NUMBER.match(title)
    is_own = match and not _CITES.search(match["office"] or "")
    if match and is_own and (rest := title[match.end() :].strip(_MARKS)):
        return NumberFound(number=_normal(match), raw=match.group()), rest
    tail = re.search(rf"{_OPEN}(?P<inner>[^（(]*?号){_CLOSE}$", title)
    found = document_number(tail["inner"]) if tail else None
    return found, title


def index_number(value: str) -> str | None:
    """A labelled value as an 索引号, white space removed; None where it does not look like one."""
    compact = "".join(unicodedata.normalize("NFKC", value).split())
    return compact if _INDEX.fullmatch(compact) else None


def _normal(match: re.Match[str]) -> str:
    office = "".join((match["office"] or "").split())
    year, serial = (unicodedata.normalize("NFKC", match[name]) for name in ("year", "serial"))
    return f"{office}〔{year}〕{serial}号"
