"""Which CMS made a page."""

from __future__ import annotations

import pytest
from lxml import etree

from crawler.families import FAMILIES, body_rank, family_of


@pytest.mark.parametrize(
    ("html", "family"),
    [
        ("<script>createPageHTML(3,0,'index','html')</script>", "trs"),
        ("<!--Announced by Visual SiteBuilder 9-->", "vsb"),
        ("<link href='/_upload/tpl/00/1.css'>", "sudy"),
        ("<p>共青团云汀县委员会</p>", "generic"),
    ],
)
def test_a_family_is_recognised_by_its_signs(html: str, family: str) -> None:
    assert family_of(html).name == family


def test_the_sources_word_goes_before_the_signs() -> None:
    assert family_of("<!--Announced by Visual SiteBuilder 9-->", "generic").name == "generic"
    assert family_of("", "trs").name == "trs"


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
