"""The words of a question in plain Chinese: cut by rjieba with a dictionary of the league's own terms.

Only queries are cut into words; a text is never. So a word is looked for as any term is: where it stands in the text,
whichever way a dictionary would have cut the text around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import rjieba

from archive_api.index.analysis import BREAK, PARAGRAPH, is_word, units

LEAGUE_WORDS = Path(__file__).with_name("league_words.txt")
_STOP_WORDS = Path(__file__).with_name("stop_words.txt")
_MARKS = BREAK + PARAGRAPH


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words in order, each once, and the pairs of Han characters side by side in it.

    Without function and question words (stop_words.txt), unless it has no other; of the pairs those are left out that
    lie wholly within such words.
    """

    words: tuple[str, ...]
    pairs: tuple[str, ...]


def read(folded: str) -> Reading:
    """What a folded question is about."""
    cut = [(word, word not in _stop_words()) for word in _cut(folded)]
    if not any(kept and word not in _MARKS for word, kept in cut):
        cut = [(word, True) for word, _ in cut]
    words = dict.fromkeys(word for word, kept in cut if kept and word not in _MARKS)
    characters = [(unit, kept) for word, kept in cut for unit in units(word)]
    pairs = dict.fromkeys(
        first + second
        for (first, kept), (second, also_kept) in pairwise(characters)
        if (kept or also_kept) and _is_han(first) and _is_han(second)
    )
    return Reading(tuple(words), tuple(pairs))


def shorter(word: str) -> tuple[str, ...]:
    """The shorter words that a word is made of, stop words left out."""
    if not _is_han(word[0]):
        return ()
    parts = dict.fromkeys(_jieba().cut_for_search(word))
    return tuple(part for part in parts if part != word and part not in _stop_words())


def _cut(folded: str) -> Iterator[str]:
    """Marks, words of letters and digits, and what rjieba makes of the Han between them; nothing is left out."""
    run = ""
    for unit in [*units(folded), ""]:
        if unit and _is_han(unit):
            run += unit
            continue
        yield from _jieba().cut(run)
        run = ""
        if unit:
            yield unit


def _is_han(unit: str) -> bool:
    return unit not in _MARKS and not is_word(unit[0])


@cache
def _jieba() -> rjieba.Jieba:
    jieba = rjieba.Jieba()
    for word in _listed(LEAGUE_WORDS):
        jieba.add_word(word, None, None)  # without a frequency: one that keeps the word whole
    return jieba


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_listed(_STOP_WORDS))


def _listed(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()
