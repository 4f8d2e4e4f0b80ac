from collections.abc import Callable

import pytest

from archive_api.document import Document, Level
from crawler.extraction.leagues import mention, mentions
from crawler.extraction.parts import Hints

LONG = "各级团组织紧紧围绕中心工作，扎实推进青年志愿服务、青年创业就业、青少年维权等各项工作，取得了明显成效。"
Make = Callable[..., Document]


@pytest.mark.parametrize(
    ("title", "printed", "issuer", "level", "region"),
    [
        ("枣庄共青团2020年工作要点", "枣庄共青团", "共青团枣庄市委员会", "prefecture", "370400"),
        ("2020年苏州共青团工作总结", "苏州共青团", "共青团苏州市委员会", "prefecture", "320500"),
        ("共青团宿州市委2019年工作总结", "共青团宿州市委", "共青团宿州市委员会", "prefecture", "341300"),
        ("团宿州市委2019年工作总结", "团宿州市委", "共青团宿州市委员会", "prefecture", "341300"),
        ("慈溪团市委2019年工作总结", "慈溪团市委", "共青团慈溪市委员会", "county", "330282"),
        ("共青团平度市委2019年工作总结", "共青团平度市委", "共青团平度市委员会", "county", "370283"),
        ("永嘉团县委2019年工作总结", "永嘉团县委", "共青团永嘉县委员会", "county", "330324"),
        ("永嘉县团委2019年工作总结", "永嘉县团委", "共青团永嘉县委员会", "county", "330324"),
        ("广西团区委2019年工作总结", "广西团区委", "共青团广西壮族自治区委员会", "province", "450000"),
        ("内蒙古团区委2019年工作要点", "内蒙古团区委", "共青团内蒙古自治区委员会", "province", "150000"),
        ("北京团市委2019年工作要点", "北京团市委", "共青团北京市委员会", "province", "110000"),
        ("恩施团州委2019年工作总结", "恩施团州委", "共青团恩施土家族苗族自治州委员会", "prefecture", "422800"),
        ("闸北团区委2012年工作总结", "闸北团区委", "共青团上海市闸北区委员会", "county", "310108"),
        ("共青团北京市朝阳区委2019年工作总结", "共青团北京市朝阳区委", "共青团北京市朝阳区委员会", "county", "110105"),
        (
            "中国共产主义青年团重庆市荣昌区委员会（本级）2019年工作总结",
            "中国共产主义青年团重庆市荣昌区委员会（本级）",
            "共青团重庆市荣昌区委员会",
            "county",
            "500153",
        ),
        (
            "共青团北京市朝阳区第十一届委员会工作报告",
            "共青团北京市朝阳区第十一届委员会",
            "共青团北京市朝阳区委员会",
            "county",
            "110105",
        ),
        ("共青团中央关于开展青年志愿服务的通知", "共青团中央", "共青团中央委员会", "central", None),
        ("云汀团县委2021年工作总结", "云汀团县委", "共青团云汀县委员会", "county", None),
        ("共青团云汀县委2021年工作总结", "共青团云汀县委", "共青团云汀县委员会", "county", None),
        ("清岚大学团委2021年工作总结", "清岚大学团委", "共青团清岚大学委员会", "university", None),
        ("清岚大学共青团2021年工作要点", "清岚大学共青团", "共青团清岚大学委员会", "university", None),
        ("云汀县第一中学团委2021年工作总结", "云汀县第一中学团委", "共青团云汀县第一中学委员会", "school", None),
        (
            "清岚轴承有限公司团委2021年工作总结",
            "清岚轴承有限公司团委",
            "共青团清岚轴承有限公司委员会",
            "enterprise",
            None,
        ),
        ("共青团江苏省委办公室关于报送材料的通知", "共青团江苏省委", "共青团江苏省委员会", "province", "320000"),
        ("在枣庄共青团工作会议上的报告", "枣庄共青团", "共青团枣庄市委员会", "prefecture", "370400"),
        ("2026年度共青团安吉县委员会部门预算", "共青团安吉县委员会", "共青团安吉县委员会", "county", "330523"),
        # its city's name stands in its own
        (
            "共青团岳阳市屈原管理区委员会2022年工作总结",
            "共青团岳阳市屈原管理区委员会",
            "共青团岳阳市屈原管理区委员会",
            "county",
            "430671",
        ),
        (
            "共青团清岚大学云汀校区委员会2021年工作总结",
            "共青团清岚大学云汀校区委员会",
            "共青团清岚大学云汀校区委员会",
            "university",
            None,
        ),
        (
            "共青团清岚大学（云汀）委员会2021年工作总结",
            "共青团清岚大学（云汀）委员会",
            "共青团清岚大学（云汀）委员会",
            "university",
            None,
        ),
    ],
)
def test_a_title_names_its_issuer(  # noqa: PLR0913, PLR0917 -- one column a field
    made: Make, title: str, printed: str, issuer: str, level: str, region: str | None
) -> None:
    document = made(title, LONG)
    assert (document.issuer_printed, document.issuer) == (printed, issuer)
    assert (document.level, document.region) == (Level(level), region)
    assert document.evidence["issuer"].raw == printed
    assert bool(document.evidence["region"].reason) == (region is None)


@pytest.mark.parametrize(
    "title",
    [
        "省代表团2021年工作总结",
        "青春艺术团2021年工作总结",
        "文工团委员2021年工作计划",
        "新时代共青团工作总结",
        "全国共青团工作要点",
        "全市共青团工作总结",
    ],
)
def test_troupes_and_the_league_at_large_are_no_issuers(made: Make, title: str) -> None:
    document = made(title, LONG)
    assert document.issuer is None
    assert document.evidence["issuer"].reason


def test_a_name_that_two_places_bear_is_settled_by_what_the_page_names(made: Make) -> None:
    for text, region, name in (
        (f"上海市{LONG}", "310107", "共青团上海市普陀区委员会"),
        (f"舟山市{LONG}", "330903", "共青团舟山市普陀区委员会"),
    ):
        document = made("普陀共青团2017年工作总结", text)
        assert (document.region, document.issuer) == (region, name)


def test_a_name_that_nothing_settles_is_unknown_with_its_candidates(made: Make) -> None:
    document = made("鼓楼团区委2017年工作总结", LONG)
    assert (document.issuer, document.region, document.level) == (None, None, Level.COUNTY)
    assert document.issuer_printed == "鼓楼团区委"
    reason = document.evidence["region"].reason or ""
    assert "320106" in reason
    assert "350102" in reason


def test_the_sources_region_settles_a_name_too(made: Make) -> None:
    document = made("鼓楼团区委2017年工作总结", LONG, hints=Hints(region="320302"))
    assert document.issuer == "共青团徐州市鼓楼区委员会"


def test_a_rank_alone_takes_the_place_that_the_body_names_by_far_most_often(made: Make) -> None:
    document = made("团市委2016年工作总结", f"淮安市青年{LONG}淮安市少年{LONG}淮安学子回到淮安，苏州来访。")
    assert (document.issuer, document.region) == ("共青团淮安市委员会", "320800")
    assert document.evidence["issuer"].rule == "title+body_counts"
    torn = made("团市委2016年工作总结", f"淮安市、苏州市{LONG}淮安市、苏州市{LONG}淮安市、苏州市。")
    assert (torn.issuer, torn.region, torn.level) == (None, None, Level.PREFECTURE)
    assert torn.evidence["issuer"].reason


def test_a_rank_alone_takes_the_place_in_its_title_or_of_its_site(made: Make) -> None:
    titled = made("开创湖州共青团工作新局面——团市委上半年工作总结", LONG)
    assert (titled.issuer_printed, titled.issuer) == ("团市委", "共青团湖州市委员会")
    sited = made("2016年团市委工作总结", LONG, footer=("版权所有：共青团枣庄市委 地址：光明路1号",))
    assert (sited.issuer, sited.evidence["issuer"].rule) == ("共青团枣庄市委员会", "title+site_owner")


def test_a_rank_alone_takes_the_place_of_its_signature_before_any_count(made: Make) -> None:
    document = made("团市委2016年工作总结", f"淮安市、淮安市、淮安市{LONG}\n共青团枣庄市委员会\n2016年12月28日")
    assert (document.issuer, document.evidence["issuer"].rule) == ("共青团枣庄市委员会", "title+signature")


def test_a_name_without_a_rank_takes_the_one_that_the_text_gives_itself(made: Make) -> None:
    document = made("朝阳共青团2016年工作总结", f"全区{LONG}北京市。全区青年")
    assert document.issuer == "共青团北京市朝阳区委员会"
    document = made("朝阳共青团2016年工作总结", f"全市{LONG}辽宁省。全市青年")
    assert document.issuer == "共青团朝阳市委员会"


def test_of_a_joint_paper_the_leagues_part_is_the_issuer(made: Make) -> None:
    document = made("中共淮安市委 共青团淮安市委关于加强团建工作的意见", LONG)
    assert (document.issuer_printed, document.issuer) == ("共青团淮安市委", "共青团淮安市委员会")


def test_a_rank_alone_falls_back_to_the_source_and_says_so(made: Make) -> None:
    hints = Hints(issuer="共青团湖州市委员会", level=Level.PREFECTURE, region="330500")
    document = made("团市委2016年工作总结", LONG, hints=hints)
    assert (document.issuer, document.region, document.issuer_printed) == ("共青团湖州市委员会", "330500", "团市委")
    assert document.evidence["issuer"].rule == "inferred"
    other_rank = made("团县委2016年工作总结", LONG, hints=hints)
    assert other_rank.issuer is None


@pytest.mark.parametrize(
    ("title", "text", "printed", "level"),
    [
        ("区团委工作总结", "今年，**团区委在荷花街道开展工作。**青年踊跃参加。江苏省。", "**团区委", "county"),
        ("××县团委工作总结", "××县工作有序，苏州市青年来访。", "××县团委", "county"),
        ("某市团委工作总结", "某市团委在湖州市。", "某市团委", "prefecture"),
    ],
)
def test_a_masked_name_stays_unknown_whatever_else_hints(
    made: Make, title: str, text: str, printed: str, level: str
) -> None:
    hints = Hints(issuer="共青团湖州市委员会", level=Level.PREFECTURE, region="330500")
    document = made(title, text, hints=hints)
    assert (document.issuer, document.region, document.issuer_printed) == (None, None, printed)
    assert document.level is Level(level)
    assert document.flags == ("masked",)
    assert document.evidence["issuer"].reason
    assert document.evidence["region"].reason


def test_a_notice_is_issued_by_the_office_before_its_about_or_by_its_signature(made: Make) -> None:
    office = made("安吉县教育局关于开展检查的通知", LONG)
    assert (office.issuer, office.region, office.level) == ("安吉县教育局", "330523", None)
    signed = made("关于开展检查的通知", f"各基层团组织：\n{LONG}\n共青团安吉县委员会\n2019年3月4日")
    assert (signed.issuer, signed.evidence["issuer"].rule) == ("共青团安吉县委员会", "signature")
    cited = made("关于转发《北京团市委关于检查的通知》的通知", f"{LONG}\n安吉团县委\n2019年3月4日")
    assert cited.issuer == "共青团安吉县委员会"


def test_a_label_comes_before_the_title(made: Make) -> None:
    document = made("2021年工作总结", LONG, head=("发文机关：共青团安吉县委员会", "发布日期：2021-03-05"))
    assert (document.issuer, document.evidence["issuer"].rule) == ("共青团安吉县委员会", "label")


def test_a_speaker_is_no_issuer(made: Make) -> None:
    hints = Hints(issuer="共青团安吉县委员会", level=Level.COUNTY, region="330523")
    document = made("李清川同志在共青团安吉县代表大会上的讲话", LONG, hints=hints)
    assert document.issuer is None
    assert "李清川" in (document.evidence["issuer"].reason or "")


def test_where_nothing_names_an_issuer_the_sources_owner_is_inferred(made: Make) -> None:
    hints = Hints(issuer="共青团安吉县委员会", level=Level.COUNTY, region="330523")
    document = made("青年志愿者走进社区", LONG, hints=hints)
    assert (document.issuer, document.level, document.region) == ("共青团安吉县委员会", Level.COUNTY, "330523")
    assert document.region_names == ("浙江省", "湖州市", "安吉县")
    assert document.evidence["issuer"].rule == "inferred"


def test_a_government_report_belongs_to_the_government_of_its_place(made: Make) -> None:
    named = made("2025年宁夏政府工作报告", LONG)
    assert (named.issuer, named.region) == ("宁夏回族自治区人民政府", "640000")
    opened = made("2025年政府工作报告", f"在浙江省第十四届人民代表大会第三次会议上\n{LONG}")
    assert (opened.issuer, opened.region) == ("浙江省人民政府", "330000")


def test_mentions_do_not_overlap_and_lie_where_they_say() -> None:
    text = "共青团北京市朝阳区委员会、朝阳团区委与团中央学校部，校团委；各级团委。"
    found = mentions(text)
    assert [one.printed for one in found][:3] == ["共青团北京市朝阳区委员会", "朝阳团区委", "团中央学校部"]
    assert all(text[one.start : one.end] == one.printed for one in found)


def test_a_signature_may_name_an_office_of_the_committee_and_nothing_more() -> None:
    named = mention("共青团安吉县委 办公室")
    assert named is not None
    assert named.who == "安吉县"
    assert mention("共青团安吉县委召开全委会") is None
