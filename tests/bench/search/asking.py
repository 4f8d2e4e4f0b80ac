"""What is asked while measuring: 200 questions, the same ones for every engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from archive_api.index.analysis import fold_term, is_only_marks, units
from archive_api.index.base import Match, Query

Shape = Literal["term", "and", "or", "near", "filtered", "faceted", "trend", "related"]

DISTANCE = 20
LIMIT = 20
NUMBERS: dict[Shape, int] = {
    "term": 70,
    "and": 20,
    "or": 20,
    "near": 20,
    "filtered": 20,
    "faceted": 15,
    "trend": 15,
    "related": 20,
}
LENGTHS = (1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 6, 6, 8, 10, 12, 14)
_COMMON = 60
_QUESTION = range(12, 40)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: its shape, the terms that it is made of, and the Query that it is to our engines."""

    shape: Shape
    terms: tuple[str, ...]
    query: Query = field(repr=False)


def questions(sentences: Sequence[str], seed: int = 7) -> list[Ask]:
    """The questions of every shape: half of the terms are common, the others cut from a sentence anywhere."""
    rng = random.Random(seed)
    common = list(_common(rng.sample(sentences, min(3000, len(sentences)))))
    return [_ask(shape, rng, sentences, common) for shape, number in NUMBERS.items() for _ in range(number)]


def _ask(shape: Shape, rng: random.Random, sentences: Sequence[str], common: Sequence[str]) -> Ask:
    number = {"and": rng.choice((2, 2, 3)), "or": rng.choice((2, 2, 3)), "near": 2}.get(shape, 1)
    terms = tuple(rng.choice(common) if rng.random() < 0.5 else _cut(rng, sentences) for _ in range(number))
    quoted = [f'"{term}"' for term in terms]
    match shape:
        case "or":
            query = Query(text=" OR ".join(quoted), limit=LIMIT)
        case "near":
            query = Query(text=f"NEAR/{DISTANCE}({', '.join(quoted)})", limit=LIMIT)
        case "filtered":
            query = replace(_filtered(rng), text=quoted[0], limit=LIMIT)
        case "related":
            terms = (rng.choice([one for one in islice(sentences, 2000) if len(one) in _QUESTION]),)
            query = Query(text=terms[0], match=Match.RELATED, limit=LIMIT)
        case _:
            query = Query(text=" ".join(quoted), limit=LIMIT)
    return Ask(shape, terms, query)


def _filtered(rng: random.Random) -> Query:
    year = str(rng.randrange(2010, 2025))
    filtered = (
        Query(kinds=("summary",)),
        Query(regions=("320000",)),
        Query(periods=(year,)),
        Query(issuers=("云汀县",)),
    )
    return rng.choice(filtered)


def _cut(rng: random.Random, sentences: Sequence[str]) -> str:
    while True:
        length, sentence = rng.choice(LENGTHS), rng.choice(sentences)
        start = rng.randrange(max(1, len(sentence) - length))
        piece = sentence[start : start + length].replace('"', "")
        if piece and not is_only_marks(fold_term(piece)) and len(units(fold_term(piece))) == len(piece):
            return piece


def _common(sentences: Sequence[str]) -> Iterator[str]:
    """The most frequent pieces of one, two and four characters."""
    for length in (1, 2, 4):
        counted = Counter(
            sentence[at : at + length] for sentence in sentences for at in range(len(sentence) - length + 1)
        )
        pieces = (piece for piece, _ in counted.most_common(_COMMON * 3) if all("一" <= one <= "鿿" for one in piece))
        yield from islice(pieces, _COMMON // 3)
