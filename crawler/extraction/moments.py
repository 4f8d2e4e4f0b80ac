"""When a text was published and when it was written: two dates that differ, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from archive_api.document import Evidence, Kind, Precision
from crawler.extraction.datelines import Labelled, is_dateline, labelled
from crawler.extraction.dates import DateFound, find_dates, parse_date, url_date
from crawler.extraction.kinds import KindFound
from crawler.extraction.loose import loose_date
from crawler.extraction.parts import Hints, Parts

Moment: TypeAlias = tuple[str | None, Precision | None, Evidence]
# `<meta>` names in the order of their worth: the government site guideline's first
_META = (
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "article:published_time",
    "og:release_date",
    "pubtime",
)
_WEAK = frozenset({"日期", "时间"})
_OTHER_DATES = frozenset({"updated", "written", "today"})
_FIGURES = frozenset({"clicks", "index_number", "document_number"})
_IN_BRACKETS = re.compile(r"^[（(](?P<inner>[^（()）]{6,40})[)）]$")
_BEHIND = re.compile(
    r"^(?:抄送|抄报|附件[\s\d一二三四五六七八九十]*[:：]?$|附表|附录|.{0,10}(?:回执|报名表|登记表|汇总表)$)"
)
_ASIDE = re.compile(r"^(?:[（(].{0,20}[)）]|联系人.*|联系电话.*|电话.*|主题词.*|.{0,30}(?:印发|办公室).{0,4})$")
_FIGURE = "12["
_SIGNATURE_LINES = 40
_LONGEST = 45


def published(parts: Parts, labels: Sequence[Labelled], hints: Hints) -> Moment:
    """The date of publication, by the first source that has one.

    They are, in order: meta tag, label, bare dateline, the line beside the title, markup, list row, a day in the
    address, the breadcrumb's end, time of update, a month in the address.

    Never a deadline or an event in the body, never a click counter or today's date. A 更新时间 stands in only where
    no other date is known, and its rule says so.
    """
    said = list(_candidates(parts, labels, hints))
    if said:
        rule, found = said[0]
        other = next(
            ((name, one) for name, one in said if not (name.startswith("updated") or _agree(found, one))), None
        )
        reason = f"{other[0]} says {other[1].day}" if other else None
        return found.iso, found.precision, Evidence(rule=rule, raw=found.raw, reason=reason)
    return None, None, Evidence(reason="no meta tag, dateline, list row or address gives a date of publication")


def _agree(one: DateFound, other: DateFound) -> bool:
    """Whether two dates are the same as far as both are known."""
    return one.day.startswith(other.day) or other.day.startswith(one.day)


def written(parts: Parts, title: str, labels: Sequence[Labelled], kinds: Sequence[KindFound]) -> Moment:
    """The date under the text: a label (成文日期), the signature's, or for a speech the one under its title."""
    for entry in labels:
        if entry.label == "written" and (found := entry.date):
            return found.iso, found.precision, Evidence(rule=f"label {entry.printed}", raw=found.raw)
    if found := _signature(parts.text):
        return found.iso, found.precision, Evidence(rule="signature", raw=found.raw)
    if noted := _noted(parts.text):
        return noted.iso, noted.precision, Evidence(rule="under_title", raw=noted.raw)
    is_spoken = any(kind.kind in {Kind.SPEECH, Kind.REPORT} for kind in kinds)
    if is_spoken and (spoken := _under_title(parts, title)):
        return spoken.iso, spoken.precision, Evidence(rule="under_title", raw=spoken.raw)
    return None, None, Evidence(reason="no label and no signature at the end give a date")


def _candidates(parts: Parts, labels: Sequence[Labelled], hints: Hints) -> Iterator[tuple[str, DateFound]]:
    for name in _META:
        if (raw := parts.meta.get(name)) and (found := parse_date(raw, short_years=False)):
            yield "meta", found
    yield from _labelled(labels, "published", "")
    below = [line for line in parts.tail if is_dateline(line)]  # some templates print it there; never a signature
    yield from (("dateline", found) for line in (*parts.head, *below) if (found := _bare(line)))
    yield from ((stamp.rule, stamp.found) for stamp in parts.stamps)
    if hints.row_date and (found := parse_date(hints.row_date)):
        yield "list_row", found
    in_address = url_date(parts.url)
    if in_address and in_address.precision is Precision.DAY:
        yield "address", in_address
    yield from (("breadcrumb", found) for entry in parts.breadcrumb[-1:] if (found := _at_its_end(entry)))
    yield from _labelled(labels, "updated", "updated, ")
    if in_address:
        yield "address", in_address


def _at_its_end(entry: str) -> DateFound | None:
    """The day that a breadcrumb's last entry is, or has under a label: 首页 > 团情 发布时间：2015-07-12."""
    said = next((one.date for one in labelled(entry) if one.label == "published" and one.date), None)
    found = said or parse_date(entry, short_years=False)
    return found if found and found.precision not in {Precision.MONTH, Precision.YEAR} else None


def _labelled(labels: Sequence[Labelled], name: str, mark: str) -> Iterator[tuple[str, DateFound]]:
    """The dates under a label, 发布时间 and its like before a mere 日期 or 时间."""
    for entry in sorted(labels, key=lambda one: one.printed in _WEAK):
        if entry.label == name and (found := entry.date):
            yield f"{mark}label {entry.printed}", found


def _bare(line: str) -> DateFound | None:
    """The date of a dateline that has no label for it: a line of its own, or beside a source and a counter."""
    entries = labelled(line)
    if any(entry.label in _OTHER_DATES for entry in entries) or (
        _IN_BRACKETS.match(line) and "年" in line and "发布" not in line
    ):
        return None
    rest = line
    for entry in entries:  # a counter's digits and an 索引号 may look like a date
        rest = rest.replace(entry.value, " ") if entry.value and entry.label in _FIGURES else rest
    found = find_dates(rest, short_years=True)
    return found[0] if found and (is_dateline(line) or parse_date(line) or _is_stamp(line)) else None


def _is_stamp(line: str) -> bool:
    """Whether a line is a date in figures, standing at its beginning, with a few words: 2017-04-17 团委 (点击：3)."""
    return line[:1] in _FIGURE and loose_date(line) is not None


def _signature(text: str) -> DateFound | None:
    lines = text.split("\n")
    first = max(1, len(lines) - _SIGNATURE_LINES)
    end = next((i for i in range(first, len(lines)) if _BEHIND.match("".join(lines[i].split()))), len(lines))
    for last in (end, len(lines)):
        for line in reversed(lines[first:last]):
            if found := _signed(line):
                return found
            if not _ASIDE.match(line.strip()) and len(line.strip()) > _LONGEST:
                break
    return None


def _signed(line: str) -> DateFound | None:
    """The date that a line is, or ends with after a short name."""
    stripped = line.strip()
    found = find_dates(stripped) if len(stripped) <= _LONGEST else []
    if len(found) != 1 or found[0].precision is not Precision.DAY:
        return None
    before, after = stripped[: found[0].start].strip(), stripped[found[0].end :].strip(" 。印发")
    is_name = not before or bool(
        re.fullmatch(r"[\u4e00-\u9fff（）()、\s]{2,30}", before) and not re.search(r"[于自至前在从截止年]$", before)
    )
    return found[0] if is_name and not after else None


def _noted(text: str) -> DateFound | None:
    """The date that the first line is, in brackets: （2016年11月8日）."""
    bracketed = _IN_BRACKETS.match(text.partition("\n")[0].strip())
    return parse_date(bracketed["inner"], short_years=False) if bracketed else None


def _under_title(parts: Parts, title: str) -> DateFound | None:
    lines = [*parts.head[-2:], *parts.text.split("\n")[:3]]
    tail = re.search(r"[（(][^（()）]*[)）]$", title)
    for line in ([tail.group()] if tail else []) + lines:
        bracketed = _IN_BRACKETS.match(line.strip())
        found = find_dates(bracketed["inner"]) if bracketed else []
        whole = parse_date(line, short_years=False)
        if found or (whole and whole.precision is Precision.DAY):
            return found[0] if found else whole
    return None
