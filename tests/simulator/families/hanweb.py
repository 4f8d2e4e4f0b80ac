"""Hanweb jpage: the first rows in a datastore inside the page, the others from dataproxy.jsp."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import PER_PAGE, Family, Found, View, file_link, lines, pinned
from tests.simulator.model import Answer, Article, Asked, Column

_PROXY = "/module/web/jpage/dataproxy.jsp"


class Hanweb(Family):
    """Variant 0: startrecord and endrecord, dated addresses. Variant 1: `nextgroup` with `page=`, hex addresses."""

    name = "hanweb"

    def address(self, view: View, article: Article) -> str:
        date = article.published
        if view.variant:
            return f"/art/{date.year}/art_{article.hexadecimal}.html"
        return f"/art/{date.year}/{date.month}/{date.day}/art_{article.column.number}_{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - one page: the rest is data
        return view.session(f"/col/col{column.number}/index.html")

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(self._row(view, one) for one in articles)

    def pager(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - a script makes it
        return ""

    def lists(self, view: View, column: Column) -> Found:
        rows = self.cut(view, column, 1)
        main = (
            f"<div id=u{column.number}><script type='text/xml'>{self._store(view, column, rows, 1)}</script></div>"
            f"<script>jpage({{perpage:{PER_PAGE},totalRecord:{len(view.rows(column))},proxyUrl:'{_PROXY}',"
            f"param:'col=1&appid=1&webid=7&path=/&columnid={column.number}&sourceContentType=1&unitid=u{column.number}"
            f"&webname={view.owner}&permissiontype=0'}})</script>"
        )
        yield self.list_address(view, column, 1), Answer(self.shell(view, column.name, main), "list")

    def dynamic(self, view: View, asked: Asked) -> Answer | None:
        column = next((c for c in view.columns if c.number == asked.number("columnid", 0)), None)
        if asked.path != _PROXY or column is None:
            return None
        if view.variant:
            page = asked.number("page")
            rows = self.cut(view, column, page)
        else:
            page = 1
            rows = view.rows(column)[asked.number("startrecord") - 1 : asked.number("endrecord", PER_PAGE)]
        return Answer(self._store(view, column, rows, page), "list", media_type="text/xml")

    def article(self, view: View, article: Article) -> str:
        return (
            f"<!--ZJEG_RSS.content.begin--><div class=title>{article.title}</div>"
            f"<p class=sub>发布日期：{article.day} 信息来源：{article.origin} 浏览次数：<script>hits()</script></p>"
            f"<div id=zoom>{lines(article)}{file_link(self, view, article)}</div><!--ZJEG_RSS.content.end-->"
        )

    def _row(self, view: View, one: Article) -> str:
        address = view.session(self.address(view, one))
        return f"<li>{pinned(one)}<a title='{one.title}' href='{address}'>{one.title}</a><span>{one.day}</span></li>"

    def _store(self, view: View, column: Column, rows: Sequence[Article], page: int) -> str:
        total = len(view.rows(column))
        records = "".join(f"<record><![CDATA[{self._row(view, one)}]]></record>" for one in rows)
        group = ""
        if view.variant and page < self.count(view, column):
            target = f"{_PROXY}?columnid={column.number}&unitid=u{column.number}&webid=7&page={page + 1}"
            group = f"<nextgroup><![CDATA[<a href='{target}'></a>]]></nextgroup>"
        return (
            f"<datastore>{group}<recordset><totalrecord>{total}</totalrecord>"
            f"<totalpage>{self.count(view, column)}</totalpage>{records}</recordset></datastore>"
        )
