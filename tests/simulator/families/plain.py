"""Government pages with the official <meta> names, hand-made static sites, and shells that a script fills."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tests.simulator.families.base import PER_PAGE, Family, Found, View, file_link, lines, next_and_last, pinned
from tests.simulator.model import Answer, Article, Asked, Column, json_answer


class Government(Family):
    """国办发〔2017〕47号's page tags. Variant 1: a table of 索引号 and 发布机构 instead of a dateline."""

    name = "government"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/zwgk/{article.column.slug}/content_{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/zwgk/{column.slug}/index{'' if page == 1 else f'_{page - 1}'}.html"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<li>{pinned(one)}<a href='{self.address(view, one)}'>{one.title}</a><b>{one.day}</b></li>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        return next_and_last(self, view, column, page)

    def meta(self, view: View, article: Article) -> str:
        values = {
            "SiteName": view.owner,
            "ColumnName": article.column.name,
            "ArticleTitle": article.title,
            "PubDate": f"{article.minute}:00",
            "ContentSource": article.origin,
        }
        return "".join(f"<meta name='{name}' content='{value}'>" for name, value in values.items())

    def article(self, view: View, article: Article) -> str:
        above = f"<div class=xxly>{article.minute} 来源：{article.origin}</div>"
        if view.variant:
            above = (
                f"<table class=xxgk><tr><th>索引号</th><td>0{article.number}/{article.published.year}-0007</td>"
                f"<th>发布机构</th>"
                f"<td>{article.origin}</td></tr><tr><th>标　　题</th><td>{article.title}</td><th>发布日期</th>"
                f"<td>{article.day}</td></tr></table>"
            )
        return (
            f"{above}<h1>{article.title}</h1>"
            f"<div id=UCAP-CONTENT>{lines(article)}{file_link(self, view, article)}</div>"
        )


class Handmade(Family):
    """Variant 0: list2.html. Variant 1: no pager: a page for each year, the present one first."""

    name = "generic"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/{article.column.slug}/{article.published:%Y%m}/{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:
        if page == 1:
            return f"/{column.slug}/"
        if view.variant:
            return f"/{column.slug}/{self._years(view, column)[page - 1]}.html"
        return f"/{column.slug}/list{page}.html"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<div class=r>{pinned(one)}<a href='{self.address(view, one)}'>{one.title}</a> <i>{one.day}</i></div>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        if not view.variant:
            return next_and_last(self, view, column, page)
        years = enumerate(self._years(view, column), start=1)
        links = " ".join(
            f"<a href='{self.list_address(view, column, n)}'>{year}年</a>" for n, year in years if n != page
        )
        return f"<div class=archive>历年归档：{links}</div>"

    def count(self, view: View, column: Column) -> int:
        return len(self._years(view, column)) if view.variant else super().count(view, column)

    def cut(self, view: View, column: Column, page: int) -> list[Article]:
        if not view.variant:
            return super().cut(view, column, page)
        year = self._years(view, column)[page - 1]
        return [one for one in view.rows(column) if one.published.year == year]

    def article(self, view: View, article: Article) -> str:
        date = f"{article.published.year}年{article.published.month}月{article.published.day}日"
        return (
            f"<p align=center><font size=5>{article.title}</font></p><p align=center>{date}　{article.origin}</p><hr>"
            f"<div class=nr>{lines(article)}{file_link(self, view, article)}</div>"
        )

    def _years(self, view: View, column: Column) -> list[int]:
        years = sorted((one.published.year for one in view.rows(column)), reverse=True)
        return [year for year, _ in groupby(years)] or [0]


_AXIOS = (
    "var axios={get:function(u){return fetch(u).then(function(a){return a.json()}).then(function(d){return{data:d}})}}"
)
_LIST = (
    "function fill(html){document.getElementById('app').innerHTML=html}"
    "function row(x){return'<li><a href='+x.url+'>'+x.title+'</a><span>'+x.publishTime+'</span></li>'}"
    "function list(t,p){axios.get('/api/list?type='+t+'&pageNo='+p)"
    ".then(function(a){fill('<ul>'+a.data.data.list.map(row).join('')+'</ul>')})}"
)
_SHOW = (
    "function show(id){axios.get('/api/detail?id='+id).then(function(a){var x=a.data;"
    "fill('<h3>'+x.title+'</h3><div class=tip>发布时间 '+x.publishTime+'</div><div class=rich>'+x.content+'</div>')})}"
)
_START = (
    "var id=new URLSearchParams(location.search).get('id');"
    "if(location.pathname=='/detail.html')show(id);else list(types[0].type,1)"
)


class Shell(Family):
    """An empty page and a script that asks /api/list. Variant 1: the article is an empty page as well."""

    name = "js_shell"
    mark = "<script src='/static/js/app.7f3a.js'></script>"

    def address(self, view: View, article: Article) -> str:
        return f"/detail.html?id={article.number}" if view.variant else f"/show/{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/list.html?type={column.number}"

    def rows(self, view: View, articles: Sequence[Article]) -> str:  # noqa: ARG002 - a script makes them
        return ""

    def pager(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - a script makes it
        return ""

    def shell(self, view: View, title: str, main: str, head: str = "") -> str:
        if main:
            return super().shell(view, title, main, head)
        start = f"<!DOCTYPE html><html><head><meta charset={view.charset}><title>{view.owner}</title>{self.mark}</head>"
        return f"{start}<body><div id=app></div></body></html>"

    def home(self, view: View) -> str:
        return self.shell(view, view.owner, "")

    def pages(self, view: View) -> Found:
        types = ",".join(f"{{type:{column.number},name:'{column.name}'}}" for column in view.columns)
        show = _SHOW if view.variant else "function show(id){location='/show/'+id+'.html'}"
        script = f"{_AXIOS};var types=[{types}];{_LIST};{show};{_START}"
        yield "/static/js/app.7f3a.js", Answer(script, "script", media_type="application/javascript")
        yield from super().pages(view)

    def lists(self, view: View, column: Column) -> Found:
        yield self.list_address(view, column, 1), Answer(self.shell(view, column.name, ""), "list")

    def dynamic(self, view: View, asked: Asked) -> Answer | None:
        every = [one for column in view.columns for one in view.rows(column)]
        if asked.path == "/api/detail":
            found = next((one for one in every if one.number == asked.number("id", 0)), None)
            return None if found is None else json_answer(self._item(view, found) | {"content": lines(found)})
        column = next((c for c in view.columns if c.number == asked.number("type", 0)), None)
        if asked.path != "/api/list" or column is None:
            return None
        rows, start = view.rows(column), (asked.number("pageNo") - 1) * PER_PAGE
        items = [self._item(view, one) for one in rows[start : start + PER_PAGE]]
        return json_answer({"code": 0, "data": {"total": len(rows), "list": items}})

    def article(self, view: View, article: Article) -> str:
        if view.variant:
            return ""
        return (
            f"<div class=detail><h3>{article.title}</h3>"
            f"<div class=tip>发布时间 {article.minute} 来源 {article.origin}</div>"
            f"<div class=rich>{lines(article)}{file_link(self, view, article)}</div></div>"
        )

    def _item(self, view: View, one: Article) -> dict[str, object]:
        return {"id": one.number, "title": one.title, "publishTime": f"{one.minute}:00", "url": self.address(view, one)}
