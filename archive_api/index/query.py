"""The query language, read into a neutral tree that each engine compiles.

    query   = group ("OR" group)*
    group   = part ("AND"? part)*                   side by side is AND
    part    = ("NOT" | "-") part | field part | "(" query ")" | near | term
    near    = "NEAR" ("/" number)? "(" term "," term ")"
    term    = word | word "*" | "…" | "…" "*"
    field   = "title:" | "text:" | "issuer:" | "number:"

What binds tighter, in order: a field's name, NOT and `-`, AND (written or not), OR. So `甲 乙 OR NOT 丙 丁` is
`(甲 乙) OR ((NOT 丙) 丁)`, and `title:甲 乙` looks for 乙 everywhere. A field's name holds for what follows right after
it, a parenthesis too; one inside it takes its place.

Keywords are upper case. Everything has its full-width form: （ ） “ ” 「 」 『 』 － ： ＊ ， 、 　 ＯＲ ＮＥＡＲ／５.
A word is a phrase: 志愿服务 stands in the text exactly so. A mark in a word or a phrase matches any run of marks, there
and nowhere else; `-` is an operator only before a word, a comma only between NEAR's parentheses. Within quotation marks
everything is text. Without a field, a term stands in the title or in the text; `issuer:` is who issued it, as printed
or normalised; `number:` the document's number (发文字号).

A `*` right after a term that ends in a Latin letter or a digit stands for the rest of that word, if there is any:
`vol*`, `"green vol"*`. Two of them are marks, as in masked names. `NEAR/n(甲, 乙)` holds where both stand in the same
field, in either order, not overlapping, with at most n characters of the folded text between them: spaces that folding
drops do not count, a run of marks counts one, so does a paragraph's end, which may lie between them. `NEAR(甲, 乙)` is
`NEAR/10(甲, 乙)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast

from archive_api.errors import QueryError
from archive_api.index.analysis import LONGEST_PREFIX, fold_term, is_only_marks, is_word, units
from archive_api.index.lexing import Mark, Token, fail, tokens

LONGEST_QUERY = 10_000
"""Characters; a longer query is refused."""

DEEPEST_QUERY = 50
"""Parentheses and negations inside each other; deeper ones are refused."""

NEAR_DISTANCE, LARGEST_DISTANCE = 10, 50
"""Characters: what NEAR without a number means, and the most that it may be told."""

MOST_NEARS = 20
"""NEARs in one query; each may cost a hundred phrases."""

Field = Literal["title", "text", "issuer", "number"]


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query: every document."""


@dataclass(frozen=True, slots=True)
class Term:
    """A folded phrase of at least one Han character or word, in one field, or in title or text.

    The last word of a prefix may go on.
    """

    folded: str
    field: Field | None = None
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two folded phrases in one field, in either order, apart, with at most so many folded characters between them."""

    one: str
    other: str
    distance: int
    field: Field | None = None


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


Node = Everything | Term | Near | And | Or | Not


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
    try:
        if len(text) > LONGEST_QUERY:
            raise fail(
                f"查询超过 {LONGEST_QUERY} 个字符", f"a query has at most {LONGEST_QUERY} characters", LONGEST_QUERY
            )
        return _Parser(list(tokens(text)), len(text)).query()
    except QueryError as error:
        error.query = text
        raise


def canonical(node: Node) -> str:
    """The tree written as a query that parses to the same tree."""
    match node:
        case Everything():
            return ""
        case Term(folded, field, is_prefix):
            return f'{_named(field)}"{folded}"{"*" if is_prefix else ""}'
        case Near(one, other, distance, field):
            return f'{_named(field)}NEAR/{distance}("{one}", "{other}")'
        case And(parts):
            return " ".join(f"({canonical(part)})" if isinstance(part, And | Or) else canonical(part) for part in parts)
        case Or(parts):
            return " OR ".join(f"({canonical(part)})" if isinstance(part, Or) else canonical(part) for part in parts)
        case Not(part):
            return f"NOT ({canonical(part)})" if isinstance(part, And | Or) else f"NOT {canonical(part)}"


def positive_terms(node: Tree, *, positive: bool = True) -> Iterator[Term | Near]:
    """The terms that speak for a document, in order: those under no NOT, or under an even number of them."""
    match node:
        case Term() | Near() if positive:
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from positive_terms(part, positive=positive)
        case Not(part):
            yield from positive_terms(part, positive=not positive)
        case Related(words):
            yield from (Term(word.folded) for word in words)


def _named(field: Field | None) -> str:
    return f"{field}:" if field else ""


_TERMS: set[Mark | None] = {"term", "phrase", "prefix"}
_MOST_DIGITS = 4


class _Parser:
    """Recursive descent over the tokens; every method returns the node that begins at the next token."""

    def __init__(self, tokens: list[Token], length: int) -> None:
        self._tokens = tokens
        self._next = 0
        self._end = length + 1
        self._field: Field | None = None
        self._nears = 0

    def query(self) -> Node:
        if not self._tokens:
            return Everything()
        node = self._alternatives(0)
        if self._next < len(self._tokens):
            raise fail("多余的右括号", "nothing was opened that this could close", self._column())
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
            raise fail(f"嵌套超过 {DEEPEST_QUERY} 层", f"nested more than {DEEPEST_QUERY} deep", self._column())
        if self._take("NOT"):
            return Not(self._part(depth + 1))
        if token := self._take("field"):
            return self._in_field(token, depth)
        if token := self._take("("):
            return self._parenthesised(token, depth)
        if token := self._take("NEAR"):
            return self._near(token)
        token = self._term("这里缺少查询词", "a term is missing here")
        return Term(_folded(token), self._field, is_prefix=token.mark == "prefix")

    def _in_field(self, name: Token, depth: int) -> Node:
        if self._peek() not in _TERMS | {"(", "NEAR"} or self._column() != name.end:
            raise fail(f"{name.text}: 后面要紧跟查询词", f"{name.text}: needs a term right after it", name.column)
        outer, self._field = self._field, cast("Field", name.text)
        node = self._part(depth + 1)
        self._field = outer
        return node

    def _parenthesised(self, opened: Token, depth: int) -> Node:
        node = self._alternatives(depth + 1)
        if not self._take(")"):
            raise fail("括号没有结束", "this parenthesis is never closed", opened.column)
        return node

    def _near(self, near: Token) -> Node:
        self._nears += 1
        if self._nears > MOST_NEARS:
            raise fail(f"NEAR 超过 {MOST_NEARS} 个", f"more than {MOST_NEARS} NEARs in one query", near.column)
        distance = _distance(near)
        opened = self._take("(")
        assert opened, "a NEAR is a token only before a parenthesis"
        one = self._operand()
        if not self._take(","):
            raise self._not_two(
                "这里缺少逗号；有空格的词组请加引号", "a comma is missing; quote a phrase with spaces", opened
            )
        other = self._operand()
        if self._peek() == ",":
            raise fail("NEAR 只比较两个词", "NEAR takes two terms: write NEAR/5(a, b) NEAR/5(b, c)", self._column())
        if not self._take(")"):
            raise self._not_two("有空格的词组请加引号", "quote a phrase with spaces", opened)
        return Near(one, other, distance, self._field)

    def _operand(self) -> str:
        token = self._term("NEAR 的括号里是两个词或词组", "NEAR takes two words or phrases, nothing else")
        if token.mark == "prefix":
            raise fail("NEAR 里不能用 *", "no * inside NEAR", token.end - 1)
        return _folded(token)

    def _not_two(self, chinese: str, english: str, opened: Token) -> QueryError:
        if self._peek() is None:
            return fail("括号没有结束", "this parenthesis is never closed", opened.column)
        return fail(chinese, english, self._column())

    def _term(self, chinese: str, english: str) -> Token:
        if self._peek() not in _TERMS:
            raise fail(chinese, english, self._column())
        self._next += 1
        return self._tokens[self._next - 1]

    def _peek(self) -> Mark | None:
        return self._tokens[self._next].mark if self._next < len(self._tokens) else None

    def _take(self, mark: Mark) -> Token | None:
        if self._peek() != mark:
            return None
        self._next += 1
        return self._tokens[self._next - 1]

    def _column(self) -> int:
        return self._tokens[self._next].column if self._next < len(self._tokens) else self._end


def _folded(token: Token) -> str:
    folded = fold_term(token.text)
    if is_only_marks(folded):
        raise fail("查询词里只有标点", "this term has nothing but marks", token.column)
    if token.mark != "prefix":
        return folded
    star = token.end - 1
    if not is_word(folded[-1]):
        raise fail(
            "* 只能接在拉丁字母或数字后面；汉字词本来就可在任何位置",
            "a * may only follow a Latin letter or a digit; Chinese terms match anywhere as they are",
            star,
        )
    if len(units(folded)[-1]) > LONGEST_PREFIX:
        raise fail(f"* 前超过 {LONGEST_PREFIX} 个字符", f"more than {LONGEST_PREFIX} characters before the *", star)
    return folded


def _distance(near: Token) -> int:
    if not near.text:
        return NEAR_DISTANCE
    if not re.fullmatch("/[0-9]+", near.text):
        raise fail("NEAR/ 后面要有数字", "NEAR/ needs a whole number", near.column)
    digits = near.text[1:].lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS or int(digits) > LARGEST_DISTANCE:
        raise fail(
            f"NEAR 的距离最多 {LARGEST_DISTANCE} 个字符",
            f"NEAR reaches at most {LARGEST_DISTANCE} characters",
            near.column,
        )
    return int(digits)
