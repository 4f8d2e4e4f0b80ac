"""gkmlpt: one page that is a script, a list API, and articles whose text stands in a script as well."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from tests.simulator.families.base import PER_PAGE, Family, Found, View, file_link, lines
from tests.simulator.model import Answer, Article, Asked, Column, json_answer

_SID = "755941"


class Gkmlpt(Family):
    """Variant 0: the text in the page too. Variant 1: the text only in `_CONFIG.DETAIL`."""

    name = "gkmlpt"

    def address(self, view: View, article: Article) -> str:  # noqa: ARG002
        return f"/gkmlpt/content/{article.number // 1000}/{article.number}/post_{article.number}.html"

    def list_address(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - all columns are one page
        return f"/gkmlpt/index#{column.number}"

    def rows(self, view: View, articles: Sequence[Article]) -> str:  # noqa: ARG002 - a script makes them
        return ""

    def pager(self, view: View, column: Column, page: int) -> str:  # noqa: ARG002 - a script makes it
        return ""

    def home(self, view: View) -> str:
        return self.shell(view, view.owner, "<h2><a href='/gkmlpt/index'>政府信息公开目录</a></h2>")

    def pages(self, view: View) -> Found:
        tree = [{"id": column.number, "name": column.name} for column in view.columns]
        script = f"<script>window._CONFIG = {{SID: '{_SID}', TREE: {json.dumps(tree, ensure_ascii=False)}}}</script>"
        index = self.shell(view, "信息公开目录", f"<div id=app></div>{script}")
        yield "/gkmlpt/index", Answer(index, "list")
        yield from super().pages(view)

    def lists(self, view: View, column: Column) -> Found:  # noqa: ARG002 - they are data
        return iter(())

    def dynamic(self, view: View, asked: Asked) -> Answer | None:
        column = next((c for c in view.columns if asked.path == f"/gkmlpt/api/all/{c.number}"), None)
        if column is None or asked.value("sid") != _SID:
            return None
        rows = view.rows(column)
        page = max(1, asked.number("page"))  # pages 0 and 1 are the same
        if page > math.ceil(len(rows) / PER_PAGE):
            return Answer("", "error", status=404)
        cut = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
        return json_answer(
            {
                "classify": {"id": column.number, "post_count": len(rows)},
                "articles": [self._item(view, one) for one in cut],
            }
        )

    def article(self, view: View, article: Article) -> str:
        content = lines(article) + file_link(self, view, article)
        detail = {"title": article.title, "publisher": article.origin, "content": content, "created_at": article.minute}
        shown = content if view.variant == 0 else ""
        script = f"<script>window._CONFIG = {{DETAIL: {json.dumps(detail, ensure_ascii=False)}}}</script>"
        return (
            f"<table class=classify><tr><td>索引号：</td><td>{_SID}-{article.number}</td><td>发布机构：</td>"
            f"<td>{article.origin}</td></tr><tr><td>名称：</td><td>{article.title}</td><td>发布日期：</td>"
            f"<td>{article.minute}</td></tr></table><h1>{article.title}</h1><div class=article-content>{shown}"
            f"</div>{script}"
        )

    def _item(self, view: View, one: Article) -> dict[str, object]:
        return {
            "id": one.number,
            "title": one.title,
            "publisher": one.origin,
            "date": int(one.published.timestamp()),
            "display_publish_time": int(one.published.timestamp()),
            "url": self.address(view, one),
            "is_top": one.pinned,
        }
