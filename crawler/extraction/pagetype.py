"""What sort of page it is: an article, a list, a home page, or something that is no publication. With the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from crawler.extraction.marks import Mark, fold, names_a_date
from crawler.extraction.outline import Element, Outline
from crawler.extraction.regions import Body
from crawler.extraction.rows import Block

_SHORTEST_DATED = 12
# how many times its length a dated body counts against rows
DATED_STRENGTH = 6
_SHORTEST_UNDATED = 60
_LONG_UNDATED = 150
_BRACKETED = re.compile(r"\([^()]*\)$")
_SOFT_404_LENGTH = 2000
_SHELL_LENGTH = 120
_HOME_BLOCKS = 3
_SOFT_404 = re.compile(
    r"找不到(?:该|此|您)?.{0,8}(?:页|文件|网页|内容|资源)|错误页面|"
    r"(?:页面|网页|文章|信息|内容|链接)(?:已|可能)?.{0,4}(?:不存在|被删除|已删除|不见了|走丢)|"
    r"(?:该|此)?(?:内容|文章)已被(?:发布者)?删除|404\s*(?:not found|错误|-)|无法(?:找到|显示)(?:该|此)?(?:页|网页)|"
    r"运行时错误|Server Error in",
    re.IGNORECASE,
)
# a message that a reader meets first, not a paragraph that mentions one
_MESSAGE_LENGTH = 60
_MESSAGE_LINES = 40
_APP = re.compile(r"\b(?:app|root|__next|__nuxt)\b", re.IGNORECASE)


class PageType(StrEnum):
    """The sorts of page."""

    ARTICLE = "article"
    LIST = "list"
    HOME = "home"  # several lists, side by side
    COLUMN = "column"  # a column's own single page: duties, contacts
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the type is told from. `weight` is the body's plain text outside rows; `menu` is folded.

    `is_agreed`: <title> or a meta tag says the title too, and the heading is no name of site or column.
    """

    title: str | None
    is_agreed: bool
    is_meta_article: bool
    is_dated: bool
    weight: float
    pictures: int
    files: int
    has_lines: bool
    crumb: tuple[str, ...]
    menu: frozenset[str]
    blocks: tuple[Block, ...]


def page_type(facts: Facts) -> tuple[PageType, str]:
    """The type and a short stable word for why."""
    rows = facts.blocks[0] if facts.blocks else None
    score = rows.score if rows else 0.0
    if (
        facts.title
        and (facts.is_dated or facts.is_meta_article)
        and facts.weight >= _SHORTEST_DATED
        and not _is_list(facts, score)
    ):
        return PageType.ARTICLE, "meta_article" if facts.is_meta_article else "dated_body"
    if rows and _is_list(facts, score) and not _only_shows(facts, rows):
        return _list(facts)
    if facts.title and facts.weight >= _SHORTEST_UNDATED:
        return _undated(facts)
    if facts.title and facts.is_dated and (facts.pictures or facts.files or facts.has_lines):
        return PageType.ARTICLE, "files_only" if facts.files or facts.has_lines else "pictures_only"
    if rows:
        return _list(facts)
    return PageType.OTHER, "no_body"


def _is_list(facts: Facts, score: float) -> bool:
    """Whether the rows outweigh the plain text: by far where the page is dated like an article."""
    strength = DATED_STRENGTH if facts.is_meta_article or facts.is_dated else 1
    return score > 0 and facts.weight * strength < score


def _only_shows(facts: Facts, rows: Block) -> bool:
    """Whether a dated page with its own title has files or pictures for a text, and beside them rows without dates."""
    return bool(facts.is_agreed and facts.is_dated and (facts.files or facts.pictures)) and rows.dated * 2 < rows.count


def _list(facts: Facts) -> tuple[PageType, str]:
    open_blocks = [block for block in facts.blocks if not block.framed]
    shapes = {block.shape for block in open_blocks}
    best = facts.blocks[0]
    others = sum(block.count for block in open_blocks[1:] if block.shape != best.shape)
    if len(open_blocks) >= _HOME_BLOCKS and len(shapes) > 0 and not facts.crumb and others > best.count:
        return PageType.HOME, "several_lists"
    return PageType.LIST, "rows"


def _undated(facts: Facts) -> tuple[PageType, str]:
    assert facts.title is not None
    title = fold(facts.title)
    if facts.crumb and fold(facts.crumb[-1]) in {title, _BRACKETED.sub("", title)}:
        return PageType.COLUMN, "title_is_column"
    if title in facts.menu:
        return PageType.COLUMN, "title_in_menu"
    if facts.crumb:
        return PageType.ARTICLE, "body_under_column"
    if facts.is_agreed and facts.weight >= _LONG_UNDATED:
        return PageType.ARTICLE, "body_under_own_title"
    return PageType.OTHER, "undated_without_column"


def special(page: Outline, html_length: int) -> str | None:
    """Why a page is no publication whatever its layout: a login, an error, a shell for scripts to fill; else None."""
    text_length = sum(len(line.text) for line in page.lines)
    messages = (line.text for line in page.lines[:_MESSAGE_LINES] if len(line.text) < _MESSAGE_LENGTH)
    if text_length < _SOFT_404_LENGTH and any(map(_SOFT_404.search, messages)):
        return "soft_404"
    if _is_login(page.root, text_length):
        return "login"
    if text_length < _SHELL_LENGTH and html_length > text_length and is_shell(page.root):
        return "js_shell"
    return None


def _is_login(root: Element, text_length: int) -> bool:
    """A password field on a page that says little else."""
    return text_length < 400 and any((field.get("type") or "").lower() == "password" for field in root.iter("input"))  # noqa: PLR2004  # a portal with a login box says more


def is_shell(root: Element) -> bool:
    """Whether the page has an empty root for a script to fill, or a script that sends the reader elsewhere."""
    if not any(script.get("src") or "location" in (script.text or "") for script in root.iter("script")):
        return False
    holders = [element for element in root.iter("div") if _APP.fullmatch(element.get("id") or "")]
    redirects = any(
        re.search(r"location(?:\.href)?\s*=|location\.replace", script.text or "") for script in root.iter("script")
    )
    return bool(holders) or redirects


def menu_of(page: Outline, kinds: list[Mark], own: frozenset[int]) -> frozenset[str]:
    """The folded texts of the site's menus: short lines that are links, outside the rows of lists."""
    return frozenset(
        fold(line.text)
        for number, (line, kind) in enumerate(zip(page.lines, kinds, strict=True))
        if kind is Mark.LINK and number not in own and len(line.text) <= 14  # noqa: PLR2004  # a menu's entry is a name
    )


def is_dated(page: Outline, kinds: list[Mark], found: Body | None, title_line: int | None) -> bool:
    """Whether a dateline with a date heads the body, stands under the title, or closes it."""
    if found is None or not found.lines:
        start = title_line if title_line is not None else 0
        near = range(start, min(start + 5, len(kinds)))
    else:
        first, last = found.lines[0], found.lines[-1]
        near = range(max(0, first - 6), min(last + 4, len(kinds)))
    own = frozenset(found.lines) if found else frozenset[int]()
    return any(kinds[n] is Mark.DATELINE and n not in own and names_a_date(page.lines[n].text) for n in near)
