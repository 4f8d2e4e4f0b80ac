"""What all families share: a home page, lists cut into pages, articles, attachments."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar, Protocol

from tests.simulator.model import Answer, Article, Asked, Column

PER_PAGE = 6


class View(Protocol):
    """What a family may know of the site that it renders."""

    @property
    def owner(self) -> str:
        """The site's owner, 共青团…委."""

    @property
    def variant(self) -> int:
        """Which of the family's templates: 0 or 1."""

    @property
    def design(self) -> int:
        """How often the site was redesigned."""

    @property
    def charset(self) -> str:
        """What pages declare of themselves."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in their order."""

    def rows(self, column: Column) -> list[Article]:
        """The rows of a column's list: pinned first, then by date, newest first."""

    def session(self, path: str) -> str:
        """The address with a session id, on sites that have them."""

    @property
    def has_captcha(self) -> bool:
        """Whether downloads are behind a captcha."""


Found = Iterator[tuple[str, Answer]]


class Family(ABC):
    """How a CMS builds its sites. Addresses are paths with queries, from the root."""

    name: ClassVar[str]
    mark: ClassVar[str] = ""
    """What stands in the head of every page."""

    @abstractmethod
    def address(self, view: View, article: Article) -> str:
        """Where an article is."""

    @abstractmethod
    def list_address(self, view: View, column: Column, page: int) -> str:
        """Where page `page` (from 1) of a column's list is."""

    @abstractmethod
    def rows(self, view: View, articles: Sequence[Article]) -> str:
        """The rows of a list as HTML."""

    @abstractmethod
    def pager(self, view: View, column: Column, page: int) -> str:
        """What leads to a list's other pages."""

    @abstractmethod
    def article(self, view: View, article: Article) -> str:
        """The part of an article's page that is the article's own."""

    def aliases(self, view: View, article: Article) -> tuple[str, ...]:  # noqa: ARG002 - for those that have some
        """Further addresses of an article."""
        return ()

    def attachment(self, view: View, article: Article) -> str:  # noqa: ARG002 - for those that need it
        """Where an article's attachment is."""
        return f"/upload/{article.published:%Y%m}/{article.number}.pdf"

    def pages(self, view: View) -> Found:
        """Every page that has an address of its own tonight."""
        yield "/", Answer(self.home(view), "home")
        for column in view.columns:
            yield from self.lists(view, column)
            for one in view.rows(column):
                yield from self.publication(view, one)

    def lists(self, view: View, column: Column) -> Found:
        """The pages of one list."""
        for page in range(1, self.count(view, column) + 1):
            main = (
                f"<ul class=list>{self.rows(view, self.cut(view, column, page))}</ul>{self.pager(view, column, page)}"
            )
            yield self.list_address(view, column, page), Answer(self.shell(view, column.name, main), "list")

    def publication(self, view: View, article: Article) -> Found:
        """An article's page under all its addresses, and its attachment."""
        page = self.shell(view, f"{article.title}-{view.owner}", self.article(view, article), self.meta(view, article))
        for address in (self.address(view, article), *self.aliases(view, article)):
            yield address, Answer(page, "article", article=article.number)
        if article.has_attachment:
            yield self.attachment(view, article), _attachment(view, article)

    def dynamic(self, view: View, asked: Asked) -> Answer | None:  # noqa: ARG002 - for those that have some
        """The answer to what has no address of its own: a form, a list API."""
        return None

    def meta(self, view: View, article: Article) -> str:  # noqa: ARG002 - for those that have some
        """What stands in an article's head."""
        return ""

    def home(self, view: View) -> str:
        """The start page: the columns with their newest rows."""
        blocks = "".join(
            f"<div class=block><h2><a href='{self.list_address(view, column, 1)}'>{column.name}</a></h2>"
            f"<ul>{self.rows(view, view.rows(column)[:4])}</ul></div>"
            for column in view.columns
        )
        return self.shell(view, view.owner, blocks)

    def count(self, view: View, column: Column) -> int:
        """How many pages a column's list has."""
        return max(1, math.ceil(len(view.rows(column)) / PER_PAGE))

    def cut(self, view: View, column: Column, page: int) -> list[Article]:
        """The rows of one page."""
        return view.rows(column)[(page - 1) * PER_PAGE : page * PER_PAGE]

    def shell(self, view: View, title: str, main: str, head: str = "") -> str:
        """A whole page round `main`."""
        nav = "".join(f"<li><a href='{self.list_address(view, c, 1)}'>{c.name}</a></li>" for c in view.columns)
        top = (
            f"<div class='top d{view.design}'><a href='/'>网站首页</a> 设为首页 加入收藏</div><ul class=nav>{nav}</ul>"
        )
        foot = f"<div class=foot>版权所有：{view.owner} 技术支持：云坞网络 邮编：000000</div>"
        main = (
            f"<table width=980><tr><td>{main}</td></tr></table>" if view.design % 2 else f"<div class=wrap>{main}</div>"
        )
        return (
            f"<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset={view.charset}'>"
            f"<title>{title}</title>{head}{self.mark}</head><body>{top}{main}{foot}</body></html>"
        )


def lines(article: Article) -> str:
    """The body as paragraphs."""
    return "".join(f"<p>　　{paragraph}</p>" for paragraph in article.paragraphs)


def pinned(article: Article) -> str:
    """The mark of a pinned row."""
    return "<b>[置顶]</b>" if article.pinned else ""


def file_link(family: Family, view: View, article: Article) -> str:
    """The link to the attachment, where there is one."""
    if not article.has_attachment:
        return ""
    return f"<p>附件：<a href='{family.attachment(view, article)}'>名单{article.number}.pdf</a></p>"


def next_and_last(family: Family, view: View, column: Column, page: int) -> str:
    """The usual pager: 上一页, the numbers, 下一页, 尾页."""
    count = family.count(view, column)
    links = [_to(family, view, column, page - 1, "上一页")] if page > 1 else []
    links += [_to(family, view, column, number, str(number)) for number in range(1, count + 1) if number != page]
    if page < count:
        links += [_to(family, view, column, page + 1, "下一页"), _to(family, view, column, count, "尾页")]
    return f"<div class=pages>共{count}页 {' '.join(links)}</div>"


def _to(family: Family, view: View, column: Column, page: int, text: str) -> str:
    return f"<a href='{family.list_address(view, column, page)}'>{text}</a>"


def _attachment(view: View, article: Article) -> Answer:
    if view.has_captcha:
        return Answer(
            "<html><body><form>验证码 <img src=createimage.jsp> <input name=codeValue></form></body></html>",
            "attachment",
        )
    return Answer(_pdf(f"No {article.number}"), "attachment", media_type="application/pdf")


def _pdf(text: str) -> bytes:
    stream = f"BT /F1 18 Tf 60 700 Td ({text}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )
