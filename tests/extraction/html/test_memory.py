"""What repeats over a site's pages, learnt from some of them, and given as a hint for the others."""

from __future__ import annotations

from itertools import permutations

import pytest

from crawler.extraction import Hints, Page, SiteMemory, read
from crawler.extraction.memory import FEWEST, Glimpse, glimpse, remember

_TEXTS = [
    ("茶园冬管技术要点", "霜降以后茶树生长趋缓，应抓紧清园、深耕、施足基肥，并用石硫合剂封园。"),
    ("竹林害虫的识别与防治", "竹蝗成虫多在清晨活动，可在若虫期集中喷施生物制剂，注意轮换用药。"),
    ("冷水鱼养殖水质管理", "水温保持在十六度以下，溶氧不低于六毫克每升，每日巡塘两次并做好记录。"),
    ("高山蔬菜错季栽培", "海拔八百米以上地块宜在四月下旬移栽，覆盖地膜，预防倒春寒和晚疫病。"),
    ("蜜蜂越冬期的保温", "蜂箱外加草帘，巢门缩小到两指宽，蜜脾不足时及时补喂，切忌频繁开箱。"),
]
_NOTE = "本栏目内容由山地农业研究室整理，供农户参考，如有疑问请到乡镇农技站咨询。"


def _page(number: int, *, licence: str = "赣ICP备00000021号") -> Page:
    title, text = _TEXTS[number]
    html = (
        "<html><head><title>山地农业服务平台</title></head><body><div><h1>实用技术推广</h1></div><div><div>"
        f"<div>{title}</div><div>2019-03-0{number + 1}</div><p>{text}</p><p>{text[::-1]}</p><p>{_NOTE}</p></div></div>"
        f"<div>{licence}</div></body></html>"
    )
    return Page(url=f"http://127.0.0.1/{number}.html", body=html.encode(), media_type="text/html")


def _glimpses(*numbers: int, licence: str = "赣ICP备00000021号") -> list[Glimpse]:
    found = [glimpse(_page(number, licence=licence)) for number in numbers]
    return [one for one in found if one is not None]


def test_a_heading_and_a_note_of_every_page_are_no_articles_own() -> None:
    memory = remember(_glimpses(0, 1, 2, 3))
    blind, knowing = (read(_page(4), Hints(memory=known)).document for known in (None, memory))
    assert (blind.title, blind.text.split("\n")[-1]) != (_TEXTS[4][0], _TEXTS[4][1][::-1])
    assert knowing.title == _TEXTS[4][0]
    assert knowing.text.split("\n") == [_TEXTS[4][1], _TEXTS[4][1][::-1]]
    assert knowing.published == "2019-03-05"


def test_the_order_of_the_pages_does_not_matter() -> None:
    glimpses = _glimpses(0, 1, 2, 3)
    assert len({repr(sorted(_lines(remember(order)))) for order in permutations(glimpses)}) == 1


def test_a_page_of_another_site_in_the_same_folder_is_left_alone() -> None:
    memory = remember(_glimpses(0, 1, 2, 3))
    stranger = _page(4, licence="湘ICP备00000022号")
    assert read(stranger, Hints(memory=memory)) == read(stranger)


@pytest.mark.parametrize("numbers", [(0, 1, 2), (0, 0, 0, 0, 0)])
def test_few_pages_or_one_page_many_times_teach_nothing(numbers: tuple[int, ...]) -> None:
    assert len(set(numbers)) < FEWEST
    assert remember(_glimpses(*numbers)) == SiteMemory()


def _lines(memory: SiteMemory) -> list[str]:
    return [line for known in memory.sites.values() for line in (*known.lines, *known.heads)]
