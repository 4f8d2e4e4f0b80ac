"""Boda VSB: page k of T is /slug/{T-k+1}.htm, so that old pages keep their addresses."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import Family, View, lines, pinned
from tests.simulator.model import Article, Column


class Boda(Family):
    """Variant 0: static lists. Variant 1: list.jsp, and rows that lead to content.jsp."""

    name = "boda"
    mark = "<!--Announced by Visual SiteBuilder 9--><script src='/system/resource/js/counter.js'></script>"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002 - one for both variants
        return f"/info/{article.column.number}/{article.number}.htm"

    def aliases(self, view: View, article: Article) -> tuple[str, ...]:  # noqa: ARG002
        tree = f"wbtreeid={article.column.number}&wbnewsid={article.number}"
        return (f"/content.jsp?urltype=news.NewsContentUrl&{tree}",)

    def list_address(self, view: View, column: Column, page: int) -> str:
        if view.variant:
            total = self.count(view, column)
            tail = "" if page == 1 else f"&PAGENUM={page}&totalpage={total}"
            return f"/list.jsp?urltype=tree.TreeTempUrl&wbtreeid={column.number}{tail}"
        return f"/{column.slug}.htm" if page == 1 else f"/{column.slug}/{self.count(view, column) - page + 1}.htm"

    def attachment(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=77&wbfileid={article.number}"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<li id=line_u7_{n}>{pinned(one)}<a href='{self._linked(view, one)}' title='{one.title}'>{one.title}</a>"
            f"<span>{one.day}</span></li>"
            for n, one in enumerate(articles)
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        count = self.count(view, column)
        numbers = range(1, count + 1)
        links = "".join(
            f"<span class=p_no><a href='{self.list_address(view, column, n)}'>{n}</a></span>" for n in numbers
        )
        following = ""
        if page < count:
            following = (
                f"<span class='p_next p_fun'><a href='{self.list_address(view, column, page + 1)}'>下页</a></span>"
            )
        return f"<div class=pb_sys_common><span class=p_pages>{links}{following}</span></div>"

    def article(self, view: View, article: Article) -> str:
        file = ""
        if article.has_attachment:
            file = (
                "<ul style='list-style-type:none;'><li>附件【"
                f"<a href='{self.attachment(view, article)}'>名单{article.number}.pdf</a>】已下载<span>3</span>次"
                f"</li></ul>"
            )
        return (
            f"<form name='_newscontent_fromname'><h1 class=arti-title>{article.title}</h1>"
            f"<div class=info>作者：{article.origin} 时间：{article.day} 点击数："
            f"<script>_showDynClicks('wbnews',77,{article.number})</script></div>"
            f"<div id=vsb_content><div class=v_news_content>{lines(article)}</div></div><div id=div_vote_id>"
            f"</div>{file}</form>"
        )

    def _linked(self, view: View, article: Article) -> str:
        is_dynamic = view.variant == 1 and article.number % 2
        return self.aliases(view, article)[0] if is_dynamic else view.session(self.address(view, article))
