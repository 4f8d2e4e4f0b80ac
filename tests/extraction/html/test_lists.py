"""List pages, home pages, pagers and links; all names are invented."""

from __future__ import annotations

import pytest

from crawler.extraction import Extraction, Page, PageType, read

URL = "http://www.yunting.example/tzgg/index.html"
TITLES = [
    "关于开展2016年度团内评优的通知",
    "关于召开全县共青团工作会议的通知",
    "关于报送2016年工作总结的通知",
    "关于做好团费收缴工作的通知",
]


def load(body: str, *, head: str = "<title>通知公告-云汀共青团</title>", url: str = URL) -> Extraction:
    return read(
        Page(url=url, body=f"<html><head>{head}</head><body>{body}</body></html>".encode(), media_type="text/html")
    )


def listing(row: str, wrap: str = "<ul>{}</ul>") -> str:
    rows = (row.format(n=n, title=title, day=f"2016-12-0{n}", d=f"0{n}") for n, title in enumerate(TITLES, 1))
    crumb = "<div>当前位置：<a href='/'>首页</a> &gt; 通知公告</div>"
    return crumb + wrap.format("".join(rows))


ROWS = {
    "item and span": ("<li><a href='t2016120{n}_{n}.html'>·{title}</a><span>[{day}]</span></li>", "<ul>{}</ul>"),
    "table": (
        "<tr><td><img src='a.gif'></td><td><a href='{n}.html'>{title}</a></td><td>{day}</td></tr>",
        "<table>{}</table>",
    ),
    "a table a row": (
        "<table><tr><td>·<a href='{n}.html'>{title}</a></td><td>({day})</td></tr></table>",
        "<div>{}</div>",
    ),
    "day in a box": ("<li><div><b>{d}</b><i>2016-12</i></div><a href='{n}.html'>{title}</a></li>", "<ul>{}</ul>"),
    "inside the link": ("<li><a href='{n}.html'><span>{title}</span><em>{day}</em></a></li>", "<ul>{}</ul>"),
    "column before": ("<li>[<a href='/tzgg/'>通知</a>]<a href='{n}.html'>{title}</a> {day}</li>", "<ul>{}</ul>"),
    "broken by br": ("<a href='{n}.html'>{title}</a>（{day}）<br>", "<div>{}</div>"),
    "abstract": (
        "<dl><dt><a href='{n}.html'>{title}</a></dt><dd>按2015年1月1日的办法办理。</dd><dd>发布时间：{day}</dd></dl>",
        "<div>{}</div>",
    ),
    "a list of each": (
        "<ul class='x'><li class='t'><a href='{n}.html'>{title}</a></li><li>{day}</li></ul>",
        "<div>{}</div>",
    ),
}


@pytest.mark.parametrize("shape", ROWS)
def test_rows_give_their_address_full_title_and_date(shape: str) -> None:
    row, wrap = ROWS[shape]
    found = load(listing(row, wrap))
    assert found.type is PageType.LIST
    assert [one.title for one in found.rows] == TITLES
    assert [one.date for one in found.rows] == [f"2016-12-0{n}" for n in range(1, 5)]
    assert all(one.url.startswith("http://www.yunting.example/tzgg/") for one in found.rows)


def test_a_title_attribute_in_full_replaces_the_cut_text() -> None:
    found = load(listing("<li><a href='{n}.html' title='{title}'>{title:.8}…</a><span>{day}</span></li>"))
    assert [one.title for one in found.rows] == TITLES


def test_a_title_attribute_that_says_something_else_does_not() -> None:
    found = load(listing("<li><a href='{n}.html' title='点击打开'>{title}</a><span>{day}</span></li>"))
    assert [one.title for one in found.rows] == TITLES


def test_a_date_that_belongs_to_a_title_stays_in_it() -> None:
    found = load(listing("<li><a href='{n}.html'>{title}（2015年9月3日）</a><span>[{day}]</span></li>"))
    assert found.rows[0].title == f"{TITLES[0]}（2015年9月3日）"
    assert found.rows[0].date == "2016-12-01"


def test_a_pinned_row_says_so() -> None:
    html = listing("<li><a href='{n}.html'>{title}</a><span>{day}</span></li>").replace(
        "<li><a", "<li><b>[置顶]</b><a", 1
    )
    assert [one.pinned for one in load(html).rows] == [True, False, False, False]


def test_rows_without_a_link_that_can_be_followed_are_left_out_and_counted() -> None:
    html = listing("<li><a href='{n}.html'>{title}</a><span>{day}</span></li>").replace("'2.html'", "'javascript:;'")
    found = load(html)
    assert [one.title for one in found.rows] == [TITLES[0], *TITLES[2:]]
    assert found.unfollowable == 1


def test_a_list_of_one_dated_row_is_a_list() -> None:
    crumb = "<div>当前位置：<a href='/'>首页</a> &gt; 通知公告</div>"
    found = load(f"{crumb}<ul><li><a href='1.html'>关于开展学习的通知</a>[2016-12-01]</li></ul>")
    assert (found.type, len(found.rows)) == (PageType.LIST, 1)


def test_several_lists_make_a_home_page() -> None:
    columns = "".join(
        f"<div class='b{name}'><h3>{name}</h3><ul class='u{name}'>"
        + "".join(
            f"<li><a href='/{name}/{n}.html'>{title}{name}</a><i>2016-12-0{n}</i></li>"
            for n, title in enumerate(TITLES, 1)
        )
        + "</ul></div>"
        for name in ("一", "二", "三")
    )
    found = load(columns, head="<title>云汀共青团</title>", url="http://www.yunting.example/")
    assert found.type is PageType.HOME
    assert len(found.rows) == 12


def test_a_menu_is_no_list() -> None:
    menu = "".join(
        f"<li><a href='/{n}/'>{name}</a></li>" for n, name in enumerate(("首页", "通知公告", "工作动态", "联系我们"))
    )
    found = load(f"<ul>{menu}</ul>")
    assert (found.type, found.rows) == (PageType.OTHER, ())


PAGERS = {
    "words": ("<a href='index_1.html'>下一页</a><a href='index_2.html'>尾页</a>", ["index_1.html"]),
    "brackets": ("[<a href='?p=2'>下页</a>]", ["index.html?p=2"]),
    "numbers": ("<span>1</span><a href='list_2.html'>2</a><a href='list_3.html'>3</a>", ["list_2.html", "list_3.html"]),
    "an arrow by numbers": ("<b>1</b><a href='l2.html'>2</a><a href='l2.html'>&gt;</a>", ["l2.html"]),
    "trs": ("<script>createPageHTML(3, 0, 'index', 'html');</script>", ["index_1.html", "index_2.html"]),
}


@pytest.mark.parametrize("pager", PAGERS)
def test_the_next_pages_are_found(pager: str) -> None:
    html, expected = PAGERS[pager]
    found = load(
        listing("<li><a href='{n}.html'>{title}</a><span>{day}</span></li>") + f"<div class='page'>{html}</div>"
    )
    assert [one.removeprefix("http://www.yunting.example/tzgg/") for one in found.next_pages] == expected


def test_a_link_rel_next_is_a_next_page() -> None:
    found = load(
        listing("<li><a href='{n}.html'>{title}</a> {day}</li>"), head="<link rel='next' href='/tzgg/p2.html'>"
    )
    assert found.next_pages == ("http://www.yunting.example/tzgg/p2.html",)


def test_a_pager_that_only_a_script_can_follow_is_counted() -> None:
    pager = "<a href=\"javascript:__doPostBack('p','2')\">2</a><a href=\"javascript:__doPostBack('p','2')\">下一页</a>"
    found = load(listing("<li><a href='{n}.html'>{title}</a> {day}</li>") + f"<div><span>1</span>{pager}</div>")
    assert (found.next_pages, found.unfollowable) == ((), 2)


def test_an_article_number_or_a_slide_arrow_is_no_next_page() -> None:
    found = load(
        "<div><a href='a.html'>&gt;</a></div><div>附件<a href='3.html'>3</a></div>"
        + "<p>各团支部：请按时参加。</p>" * 9
    )
    assert found.next_pages == ()


def test_links_are_absolute_once_each_and_only_of_the_web() -> None:
    html = (
        "<a href='/a.html#top'>甲</a><a href='/a.html'>甲</a><a href='javascript:;'>乙</a>"
        "<a href='mailto:x@a.example'>丙</a><a href='//b.example/x y.html'>丁</a><a href='http://[bad/'>戊</a>"
        "<area href='c.html'><iframe src='d.html'></iframe>"
    )
    found = load(html, head="<meta http-equiv='refresh' content='5; url=/next.html'>")
    assert found.links == (
        "http://www.yunting.example/next.html",
        "http://www.yunting.example/a.html",
        "http://b.example/x%20y.html",
        "http://www.yunting.example/tzgg/c.html",
        "http://www.yunting.example/tzgg/d.html",
    )


def test_a_base_element_moves_relative_links() -> None:
    found = load("<a href='a.html'>甲</a>", head="<base href='/other/'>")
    assert found.links == ("http://www.yunting.example/other/a.html",)


def test_hundreds_of_links_on_one_line_are_no_list() -> None:
    """Each would be looked for in the whole line: 30,000 of them took minutes."""
    links = "".join(f"<a href='{n}.html'>关于开展第{n}次学习的通知</a> " for n in range(300))
    assert load(f"<div>{links}</div>").rows == ()
