"""The general extractor, where a page's own marks say nothing."""

from __future__ import annotations

from crawler.extraction import Page, read
from crawler.extraction.fallback import guessed
from crawler.extraction.marks import marks
from crawler.extraction.outline import outline, parse

PARAGRAPHS = [
    f"{year}年，云汀县的团员青年走进社区和乡村，开展了{year - 1950}场志愿服务活动。" for year in range(2010, 2018)
]
MENU = (
    "<ul>" + "".join(f"<li><a href='/{n}/'>{name}栏目</a></li>" for n, name in enumerate("甲乙丙丁戊己庚辛")) + "</ul>"
)


def test_paragraphs_scattered_among_menus_are_found_and_say_by_what() -> None:
    body = "".join(f"<div><p>{paragraph}</p>{MENU}</div>" for paragraph in PARAGRAPHS)
    found = read(Page(url="http://www.yunting.example/1.html", body=f"<html><body>{body}</body></html>".encode()))
    assert found.document.evidence["text"].rule == "trafilatura"
    assert found.document.text.split("\n") == PARAGRAPHS


def test_a_frame_is_never_taken_for_a_body() -> None:
    foot = "<p>版权所有：共青团云汀县委员会 地址：云汀县清溪路8号 邮编：000000 技术支持：清岚软件</p>" * 4
    root = parse(f"<html><body>{MENU}{foot}</body></html>")
    assert root is not None
    page = outline(root)
    assert guessed(page, marks(page, ())) is None
