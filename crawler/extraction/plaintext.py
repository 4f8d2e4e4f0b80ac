"""Text files: what was copied or saved from a page, cut into frame, title, dateline, body and foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from archive_api.document import Evidence, Kind
from archive_api.errors import UnreadableError
from crawler.extraction.chrome import crumbs, is_chrome, is_foot
from crawler.extraction.datelines import is_dateline, labelled
from crawler.extraction.encoding import Encoding, decode
from crawler.extraction.kinds import kinds
from crawler.extraction.numbers import document_number
from crawler.extraction.paragraphs import join, unbold, wrapped
from crawler.extraction.parts import Page, Parts

MARKDOWN = "text/markdown"
_MARKDOWN_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+]|>)[ \t]+", re.MULTILINE)
# a text has no control characters but tab, line feed, form feed and carriage return
_CONTROLS = tuple(chr(code) for code in range(32) if chr(code) not in "\t\n\x0c\r")
_MOST_NOISE = 0.02
"""A file with more characters lost or without meaning than one in fifty is no text; with fewer it is a damaged one."""
_GREETING = re.compile(r"(?:您|你)好[,，!！]?\s*欢迎(?:来到|光临|访问|进入)(?P<site>[^!！。,，]{2,30})[!！。]?.*")
_EDITOR = re.compile(
    r"^.{0,12}?(?:小编|编辑|我们)(?:精心)?(?:为|给|替)?(?:大家|您|你)?(?:整理|收集|搜集|带来|准备|分享|推荐)(?:了|的)?"
    r"(?P<title>.{4,60}?)[,，。;；!！](?:.{0,6}(?:供|希望|欢迎|请)).*$"
)
_FRAME = re.compile(
    r"(?:栏目名称|当前栏目|所属栏目|免费发(?:布)?信息|设为首页|加入收藏|网站首页|首页|登录|注册|站内搜索|搜索|联系我们|"
    r"网站地图|今天是.*|RSS订阅|手机版|下载本文|全文|正文)[:：]?"
)
_TAIL = re.compile(
    r"(?:扩展|推荐|相关|延伸|热门|猜你|最新|上一|下一|VIP|本文)\S{0,2}(?:搜索)?"
    r"(?:阅读|推荐|文章|链接|新闻|资讯|喜欢|内容|信息|搜索|标签|篇|条|来源|地址)(?:文章|列表)?(?:[:：].*)?|"
    r"扫一扫.{0,24}|友情链接.*|网友评论.*|Powered by.*|https?://\S+|返回(?:顶部|首页|列表)",
    re.IGNORECASE,
)
_SITE_BEHIND = re.compile(r"\s*[-_|－]\s*[^-_|\s]{2,15}(?:网|文库|在线|门户)$")
_ADDRESSED = re.compile(
    r"^(?:各|全|市|县|区|省|校|院|团|尊敬|同志|青年)[^。；]{1,80}[：:]$|^(?:各位|同志们|尊敬的).{0,40}[：:，,！!]$"
)
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[)）]|\d{1,2}[、.．](?!\d)|第[一二三]?[编章条])"
)
_HEAD = re.compile(
    r"^.{2,30}(?:文件|(?<!的)函|简报|内部资料|征求意见稿|第\s?\d{1,4}\s?期)$|^(?:签发人|密级|紧急程度)[:：].*$"
)
_LONGEST_TITLE = 90
_LONG = 60
_FIRST_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading:
    """A file that is not HTML, read: its parts, what became its body and why, and the encoding of its text."""

    parts: Parts
    body_evidence: Evidence
    encoding: Encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """What a file says: all its paragraphs, by which rule, out of how much; `form` is the file's, such as `pdf`.

    `flags`: `scanned` where most of its pages are pictures or show glyphs that no text stands behind.
    """

    paragraphs: tuple[str, ...]
    rule: str
    raw: str
    form: str
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Top:
    """What stands above the body, found line by line."""

    candidates: list[int] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    breadcrumb: tuple[str, ...] = ()
    site_name: str | None = None
    editors_title: str | None = None
    dateline: int | None = None
    body: int = 0


def read_text(page: Page) -> TextReading:
    """A plain text or Markdown file.

    UnreadableError: `no_text` where it holds no character of a text, `bad_encoding` where its bytes are none.
    """
    decoded = decode(page.body, page.declared_encoding)
    noise = decoded.replaced + sum(map(decoded.text.count, _CONTROLS))
    if noise > len(decoded.text) * _MOST_NOISE:
        raise UnreadableError(f"{page.url}: the bytes are text in no known encoding", reason="bad_encoding")
    text = _without_front_matter(decoded.text)
    bare = _without_marks(text) if page.media_type == MARKDOWN else unbold(text)
    lines = wrapped(bare.replace("\x0c", "\n").splitlines())
    parts = parts_of(page.url, join(lines))
    if noise:
        parts = replace(parts, flags=(*parts.flags, "bad_encoding"))
    if not parts.text and not parts.title:
        raise UnreadableError(f"{page.url}: the file holds no text", reason="no_text")
    return TextReading(
        parts=parts,
        body_evidence=Evidence(rule="text_lines", raw=f"{parts.text.count(chr(10)) + 1} paragraphs"),
        encoding=decoded.encoding,
    )


def _without_marks(text: str) -> str:
    """Markdown without the marks of bold text, lists and quotations; a single ** blots out a name, and stays."""
    return _LIST_MARK.sub("", _MARKDOWN_BOLD.sub(r"\1", text))


def reading_of(url: str, file: FileText) -> TextReading:
    """The text of a file as the parts of one publication."""
    return TextReading(
        parts=replace(parts_of(url, file.paragraphs), flags=file.flags),
        body_evidence=Evidence(rule=file.rule, raw=file.raw),
        encoding=Encoding(declared=None, used=file.form),
    )


def parts_of(url: str, paragraphs: Sequence[str]) -> Parts:
    """The parts of a text that is one publication, saved with its page's frame or without it.

    The title is the line above the dateline, or else the last short line above the body that names a kind, or else
    the first; a line beginning with —— belongs to it; without any, what the copier's own line calls it.
    """
    lines = [re.sub(r"^#{1,6}\s+", "", line) for line in paragraphs]
    is_marked = [line.startswith("# ") for line in paragraphs]
    top = _top(lines)
    title, evidence, used = _title(lines, top, is_marked)
    start = _body_start(top, used)
    end, foot = _foot(lines, start, top)
    tail = tuple(line for line in foot if is_dateline(line))
    footer = tuple(line for line in foot if line not in tail)
    return Parts(
        url=url,
        title=title,
        title_evidence=evidence,
        text="\n".join(lines[start:end]),
        head=tuple(top.head),
        tail=tail,
        breadcrumb=top.breadcrumb,
        site_name=top.site_name,
        footer=footer,
    )


def _top(lines: Sequence[str]) -> _Top:
    top = _Top()
    for index, line in enumerate(lines[:_FIRST_LINES]):
        if _is_dateline(line):
            top.head.append(line)
            top.dateline = index
        elif top.dateline is None and _takes_frame(top, line):
            continue
        elif top.dateline is not None or _is_body(line):
            top.body = index
            return top
        else:
            top.candidates.append(index)
    top.body = min(len(lines), _FIRST_LINES)
    return top


def _is_dateline(line: str) -> bool:
    """Whether a line tells date, source or readers; a breadcrumb, a column's name or today's date does not."""
    labels = {entry.label for entry in labelled(line)}
    return is_dateline(line) and not labels & {"breadcrumb", "column", "today", "title"}


def _takes_frame(top: _Top, line: str) -> bool:
    """Whether the line is the page's frame; what it says of site, column or title is kept."""
    if greeting := _GREETING.fullmatch(line):
        top.site_name = greeting["site"].strip()
        return True
    if editor := _EDITOR.match(line):
        top.editors_title = editor["title"].removeprefix("的").strip('《》“”" ')
        return True
    trail = crumbs(line) or _bare_trail(line)
    if trail:
        top.breadcrumb = tuple(part for entry in trail for part in entry.split())
        return True
    if document_number(line) or _HEAD.match(line):
        top.head.append(line)
        return True
    return bool(_FRAME.fullmatch(line)) or is_chrome(line)


def _bare_trail(line: str) -> tuple[str, ...]:
    """A breadcrumb without a label: 清岚在线 > 清岚新闻网."""
    parts = tuple(part for part in re.split(r"\s*[>＞»]+\s*", line.strip()) if part)
    return parts if len(parts) > 1 and len(line) <= _LONG and not re.search(r"[。，,；]", line) else ()


def _is_body(line: str) -> bool:
    # a title may shout or ask; it does not end in a full stop
    is_sentence = bool(re.search(r"[。；;]$" if len(line) < _LONG // 3 else r"[。；;！？]$", line))
    is_long = len(line) > _LONGEST_TITLE or (len(line) >= _LONG and bool(re.search(r"[。；]", line)))
    return is_sentence or is_long or bool(_ADDRESSED.match(line) or _NUMBERED.match(line))


def _title(lines: Sequence[str], top: _Top, is_marked: Sequence[bool]) -> tuple[str | None, Evidence, tuple[int, ...]]:
    chosen = _chosen(lines, top, is_marked)
    if not chosen:
        if top.editors_title:
            return top.editors_title, Evidence(rule="copiers_line", raw=top.editors_title), ()
        return None, Evidence(reason="no short line stands above the body"), ()
    rule = "above_dateline" if top.dateline is not None else "above_body"
    raw = "\n".join(lines[index] for index in chosen)
    title = _SITE_BEHIND.sub("", "".join(lines[index] for index in chosen))
    return (
        title.strip("《》") if title.count("《") == title.count("》") == 1 else title,
        Evidence(rule=rule, raw=raw),
        chosen,
    )


def _chosen(lines: Sequence[str], top: _Top, is_marked: Sequence[bool]) -> tuple[int, ...]:
    candidates = [index for index in top.candidates if top.dateline is None or index < top.dateline]
    if not candidates:
        return ()
    marked = [index for index in candidates if is_marked[index]]
    naming = [index for index in candidates if kinds(lines[index], "")[0]]
    best = (marked or ([candidates[-1]] if top.dateline is not None else naming) or candidates[:1])[-1]
    first = best
    while first - 1 in candidates and _belongs_to_next(lines[first - 1], lines[first]):
        first -= 1
    last = best
    while last + 1 in candidates and re.match(r"[—―-]{2}", lines[last + 1]):
        last += 1
    return tuple(range(first, last + 1))


def _belongs_to_next(line: str, following: str) -> bool:
    """A title broken over lines: before a sub-title, or a beginning that waits for its last word."""
    if re.match(r"[—―-]{2}", following):
        return True
    is_begun = bool(re.search(r"关于|印发|转发|^共青团.{2,20}(?:委|委员会)$", line))
    named = {one.kind for one in kinds(line, "")[0]}
    return is_begun and named <= {Kind.NEWS} and bool(kinds(following, "")[0])


def _body_start(top: _Top, used: Sequence[int]) -> int:
    """The line after title and dateline: short lines between the title and a body without dateline are the body's."""
    if top.dateline is not None or not used:
        return top.body
    return used[-1] + 1


def _foot(lines: Sequence[str], start: int, top: _Top) -> tuple[int, list[str]]:
    """Where the body ends, and the lines below it: related reading, the site's foot, the names of its columns."""
    last_long = max(
        (i for i in range(start, len(lines)) if len(lines[i]) >= _LONG and not is_foot(lines[i])), default=start
    )
    end = next((i for i in range(last_long + 1, len(lines)) if _TAIL.fullmatch(lines[i])), len(lines))
    while end > start and _is_below(lines[end - 1], top):
        end -= 1
    names = (*top.breadcrumb, top.site_name or "")
    while start < end < len(lines) and any(lines[end - 1] in name for name in names):
        end -= 1
    return end, list(lines[end:])


def _is_below(line: str, top: _Top) -> bool:
    is_sites = bool(top.site_name) and (top.site_name or "") in line and len(line) < _LONG
    return is_sites or is_foot(line) or is_chrome(line) or bool(_TAIL.fullmatch(line)) or is_dateline(line)


def _without_front_matter(text: str) -> str:
    match = re.match(r"\ufeff?---\r?\n.*?\r?\n---\r?\n", text, re.DOTALL)
    return text[match.end() :] if match else text
