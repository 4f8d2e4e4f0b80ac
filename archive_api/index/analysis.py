"""Folding and cutting: what "the text contains the term" means, for every engine and for the brute-force oracle.

A term is found where the folded text contains it, character for character. Folding, in this order:

* NFKC, lower case, traditional to simplified one character at a time (OpenCC's single-character table, followed to its
  end). So `℃` is `°c`, `①` is `1`, `㎡` is `m2`, `Ⅷ` is `viii`. The zero printed as a circle, `○` or `◯`, is `〇`.
* Gone without a trace: control and format characters, zero-width ones, variation selectors, enclosing marks (the box
  of a keycap), and a combining mark that belongs to no letter.
* A paragraph's end (LF, CR, CRLF, NEL, U+2029; several at once are one) is `ǁ`; it is dropped at a text's ends.
* Every other white space (tab, form feed, U+2028, NBSP, U+3000 too) is nothing, except between two words, where it is
  a break. A run of marks, with the white space in and around it, is one break `ǀ`. What is no letter, digit or
  combining mark is a mark: punctuation, symbols, `%`, `·`, the point of `3.5`, the comma of `1,000` (so `3.5` is
  `3ǀ5`), emoji, `*`, a lone surrogate. Breaks at the ends of a text stay; beside a paragraph's end they stay too:
  `好。⏎（一）` is `好ǀǁǀ一ǀ`.
* A literal U+01C0 is a mark, a literal U+01C1 a paragraph's end. Hence folding a folded text changes nothing.

A folded text is a row of units: a *Han* character (Han, kana, bopomofo, Yi, 々 〇, private use: each one alone), a
*word* (a run of everything else that is a letter or a digit of any script: `h5`, `2016`, `10m2` and Hangul are whole,
and `5` is not in `h5`), a break, or a paragraph's end.
"""

from __future__ import annotations

import importlib.metadata
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import opencc

BREAK = "ǀ"  # U+01C0
PARAGRAPH = "ǁ"  # U+01C1

FOLD_VERSION = 1
"""Raise it with every change of what folding or cutting gives: an index of another version is built anew."""

LONGEST_WORD = 128
"""A longer word is indexed by its beginning and its digest: engines drop terms of many thousand bytes."""

LONGEST_PREFIX = 32
"""What is kept of the beginning of a long word, in characters."""

_HAN = (
    r"\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    r"\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\ue000-\uf8ff\uf900-\ufaff"
    r"\U0001aff0-\U0001afff\U0001b000-\U0001b16f\U00020000-\U0003ffff\U000f0000-\U0010ffff"
)
_WORD = f"[^{_HAN}{BREAK}{PARAGRAPH} ]"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_WORDS = re.compile(f"({_WORD}+)")
_REST = re.compile(f"{_WORD}+")
LONGER_WORD = re.compile(f"{_WORD}{{2,}}")
"""In a folded text: a word of several letters."""

_LINE_ENDS = "\n\r\x85\u2029"
_IGNORED = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CIRCLE_ZERO = "○◯"
_KEPT_CATEGORIES = "LNM"
_IN_QUERY = {**dict.fromkeys(map(ord, _LINE_ENDS), " "), ord(PARAGRAPH): BREAK}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text with the way back: its character i was made of characters `starts[i]` to `ends[i]`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters `start` to `end` (at least one) stand in the text before folding."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The text as it is compared. Never fails; folding what is folded changes nothing."""
    folded = text.translate(_table())
    for pattern, replace in _steps(folded):
        folded = pattern.sub(replace, folded)
    return folded.strip(PARAGRAPH)


def fold_with_offsets(text: str) -> Folded:
    """The same as `fold`, with offsets into `text`; several times slower, for showing where a term stands."""
    table = _table()
    pieces = [table[code] for code in map(ord, text)]
    starts = [at for at, piece in enumerate(pieces) for _ in piece]
    folded = Folded("".join(pieces), starts, [at + 1 for at in starts])
    for pattern, replace in _steps(folded.text):
        folded = _edited(folded, pattern, replace)
    return _edited(folded, _ENDS, lambda _: "")


def fold_term(text: str) -> str:
    """A term of a query, folded. A paragraph's end in it counts as white space: no term reaches across one."""
    return fold(text.translate(_IN_QUERY))


def units(folded: str) -> list[str]:
    """The folded text cut into Han characters, words, breaks and paragraph ends, in order; nothing is left out."""
    cut: list[str] = []
    for number, part in enumerate(split(folded)):
        if number % 2:
            cut.append(part)
        else:
            cut.extend(part)
    return cut


def split(folded: str) -> list[str]:
    """The folded text cut into what is no word (characters to be taken singly, at times none) and words, in turn."""
    return _WORDS.split(folded)


def is_word(character: str) -> bool:
    """Whether a folded character belongs to a word: a term beginning with it begins at a word's beginning only."""
    return character not in {BREAK, PARAGRAPH, " "} and not _HAN_CHARACTER.match(character)


def is_only_marks(folded: str) -> bool:
    """Whether nothing in it can be searched for."""
    return not folded.strip(BREAK + PARAGRAPH)


def occurrences(term: str, folded: str, *, is_prefix: bool = False) -> Iterator[tuple[int, int]]:
    """Every place, overlapping ones too, where the folded term stands in the folded text; words are whole.

    The last word of a prefix may go on; then the place ends where that word does.
    """
    whole_start, whole_end = is_word(term[0]), is_word(term[-1])
    start = folded.find(term)
    while start >= 0:
        end = start + len(term)
        if not (whole_start and start > 0 and is_word(folded[start - 1])):
            rest = _REST.match(folded, end) if whole_end else None
            if is_prefix and rest:
                yield start, rest.end()
            elif not rest:
                yield start, end
        start = folded.find(term, start + 1)


@cache
def fingerprint() -> str:
    """What an index's folding depends on; where it differs, the index has to be built again."""
    return f"fold {FOLD_VERSION}, Unicode {unicodedata.unidata_version}, OpenCC {importlib.metadata.version('opencc')}"


class _Table(dict[int, str]):
    """One character's folding by its code point, worked out when it is first met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


@cache
def _table() -> _Table:
    return _Table()


def _fold_character(character: str) -> str:
    if character in _LINE_ENDS or character == PARAGRAPH:
        return PARAGRAPH
    if character.isspace():
        return " "
    if character in _CIRCLE_ZERO:
        return "〇"
    if unicodedata.category(character) == "Sk":  # ´ ¨ ゛: NFKC makes them a space and a combining mark
        return BREAK
    return "".join(map(_classified, _normal(character)))


def _classified(character: str) -> str:
    category = unicodedata.category(character)
    if _HAN_CHARACTER.match(character):
        return character
    if character.isspace():
        return " "
    if category in {"Cc", "Cf", "Me"} or _IGNORED.match(character):
        return ""
    return character if category[0] in _KEPT_CATEGORIES and character != BREAK else BREAK


def _normal(text: str) -> str:
    """NFKC, lower case, simplified: repeated until nothing changes, since each step can give the others work."""
    while True:
        # str.lower would look at a sigma's neighbours: one character at a time
        lower = "".join(map(str.lower, unicodedata.normalize("NFKC", text)))
        normal = unicodedata.normalize("NFKC", lower.translate(_simplified()))
        if normal == text:
            return normal
        text = normal


@cache
def _simplified() -> dict[int, str]:
    """OpenCC's answer for each Han character alone: its phrase rules would make it depend on the neighbours."""
    han = [chr(code) for block in (range(0x3400, 0xA000), range(0x20000, 0x32400)) for code in block]
    simple = dict(zip(han, opencc.OpenCC("t2s").convert("\n".join(han)).split("\n"), strict=True))
    return {ord(character): other for character, other in simple.items() if character != other}


def _steps(mapped: str) -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]]:
    """What is left to do after the characters were mapped one by one; steps that would find nothing are left out."""
    if _may_join().search(mapped):
        yield _clusters(), _join
    if " " in mapped:
        yield _SPACE_BETWEEN_WORDS, lambda _: BREAK
        yield _SPACES, lambda _: ""
    yield _REPEATED, lambda match: match[0][0]


_SPACE_BETWEEN_WORDS = re.compile(f"(?<={_WORD}) +(?={_WORD})")
_SPACES = re.compile(" +")
_REPEATED = re.compile(f"{BREAK}{BREAK}+|{PARAGRAPH}{PARAGRAPH}+")
_ENDS = re.compile(f"\\A{PARAGRAPH}+|{PARAGRAPH}+\\Z")
_HANGUL_PARTS = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"


def _join(match: re.Match[str]) -> str:
    """A character with its combining marks, composed; the marks go where there is no letter of a word for them."""
    return _orphans().sub("", _normal(match[0]))


@cache
def _orphans() -> re.Pattern[str]:
    return re.compile(f"(?<!{_WORD})[{_marks(0x20000)}]+")


@cache
def _clusters() -> re.Pattern[str]:
    """A character and what NFKC may join with it: combining marks, and the parts of Hangul syllables."""
    joining = _marks(0x20000) + _HANGUL_PARTS
    return re.compile(f"[^{joining}]?[{joining}]+", re.DOTALL)


@cache
def _may_join() -> re.Pattern[str]:
    """What every text with such a cluster contains. A class of BMP characters and one range is 30 times as fast."""
    return re.compile(f"[{_marks(0x10000)}{_HANGUL_PARTS}\U00010000-\U0010ffff]")


@cache
def _marks(end: int) -> str:
    """All combining marks below the code point `end`, as the inside of a character class."""
    return _ranges(code for code in range(end) if unicodedata.category(chr(code))[0] == "M")


def _ranges(codes: Iterator[int]) -> str:
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


def _edited(folded: Folded, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> Folded:
    """`pattern.sub`, with the offsets kept: what replaces a run stands where the whole run stood."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in pattern.finditer(folded.text):
        first, last, new = match.start(), match.end(), replace(match)
        text += [folded.text[done:first], new]
        starts += folded.starts[done:first]
        ends += folded.ends[done:first]
        starts += [folded.starts[first]] * len(new)
        ends += [folded.ends[last - 1]] * len(new)
        done = last
    if not done:
        return folded
    return Folded("".join([*text, folded.text[done:]]), [*starts, *folded.starts[done:]], [*ends, *folded.ends[done:]])
