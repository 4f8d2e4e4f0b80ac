"""JEECMS and its relatives: .jhtml."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import Family, View, file_link, lines, next_and_last, pinned
from tests.simulator.model import Article, Column


class JeeCms(Family):
    """Variant 0: index_2.jhtml. Variant 1: the same, with a table of rows whose dates lack nothing but the hyphens."""

    name = "jeecms"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/{article.column.slug}/{article.number}.jhtml"

    def list_address(self, view: View, column: Column, page: int) -> str:
        return view.session(f"/{column.slug}/index{'' if page == 1 else f'_{page}'}.jhtml")

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        form = "%Y.%m.%d" if view.variant else "%Y-%m-%d"
        return "".join(
            f"<li>{pinned(one)}<a href='{view.session(self.address(view, one))}' title='{one.title}'>{one.title}</a>"
            f"<em>{one.published.strftime(form)}</em></li>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        return next_and_last(self, view, column, page)

    def article(self, view: View, article: Article) -> str:
        return (
            f"<div class=article><h1>{article.title}</h1>"
            f"<div class=msgbar>发布时间：{article.minute}:00　来源：{article.origin}"
            f"　浏览：<span id=views>0</span></div><div class=content id=zoom>{lines(article)}</div>"
            f"{file_link(self, view, article)}</div>"
        )
