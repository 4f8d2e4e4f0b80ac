"""Cutting a folded text for the embedded engine: every token stands at the number of its first character.

A text is indexed twice. Its *units*, without places, are for terms of one unit. Its *places* are a row of tokens, one
for each character, of which the fillers are dropped by the tokenizer and leave their places empty:

* at a unit's first character, the unit and what the next one begins with: a Han character, a break, or a word of one
  letter whole; of a longer word the first letter and `=`; at the text's end `=`
* at the second character of a longer word, `=` and the word
* at its other characters a filler

So `于2016年h` is `于2=`, `2016年`, `=2016`, `_`, `_`, `年h`, `h=`. A term of several units is a phrase of those tokens
that between them fix every unit; only the first letter of a long word stands beside what comes before it, so that a
character has thousands of different neighbours, never millions. `=` and `_` are in no folded text.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from dataclasses import dataclass

from archive_api.index.analysis import (
    BREAK,
    LONGER_WORD,
    LONGEST_PREFIX,
    LONGEST_WORD,
    PARAGRAPH,
    is_word,
    split,
    units,
)

FILLER = "_"

_MARK = "="
_PAIR = len("于2 ")
_CODE_POINTS = f"utf-32-{sys.byteorder[0]}e"
_SPACE = [ord(" ")]


@dataclass(frozen=True, slots=True)
class Placed:
    """A token, or a regular expression of tokens, at a number of characters after a term's first one."""

    offset: int
    token: str
    is_pattern: bool = False


def indexed(folded: str) -> tuple[str, str]:
    """A text's units without marks, each Han character once, and its row of tokens; both joined by spaces."""
    parts = split(folded)
    words = [shortened(word) for word in parts[1::2]]
    characters = set("".join(parts[::2])) - {BREAK, PARAGRAPH}
    return " ".join([*characters, *words]), _row(folded)


def placed(folded: str) -> list[Placed]:
    """The tokens that stand in a text exactly where the folded term does."""
    cut = units(folded)
    if len(cut) == 1:
        return [_alone(cut[0])]
    # every second unit begins a pair, and the last but one: each is the first or the second one of a pair
    first = {*range(0, len(cut) - 1, 2), len(cut) - 2}
    tokens: list[Placed] = []
    offset = 0
    for at, unit in enumerate(cut):
        if at in first:
            tokens.append(Placed(offset, shortened(unit) + _beginning(cut[at + 1])))
        elif len(unit) > 1:
            tokens.append(_alone(unit, offset))
        offset += len(unit)
    return tokens


def placed_prefix(folded: str) -> list[Placed]:
    """The same for several units, the last one the beginning of a word, of at most LONGEST_PREFIX characters."""
    *_, previous, last = cut = units(folded)
    offset = len(folded) - len(last)
    tokens = placed(folded[:offset]) if len(cut) > 2 else []  # noqa: PLR2004 (one unit before it needs no more)
    tokens.append(Placed(offset - len(previous), f"{shortened(previous)}{last[0]}{_MARK}?", is_pattern=True))
    if len(last) > 1:
        tokens.append(Placed(offset + 1, f"{_MARK}{last}.*", is_pattern=True))
    return tokens


def shortened(unit: str) -> str:
    """The unit as it is indexed."""
    return unit if len(unit) <= LONGEST_WORD else unit[:LONGEST_PREFIX] + _MARK + _digest(unit)


def _alone(unit: str, offset: int = 0) -> Placed:
    if len(unit) > 1:
        return Placed(offset + 1, _MARK + shortened(unit))
    # a word of one letter is followed by one character, or by the text's end
    return Placed(offset, f"{unit}.?" if is_word(unit) else f"{unit}.*", is_pattern=True)


def _beginning(unit: str) -> str:
    return unit if len(unit) == 1 else unit[0] + _MARK


def _row(folded: str) -> str:
    """The tokens of the row, joined by spaces."""
    pairs = _pairs(folded)
    pieces: list[str] = []
    done = 0
    for match in LONGER_WORD.finditer(folded):
        start, end = match.span()
        if start:
            pieces.append(f"{pairs[_PAIR * done : _PAIR * start - 1]}{_MARK} ")
        word = shortened(match[0])
        # behind a word stands one character that is a unit, or the text's end
        pieces.append(f"{word}{folded[end : end + 1] or _MARK} {_MARK}{word} {_fillers(end - start - 2)}")
        done = end
    return "".join([*pieces, pairs[_PAIR * done :]])[:-1]


def _pairs(folded: str) -> str:
    """Each character, the next one or the mark, and a space: the row of a text without longer words.

    Put together as an array of code points: a tenth of the time of making a string for each token.
    """
    codes = array("I", f"{folded}{_MARK}".encode(_CODE_POINTS))
    pairs = array("I", _SPACE) * (_PAIR * len(folded))
    pairs[0::_PAIR] = codes[:-1]
    pairs[1::_PAIR] = codes[1:]
    return pairs.tobytes().decode(_CODE_POINTS)


def _fillers(number: int) -> str:
    return f"{FILLER} " * number


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
