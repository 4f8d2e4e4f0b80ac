"""A query cut into tokens: terms, phrases, operators, each with the column that it begins at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive_api.errors import QueryError

Mark = Literal["term", "phrase", "prefix", "(", ")", ",", "OR", "AND", "NOT", "NEAR", "field"]

_OPEN, _CLOSE, _MINUS, _COLON, _STAR, _COMMA = "(（﹙", ")）﹚", "-－﹣−", ":：﹕", "*＊﹡", ",，、﹐﹑､"
_QUOTES = {'"': '"＂', "＂": '"＂', "“": "”“", "”": "”“", "「": "」", "『": "』"}
_CLOSING_ONLY = "」』"
_ENDING = rf"\s{_OPEN}{_CLOSE}{''.join(_QUOTES)}{_CLOSING_ONLY}"
_WORD_END = re.compile(f"[{_ENDING}]")
_OPERAND_END = re.compile(f"[{_ENDING}{_COMMA}]")
_FIELD = re.compile(rf"(\w+)[{_COLON}]")
_PREFIXED = re.compile(r".*[^\W_]\*", re.DOTALL)
FIELDS = {"title", "text", "issuer", "number"}
_NO_FIELDS = {"attachment", "author", "column", "flag", "id", "kind", "level", "origin", "period", "published"}
_NO_FIELDS |= {"region", "seq", "source", "state", "url", "written", "year"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `end` is the column after its last character, `text` what it says without its marks."""

    mark: Mark
    text: str
    column: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """The query's tokens, in order; a QueryError for what is none. Only between NEAR's parentheses is a comma one."""
    at, is_near = 0, False
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at, is_near=is_near)
        is_near = token.mark == "NEAR" or (is_near and token.mark != ")")
        yield token
        at = token.end - 1


def fail(chinese: str, english: str, column: int) -> QueryError:
    """The error; whoever shows it shows its column beside the message."""
    return QueryError(f"{chinese} / {english}", column=column)


def _token(text: str, at: int, *, is_near: bool) -> Token:
    character, column = text[at], at + 1
    if character in _OPEN:
        return Token("(", character, column, column + 1)
    if character in _CLOSE:
        return Token(")", character, column, column + 1)
    if is_near and character in _COMMA:
        return Token(",", character, column, column + 1)
    if character in _QUOTES:
        return _phrase(text, at)
    if character in _CLOSING_ONLY:
        raise fail(f"{character} 没有对应的开头", f"nothing was opened that {character} could close", column)
    if _is_negation(text, at):
        return Token("NOT", character, column, column + 1)
    found = (_OPERAND_END if is_near else _WORD_END).search(text, at)
    return _word(text, at, found.start() if found else len(text))


def _phrase(text: str, at: int) -> Token:
    closing = _QUOTES[text[at]]
    end = next((end for end in range(at + 1, len(text)) if text[end] in closing), None)
    if end is None:
        raise fail("引号没有结束", "this quotation mark is never closed", at + 1)
    after = text[end + 1 : end + 3]
    if after and after[0] in _STAR and after[1:] not in [*_STAR]:
        return Token("prefix", text[at + 1 : end], at + 1, end + 3)
    return Token("phrase", text[at + 1 : end], at + 1, end + 2)


def _is_negation(text: str, at: int) -> bool:
    following = text[at + 1 : at + 2]
    return text[at] in _MINUS and following not in _MINUS + _CLOSE and not following.isspace()


def _word(text: str, at: int, end: int) -> Token:
    word, column = text[at:end], at + 1
    plain = unicodedata.normalize("NFKC", word)
    match plain:
        case "OR" | "AND" | "NOT":
            return Token(plain, word, column, end + 1)
    if name := _FIELD.match(word):
        field = unicodedata.normalize("NFKC", name[1]).lower()
        if field in FIELDS:
            return Token("field", field, column, at + name.end() + 1)
        if field in _NO_FIELDS:
            raise fail(
                f"没有 {name[0]} 这个前缀；要查这几个字请加引号",
                f"no field {name[0]} here; quote it to find it",
                column,
            )
    if plain == "NEAR" or plain.startswith("NEAR/"):
        return _near(text, plain, column, end)
    if _PREFIXED.fullmatch(plain) and word[-1] in _STAR:
        return Token("prefix", word[:-1], column, end + 1)
    return Token("term", word, column, end + 1)


def _near(text: str, plain: str, column: int, end: int) -> Token:
    following = text[end:].lstrip()
    if not following or following[0] not in _OPEN:
        raise fail(
            "NEAR 后面要有括号：NEAR/5(志愿, 服务)；要查这个词请加引号",
            "NEAR needs two terms in parentheses: NEAR/5(a, b); quote it to find the word",
            column,
        )
    return Token("NEAR", plain.removeprefix("NEAR"), column, end + 1)
