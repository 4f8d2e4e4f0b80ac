"""Cutting a folded text for the embedded engine: every character has two places, and tokens stand at their characters.

The places of the character at number n are 2n and 2n + 1. A text is indexed as a row of tokens, one for each place, of
which the fillers are dropped by the tokenizer and leave their places empty:

* the first place of a Han character, of a break, and of a word of one letter holds it alone; those of longer words are
  empty
* the second place of a unit's first character holds the unit and what the next one begins with: a Han character, a
  break, or a word of one letter whole; of a longer word the first letter and `=`; at the text's end `=`
* the second place of the second character of a longer word holds `=` and the word; those of its others are empty

So `于2016年h` is `于 于2= _ 2016年 _ =2016 _ _ _ _ 年 年h h h=`. A term of one unit is one token. One of several units
is a phrase of those pairs that between them fix every unit; only the first letter of a long word stands beside what
comes before it, so that a character has thousands of different neighbours, never millions. `=` and `_` are in no folded
text.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from dataclasses import dataclass

from archive_api.index.analysis import LONGER_WORD, LONGEST_PREFIX, LONGEST_WORD, units

FILLER = "_"

_MARK = "="
_CHARACTER = len("于 于2 ")
_CODE_POINTS = f"utf-32-{sys.byteorder[0]}e"
_SPACE = [ord(" ")]


@dataclass(frozen=True, slots=True)
class Placed:
    """A token, or a regular expression of tokens, so many places after the first one of a term's first character."""

    offset: int
    token: str
    is_pattern: bool = False


def indexed(folded: str) -> str:
    """A text's row of tokens, two for each of its characters, joined by spaces."""
    short = _short(folded)
    pieces: list[str] = []
    done = 0
    for match in LONGER_WORD.finditer(folded):
        start, end = match.span()
        if start:
            pieces.append(f"{short[_CHARACTER * done : _CHARACTER * start - 1]}{_MARK} ")
        word = shortened(match[0])
        # behind a word stands one character that is a unit, or the text's end
        pieces.append(f"{FILLER} {word}{folded[end : end + 1] or _MARK} {FILLER} {_MARK}{word} ")
        pieces.append(f"{FILLER} " * (2 * (end - start - 2)))
        done = end
    return "".join([*pieces, short[_CHARACTER * done :]])[:-1]


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
            tokens.append(Placed(2 * offset + 1, shortened(unit) + _beginning(cut[at + 1])))
        elif len(unit) > 1:
            tokens.append(_alone(unit, offset))
        offset += len(unit)
    return tokens


def placed_prefix(folded: str) -> list[Placed]:
    """The same for several units, the last one the beginning of a word, of at most LONGEST_PREFIX characters."""
    *_, previous, last = cut = units(folded)
    offset = len(folded) - len(last)
    tokens = placed(folded[:offset]) if len(cut) > 2 else []  # noqa: PLR2004 (one unit before it needs no more)
    tokens.append(Placed(2 * (offset - len(previous)) + 1, f"{shortened(previous)}{last[0]}{_MARK}?", is_pattern=True))
    if len(last) > 1:
        tokens.append(Placed(2 * offset + 3, f"{_MARK}{last}.*", is_pattern=True))
    return tokens


def beginning_with(letters: str) -> str:
    """A regular expression of the tokens of one word that begins so, with at most LONGEST_PREFIX letters."""
    return f"{letters}|{_MARK}{letters}.*" if len(letters) == 1 else f"{_MARK}{letters}.*"


def shortened(unit: str) -> str:
    """The unit as it is indexed."""
    return unit if len(unit) <= LONGEST_WORD else unit[:LONGEST_PREFIX] + _MARK + _digest(unit)


def _alone(unit: str, offset: int = 0) -> Placed:
    return Placed(2 * offset, unit) if len(unit) == 1 else Placed(2 * offset + 3, _MARK + shortened(unit))


def _beginning(unit: str) -> str:
    return unit if len(unit) == 1 else unit[0] + _MARK


def _short(folded: str) -> str:
    """Each character, a space, it and the next one or the mark, a space: the row of a text without longer words.

    Put together as an array of code points: a tenth of the time of making a string for each token.
    """
    codes = array("I", f"{folded}{_MARK}".encode(_CODE_POINTS))
    row = array("I", _SPACE) * (_CHARACTER * len(folded))
    row[0::_CHARACTER] = row[2::_CHARACTER] = codes[:-1]
    row[3::_CHARACTER] = codes[1:]
    return row.tobytes().decode(_CODE_POINTS)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
