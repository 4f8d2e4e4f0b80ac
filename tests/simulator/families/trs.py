"""TRS WCM: lists whose pager is a script, articles named after their day, long ones cut into parts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import Family, Found, View, file_link, lines, pinned
from tests.simulator.model import Answer, Article, Column

_PARTED = 7


class Trs(Family):
    """Variant 0: `.html`, whole articles. Variant 1: `.shtml`, and articles of seven paragraphs in two parts."""

    name = "trs"

    def address(self, view: View, article: Article) -> str:
        return f"/{article.column.slug}/{article.published:%Y%m}/{self._file(article)}.{_suffix(view)}"

    def list_address(self, view: View, column: Column, page: int) -> str:
        return f"/{column.slug}/" if page == 1 else f"/{column.slug}/index_{page - 1}.{_suffix(view)}"

    def attachment(self, view: View, article: Article) -> str:
        folder = self.address(view, article).rpartition("/")[0]
        return f"{folder}/P0{article.published:%Y%m%d}{article.number:012}.pdf"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<li>{pinned(one)}<a href='{self.address(view, one)}' title='{one.title}'>{_short(one.title)}</a>"
            f"<span>{one.day}</span></li>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        count = self.count(view, column)
        return (
            f'<div class=page><script>createPageHTML({count}, {page - 1}, "index", "{_suffix(view)}");</script></div>'
        )

    def meta(self, view: View, article: Article) -> str:
        if view.variant == 0:
            return ""
        return (
            f"<meta name='ArticleTitle' content='{article.title}'><meta name='PubDate' content='{article.minute}:00'>"
        )

    def article(self, view: View, article: Article) -> str:
        return self._part(view, article, 0)

    def publication(self, view: View, article: Article) -> Found:
        yield from super().publication(view, article)
        if self.is_parted(view, article):
            page = self.shell(view, f"{article.title}-{view.owner}", self._part(view, article, 1))
            second = f"_1.{_suffix(view)}".join(self.address(view, article).rsplit("." + _suffix(view), 1))
            yield second, Answer(page, "part", article=article.number)

    def is_parted(self, view: View, article: Article) -> bool:
        """Whether an article has a second page."""
        return view.variant == 1 and len(article.paragraphs) >= _PARTED

    def _part(self, view: View, article: Article, part: int) -> str:
        paragraphs, script, more = lines(article), "", file_link(self, view, article)
        if self.is_parted(view, article):
            half = slice(0, 4) if part == 0 else slice(4, None)
            paragraphs = "".join(f"<p>　　{one}</p>" for one in article.paragraphs[half])
            script = f'<script>createPageHTML(2, {part}, "{self._file(article)}", "{_suffix(view)}");</script>'
        return (
            f"<div class=crumb>当前位置：首页 &gt; {article.column.name}</div><h1>{article.title}</h1>"
            f"<div class=info>发布时间：{article.minute}　来源：{article.origin}　【字体：大 中 小】</div>"
            f"<div class=TRS_Editor>{paragraphs}{more}</div>{script}"
        )

    def _file(self, article: Article) -> str:
        return f"t{article.published:%Y%m%d}_{article.number}"


def _suffix(view: View) -> str:
    return "shtml" if view.variant else "html"


def _short(title: str) -> str:
    return title if len(title) <= 22 else title[:20] + "…"
