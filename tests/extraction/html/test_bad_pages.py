"""Pages that are no publication, and pages that are broken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.errors import UnreadableError
from crawler.extraction import Extraction, Page, PageType, read

URL = "http://www.yunting.example/x.html"
TEXT = "2016年，云汀县共青团在县委的领导下，围绕中心、服务大局，较好地完成了全年工作任务。"


def load(html: str | bytes) -> Page:
    return Page(url=URL, body=html if isinstance(html, bytes) else html.encode(), media_type="text/html")


OTHERS = {
    "soft_404": "<title>提示</title><h1>对不起，您访问的页面不存在</h1><p><a href='/'>返回首页</a></p>",
    "login": "<form><p>管理员登录</p><input name=u><input type=password name=p><a href='/'>首页</a></form>",
    "js_shell": "<div id=app></div><script src='/app.js'></script><a href='/'>云汀</a>",
    "no_text": "<video src='a.mp4'></video>",
}


@pytest.mark.parametrize("reason", OTHERS)
def test_a_page_that_is_no_publication_says_why(reason: str) -> None:
    found = read(load(OTHERS[reason]))
    assert (found.type, found.reason) == (PageType.OTHER, reason)


def test_an_article_about_a_missing_page_is_not_an_error_page() -> None:
    html = (
        f"<h1>云汀县团干部学习网络知识</h1><p>发布时间：2016-12-01</p><p>{TEXT}有人发现网站提示页面不存在，大家进行了讨论，最后改好了。</p>"
        + f"<p>{TEXT}</p>" * 3
    )
    assert read(load(html)).type is PageType.ARTICLE


@pytest.mark.parametrize("body", [b"", b"   \n", b"<html></html>", b"<html><body></body></html>", b"\x00\x00"])
def test_a_page_that_shows_nothing_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError) as failed:
        read(load(body))
    assert failed.value.reason == "no_text"


def test_thousands_of_nested_elements_are_read() -> None:
    html = "<div>" * 20_000 + f"<h1>工作总结</h1><p>发布时间：2016-12-01</p><p>{TEXT}</p>"
    assert read(load(html)).document.text == TEXT


def test_a_nul_byte_does_not_end_the_page() -> None:
    assert TEXT in read(load(f"<h1>工作总结\x00报告</h1><p>发布时间：2016-12-01</p><p>{TEXT}</p>")).document.text


def test_an_xml_declaration_with_another_encoding_does_no_harm() -> None:
    body = f"<body><h1>工作总结</h1><p>发布时间：2016-12-01</p><p>{TEXT}</p></body>"
    html = f"<?xml version='1.0' encoding='gb2312'?><html>{body}</html>"
    assert TEXT in read(load(html)).document.text


def test_a_title_element_inside_the_body_is_no_text() -> None:
    html = f"<body><title>云汀共青团</title><h1>工作总结报告</h1><p>发布时间：2016-12-01</p><p>{TEXT}</p></body>"
    found = read(load(html))
    assert (found.document.title, found.document.text) == ("工作总结报告", TEXT)


def test_bytes_in_no_encoding_are_flagged() -> None:
    body = f"<h1>工作总结</h1><p>发布时间：2016-12-01</p><p>{TEXT}</p>".encode("gb18030") + b"\xff\xff\x80"
    found = read(load(body))
    assert TEXT in found.document.text
    assert "bad_encoding" in found.document.flags


PIECES = (
    *(
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<ul>",
        "<li>",
        "<a href='a.html'>",
        "</a>",
    ),
    *("<h1>", "</h1>", "<br>", "<title>", "<script>", "<!--", "-->", "<span style='display:none'>", "&nbsp;", TEXT),
    *("<a href='javascript:;'>", "[2016-12-01]", "下一页", "首页 > 通知", "附件：", "<pre>", "<frameset>", "1"),
    *(
        "发布时间：2016-12-01",
        "<iframe src='b.html'>",
        "<base href='x'>",
        "<div class=TRS_Editor>",
        "上一篇：无",
        "<span>",
        "&#8203;",
    ),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=40)


def reading(html: str | bytes) -> Extraction | None:
    """The reading, None where the page is said to show nothing; any other error is the test's failure."""
    try:
        return read(load(html))
    except UnreadableError:
        return None


@given(MARKUP)
@settings(max_examples=150, deadline=None)
def test_any_markup_is_read_or_said_to_be_unreadable(pieces: list[str]) -> None:
    found = reading("".join(pieces))
    links = found.links if found else ()
    text = found.document.text if found else ""
    assert all(link.startswith("http") for link in links)
    assert all(line == line.strip() and line for line in text.split("\n") if text)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read(body: bytes) -> None:
    found = reading("<p>云汀</p>".encode() + body)
    assert found is None or found.encoding.used
