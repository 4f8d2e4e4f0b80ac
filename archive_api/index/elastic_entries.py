"""How a record lies in Elasticsearch: index names, mapping, and one entry for each document.

The server's `standard` tokenizer cuts text by rules of its own: it drops characters that it does not know (Han newer
than Unicode 11, private use, dingbat digits), and keeps runs of kana or Thai together. So it is given nothing to
decide. What is sent is the folded text in which only Han characters that it cuts singly stand side by side; every other
unit (see `analysis`) has a space on each side, and is a break, a word of ASCII letters and digits, or a code made of
those. After a word of several characters stand fillers, `_f`, one for each further character: the `stop` filter drops
them and leaves their places empty. So each unit is one token, at its first character's number.

At index time `cjk_bigram` adds the pair of each two adjacent tokens of Han; a phrase of Han alone is asked by its
pairs, any other by single units: see `elastic_compiling`.

A document that changed has a further entry for each time before, `<id>@<seq>`: what stood then never changes, so it can
be written again and again.

One further entry, `@cursor`, is the store's seq that the index is at; it is written after the documents are durable.
"""

from __future__ import annotations

import hashlib
import re
import string
from functools import lru_cache
from typing import Final

from archive_api.document import Record
from archive_api.index.analysis import BREAK, LONGEST_PREFIX, LONGEST_WORD, PARAGRAPH, fingerprint, fold, units
from archive_api.index.entries import DOCUMENT, OPEN, PAST, SEARCHED, searched
from archive_api.index.facts import BOUNDS, COUNTED_NUMBERS, KEYWORDS, SORTED, keywords, numbers

MAPPING = 5
"""Raise it with every change of the mapping or of what an entry holds: indexes of another one are built anew."""

CURSOR = "@cursor"
PAIRS, UNITS = "league_pairs", "league_units"
_FILLERS, _FILLER = "league_fillers", "_f"

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

_OTHER = re.compile("[^〇\u3400-\u4db5\u4e00-\u9fef]+")
"""All but the Han characters that `standard` cuts singly and `cjk_bigram` pairs: tested one by one against 9.5.0."""

_PLAIN_WORD = re.compile(rf"[a-z0-9]+|[{BREAK}{PARAGRAPH}]")
_DIGITS = string.digits + string.ascii_lowercase
_LONGEST_CODED = 48  # the server's tokenizer cuts what is longer than 255


def index_name(name: str, generation: int) -> str:
    """The name of one index behind the alias `name`: which rules made it, and its number."""
    return f"{name}-m{MAPPING}-{_rules()}-g{generation:08}"


def generation_of(index: str, name: str) -> tuple[int, str, int] | None:
    """Mapping, folding rules and number in an index's name; None where it is none of ours behind that alias."""
    match = re.fullmatch(rf"{re.escape(name)}-m(\d+)-(fold-\d+-unicode-[\w.]+-opencc-[\w.]+)-g(\d{{8}})", index)
    return (int(match[1]), match[2], int(match[3])) if match else None


def is_current(rules: str) -> bool:
    """Whether these are the folding rules of this version."""
    return rules == _rules()


def write_alias(index: str) -> str:
    """What an index is written through: with the index the alias goes, and nothing can bring it back by writing."""
    return f"{index}-writing"


def settings(shards: int) -> dict[str, Json]:
    """An index's settings. Nothing is seen before it is refreshed by its writer, and nothing acknowledged is lost."""
    analyzers: dict[str, Json] = {
        # fillers go last: `cjk_bigram` forgets what places are empty before a Han character
        "league_index": {"type": "custom", "tokenizer": "standard", "filter": ["league_pairs_and_units", _FILLERS]},
        PAIRS: {"type": "custom", "tokenizer": "standard", "filter": [PAIRS]},
        UNITS: {"type": "custom", "tokenizer": "standard", "filter": [_FILLERS]},
    }
    filters: dict[str, Json] = {
        "league_pairs_and_units": {"type": "cjk_bigram", "output_unigrams": True},
        PAIRS: {"type": "cjk_bigram", "output_unigrams": False},
        _FILLERS: {"type": "stop", "stopwords": [_FILLER]},
    }
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "translog": {"durability": "request"},
        "analysis": {"analyzer": analyzers, "filter": filters},
    }


def mapping() -> dict[str, Json]:
    """The fields. What is searched is not kept in `_source`: the text is in the store."""
    properties: dict[str, Json] = {}
    for name in SEARCHED:
        properties[name] = {"type": "text", "analyzer": "league_index"}
    for name in ("entry", *KEYWORDS):
        properties[name] = {"type": "keyword"}
    for name in ("seq", "until", "cursor", *SORTED, *BOUNDS, *COUNTED_NUMBERS):
        properties[name] = {"type": "long"}
    return {"dynamic": "strict", "_source": {"excludes": list(SEARCHED)}, "properties": properties}


def entry_id(record: Record) -> str:
    """The id of a record's entry: the document's own, or that with the `seq` from which it stood so."""
    return record.id if record.until is None else f"{record.id}@{record.seq}"


def document_of(entry: str) -> str:
    """The id of the document that an entry is one of."""
    return entry.partition("@")[0]


def document_entry(record: Record) -> dict[str, Json]:
    """All that is searched, filtered and sorted by of one document."""
    entry: dict[str, Json] = {
        "entry": DOCUMENT if record.until is None else PAST,
        "seq": record.seq,
        "until": OPEN if record.until is None else record.until,
    }
    for name, text in searched(record.document):
        entry[name] = spaced(fold(text))
    for name, words in keywords(record).items():
        entry[name] = [*words]
    for name, values in numbers(record).items():
        entry[name] = [*values]
    return entry


def spaced(folded: str) -> str:
    """The folded text as it is sent, to be indexed and to be asked: see the module."""
    return _OTHER.sub(lambda match: _apart(match[0]), folded)


def is_plain_han(folded: str) -> bool:
    """Whether all of it is characters that are indexed in pairs."""
    return not _OTHER.search(folded)


def prefixes(folded: str) -> list[str]:
    """What the tokens of all words begin with that begin so."""
    # a word of ASCII may go on with other letters
    return [folded, _coded(folded)] if _PLAIN_WORD.fullmatch(folded) else [_coded(folded)]


_CACHED_RUNS: Final = 1 << 14


@lru_cache(_CACHED_RUNS)
def _apart(run: str) -> str:
    return f" {' '.join(map(_placed, units(run)))} "


def _placed(unit: str) -> str:
    return _token(unit) + f" {_FILLER}" * (len(unit) - 1)


def _token(unit: str) -> str:
    """A unit in ASCII letters and digits, `_` where no unit has one; words that begin alike keep doing so."""
    if _PLAIN_WORD.fullmatch(unit):
        return unit if len(unit) <= LONGEST_WORD else f"{unit[:LONGEST_PREFIX]}_d{_digest(unit)}"
    return _coded(unit) if len(unit) <= _LONGEST_CODED else f"{_coded(unit[:LONGEST_PREFIX])}_d{_digest(unit)}"


def _coded(unit: str) -> str:
    """Each character as four digits to the base of 36."""
    digits = (_DIGITS[ord(character) // 36**power % 36] for character in unit for power in (3, 2, 1, 0))
    return f"_c{''.join(digits)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _rules() -> str:
    return re.sub(r"[^a-z0-9.]+", "-", fingerprint().lower())
