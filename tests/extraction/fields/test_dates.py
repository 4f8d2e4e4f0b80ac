from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_api.document import Precision
from crawler.extraction.dates import find_dates, parse_date, url_date

DAYS = [
    ("2016-12-28", "2016-12-28"),
    ("2016/3/5", "2016-03-05"),
    ("2018．6．1", "2018-06-01"),
    ("2018.06.01", "2018-06-01"),
    ("２０１９－０１－０２", "2019-01-02"),
    ("[2018-04-27]", "2018-04-27"),
    ("2026-\n01-\n23", "2026-01-23"),
    ("2016年12月28日", "2016-12-28"),
    ("2016 年 12 月 28 日", "2016-12-28"),
    ("2016\u00a0年\u300012月 28日", "2016-12-28"),
    ("2016年3月5号", "2016-03-05"),
    ("2013年11月23", "2013-11-23"),
    ("20200313", "2020-03-13"),
    ("二〇〇七年八月二十四日", "2007-08-24"),
    ("二○○九年五月二十日", "2009-05-20"),
    ("二ＯＯ九年五月二十日", "2009-05-20"),
    ("二OO九年五月二十日", "2009-05-20"),
    ("二零一零年十月十日", "2010-10-10"),
    ("二00九年九月一日", "2009-09-01"),
    ("2○19年三月五日", "2019-03-05"),
    ("一九九八年元月三十一日", "1998-01-31"),
    ("二〇一六年十二月廿八日", "2016-12-28"),
    ("二〇一六年十二月卅一日", "2016-12-31"),
    ("2020-03-13 00:00:00", "2020-03-13"),
]

TIMES = [
    ("2018-4-27 15:13:22", "2018-04-27T15:13:22+08:00", Precision.SECOND),
    ("2025-08-04 15:31", "2025-08-04T15:31+08:00", Precision.MINUTE),
    ("2025年8月4日 15：31", "2025-08-04T15:31+08:00", Precision.MINUTE),
    ("2025年8月4日9时05分", "2025-08-04T09:05+08:00", Precision.MINUTE),
    ("2020-03-13T07:21:14Z", "2020-03-13T15:21:14+08:00", Precision.SECOND),
    ("2020-03-13T15:21:14.000+0800", "2020-03-13T15:21:14+08:00", Precision.SECOND),
    ("20200313152114", "2020-03-13T15:21:14+08:00", Precision.SECOND),
    ("2018-04-2715:13", "2018-04-27T15:13+08:00", Precision.MINUTE),
]


@pytest.mark.parametrize(("printed", "iso"), DAYS)
def test_every_written_form_of_a_day_is_read(printed: str, iso: str) -> None:
    found = parse_date(printed)
    assert found is not None
    assert (found.iso, found.precision) == (iso, Precision.DAY)


@pytest.mark.parametrize(("printed", "iso"), DAYS)
def test_a_day_is_found_inside_a_sentence(printed: str, iso: str) -> None:
    assert [found.iso for found in find_dates(f"经研究，{printed}。")] == [iso]


@pytest.mark.parametrize(("printed", "iso", "precision"), TIMES)
def test_a_time_is_kept_with_its_precision_in_shanghai_time(printed: str, iso: str, precision: Precision) -> None:
    found = parse_date(printed)
    assert found is not None
    assert (found.iso, found.precision) == (iso, precision)


@pytest.mark.parametrize(
    "text",
    [
        "2016-13-01",
        "2015-02-30",
        "2016年2月30日",
        "1948-05-04",
        "2101年1月1日",
        "22013-09-06",
        "34日上午",
        "427日",
        "2016年5月20名团员",
        "2017年5月 20 名团员",
        "索引号：2021-03-00123",
        "11320800-2016-12-28",
        "2016-12-28-001",
        "电话：20181203",
        "编号20181203",
        "03-05",
        "08-12-30",
        "2019-2020学年",
        "12月30日",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    ("printed", "iso", "precision"),
    [
        ("2026.09", "2026-09", Precision.MONTH),
        ("2021年3月", "2021-03", Precision.MONTH),
        ("二〇一三年", "2013", Precision.YEAR),
        ("2026", "2026", Precision.YEAR),
    ],
)
def test_a_coarse_date_keeps_its_precision(printed: str, iso: str, precision: Precision) -> None:
    found = parse_date(printed)
    assert found is not None
    assert (found.iso, found.precision) == (iso, precision)


def test_two_digit_years_and_days_without_a_year_are_read_only_where_asked() -> None:
    assert [found.iso for found in find_dates("08-12-30", short_years=True)] == ["2008-12-30"]
    assert [found.iso for found in find_dates("98/5/4", short_years=True)] == ["1998-05-04"]
    assert [found.iso for found in find_dates("12-30 与 3月4日", page_year=2012)] == ["2012-12-30", "2012-03-04"]


def test_an_impossible_time_leaves_the_day() -> None:
    (found,) = find_dates("2020-03-13 25:00")
    assert (found.iso, found.raw) == ("2020-03-13", "2020-03-13")


def test_both_ends_of_a_range_are_found() -> None:
    assert [found.iso for found in find_dates("2016.12.28-2017.1.3")] == ["2016-12-28", "2017-01-03"]


def test_a_string_with_anything_besides_a_date_is_not_one() -> None:
    assert parse_date("2023年9月30日前报送") is None
    assert parse_date("2018-4-27 15:13:22发布82次查看") is None


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://tw.example/xxgk/201812/t20181228_123.html", "2018-12-28"),
        ("https://tw.example/art/2020/3/13/art_1_2.html", "2020-03-13"),
        ("https://tw.example/2020/0313/c1a2/page.htm", "2020-03-13"),
        ("https://tw.example/xwzx/20130207/9343.shtml", "2013-02-07"),
        ("https://tw.example/root/2017-01-17/Detail_1.htm", "2017-01-17"),
        ("https://tw.example/201903/a.html", "2019-03"),
        ("https://tw.example/art/2020/art_9f0e.html", None),
        ("https://tw.example/content_20209999.html", None),
        ("https://tw.example/2020/1345/c1a2/page.htm", None),
        ("https://tw.example/show?d=/20130207/", None),
        ("file:///home/a/2013-02-07/b.txt", None),
    ],
)
def test_an_address_gives_the_date_that_its_dialect_holds(url: str, iso: str | None) -> None:
    found = url_date(url)
    assert (found and found.iso) == iso


@given(st.dates(min_value=date(1949, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from("-/."))
def test_any_day_in_figures_is_read_back(day: date, mark: str) -> None:
    found = parse_date(f"{day.year}{mark}{day.month}{mark}{day.day}")
    assert found is not None
    assert found.iso == day.isoformat()


@given(st.text(alphabet="0123456789年月日-/.二〇一十 :发布", max_size=40))
def test_found_dates_lie_where_they_say_and_never_overlap(text: str) -> None:
    end = 0
    for found in find_dates(text, coarse=True, short_years=True, page_year=2012):
        assert end <= found.start < found.end
        assert text[found.start : found.end].strip() == found.raw
        end = found.end


@pytest.mark.parametrize("text", ["2018-11", "05 2018-11", "热线 2018-11 号", "2020/12"])
def test_a_months_second_figure_is_no_day(text: str) -> None:
    assert find_dates(text) == []
