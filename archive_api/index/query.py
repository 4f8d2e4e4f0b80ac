"""The query language, read into a neutral tree that each engine compiles.

    query   = group ("OR" group)*
    group   = part ("AND"? part)*                   side by side is AND, and binds tighter than OR
    part    = ("NOT" | "-") part | "title:" part | "(" query ")" | "…" | word

Keywords are upper case. Everything has its full-width form: （ ） “ ” 「 」 『 』 － ： 　 ＯＲ. A word is a phrase:
志愿服务 stands in the text exactly so. A mark in a word or a phrase matches any run of marks, there and nowhere else;
`-` is an operator only before a word. Within quotation marks everything is text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive_api.errors import QueryError
from archive_api.index.analysis import fold_term, is_only_marks

LONGEST_QUERY = 10_000
"""Characters; a longer query is refused."""

DEEPEST_QUERY = 50
"""Parentheses and negations inside each other; deeper ones are refused."""


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query: every document."""


@dataclass(frozen=True, slots=True)
class Term:
    """A folded phrase of at least one Han character or word, in the title or the text, or in the title alone."""

    folded: str
    field: Literal["title"] | None = None


@dataclass(frozen=True, slots=True)
class And:
    """Documents in which all of at least two parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Documents in which any of at least two parts holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """All documents but those in which the part holds."""

    part: Node


Node = Everything | Term | And | Or | Not


@dataclass(frozen=True, slots=True)
class Weighted:
    """A folded word of a question, what it weighs, and how many documents hold it."""

    folded: str
    weight: int
    documents: int


@dataclass(frozen=True, slots=True)
class Related:
    """Documents holding words that weigh `need` together; words and `pairs` rank them. No query is parsed to one."""

    words: tuple[Weighted, ...]
    need: int
    pairs: tuple[str, ...]


Tree = Node | Related


def parse(text: str) -> Node:
    """The query's tree; a QueryError with the column for whatever has none."""
    if len(text) > LONGEST_QUERY:
        raise _error(
            f"查询超过 {LONGEST_QUERY} 个字符", f"a query has at most {LONGEST_QUERY} characters", LONGEST_QUERY
        )
    return _Parser(list(_tokens(text)), len(text)).query()


def canonical(node: Node) -> str:
    """The tree written as a query that parses to the same tree."""
    match node:
        case Everything():
            return ""
        case Term(folded, field):
            return f'{field}:"{folded}"' if field else f'"{folded}"'
        case And(parts):
            return " ".join(f"({canonical(part)})" if isinstance(part, And | Or) else canonical(part) for part in parts)
        case Or(parts):
            return " OR ".join(f"({canonical(part)})" if isinstance(part, Or) else canonical(part) for part in parts)
        case Not(part):
            return f"NOT ({canonical(part)})" if isinstance(part, And | Or) else f"NOT {canonical(part)}"


def positive_terms(node: Tree, *, positive: bool = True) -> Iterator[Term]:
    """The terms that speak for a document, in order: those under no NOT, or under an even number of them."""
    match node:
        case Term() if positive:
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_terms(part, positive=positive)
        case Not(part):
            yield from positive_terms(part, positive=not positive)
        case Related(words):
            yield from (Term(word.folded) for word in words)


_Mark = Literal["term", "phrase", "(", ")", "OR", "AND", "NOT", "title:"]

_OPEN, _CLOSE, _MINUS, _COLON = "(（﹙", ")）﹚", "-－﹣−", ":：﹕"
_QUOTES = {'"': '"＂', "＂": '"＂', "“": "”“", "”": "”“", "「": "」", "『": "』"}
_CLOSING_ONLY = "」』"
_WORD_END = re.compile(rf"[\s{_OPEN}{_CLOSE}{''.join(_QUOTES)}{_CLOSING_ONLY}]")
_NEAR = re.compile(r"NEAR(/\d*)?")
_PREFIXED = re.compile(r".*[^\W_]\*", re.DOTALL)
_OTHER_FIELDS = {
    "attachment",
    "author",
    "column",
    "flag",
    "id",
    "issuer",
    "kind",
    "level",
    "number",
    "origin",
    "period",
}
_OTHER_FIELDS |= {"published", "region", "seq", "source", "state", "text", "url", "written", "year"}


@dataclass(frozen=True, slots=True)
class _Token:
    mark: _Mark
    text: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        character, column = text[at], at + 1
        if character.isspace():
            at += 1
        elif character in _OPEN + _CLOSE:
            yield _Token("(" if character in _OPEN else ")", character, column)
            at += 1
        elif character in _QUOTES:
            end = _closing(text, at)
            yield _Token("phrase", text[at + 1 : end], column)
            at = end + 1
        elif character in _CLOSING_ONLY:
            raise _error(f"{character} 没有对应的开头", f"nothing was opened that {character} could close", column)
        elif _is_negation(text, at):
            yield _Token("NOT", character, column)
            at += 1
        else:
            token, at = _word(text, at)
            yield token


def _closing(text: str, at: int) -> int:
    closing = _QUOTES[text[at]]
    for end in range(at + 1, len(text)):
        if text[end] in closing:
            return end
    raise _error("引号没有结束", "this quotation mark is never closed", at + 1)


def _is_negation(text: str, at: int) -> bool:
    following = text[at + 1 : at + 2]
    return text[at] in _MINUS and following not in _MINUS + _CLOSE and not following.isspace()


def _word(text: str, at: int) -> tuple[_Token, int]:
    found = _WORD_END.search(text, at)
    end = found.start() if found else len(text)
    word, column = text[at:end], at + 1
    plain = unicodedata.normalize("NFKC", word)
    match plain:
        case "OR" | "AND" | "NOT":
            return _Token(plain, word, column), end
    name = re.match(rf"(\w+)[{_COLON}]", word)
    if name:
        field = unicodedata.normalize("NFKC", name[1]).lower()
        if field == "title":
            return _Token("title:", name[0], column), at + name.end()
        if field in _OTHER_FIELDS:
            raise _error(
                f"不认识 {name[0]} 前缀；要查这几个字请加引号", f"no field {name[0]} here; quote it to find it", column
            )
    if _NEAR.fullmatch(plain):
        raise _error("暂不支持 NEAR；要查这个词请加引号", "NEAR is not understood; quote it to find the word", column)
    if _PREFIXED.fullmatch(plain):
        raise _error("暂不支持以 * 结尾的前缀查询", "a trailing * is not understood; quote it to find a mark", end)
    return _Token("term", word, column), end


class _Parser:
    """Recursive descent over the tokens; every method returns the node that begins at the next token."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._next = 0
        self._end = length + 1
        self._field: Literal["title"] | None = None

    def query(self) -> Node:
        if not self._tokens:
            return Everything()
        node = self._alternatives(0)
        if self._next < len(self._tokens):
            raise _error("多余的右括号", "nothing was opened that this could close", self._column())
        return node

    def _alternatives(self, depth: int) -> Node:
        parts = [self._group(depth)]
        while self._take("OR"):
            parts.append(self._group(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _group(self, depth: int) -> Node:
        parts = [self._part(depth)]
        while self._take("AND") or self._peek() not in {"OR", ")", None}:
            parts.append(self._part(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _part(self, depth: int) -> Node:
        if depth > DEEPEST_QUERY:
            raise _error(f"嵌套超过 {DEEPEST_QUERY} 层", f"nested more than {DEEPEST_QUERY} deep", self._column())
        if self._take("NOT"):
            return Not(self._part(depth + 1))
        if self._take("title:"):
            return self._in_title(depth)
        if self._take("("):
            return self._parenthesised(depth)
        return self._term()

    def _in_title(self, depth: int) -> Node:
        before = self._tokens[self._next - 1]
        if self._peek() not in {"term", "phrase", "("} or self._column() != before.column + len(before.text):
            raise _error("title: 后面要紧跟查询词", "title: needs a term right after it", before.column)
        outer, self._field = self._field, "title"
        node = self._part(depth + 1)
        self._field = outer
        return node

    def _parenthesised(self, depth: int) -> Node:
        opened = self._tokens[self._next - 1].column
        node = self._alternatives(depth + 1)
        if not self._take(")"):
            raise _error("括号没有结束", "this parenthesis is never closed", opened)
        return node

    def _term(self) -> Node:
        if self._peek() not in {"term", "phrase"}:
            raise _error("这里缺少查询词", "a term is missing here", self._column())
        token = self._tokens[self._next]
        self._next += 1
        folded = fold_term(token.text)
        if is_only_marks(folded):
            raise _error("查询词里只有标点", "this term has nothing but marks", token.column)
        return Term(folded, self._field)

    def _peek(self) -> _Mark | None:
        return self._tokens[self._next].mark if self._next < len(self._tokens) else None

    def _take(self, mark: _Mark) -> bool:
        if self._peek() != mark:
            return False
        self._next += 1
        return True

    def _column(self) -> int:
        return self._tokens[self._next].column if self._next < len(self._tokens) else self._end


def _error(chinese: str, english: str, column: int) -> QueryError:
    """Whoever shows the error shows its column beside the message."""
    return QueryError(f"{chinese} / {english}", column=column)
