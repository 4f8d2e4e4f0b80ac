"""ASP.NET WebForms, whose pager posts the page's own form back, and PowerEasy on old ASP."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from tests.simulator.families.base import Family, Found, View, file_link, lines, next_and_last, pinned
from tests.simulator.model import Answer, Article, Asked, Column

_TARGET = "ctl00$Main$AspNetPager1"


class WebForms(Family):
    """Each page's __VIEWSTATE names the page; a postback without a valid one gets an error page. Variant 1: tables."""

    name = "webforms"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/NewsDetail.aspx?id={article.number}"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - the others are posted
        return f"/NewsList.aspx?cid={column.number}"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        cell = (
            "<tr><td>{}<a href='{}'>{}</a></td><td>{}</td></tr>"
            if view.variant
            else "<li>{}<a href='{}'>{}</a><span>{}</span></li>"
        )
        rows = "".join(
            cell.format(pinned(one), self.address(view, one), one.title, f"{one.published:%Y/%m/%d}")
            for one in articles
        )
        return f"<table id=GridView1>{rows}</table>" if view.variant else rows

    def pager(self, view: View, column: Column, page: int) -> str:
        links = " ".join(
            f"<a href=\"javascript:__doPostBack('{_TARGET}','{number}')\">{number}</a>"
            for number in range(1, self.count(view, column) + 1)
            if number != page
        )
        return f"<div id=AspNetPager1>{links}</div>"

    def lists(self, view: View, column: Column) -> Found:
        yield self.list_address(view, column, 1), Answer(self._form(view, column, 1), "list")

    def dynamic(self, view: View, asked: Asked) -> Answer | None:
        column = next((c for c in view.columns if c.number == asked.number("cid", 0)), None)
        if asked.path != "/NewsList.aspx" or column is None or asked.value("__EVENTTARGET") != _TARGET:
            return None
        page = asked.number("__EVENTARGUMENT")
        states = {_state(column, n) for n in range(1, self.count(view, column) + 1)}
        if asked.value("__VIEWSTATE") not in states or not 1 <= page <= self.count(view, column):
            return Answer("<html><body>Validation of viewstate failed.</body></html>", "error", status=500)
        return Answer(self._form(view, column, page), "list")

    def article(self, view: View, article: Article) -> str:
        date = article.published
        return (
            f"<span id=lblTitle class=bt>{article.title}</span><div>发布人：<span id=lblAuthor>{article.origin}"
            f"</span> 更新时间："
            f"<span id=lblTime>{date.year}/{date.month}/{date.day} {date:%H:%M}:02</span></div>"
            f"<div id=lblContent>{lines(article)}{file_link(self, view, article)}</div>"
        )

    def _form(self, view: View, column: Column, page: int) -> str:
        main = (
            f"<form method=post action='NewsList.aspx?cid={column.number}' id=form1>"
            f"<input type=hidden name=__EVENTTARGET value=''><input type=hidden name=__EVENTARGUMENT value=''>"
            f"<input type=hidden name=__VIEWSTATE value='{_state(column, page)}'>"
            f"<input type=hidden name=__VIEWSTATEGENERATOR value='C2EE9ABB'>"
            f"{self.rows(view, self.cut(view, column, page))}{self.pager(view, column, page)}</form>"
        )
        return self.shell(view, column.name, main)


class PowerEasy(Family):
    """ShowClass.asp and ShowArticle.asp. Variant 1: the hits and the time stand in the title attribute of a row."""

    name = "powereasy"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/Article/ShowArticle.asp?ArticleID={article.number}"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/Article/ShowClass.asp?ClassID={column.number}" + ("" if page == 1 else f"&page={page}")

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(self._row(view, one) for one in articles)

    def pager(self, view: View, column: Column, page: int) -> str:
        return next_and_last(self, view, column, page)

    def article(self, view: View, article: Article) -> str:
        date = article.published
        return (
            f"<table width=760><tr><td align=center><font size=4><b>{article.title}</b></font></td></tr><tr>"
            f"<td align=center>"
            f"作者：佚名　文章来源：{article.origin}　点击数：21　更新时间：{date.year}-{date.month}-{date.day}"
            f"</td></tr>"
            f"<tr><td id=fontzoom>{lines(article)}{file_link(self, view, article)}</td></tr></table>"
        )

    def _row(self, view: View, one: Article) -> str:
        link = self.address(view, one)
        date = f"{one.published.year}-{one.published.month}-{one.published.day}"
        if view.variant:
            hint = f"文章标题：{one.title}\n作者：佚名\n更新时间：{date}\n点击次数：21"
            return f"<tr><td>{pinned(one)}<a href='{link}' title='{hint}'>{one.title}</a></td></tr>"
        return f"<tr><td>{pinned(one)}<a href='{link}'>{one.title}</a>（{date}）</td></tr>"


def _state(column: Column, page: int) -> str:
    return base64.b64encode(f"state {column.number} {page}".encode()).decode()
