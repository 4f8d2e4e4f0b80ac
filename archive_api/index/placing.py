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
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from archive_api.index.analysis import BREAK, LONGEST_PREFIX, LONGEST_WORD, PARAGRAPH, is_word, split, units

FILLER = "_"

_MARK = "="


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
    return " ".join([*characters, *words]), " ".join(_row(parts, words))


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


def _row(parts: Sequence[str], words: Sequence[str]) -> map[str]:
    """Every second part is a word; the others are cut into characters."""
    own: list[str] = []
    following: list[str] = []  # what stands behind the unit before: how this one begins, and that one's other places
    rest = ""
    for number, part in enumerate(parts):
        if number % 2:
            word = words[number // 2]
            own.append(word)
            following.append(_beginning(part) + rest)
            rest = f" {_MARK}{word}{_fillers(len(part) - 2)}" if len(part) > 1 else ""
        elif part:
            own += part
            following += part
            if rest:
                following[-len(part)] += rest
                rest = ""
    following.append(_MARK + rest)
    return map(operator.add, own, following[1:])


def _fillers(number: int) -> str:
    return f" {FILLER}" * number


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
