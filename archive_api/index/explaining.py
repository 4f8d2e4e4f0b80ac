"""How a query was read, folded and compiled: for a reader who wonders why a document is found, or is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive_api.index.base import Engine, Explanation, Query
from archive_api.index.query import And, Everything, Near, Node, Not, Or, Related, Term, Tree
from archive_api.index.related import canonical_text

_FIELDS = {
    None: "标题或正文 title or text",
    "title": "标题 title",
    "text": "正文 text",
    "issuer": "发文机关 issuer",
    "number": "发文字号 document number",
}
_STEP = "  "


def explained(query: Query, tree: Tree, compiled: str, engine: Engine) -> Explanation:
    """The explanation of a query that was read to this tree."""
    return Explanation(
        text=query.text, folded=canonical_text(query), tree=tuple(_lines(tree)), engine=engine, compiled=compiled
    )


def indented(text: str, names: dict[str, str]) -> str:
    """What tantivy says of a query, a line for each part, with its fields' names instead of their numbers."""
    text = re.sub(r", minimum_number_should_match: [01]\b|, regexes: \w+\(\w+\)|, max_expansions: \d+", "", text)
    text = re.sub(r"\b[Ff]ield(?:=|: Field\()(\d+)\)?", lambda match: f"field {names.get(match[1], match[1])}", text)
    text = re.sub(r", type=\w+", "", text).replace("BooleanQuery { subqueries: ", "BooleanQuery { ")
    lines: list[str] = [""]
    depth, quoted = 0, False
    for before, character in zip(" " + text, text, strict=False):
        quoted ^= character == '"' and before != "\\"
        if quoted or character not in "[]":
            # a part begins after the comma of the one before it
            if not quoted and character == "(" and lines[-1].endswith(", ") and depth:
                lines[-1] = lines[-1].rstrip()
                lines.append(_STEP * depth)
            lines[-1] += character
        elif character == "[":
            depth += 1
            lines[-1] += character
            lines.append(_STEP * depth)
        else:
            depth -= 1
            lines.append(_STEP * depth + character)
    return "\n".join(line for line in lines if line.strip())


def _lines(tree: Tree) -> Iterator[str]:
    if not isinstance(tree, Related):
        yield from _node(tree)
        return
    yield f"相关：下列词合计分量不少于 {tree.need} related: words that weigh {tree.need} together"
    for word in tree.words:
        yield f"{_STEP}“{word.folded}” 分量 weight {word.weight}，{word.documents} 篇 documents"


def _node(node: Node) -> Iterator[str]:
    match node:
        case Everything():
            yield "全部 every document"
        case Term(folded, field, is_prefix):
            what = "含此开头的词 contains a word that begins so" if is_prefix else "含 contains"
            yield f"{what}：“{folded}”（{_FIELDS[field]}）"
        case Near(one, other, distance, field):
            yield f"相距不过 {distance} 字 within {distance} characters：“{one}”、“{other}”（{_FIELDS[field]}）"
        case And(parts):
            yield from _group("且 all of", parts)
        case Or(parts):
            yield from _group("或 any of", parts)
        case Not(part):
            yield from _group("非 not", (part,))


def _group(name: str, parts: tuple[Node, ...]) -> Iterator[str]:
    yield name
    for part in parts:
        yield from (_STEP + line for line in _node(part))
