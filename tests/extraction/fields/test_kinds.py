import pytest

from archive_api.document import Kind
from crawler.extraction.kinds import kinds

TITLES = [
    ("2020年云汀共青团工作总结", ["summary"]),
    ("云汀团县委2018年上半年工作小结", ["summary"]),
    ("清岚青春正当时 云汀共青团2017工作巡礼", ["summary"]),
    ("共青团云汀县委2019年工作回顾", ["summary"]),
    ("2016年工作总结——凝心聚力促发展", ["summary"]),
    ("团市委2021年工作总结（全文）", ["summary"]),
    ("团委2023年工作总结 篇1", ["summary"]),
    ("云汀共青团二〇一三年工作要点", ["key_points"]),
    ("云汀县青年创业行动计划（2011—2015）", ["plan"]),
    ("云汀县青年发展规划（2018－2025年）", ["plan"]),
    ("校团委2020年工作思路", ["plan"]),
    ("云汀县“清风护苗”专项行动实施方案", ["plan"]),
    ("团县委上半年工作总结及下半年工作计划", ["summary", "plan"]),
    ("团县委2021年工作总结和2022年工作思路", ["summary", "plan"]),
    ("2022年度工作总结暨2023年工作要点", ["summary", "key_points"]),
    ("2022年工作计划及2021年工作总结", ["plan", "summary"]),
    ("在云汀县共青团工作会议上的报告", ["report"]),
    ("共青团云汀县第十一届委员会工作报告", ["report"]),
    ("云汀团县委2021年工作情况汇报", ["report"]),
    ("李清川同志在全县共青团工作会议上的讲话（2019年3月4日）", ["speech"]),
    ("李清川在全委会上的总结讲话", ["speech"]),
    ("关于报送2021年工作总结的通知", ["notice"]),
    ("做好2021年上半年工作总结报送工作(通知)", ["notice"]),
    ("关于印发《云汀县共青团2020年工作要点》的通知", ["notice"]),
    ("关于评选优秀团员的公示", ["notice"]),
    ("2020年大学生社会实践总结会顺利举办", ["news"]),
    ("全县共青团工作总结表彰大会召开", ["news"]),
    ("云汀县出台青年住房保障实施方案", ["news"]),
    ("团县委召开会议 李清川出席并讲话", ["news"]),
    ("云汀县志愿服务促进条例", ["regulation"]),
    ("云汀县团费管理办法（试行）", ["regulation"]),
    ("2026年度共青团云汀县委员会部门预算公开情况说明", ["other"]),
    ("关于加强新时代青年工作的意见", ["other"]),
    ("致全县青年的慰问信", ["other"]),
    ("春风十里不如你", []),
    ("入团申请怎么写", []),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_the_tail_of_a_title_names_the_kind(title: str, expected: list[str]) -> None:
    found, evidence = kinds(title, "")
    assert [one.kind.value for one in found] == expected
    assert bool(evidence.rule) == bool(expected)
    assert bool(evidence.reason) != bool(expected)


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("主题团日", "各基层团委：\n请认真组织。\n特此通知。", Kind.NOTICE),
        ("年终材料", "现将我委全年工作总结如下：", Kind.SUMMARY),
        ("团员须知", "第一条 为规范管理。\n第二条 团员应当……", Kind.REGULATION),
        ("“暖冬”走进云汀", "12月4日，团县委一行慰问了留守儿童。", Kind.NEWS),
    ],
)
def test_a_body_gives_the_kind_only_where_it_says_so(title: str, text: str, kind: Kind) -> None:
    found, evidence = kinds(title, text)
    assert [one.kind for one in found] == [kind]
    assert evidence.rule in {"body_words", "event_of_a_day"}


def test_a_text_without_any_sign_has_no_kind_and_a_reason() -> None:
    found, evidence = kinds("青春", "青春是一首歌。")
    assert found == ()
    assert evidence.reason
