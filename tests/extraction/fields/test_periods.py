import pytest

from archive_api.document import Kind, Period
from crawler.extraction.kinds import kinds
from crawler.extraction.periods import periods
from crawler.extraction.sections import sections

S, P, K, R, N = Kind.SUMMARY, Kind.PLAN, Kind.KEY_POINTS, Kind.REPORT, Kind.NOTICE


def found(title: str, text: str = "") -> tuple[tuple[Period, ...], str | None]:
    named, _ = kinds(title, text)
    spans, evidence = periods(title, named, sections(text), text)
    assert (evidence.rule is None) == (not spans)
    assert spans or evidence.reason
    return spans, evidence.rule


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2020年云汀共青团工作总结", [Period(kind=S, year=2020)]),
        ("云汀共青团2020年工作总结", [Period(kind=S, year=2020)]),
        ("云汀共青团2017工作巡礼", [Period(kind=S, year=2017)]),
        ("云汀团县委工作总结（2016年）", [Period(kind=S, year=2016)]),
        ("２０１６年度工作总结", [Period(kind=S, year=2016)]),
        ("2016 年工作总结", [Period(kind=S, year=2016)]),
        ("云汀共青团二〇一四年工作要点", [Period(kind=K, year=2014)]),
        ("二○一四年工作要点", [Period(kind=K, year=2014)]),
        ("二00九年工作总结", [Period(kind=S, year=2009)]),
        ("“清岚”青年行动计划（2011—2015）", [Period(kind=P, year=2011, end_year=2015)]),
        ("青年发展规划（2018－2025年）", [Period(kind=P, year=2018, end_year=2025)]),
        ("云汀县共青团“十四五”发展规划", [Period(kind=P, year=2021, end_year=2025)]),
        ("2016年至2018年工作总结", [Period(kind=S, year=2016, end_year=2018)]),
        ("2008—2009学年第一学期校团委工作要点", [Period(kind=K, year=2008, end_year=2009)]),
        ("2019学年校团委工作计划", [Period(kind=P, year=2019, end_year=2020)]),
        ("2021年第三季度工作总结", [Period(kind=S, year=2021, quarter=3)]),
        ("2021年3月份工作计划", [Period(kind=P, year=2021, month=3)]),
        ("2021年十二月工作总结", [Period(kind=S, year=2021, month=12)]),
        ("团县委2023年上半年工作总结", [Period(kind=S, year=2023, half=1)]),
        (
            "团县委2023年上半年工作总结及下半年工作计划",
            [Period(kind=S, year=2023, half=1), Period(kind=P, year=2023, half=2)],
        ),
        ("2022年工作总结和2023年工作思路", [Period(kind=S, year=2022), Period(kind=P, year=2023)]),
        ("2016年工作总结及明年工作打算", [Period(kind=S, year=2016), Period(kind=P, year=2017)]),
        ("2022年工作计划及2021年工作总结", [Period(kind=P, year=2022), Period(kind=S, year=2021)]),
        ("在2020年云汀共青团工作会议上的报告", [Period(kind=R, year=2020)]),
        ("关于2013年信息工作的通报及做好2014年信息工作的通知", [Period(kind=N, year=2013), Period(kind=N, year=2014)]),
        ("关于召开2018年第一季度例会的通知", [Period(kind=N, year=2018, quarter=1)]),
    ],
)
def test_a_title_gives_each_kind_its_period(title: str, expected: list[Period]) -> None:
    assert found(title) == (tuple(expected), "title")


@pytest.mark.parametrize(
    "title",
    [
        "李清川在座谈会上的讲话（2016年10月21日）",
        "重要论述（2016年版）",
        "第2017期青年学堂工作总结",
        "共青团云汀县第十一届委员会工作报告",
        "团县委上半年工作总结",
        "2316年工作总结",
    ],
)
def test_what_is_no_period_of_the_text_is_none_with_a_reason(title: str) -> None:
    assert found(title) == ((), None)


def test_headings_of_the_work_give_the_year_that_the_title_lacks() -> None:
    text = "今年以来，工作有序。\n一、2022年工作总结\n有序。\n二、2023年工作计划\n有序。"
    spans, rule = found("区团委工作总结和工作计划", text)
    assert spans == (Period(kind=S, year=2022), Period(kind=P, year=2023))
    assert rule == "heading"


def test_the_opening_gives_the_year_of_a_years_work_only() -> None:
    text = "2016年，团县委认真贯彻落实各项部署。"
    assert found("团县委工作总结", text) == ((Period(kind=S, year=2016),), "opening")
    assert found("关于开展团日活动的通知", text) == ((), None)


def test_an_anniversary_gives_the_year_and_is_marked_as_derived() -> None:
    text = "五四期间，庆祝中国共青团成立 95 周年，举办了主题大会。"
    spans, rule = found("团县委上半年工作总结下半年工作计划", text)
    assert spans == (Period(kind=S, year=2017, half=1), Period(kind=P, year=2017, half=2))
    assert rule == "derived_from_anniversary"


@pytest.mark.parametrize(
    "text",
    [
        "以优异成绩迎接建党100周年。",
        "我们将喜迎共青团成立100周年。",
        "纪念五四运动97周年，庆祝共青团成立95周年。",
    ],
)
def test_anniversaries_ahead_or_at_odds_give_no_year(text: str) -> None:
    assert found("团县委工作总结", text) == ((), None)
