"""The brute force that an engine is held to: every document looked at in plain Python; only the folding is shared."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from archive_api.document import Period, Precision, Record
from archive_api.index.analysis import fold, fold_with_offsets
from archive_api.index.base import Query
from archive_api.index.filters import NAMES
from archive_api.index.query import And, Everything, Near, Node, Not, Or, Term, parse

HAN_NAMES = ("CJK ", "HIRAGANA", "KATAKANA", "BOPOMOFO", "IDEOGRAPHIC", "YI SYLLABLE", "HANGZHOU")


def contains(text: str, term: str, *, prefix: bool = False) -> bool:
    return any(True for _ in places(text, term, prefix=prefix))


def all_places(text: str, term: str, *, prefix: bool = False) -> list[int]:
    return [*places(text, term, prefix=prefix)]


def places(text: str, term: str, *, prefix: bool = False) -> Iterator[int]:
    """Where the term begins; one that is a prefix may end in the middle of a word."""
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        before, after = text[max(start - 1, 0) : start], text[end : end + 1]
        if not (in_word(before) and in_word(term[0])) and (prefix or not (in_word(after) and in_word(term[-1]))):
            yield start
        start = text.find(term, start + 1)


@cache
def in_word(character: str) -> bool:
    return (
        character not in {"", "ǀ", "ǁ"}
        and unicodedata.category(character)[0] in "LNM"
        and not unicodedata.name(character, "").startswith(HAN_NAMES)
    )


@cache
def folded(text: str) -> str:
    return fold(text)


def matches(query: Query, record: Record) -> bool:
    return holds(parse(query.text), record) and passes(query, record)


def holds(tree: Node, record: Record) -> bool:
    match tree:
        case Everything():
            return True
        case Term(term, field, is_prefix):
            return any(contains(text, term, prefix=is_prefix) for text in searched(record, field))
        case Near(one, other, distance, field):
            return any(stand_near(text, one, other, distance) for text in searched(record, field))
        case And(parts):
            return all(holds(part, record) for part in parts)
        case Or(parts):
            return any(holds(part, record) for part in parts)
        case Not(part):
            return not holds(part, record)


def searched(record: Record, field: str | None) -> list[str]:
    document = record.document
    texts = {
        None: (document.title, document.text),
        "title": (document.title,),
        "text": (document.text,),
        "issuer": (document.issuer, document.issuer_printed),
        "number": (document.document_number,),
    }
    return [folded(text) for text in texts[field] if text]


def stand_near(text: str, one: str, other: str, distance: int) -> bool:
    return any(True for _ in near_places(text, one, other, distance))


def near_places(text: str, one: str, other: str, distance: int) -> Iterator[tuple[int, int]]:
    """The characters of each two that stand near each other."""
    for first, second in ((one, other), (other, one)):
        starts = set(places(text, second))
        for at in places(text, first) if starts else ():
            end = at + len(first)
            for start in starts.intersection(range(end, end + distance + 1)):
                yield at, end
                yield start, start + len(second)


def marked(tree: Node, record: Record) -> dict[str, set[int]]:
    """The characters of title and text that speak for a document."""
    fields = {"title": record.document.title or "", "text": record.document.text}
    marks: dict[str, set[int]] = {}
    for name, text in fields.items():
        folded_text = fold_with_offsets(text)
        pieces = [
            folded_text.original(start, end)
            for term in speaking(tree, positive=True)
            if term.field in {None, name}
            for start, end in term_places(folded_text.text, term)
        ]
        marks[name] = {at for start, end in pieces for at in range(start, end)}
    return marks


def speaking(tree: Node, *, positive: bool) -> list[Term | Near]:
    match tree:
        case Term() | Near():
            return [tree] if positive else []
        case Not(part):
            return speaking(part, positive=not positive)
        case And(parts) | Or(parts):
            return [term for part in parts for term in speaking(part, positive=positive)]
    return []


def term_places(text: str, term: Term | Near) -> Iterator[tuple[int, int]]:
    if isinstance(term, Near):
        yield from near_places(text, term.one, term.other, term.distance)
        return
    for start in places(text, term.folded, prefix=term.is_prefix):
        end = start + len(term.folded)
        while term.is_prefix and in_word(text[end : end + 1]):
            end += 1
        yield start, end


def passes(query: Query, record: Record) -> bool:
    return all(
        (not given or any(has(name, word, record) for word in given))
        and not any(has(name, word, record) for word in unwanted)
        for name, field in NAMES.items()
        for given, unwanted in [(getattr(query, field), getattr(query.without, field))]
    )


def has(name: str, word: str, record: Record) -> bool:  # noqa: PLR0911 (one filter after the other)
    document = record.document
    match name:
        case "period":
            return any(covers(period, word) for period in document.periods) if word != "none" else not document.periods
        case "published":
            return could_be(document.published, document.published_precision, word)
        case "written":
            return could_be(document.written, document.written_precision, word)
        case "first_seen":
            return could_be(record.first_seen[:10], Precision.DAY, word)
        case "region":
            return under(document.region, word)
        case "issuer" if word == "none" or word.startswith("="):
            return (document.issuer or document.issuer_printed or "none") == word.removeprefix("=")
        case "issuer":
            names = [folded(name) for name in (document.issuer, document.issuer_printed) if name]
            return any(contains(name, folded(word)) for name in names)
        case _:
            return word in values(name, record)


def values(name: str, record: Record) -> list[str]:
    """What a document is counted under in a facet."""
    known = _known(name, record)
    return [*dict.fromkeys(times(record, name, "year") if known is None else known)] or ["none"]


def _known(name: str, record: Record) -> list[str] | None:  # noqa: PLR0911 (one facet after the other)
    document = record.document
    match name:
        case "kind":
            return [*document.kinds]
        case "level":
            return [document.level] if document.level else []
        case "source":
            return [record.source]
        case "state":
            return [record.state]
        case "flag":
            return [*document.flags]
        case "attachment":
            return ["yes" if document.attachments else "no"]
        case "issuer":
            return [f"={issuer}" for issuer in [document.issuer or document.issuer_printed] if issuer]
        case "province" | "prefecture" | "county":
            return divisions(document.region, {"province": 2, "prefecture": 4, "county": 6}[name])
    return None


def divisions(region: str | None, digits: int) -> list[str]:
    if not region:
        return []
    known = len(region[:6].rstrip("0")) + len(region[:6].rstrip("0")) % 2
    return [region[:digits].ljust(6, "0") if digits <= known else f"={region}"]


def times(record: Record, date: str, by: str) -> list[str]:
    """The cells of a trend that a document is counted in."""
    document = record.document
    if date == "period":
        return [cell(year, month, by) for period in document.periods for year, month in covered(period)]
    value, known = {
        "published": (document.published, document.published_precision),
        "written": (document.written, document.written_precision),
        "first_seen": (record.first_seen[:10], Precision.DAY),
    }[date]
    if not value or (by != "year" and known is Precision.YEAR):
        return []
    day = shanghai(value)
    return [cell(int(day[:4]), int(day[5:7] or 1), by)]


def cell(year: int, month: int, by: str) -> str:
    part = {"year": "", "half": f"H{1 + month // 7}", "quarter": f"Q{1 + (month - 1) // 3}", "month": f"-{month:02}"}
    return f"{year:04}{part[by]}"


@cache
def covered(period: Period) -> list[tuple[int, int]]:
    """Every year and month of a period."""
    first, last = first_month(period) or 1, first_month(period) or 12
    if period.half or period.quarter:
        last = first + (5 if period.half else 2)
    low, high = (period.year, first), (period.end_year or period.year, last)
    every = [(year, month) for year in range(low[0], high[0] + 1) for month in range(1, 13)]
    return [one for one in every if low <= one <= high]


@cache
def covers(period: Period, word: str) -> bool:
    low, _, high = word.partition("..")
    high = high or ("9999" if ".." in word else low)
    return any(starts(low or "0001") <= month <= ends(high) for month in covered(period))


def starts(word: str) -> tuple[int, int]:
    part = word[4:].removeprefix("-")
    return int(word[:4]), {"": 1, "H1": 1, "H2": 7, "Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}.get(part) or int(part)


def ends(word: str) -> tuple[int, int]:
    part = word[4:].removeprefix("-")
    return int(word[:4]), {"": 12, "H1": 6, "H2": 12, "Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}.get(part) or int(part)


def under(region: str | None, code: str) -> bool:
    if code == "none" or region is None:
        return region is None and code == "none"
    return region == code[1:] if code.startswith("=") else region.startswith(re.sub("(00)+$", "", code))


def could_be(date: str | None, precision: Precision | None, word: str) -> bool:
    if not date or word == "none":
        return not date and word == "none"
    after, is_range, before = word.partition("..")
    before = before if is_range else after
    known = shanghai(date)[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision or Precision.SECOND, 10)]
    return known + "-01-01"[len(known) - 4 :] <= (before or "9999") + "-99-99" and (after or "0001") <= known + "-99-99"


def shanghai(date: str) -> str:
    if "T" not in date:
        return date
    return dt.datetime.fromisoformat(date).astimezone(dt.timezone(dt.timedelta(hours=8))).isoformat()


def ordered(records: Iterable[Record], sort: str) -> list[str]:
    field = sort.removeprefix("-")
    newest = sorted(records, key=lambda record: -record.seq)
    known = [record for record in newest if sort_key(record, field) is not None]
    # a reversed sort keeps ties in their order
    known.sort(key=lambda record: sort_key(record, field) or "", reverse=sort.startswith("-"))
    return [record.id for record in [*known, *(record for record in newest if sort_key(record, field) is None)]]


def sort_key(record: Record, field: str) -> str | None:
    if field == "seq":
        return f"{record.seq:09}"
    if field == "published":
        return shanghai(record.document.published) if record.document.published else None
    starts = [f"{period.year}-{first_month(period):02}" for period in record.document.periods]
    return min(starts, default=None)


def first_month(period: Period) -> int:
    if period.half:
        return {1: 1, 2: 7}[period.half]
    if period.quarter:
        return {1: 1, 2: 4, 3: 7, 4: 10}[period.quarter]
    return period.month or 0


def facet(records: Iterable[Record], query: Query, name: str) -> dict[str, int]:
    """The facet's words and counts: every document that all other filters leave."""
    of = "region" if name in {"province", "prefecture", "county"} else name
    cleared: dict[str, tuple[str, ...]] = {NAMES[of]: ()}
    others = replace(query, without=replace(query.without, **cleared), **cleared)  # type: ignore[arg-type]  # all tuples
    return dict(Counter(word for one in records if matches(others, one) for word in values(name, one)))


def cells(records: Iterable[Record], query: Query, date: str, by: str, split: str | None) -> dict[tuple[str, str], int]:
    """The trend's counts by time and split."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in records:
        if matches(query, one):
            parts = values("province" if split == "region" else split, one) if split else ["all"]
            times_ = dict.fromkeys(times(one, date, by)) or ["none"]
            counts.update((time, part) for time in times_ for part in parts)
    return dict(counts)
