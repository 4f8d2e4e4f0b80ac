from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.clones import Sight, clone_signs, named_hosts
from crawler.source import Limits, load_all, source_for_url

WARNING = "各级团组织要教育青年远离网络赌博，警惕百家乐、老虎机等骗局。要抵制棋牌、捕鱼游戏中的诱导充值。"


@pytest.mark.parametrize(
    ("sight", "says"),
    [
        (Sight(url="http://www.yunting-hotel.com/", family="vsb"), "Boda's, a universities' CMS"),
        (Sight(url="http://yunting.org.cn/", family="sudy"), "not in edu.cn"),
        (Sight(url="http://www.yunting-hotel.com/tw/info/1065/2890.htm"), "form of Boda's addresses, and"),
        (Sight(url="http://www.yunting-hotel.com/tw/info/1065/2890.html"), "but for .html"),
        (Sight(url="http://yunting.org.cn/2022/0320/c12a345/page.html"), "form of Sudy's addresses (but"),
        (Sight(url="http://www.yunting-hotel.com/"), "none of gov.cn, edu.cn and org.cn"),
        (Sight(url="http://fakegov.cn/"), "none of gov.cn"),
        (Sight(url="http://tw.yunting.edu.cn.example.com/"), "none of gov.cn"),
        (Sight(url="http://tw.yunting.edu.cn/", names=("清岚葡京共青团委员会",)), "葡京 is a betting brand's word"),
        (Sight(url="http://yunting.org.cn/", names=("清岚体育", "清岚体育官网入口-团委")), "betting brand's word"),
        (Sight(url="http://yunting.gov.cn/", text="真人百家乐，注册即送。\n电子游艺，欢迎加入"), "百家乐, 电子游艺"),
    ],
)
def test_a_clone_is_refused_with_its_sign(sight: Sight, says: str) -> None:
    (sign,) = clone_signs(sight)
    assert says in sign


@pytest.mark.parametrize(
    "sight",
    [
        Sight(url="https://tw.yunting.edu.cn/info/1065/2890.htm", family="vsb", names=("云汀大学团委",)),
        Sight(url="https://tw.yunting.edu.cn/info/1065/2890.html", family="vsb"),
        Sight(url="http://gqt.yunting.gov.cn/", family="vsb"),
        Sight(url="http://www.yunting.org.cn:8080/", family="trs"),
        Sight(url="http://gqt.yunting.gov.cn/", text=WARNING, names=("警惕博彩陷阱——致青年朋友的一封信",)),
        Sight(url="http://gqt.yunting.gov.cn/", text="全市青年棋牌比赛圆满落幕，图为永利广场赛场。"),
        Sight(url="http://127.0.0.1:8000/info/1/2.html", family="vsb"),
    ],
)
def test_a_site_where_it_belongs_is_no_clone(sight: Sight) -> None:
    assert clone_signs(sight) == ()


def test_a_source_vouches_for_its_hosts_by_its_evidence_only() -> None:
    source = replace(source_for_url("http://www.yunting.com/"), limits=Limits(hosts=("www.files.com:8080",)))
    sight = Sight(url="http://yunting.com/", family="vsb")
    assert clone_signs(sight, named_hosts([source]))

    vouched = named_hosts([replace(source, evidence=("linked from the county's own site",))])

    assert vouched == {"yunting.com", "files.com:8080"}
    assert clone_signs(sight, vouched) == ()
    assert clone_signs(replace(sight, names=("云汀娱乐城",)), vouched) != ()


def test_no_source_of_the_catalogue_is_refused_by_its_own_address() -> None:
    sources = load_all().sources
    named = named_hosts(sources)
    seen = {
        source.name: clone_signs(Sight(url=source.start_urls[0], names=(source.title,)), named) for source in sources
    }
    assert {name: signs for name, signs in seen.items() if signs} == {}
