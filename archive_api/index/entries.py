"""How a record lies in the embedded index: tantivy's schema, and one entry for each document.

Every searched text has two fields, cut in one pass over it (see `placing`). `…_units` holds its words, and each of
its Han characters once, without positions, for terms of one unit. `…_places` holds tokens of neighbouring units at the
numbers of their characters, for longer terms and for distances. Both are joined with spaces and cut again by tantivy's
own whitespace tokenizer, in its threads: 5 times as fast as handing it tokens made in Python, and smaller (measured
November 2026: 1,040 against 210 documents of 3,000 characters a second on 2 cores). Empty places behind a word's first
character cost 4 to 10 % of processor time and 0.3 % of bytes beside an index of the same texts that numbers units.

One further entry, written in the same commit as the documents, is the cursor: the store's seq that the index is at.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from pathlib import Path

import tantivy

from archive_api.document import Document, Period, Precision, Record
from archive_api.index.analysis import fold
from archive_api.index.placing import FILLER, indexed

FORMAT = 2
"""Raise it with every change of the schema or of what an entry holds."""

PUBLISHED = ("published", "published_first", "published_last")
_PLACES = "league_places"  # the tokenizer's name in an index
SEARCHED = ("title", "text", "issuer", "issuer_printed")
DOCUMENT, CURSOR = "document", "cursor"
CHINA = dt.timezone(dt.timedelta(hours=8))
LAST_YEAR = 9999

_log = logging.getLogger(__name__)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_LAST_MONTH, _LAST_DAY = 12, 31


def schema() -> tantivy.Schema:
    """Fields for finding, filtering and sorting; only the id is stored."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("entry", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in SEARCHED:
        builder.add_text_field(f"{name}_units", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field(f"{name}_places", tokenizer_name=_PLACES, index_option="position")
    for name in ("kind", "region", "source"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("year", *PUBLISHED[1:]):
        builder.add_unsigned_field(name, indexed=True)
    for name in ("seq", "published", "period"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("cursor", fast=True)
    return builder.build()


def create_in(folder: Path) -> tantivy.Index:
    """A new, empty index in an empty folder."""
    return _with_tokenizer(tantivy.Index(schema(), str(folder)))


def open_in(folder: Path) -> tantivy.Index:
    """The index in a folder."""
    return _with_tokenizer(tantivy.Index.open(str(folder)))


def _with_tokenizer(index: tantivy.Index) -> tantivy.Index:
    """Tantivy keeps a tokenizer's name only: it is told of it each time."""
    fillers = tantivy.Filter.custom_stopword([FILLER])
    cutting = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(fillers).build()
    index.register_tokenizer(_PLACES, cutting)
    return index


def cursor_entry(seq: int) -> tantivy.Document:
    """The entry that says how far the index is."""
    entry = tantivy.Document()
    entry.add_text("entry", CURSOR)
    entry.add_unsigned("cursor", seq)
    return entry


def document_entry(record: Record) -> tantivy.Document:
    """All that is searched, filtered and sorted by of one document."""
    document = record.document
    entry = tantivy.Document()
    entry.add_text("entry", DOCUMENT)
    entry.add_text("id", record.id)
    entry.add_text("source", encodable(record.source))
    entry.add_unsigned("seq", record.seq)
    for name, text in searched(document):
        units, places = indexed(fold(text))
        entry.add_text(f"{name}_units", units)
        entry.add_text(f"{name}_places", places)
    for kind in document.kinds:
        entry.add_text("kind", kind.value)
    for code in region_and_above(document.region or ""):
        entry.add_text("region", code)
    for year in sorted(years_of(document)):
        entry.add_unsigned("year", year)
    if document.periods:
        entry.add_unsigned("period", min(map(period_key, document.periods)))
    for name, number in zip(PUBLISHED, published_numbers(record) or (), strict=False):
        entry.add_unsigned(name, number)
    return entry


def encodable(text: str) -> str:
    """The text with lone surrogates replaced: tantivy takes what UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode()


def region_and_above(code: str) -> list[str]:
    """An adcode (GB/T 2260, 6 digits or more) and the prefecture and province that it lies in, as 6 digits."""
    if not code:
        return []
    return sorted({encodable(code), code[:2] + "0000", code[:4] + "00", code[:6]}) if code.isascii() else []


def years_of(document: Document) -> set[int]:
    """Every year that the document's periods cover."""
    covered: set[int] = set()
    for period in document.periods:
        covered.update(range(period.year, min(period.end_year or period.year, LAST_YEAR) + 1), {period.year})
    return {year for year in covered if 0 < year <= LAST_YEAR}


def period_key(period: Period) -> int:
    """What periods sort by: their first month as YYYYMM, a whole year before its parts as YYYY00."""
    if period.half:
        return period.year * 100 + period.half * 6 - 5
    if period.quarter:
        return period.year * 100 + period.quarter * 3 - 2
    return period.year * 100 + (period.month or 0)


def published_key(document: Document) -> int | None:
    """What publication dates sort by: YYYYMMDDhhmmss in Asia/Shanghai, zeros for what is not known of it.

    None for an unknown date, and for a value that is no ISO date.
    """
    if not document.published:
        return None
    try:
        digits = _digits(document.published)
    except ValueError:
        return None
    match document.published_precision:
        case Precision.YEAR:
            known = 4
        case Precision.MONTH:
            known = 6
        case Precision.DAY:
            known = 8
        case _:
            known = 14
    return int(digits[:known].ljust(14, "0"))


def day_range(date: str) -> tuple[int, int]:
    """The first and last day, as YYYYMMDD, that an ISO day, month or year can mean; a ValueError for anything else.

    A month's last day is put as the 31st: these numbers are only compared.
    """
    match = _DATE.fullmatch(date)
    if not match:
        raise ValueError(f"{date!r} is no ISO day, month or year")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if month > _LAST_MONTH or day > _LAST_DAY or 0 in (int(part) for part in match.groups() if part):
        raise ValueError(f"{date!r} is no ISO day, month or year")
    return _days(year, month, day)


def _days(year: int, month: int, day: int) -> tuple[int, int]:
    return year * 10000 + (month or 1) * 100 + (day or 1), year * 10000 + (month or 12) * 100 + (day or 31)


def _digits(date: str) -> str:
    if "T" not in date:
        day_range(date)
        return date.replace("-", "")
    moment = dt.datetime.fromisoformat(date)
    local = moment.astimezone(CHINA) if moment.tzinfo else moment
    return local.strftime("%Y%m%d%H%M%S").rjust(14, "0")


def searched(document: Document) -> list[tuple[str, str]]:
    """The name and the text of each field of SEARCHED that the document has."""
    texts = (document.title, document.text, document.issuer, document.issuer_printed)
    return [(name, text) for name, text in zip(SEARCHED, texts, strict=True) if text]


def published_numbers(record: Record) -> tuple[int, int, int] | None:
    """What the publication date sorts by, and the first and last day, as YYYYMMDD, that it can mean.

    None for an unknown date, and for a value that is no ISO date, of which a warning speaks.
    """
    key = published_key(record.document)
    if key is None:
        if record.document.published:
            _log.warning(
                "document %s: published %r is no ISO date: indexed as unknown", record.id, record.document.published
            )
        return None
    return key, *_days(key // 10**10, key // 10**8 % 100, key // 10**6 % 100)
