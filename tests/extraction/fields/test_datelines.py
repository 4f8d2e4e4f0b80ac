import pytest

from crawler.extraction.datelines import is_dateline, labelled


def values(line: str) -> list[tuple[str, str]]:
    return [(entry.label, entry.value) for entry in labelled(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("发布时间:2016-12-28 字体:", [("published", "2016-12-28"), ("font", "")]),
        ("【发布时间:2013-02-07】", [("published", "2013-02-07")]),
        ("网站发布时间:2023-04-28浏览次数:16", [("published", "2023-04-28"), ("clicks", "16")]),
        ("文章来源:本站作者:云汀团县委", [("origin", "本站"), ("author", "云汀团县委")]),
        ("2020/3/13 15:21:14 来源:admin 点击:2710", [("origin", "admin"), ("clicks", "2710")]),
        ("来源：团市委宣传部 2016-12-28", [("origin", "团市委宣传部")]),
        ("日期 2015-11-27 阅读:1", [("published", "2015-11-27"), ("clicks", "1")]),
        ("标　　题：关于开展青年大学习的通知", [("title", "关于开展青年大学习的通知")]),
        ("索 引 号：11320800-2016-00123", [("index_number", "11320800-2016-00123")]),
        ("更新时间:2018/6/5 20:02:13", [("updated", "2018/6/5 20:02:13")]),
        ("发文字号：团云发〔2019〕3号", [("document_number", "团云发〔2019〕3号")]),
        ("一审：张三 二审：李四", [("editor", "张三"), ("editor", "李四")]),
        ("来源：团县委 【打印】", [("origin", "团县委")]),
        ("活动资金来源：由各单位自筹。", []),
        ("编辑部召开会议", []),
    ],
)
def test_labels_are_read_with_their_values(line: str, expected: list[tuple[str, str]]) -> None:
    assert values(line) == expected


def test_a_labelled_date_is_read_with_its_time() -> None:
    (entry,) = labelled("发表时间：2026年05月25日 17:03")
    assert entry.date is not None
    assert (entry.printed, entry.date.iso) == ("发表时间", "2026-05-25T17:03+08:00")


@pytest.mark.parametrize(
    "line",
    [
        "2018-4-27 15:13:22发布82次查看",
        "网站发布时间:2023-04-28浏览次数:16",
        "发布时间：2016-12-28　字体：[大 中 小]　打印　关闭",
        "【字体：大 中 小】",
        "来源：本站原创 | 作者：佚名 | 发布时间：2020-01-02 03:04 | 阅读：12 次",
        "作者：张三 时间：2016-03-04 点击数：",
        "来源： 发布时间： 2021-03-16 上报基层： 柳岸镇",
        "[2018-04-27]",
        "撰稿：张三 编辑：李四",
        "今天是:",
    ],
)
def test_a_line_of_labels_counters_and_buttons_is_a_dateline(line: str) -> None:
    assert is_dateline(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2016年，团县委全面落实各项部署。",
        "二〇一六年一月三日",
        "2013年11月25日",
        "（2016年4月26日）",
        "时间：2016年5月3日上午9点，地点：县委礼堂",
        "时间：2019年4月30日—5月4日",
        "时间：2016-05-03 地点：县委礼堂",
        "发布时间：2016-05-03 以县委通知为准，逾期不再受理",
        "主要来源:各级团组织经费",
        "来源：各级团组织按规定收缴的团费和社会各界的捐赠，由县团委统一管理、统一使用，每年向社会公开一次使用情况。",
        "共青团云汀县委员会2016年12月28日",
    ],
)
def test_a_line_of_the_body_is_no_dateline(line: str) -> None:
    assert not is_dateline(line)


def test_the_brief_labels_count_only_before_a_year() -> None:
    line = "责编：小舟 | 更新：2021-12-31 08:02 | 发布：2021-12-30 17:40"
    assert [entry.label for entry in labelled(line)] == ["editor", "updated", "published"]
    assert labelled("发布：柳岸") == ()
