"""How a record lies in the embedded index: tantivy's schema, and one entry for each standing of a document.

A document that never changed has one entry. One that did has one more for each change: how it stood from that change
on, until the next. A search asks the current ones alone by a term, one as of a `seq` those that stood then.

Every searched text is one field `…_places`, a row of tokens (see `placing`): each Han character, and each two
neighbouring units, at the numbers of their characters, so that a phrase may hold both. The row is joined with spaces
and cut again by tantivy's own whitespace tokenizer, in its threads: 5 times as fast as handing it tokens made in
Python, and smaller (measured November 2026: 1,040 against 210 documents of 3,000 characters a second on 2 cores).

What it costs that single characters have positions, beside a field of their own without any: 20,000 documents of 1,000
characters take 108 MB instead of 73, and as much processor time to index (22 s and 21 s, once each). NEAR of a single
character and a term of several takes 3 to 46 ms instead of 120 to 780 (November 2026).

One further entry, written in the same commit as the documents, is the cursor: the store's seq that the index is at.
"""

from __future__ import annotations

import re
from pathlib import Path

import tantivy

from archive_api.document import Document, Record
from archive_api.index.analysis import fold
from archive_api.index.facts import BOUNDS, COUNTED, COUNTED_NUMBERS, KEYWORDS, SORTED, keywords, numbers
from archive_api.index.placing import FILLER, indexed

FORMAT = 6
"""Raise it with every change of the schema or of what an entry holds."""

_PLACES = "league_places"  # the tokenizer's name in an index
SEARCHED = ("title", "text", "issuer", "issuer_printed", "number")
DOCUMENT, PAST, CURSOR = "document", "past", "cursor"
OPEN = 1 << 62
"""Until when a current record stands."""


def schema() -> tantivy.Schema:
    """Fields for finding, filtering and sorting; only the id is stored."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("entry", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in SEARCHED:
        builder.add_text_field(f"{name}_places", tokenizer_name=_PLACES, index_option="position")
    for name in KEYWORDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in COUNTED)
    for name in (*BOUNDS, "until"):
        builder.add_unsigned_field(name, indexed=True)
    for name in ("seq", *SORTED, *COUNTED_NUMBERS):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("cursor", fast=True)
    return builder.build()


def field_names(schema: tantivy.Schema) -> dict[str, str]:
    """The names of the fields by their numbers, which is how tantivy speaks of them."""
    words = ["entry", "id", *(f"{name}_places" for name in SEARCHED), *KEYWORDS]
    values: dict[str, str | int] = dict.fromkeys(words, "")
    values |= dict.fromkeys((*BOUNDS, "seq", *SORTED, *COUNTED_NUMBERS), 0)
    said = {name: str(tantivy.Query.term_query(schema, name, value)) for name, value in values.items()}
    return {re.findall(r"field=(\d+)", text)[0]: name for name, text in said.items()}


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
    entry.add_text("entry", DOCUMENT if record.until is None else PAST)
    entry.add_text("id", record.id)
    entry.add_unsigned("seq", record.seq)
    entry.add_unsigned("until", OPEN if record.until is None else record.until)
    for name, text in searched(document):
        entry.add_text(f"{name}_places", indexed(fold(text)))
    for name, words in keywords(record).items():
        for word in words:
            entry.add_text(name, word)
    for name, values in numbers(record).items():
        for value in values:
            entry.add_unsigned(name, value)
    return entry


def searched(document: Document) -> list[tuple[str, str]]:
    """The name and the text of each field of SEARCHED that the document has."""
    texts = (document.title, document.text, document.issuer, document.issuer_printed, document.document_number)
    return [(name, text) for name, text in zip(SEARCHED, texts, strict=True) if text]


def fields_of(name: str | None) -> tuple[str, ...]:
    """The fields of SEARCHED that a field of the query language stands for; the title and the text for none."""
    return {None: ("title", "text"), "issuer": ("issuer", "issuer_printed")}.get(name, (name or "",))
