from collections.abc import Callable

import pytest

from archive_api.document import Document, Precision
from crawler.extraction.parts import Hints

LONG = "各级团组织紧紧围绕中心工作，扎实推进青年志愿服务、青年创业就业、青少年维权等各项工作，取得了明显成效。"
Make = Callable[..., Document]


def test_the_meta_tag_comes_before_the_label_before_the_row_before_the_address(made: Make) -> None:
    meta = {"pubdate": "2021-03-05 09:30"}
    head = ("更新时间：2021-03-09", "发布时间：2021-03-06")
    url = "https://tw.example/202103/t20210308_1.html"
    hints = Hints(row_date="2021-03-07")
    rules = [
        (made("通知", LONG, meta=meta, head=head, hints=hints, url=url), "2021-03-05T09:30+08:00", "meta"),
        (made("通知", LONG, head=head, hints=hints, url=url), "2021-03-06", "label 发布时间"),
        (made("通知", LONG, hints=hints, url=url), "2021-03-07", "list_row"),
        (made("通知", LONG, url=url), "2021-03-08", "address"),
        (made("通知", LONG, head=head[:1]), "2021-03-09", "updated, label 更新时间"),
    ]
    for document, iso, rule in rules:
        assert (document.published, document.evidence["published"].rule) == (iso, rule)


def test_a_dateline_below_the_body_counts_and_a_signature_there_does_not(made: Make) -> None:
    url = "https://tw.example/2014/0820/25549.html"
    assert made("草原风光", LONG, tail=("2014-08-21 10:02",), url=url).published == "2014-08-21T10:02+08:00"
    assert made("草原风光", LONG, tail=("2014年8月21日",), url=url).published == "2014-08-20"


def test_precision_is_kept(made: Make) -> None:
    month = made("通知", LONG, url="https://tw.example/202103/a.html")
    assert (month.published, month.published_precision) == ("2021-03", Precision.MONTH)
    second = made("通知", LONG, head=("2018-4-27 15:13:22发布82次查看",))
    assert (second.published, second.published_precision) == ("2018-04-27T15:13:22+08:00", Precision.SECOND)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ((), "请于2023年9月30日前报送材料。"),
        (("点击：20210305", "今天是2021年3月5日 星期五"), LONG),
        (("索引号：11320800-2021-03-05",), LONG),
        (("来源：团县委",), LONG),
    ],
)
def test_deadlines_counters_today_and_index_numbers_are_no_publication(
    made: Make, head: tuple[str, ...], text: str
) -> None:
    document = made("关于报送材料的通知", text, head=head)
    assert (document.published, document.published_precision) == (None, None)
    assert document.evidence["published"].reason


@pytest.mark.parametrize(
    ("tail", "iso"),
    [
        ("共青团云汀县委员会\n2016年12月28日", "2016-12-28"),
        ("共青团云汀县委员会 2016年12月28日", "2016-12-28"),
        ("团县委\n二○○九年五月二十日", "2009-05-20"),
        ("2013年11月23", "2013-11-23"),
        (
            "共青团云汀县委员会\n2016年12月28日\n（此件公开发布）\n抄送：县委\n共青团云汀县委 2016年12月29日印发",
            "2016-12-28",
        ),
        ("共青团云汀县委员会\n2016年12月28日\n附件1\n报名表\n姓名 电话", "2016-12-28"),
        ("共青团云汀县委员会\n2016年12月28日\n联系人：李清川 电话：0571-1234567", "2016-12-28"),
    ],
)
def test_the_date_under_the_signature_is_when_it_was_written(made: Make, tail: str, iso: str) -> None:
    document = made("关于报送材料的通知", f"各团委：\n{LONG}\n{tail}")
    assert (document.written, document.written_precision) == (iso, Precision.DAY)
    assert document.evidence["written"].rule == "signature"


@pytest.mark.parametrize(
    "text",
    [
        f"各团委：\n{LONG}\n请于2016年12月28日前报送。",
        f"2016年12月28日，会议召开。\n{LONG}",
        LONG,
        f"各团委：\n{LONG}\n报名截止至2016年12月28日",
    ],
)
def test_a_date_in_the_body_is_not_when_it_was_written(made: Make, text: str) -> None:
    document = made("关于报送材料的通知", text)
    assert document.written is None
    assert document.evidence["written"].reason


def test_a_speech_has_the_date_under_or_behind_its_title(made: Make) -> None:
    under = made("李清川同志在全委会上的讲话", f"（2016年11月9日，录音整理稿）\n同志们：\n{LONG}")
    behind = made("李清川在座谈会上的讲话（2016年10月21日）", LONG)
    assert (under.written, behind.written) == ("2016-11-09", "2016-10-21")
    assert under.published is None


def test_a_date_in_brackets_under_the_title_is_when_it_was_written(made: Make) -> None:
    document = made("团县委2022年上半年工作总结", f"（2022年7月5日）\n{LONG}")
    assert (document.written, document.evidence["written"].rule) == ("2022-07-05", "under_title")


def test_a_label_says_when_it_was_written(made: Make) -> None:
    document = made("通知", LONG, head=("成文日期：2018-06-01", "发布日期：2018-06-05"))
    assert (document.written, document.published) == ("2018-06-01", "2018-06-05")


def test_a_date_that_another_source_contradicts_says_so(made: Make) -> None:
    url = "http://www.yunting.example/art/2022/12/12/art_1_2.html"
    document = made("通知", LONG, head=("发布时间：2022-03-08",), url=url)
    assert document.published == "2022-03-08"
    assert document.evidence["published"].reason == "address says 2022-12-12"
    assert made("通知", LONG, head=("发布时间：2022-12-12",), url=url).evidence["published"].reason is None
