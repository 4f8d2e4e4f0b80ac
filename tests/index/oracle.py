"""The brute force that an engine is held to: every document looked at in plain Python; only the folding is shared."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from archive_api.document import Document, Period, Precision, Record
from archive_api.index.analysis import fold
from archive_api.index.base import Query
from archive_api.index.query import And, Everything, Node, Not, Or, Term, parse

HAN_NAMES = ("CJK ", "HIRAGANA", "KATAKANA", "BOPOMOFO", "IDEOGRAPHIC", "YI SYLLABLE", "HANGZHOU")


def contains(text: str, term: str) -> bool:
    return bool(all_places(text, term))


def all_places(text: str, term: str, *, prefix: bool = False) -> list[int]:
    """Where the term begins; one that is a prefix may end in the middle of a word."""
    places = []
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        before, after = text[:start][-1:], text[end:][:1]
        if not (in_word(before) and in_word(term[0])) and (prefix or not (in_word(after) and in_word(term[-1]))):
            places.append(start)
        start = text.find(term, start + 1)
    return places


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
    title, text = folded(record.document.title or ""), folded(record.document.text)
    match tree:
        case Everything():
            return True
        case Term(term, None):
            return contains(title, term) or contains(text, term)
        case Term(term, _):
            return contains(title, term)
        case And(parts):
            return all(holds(part, record) for part in parts)
        case Or(parts):
            return any(holds(part, record) for part in parts)
        case Not(part):
            return not holds(part, record)


def passes(query: Query, record: Record) -> bool:
    document = record.document
    names = [folded(name) for name in (document.issuer, document.issuer_printed) if name]
    return (
        (not query.kinds or bool(set(query.kinds) & set(document.kinds)))
        and (not query.years or any(covers(period, year) for period in document.periods for year in query.years))
        and (not query.regions or any(under(document.region, code) for code in query.regions))
        and (not query.sources or record.source in query.sources)
        and (not query.issuers or any(contains(name, folded(issuer)) for name in names for issuer in query.issuers))
        and (not query.published_from or could_be(document, after=query.published_from))
        and (not query.published_to or could_be(document, before=query.published_to))
    )


def covers(period: Period, year: int) -> bool:
    return period.year <= year <= (period.end_year or period.year)


def under(region: str | None, code: str) -> bool:
    return region is not None and region.startswith(re.sub("(00)+$", "", code))


def could_be(document: Document, *, after: str = "0001", before: str = "9999") -> bool:
    if not document.published:
        return False
    known = shanghai(document.published)[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision(document), 10)]
    return known + "-01-01"[len(known) - 4 :] <= before + "-99-99" and after <= known + "-99-99"


def shanghai(date: str) -> str:
    if "T" not in date:
        return date
    return dt.datetime.fromisoformat(date).astimezone(dt.timezone(dt.timedelta(hours=8))).isoformat()


def precision(document: Document) -> Precision:
    return document.published_precision or Precision.SECOND


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
