"""Sudy WebPlus: list2.htm, and articles in folders that begin with their date or with hexadecimal digits."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import Family, View, lines, pinned
from tests.simulator.model import Article, Column


class Sudy(Family):
    """Variant 0: wp_article_list, dated folders. Variant 1: news_list with the day apart, hexadecimal folders."""

    name = "sudy"
    mark = "<link href='/_upload/tpl/00/07/7/template7/style.css' rel=stylesheet>"

    def address(self, view: View, article: Article) -> str:
        tail = f"c{article.column.number}a{article.number}/page.htm"
        if view.variant:
            return f"/{article.number // 256:02x}/{article.number % 256:02x}/{tail}"
        return f"/{article.published:%Y/%m%d}/{tail}"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/{column.number}/list{'' if page == 1 else page}.htm"

    def attachment(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/_upload/article/files/{article.hexadecimal[:2]}/{article.hexadecimal}.pdf"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(self._dated_apart(view, one) if view.variant else self._row(view, one) for one in articles)

    def pager(self, view: View, column: Column, page: int) -> str:
        count = self.count(view, column)
        onward = self.list_address(view, column, page + 1) if page < count else "javascript:void(0);"
        return (
            f"<div id=wp_paging_w6><ul class=wp_paging><li class=pages_count>每页<em class=per_count>6</em>记录 总共"
            f"<em class=all_count>{len(view.rows(column))}</em>记录</li><li class=page_nav>"
            f"<a class=next href='{onward}'><span>下一页&gt;&gt;</span></a></li>"
            f"<li class=page_jump>页码 <em class=curr_page>{page}</em>/<em class=all_pages>{count}</em></li></ul></div>"
        )

    def article(self, view: View, article: Article) -> str:
        file = ""
        if article.has_attachment:
            name = f"名单{article.number}.pdf"
            file = (
                f"<p><a href='{self.attachment(view, article)}' sudyfile-attr=\"{{'title':'{name}'}}\">{name}</a></p>"
            )
        return (
            f"<div class=article><h1 class=arti_title>{article.title}</h1><p class=arti_metas>"
            f"<span class=arti_publisher>发布者：{article.origin}</span>"
            f"<span class=arti_update>发布时间：{article.day}</span>"
            f"<span class=arti_views>浏览次数：<span class=WP_VisitCount url='/_visitcount?siteId=7'></span></span></p>"
            f"<div class=entry><div class=read><div class=wp_articlecontent>{lines(article)}{file}</div></div>"
            f"</div></div>"
        )

    def _row(self, view: View, one: Article) -> str:
        return (
            f"<li class='list_item i1'><span class=Article_Title>{pinned(one)}"
            f"<a href='{self.address(view, one)}' title='{one.title}'>{one.title}</a></span>"
            f"<span class=Article_PublishDate>{one.day}</span></li>"
        )

    def _dated_apart(self, view: View, one: Article) -> str:
        return (
            f"<li class='news n1'><div class=news_date><div class=news_year>{one.published:%Y}</div>"
            f"<div class=news_days>{one.published:%m-%d}</div></div><span class=news_title>{pinned(one)}"
            f"<a href='{self.address(view, one)}' title='{one.title}'>{one.title}</a></span></li>"
        )
