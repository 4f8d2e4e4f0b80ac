"""The quick ways of reading give what the long ways give."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.extraction import chrome, datelines, flags, gazetteer
from crawler.extraction.links import absolute
from crawler.extraction.outline import outline, parse

_PIECES = st.sampled_from(
    (
        *(
            "..",
            "../",
            "/",
            "a",
            "b.html",
            "1-2",
            "?x=1",
            "?",
            "&y",
            "#z",
            ".",
            "http://h.cn",
            "https://a.b.cn:80",
            ";p",
        ),
        *("%20", "_", ":", "中", " ", "\\", "www.a.cn", "http:", "//"),
    )
)
_BASES = (
    "http://h.cn/",
    "http://h.cn",
    "http://h.cn/a/b/c.html",
    "https://h.cn:80/a/",
    "http://h.cn:0/a/",
    "http://h.cn/a//b/",
    "http://h.cn/a/../b/x",
    "http://h.cn/a?x=/y/z",
    "http://h.cn/a/b;p?x#f",
    "http://H.cn/a/b/",
    "file:///a/b",
)
_NAMES = st.sampled_from(("吉林", "省", "吉", "林", "市", "长春", "朝阳区", "北京", "京", "，", "内蒙古", "蒙"))
_LINES = st.lists(
    st.sampled_from(
        (
            *(
                "2020-01-02",
                "２０２０年１月２日",
                "二〇二〇年三月",
                " 08:30:00",
                "发布时间：",
                "来源：",
                "云汀县",
                "【大 中 小】",
            ),
            *(
                "打印",
                "点击 12 次",
                "12人浏览",
                "星期三",
                "原创",
                "QQ空间",
                "字号：",
                "|",
                "，",
                "扫一扫",
                "T08:30+08:00",
                "'20-1-2",
            ),
            *(
                "版权所有",
                "COPYRIGHT",
                "©",
                "皖ICP备1号",
                "地 址：",
                "邮编",
                "技术支持：",
                "主办：",
                "All Rights Reserved",
                "未经",
            ),
            *("授权", "转载", "网站地图 ", "联系我们", "最佳浏览", "建议使用", "浏览器", "\u2003", "٣"),
        )
    ),
    max_size=6,
)
_SIGNS = st.text(alphabet="*＊×XxＸ某省团县1a。", max_size=30)


@example("http://h.cn/a/b/c.html", ["../", "../", "../", "b.html", "?x=1"])
@given(st.sampled_from(_BASES), st.lists(_PIECES, min_size=1, max_size=7))
def test_an_address_put_together_from_its_parts_is_the_one_that_urljoin_gives(base: str, pieces: list[str]) -> None:
    href = "".join(pieces)

    assert absolute(base, href) == _joined(base, href)


@given(_SIGNS)
def test_masks_found_from_their_first_character_are_those_that_a_search_for_all_of_them_finds(text: str) -> None:
    found = [match.span() for match in flags._masks(text)]  # no public function tells the places

    assert found == [match.span() for match in flags._MASKS.finditer(text)]


@settings(deadline=None)  # the tables take most of a second to load
@given(st.lists(_NAMES))
def test_every_name_of_a_place_is_counted_as_a_look_at_every_character_counts_it(pieces: list[str]) -> None:
    text = "".join(pieces)

    assert gazetteer.mentions(text) == _counted(text)


@given(_LINES)
def test_a_line_is_told_for_a_dateline_or_a_foot_by_its_signs_as_by_all_the_patterns(pieces: list[str]) -> None:
    text = "".join(pieces)
    told = datelines.is_dateline(text), chrome.is_foot(text)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(datelines, "_ALIEN", re.compile(r"(?!)"))
        patched.setattr(chrome, "_FOOT_SIGNS", ("",))
        assert told == (datelines.is_dateline(text), chrome.is_foot(text))


@pytest.mark.parametrize("mark", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad"])
def test_a_mark_without_width_begins_no_line_and_stays_in_none(mark: str) -> None:
    root = parse(f"<div>{mark}<p>{mark}</p><p>{mark} 云汀{mark}县</p>{mark}<b>{mark}</b></div>")
    assert root is not None

    page = outline(root)

    assert [line.text for line in page.lines] == ["云汀县"]
    assert [(node.first, node.last) for node in page.nodes if node.element.tag == "b"] == [(1, 1)]


def _joined(base: str, href: str) -> str | None:
    cleaned = href.strip().replace("\\", "/")
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        address = urldefrag(urljoin(base, cleaned)).url
        parts = urlsplit(address)
        if parts.port == 0:
            return None
    except ValueError:
        return None
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return address.replace(" ", "%20") if is_web else None


@cache
def _any_name() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(name) for name in sorted(gazetteer._tables().codes, key=len, reverse=True)))


def _counted(text: str) -> Counter[str]:
    """All names at every place of the text, the longest first, none overlapping another."""
    codes = gazetteer._tables().codes  # the table is what the text is looked up in
    return Counter(code for match in _any_name().finditer(text) for code in codes[match.group()])
