"""Which CMS made a page, and how a family joins the others."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given
from lxml import etree

import crawler.families
from crawler.families import FAMILIES, GENERIC, body_rank, family_of, guess, is_barred, way

HELPERS = {"__init__", "base", "data"}


@pytest.mark.parametrize(
    ("html", "family"),
    [
        ("<script>createPageHTML(3,0,'index','html')</script>", "trs"),
        ("<!--Announced by Visual SiteBuilder 9-->", "vsb"),
        ("<link href='/_upload/tpl/00/1.css'>", "sudy"),
        ("<p>共青团云汀县委员会</p>", "generic"),
        ("<meta name='ArticleTitle' content='通知'><meta name='ContentSource' content='团县委'>", "government"),
    ],
)
def test_a_family_is_recognised_by_its_signs(html: str, family: str) -> None:
    assert family_of(html).name == family


def test_one_that_was_named_before_decides_where_signs_are_weak() -> None:
    assert family_of("", "trs").name == "trs"
    assert family_of("<a href='/plus/list.php?tid=1'>更多</a> phpcms", "dedecms").name == "dedecms"


def test_what_the_page_says_goes_before_what_was_named() -> None:
    found = guess("<!--Announced by Visual SiteBuilder 9--><div class=v_news_content>", "trs")
    assert found.family.name == "vsb"
    assert [family.name for family in found.families] == ["vsb", "trs", "generic"]
    assert set(found.evidence) == {"visual sitebuilder", "v_news_content"}


def test_a_page_of_two_families_is_read_by_both() -> None:
    found = guess("<script>createPageHTML(3,0,'index','html')</script><p>/e/action/ListInfo/</p>")
    assert {"trs", "empire"} < {family.name for family in found.families}


@pytest.mark.parametrize(
    ("html", "marker"),
    [
        ("<div class=TRS_Editor>", ".trs_editor"),
        ("<div id='vsb_content_500'>", "#vsb_content"),
        ("<div class='read wp_articleContent'>", ".wp_articlecontent"),
        ("<ucapcontent>", "ucapcontent"),
        ("<div id='zoom'>", "#zoom"),
    ],
)
def test_a_marked_body_is_known(html: str, marker: str) -> None:
    root = etree.fromstring(html, etree.HTMLParser())
    rank = next((rank for element in root.iter() if (rank := _rank(element))), None)
    assert rank is not None
    assert rank[1] == marker


def test_an_editors_own_element_comes_before_a_general_name() -> None:
    ranks = [body_rank("div", *names) for names in (("v_news_content", ""), ("", "zoom"), ("", ""))]
    assert ranks[0] is not None
    assert ranks[1] is not None
    assert ranks[0] < ranks[1]
    assert ranks[2] is None


def test_family_names_are_unique() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


def _rank(element: etree._Element) -> tuple[int, str] | None:
    return body_rank(str(element.tag), element.get("class", ""), element.get("id", ""))


def test_every_module_of_the_package_registers_its_family() -> None:
    modules = {file.stem for file in Path(crawler.families.__file__).parent.glob("*.py")} - HELPERS
    assert {family.name for family in FAMILIES} == modules
    assert FAMILIES[-1] is GENERIC


@pytest.mark.parametrize(
    ("own", "second"),
    [
        ("http://a.example/tzgg/2024/0319/101.html", "http://a.example/plus/view.php?aid=101"),
        (
            "http://a.example/info/1010/101.htm",
            "http://a.example/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1010&wbnewsid=101",
        ),
        ("http://a.example/2024/0319/c7a101/page.htm", "http://a.example/2024/0319/c7a101/page.psp"),
        ("http://a.example/archives/101", "http://a.example/?p=101"),
    ],
)
def test_two_addresses_of_one_article_have_one_key(own: str, second: str) -> None:
    first, other = way(own), way(second)
    assert first is not None
    assert other is not None
    assert first.key == other.key
    assert (first.is_second, other.is_second) == (False, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/plus/count.php?view=yes&aid=7",
        "http://a.example/e/public/ViewClick/?id=7",
        "http://a.example/system/resource/code/news/click/dynclicks.jsp?clickid=7",
        "http://a.example/_visitcount?siteId=7",
        "http://a.example/index.php?m=comment&c=index&a=init",
        "http://a.example/archives/101?replytocom=7",
    ],
)
def test_an_address_that_counts_prints_or_takes_comments_is_barred(url: str) -> None:
    assert is_barred(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/e/action/ListInfo/?classid=7",
        "http://a.example/plus/view.php?aid=7",
        "http://a.example/plus/list.php?tid=7",
        "http://a.example/index.php?m=content&c=index&a=show&catid=7&id=1",
        "http://a.example/wp-json/wp/v2/posts?page=1",
    ],
)
def test_a_list_or_an_article_is_not(url: str) -> None:
    assert not is_barred(url)


_PIECES = sorted(
    {piece for family in FAMILIES for sign, _ in family.signs for piece in (sign, sign[:-1])}
    | {"/t20200102_3.htm", "at20200102_3.htm", "\n", "\r\n", " 云汀县团委 ", "<p>"}
)


@given(st.lists(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), min_size=1, max_size=5))
def test_what_earlier_pages_said_changes_no_guess(pages: list[str]) -> None:
    for html in pages:
        scores = {
            family.name: sum(weight for sign, weight in family.signs if sign in html)
            + sum(weight for form, weight in family.forms if form.search(f"\n{html}"))
            for family in FAMILIES
        }

        found = guess(html)

        assert {one.name for one in found.families if one.name != "generic"} == {
            name for name, score in scores.items() if score >= 1
        }
