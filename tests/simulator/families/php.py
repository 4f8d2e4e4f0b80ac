"""DedeCMS, PHPCMS, Empire CMS and WordPress."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulator.families.base import PER_PAGE, Family, View, file_link, lines, next_and_last, pinned
from tests.simulator.model import Answer, Article, Asked, Column, json_answer


class DedeCms(Family):
    """list_TID_PAGE.html; /plus/view.php is a second way to each article. Variant 1: articles in /a/."""

    name = "dedecms"

    def address(self, view: View, article: Article) -> str:
        root = "/a" if view.variant else ""
        return f"{root}/{article.column.slug}/{article.published:%Y/%m%d}/{article.number}.html"

    def aliases(self, view: View, article: Article) -> tuple[str, ...]:  # noqa: ARG002
        return (f"/plus/view.php?aid={article.number}",)

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/{column.slug}/" if page == 1 else f"/{column.slug}/list_{column.number}_{page}.html"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<li><span class=rt>{one.day}</span>{pinned(one)}<a href='{self.address(view, one)}'>{one.title}</a></li>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        hot = "".join(
            f"<li><a href='{self.aliases(view, one)[0]}'>{one.title}</a></li>" for one in view.rows(column)[:2]
        )
        return f"{next_and_last(self, view, column, page)}<dl><dt>热点内容</dt><dd><ul>{hot}</ul></dd></dl>"

    def article(self, view: View, article: Article) -> str:
        return (
            f"<div class=viewbox><div class=title><h2>{article.title}</h2></div><div class=info><small>时间:</small>"
            f"{article.minute} <small>来源:</small>{article.origin} <small>作者:</small>admin <small>点击:"
            f"</small>17次</div>"
            f"<div class=content><table><tr><td>{lines(article)}{file_link(self, view, article)}</td></tr>"
            f"</table></div></div>"
        )


class PhpCms(Family):
    """Everything is index.php. Variant 1: articles with a static address."""

    name = "phpcms"

    def address(self, view: View, article: Article) -> str:
        if view.variant:
            return f"/html/{article.published:%Y}/{article.column.slug}_{article.published:%m%d}/{article.number}.html"
        return f"/index.php?m=content&c=index&a=show&catid={article.column.number}&id={article.number}"

    def list_address(self, view: View, column: Column, page: int) -> str:
        tail = "" if page == 1 else f"&page={page}"
        return view.session(f"/index.php?m=content&c=index&a=lists&catid={column.number}{tail}")

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<li>·{pinned(one)}<a href='{view.session(self.address(view, one))}' target=_blank>{one.title}</a>"
            f"<span class=f_r>{one.minute}:00</span></li>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        return f"<div id=pages>{next_and_last(self, view, column, page)}</div>"

    def article(self, view: View, article: Article) -> str:
        return (
            f"<div id=Article><h1>{article.title}<br><span>{article.minute}:00&nbsp;&nbsp;&nbsp;来源：{article.origin}"
            f"&nbsp;&nbsp;点击：<em id=hits></em></span></h1><div class=content>{lines(article)}</div>"
            f"{file_link(self, view, article)}</div>"
        )


class Empire(Family):
    """Variant 0: index_2.html. Variant 1: /e/action/ListInfo, whose pages count from 0."""

    name = "empire"

    def address(self, view: View, article: Article) -> str:
        if view.variant:
            return f"/e/action/ShowInfo.php?classid={article.column.number}&id={article.number}"
        return f"/{article.column.slug}/{article.day}/{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:
        if view.variant:
            return f"/e/action/ListInfo/?classid={column.number}" + ("" if page == 1 else f"&page={page - 1}")
        return f"/{column.slug}/" if page == 1 else f"/{column.slug}/index_{page}.html"

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<tr><td>{pinned(one)}<a href='{self.address(view, one)}' title='{one.title}'>{one.title}</a></td>"
            f"<td>[{one.day}]</td></tr>"
            for one in articles
        ).join(("<table>", "</table>"))

    def pager(self, view: View, column: Column, page: int) -> str:
        return next_and_last(self, view, column, page)

    def article(self, view: View, article: Article) -> str:
        return (
            f"<table class=title_info><tr><td><h1>{article.title}</h1></td></tr><tr>"
            f"<td class=info_text>时间：{article.minute}"
            f"&nbsp;&nbsp;来源：{article.origin}&nbsp;&nbsp;【 字体：大 中 小 】</td></tr></table>"
            f"<table><tr><td id=text>{lines(article)}{file_link(self, view, article)}</td></tr></table>"
        )


class WordPress(Family):
    """Variant 0: numbered pages. Variant 1: no pager, the rest only from /wp-json/wp/v2/posts."""

    name = "wordpress"
    mark = "<meta name=generator content='WordPress 6.4'><link rel='https://api.w.org/' href='/wp-json/'>"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/archives/{article.number}"

    def aliases(self, view: View, article: Article) -> tuple[str, ...]:  # noqa: ARG002
        return (f"/?p={article.number}",)

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002
        return f"/archives/category/{column.slug}" + ("" if page == 1 else f"/page/{page}")

    def rows(self, view: View, articles: Sequence[Article]) -> str:
        return "".join(
            f"<article class=post><h2 class=entry-title>"
            f"<a href='{self.address(view, one)}' rel=bookmark>{one.title}</a></h2>"
            f"<time class=entry-date datetime='{one.published:%Y-%m-%dT%H:%M:00+08:00}'>"
            f"{one.published.year}年{one.published.month}月{one.published.day}日</time></article>"
            for one in articles
        )

    def pager(self, view: View, column: Column, page: int) -> str:
        if view.variant:
            return "<button class=load-more>加载更多</button>"
        older = f"<a class=next href='{self.list_address(view, column, page + 1)}'>较旧的文章</a>"
        return f"<nav class=nav-links>{older if page < self.count(view, column) else ''}</nav>"

    def dynamic(self, view: View, asked: Asked) -> Answer | None:
        if asked.path != "/wp-json/wp/v2/posts":
            return None
        rows = sorted((one for c in view.columns for one in view.rows(c)), key=lambda one: one.published, reverse=True)
        size = min(asked.number("per_page", PER_PAGE), 100)
        start = (asked.number("page") - 1) * size
        posts = [
            {
                "id": one.number,
                "date": f"{one.published:%Y-%m-%dT%H:%M:00}",
                "link": self.address(view, one),
                "title": {"rendered": one.title},
                "content": {"rendered": lines(one)},
                "categories": [one.column.number],
            }
            for one in rows[start : start + size]
        ]
        return json_answer(posts) if posts else Answer('{"code":"rest_post_invalid_page_number"}', "error", status=400)

    def article(self, view: View, article: Article) -> str:
        return (
            f"<article class=hentry><header><h1 class=entry-title>{article.title}</h1><div class=entry-meta>发布于 "
            f"<time datetime='{article.published:%Y-%m-%dT%H:%M:00+08:00}'>{article.published.year}年"
            f"{article.published.month}月{article.published.day}日</time> 由 {article.origin}</div></header>"
            f"<div class=entry-content>{lines(article)}{file_link(self, view, article)}</div></article>"
        )
