"""How many absences make a document gone, and how alike two texts are."""

from datetime import UTC, datetime, timedelta

import pytest

from archive_api.store import Absence
from crawler.gone import is_enough
from crawler.machine import written
from crawler.similarity import alike

FIRST = datetime(2026, 3, 1, 14, tzinfo=UTC)
TEXT = "全县各级团组织围绕中心工作，服务青少年成长，取得新的成绩。一是抓学习，二是抓服务，三是抓基层。" * 5


def absent(days: float) -> Absence:
    at = written(FIRST + timedelta(days=days))
    return Absence(document="0" * 16, run=int(days * 10), what="http_404", at=at, url="http://a/")


@pytest.mark.parametrize(
    ("days", "enough"),
    [
        ((0, 3, 7), True),
        ((0, 3, 6.9), False),
        ((0, 8), False),
        ((0, 0.1, 8), False),  # two looks in one night are one
        ((0, 7, 7.6), True),
        ((), False),
    ],
)
def test_three_nights_over_seven_days_are_enough(days: tuple[float, ...], *, enough: bool) -> None:
    assert is_enough([absent(day) for day in days]) is enough


def test_an_edited_text_is_nearly_equal_and_next_years_is_not() -> None:
    whole = "".join(f"第{number}项工作：深入基层开展青年志愿服务第{number * 7}次。" for number in range(60))
    assert alike(whole, whole.replace("第7项工作", "第七项工作")) > 0.9
    assert alike(whole, "".join(f"第{n}条要求：各单位于本周内报送名单{n * 3}份。" for n in range(60))) < 0.2


def test_short_texts_are_the_same_only_where_they_are_equal() -> None:
    assert alike("关于放假的通知。", " 关于放假\n的通知。") == 1.0
    assert alike("关于放假的通知。", "关于放假的通告。") == 0.0
    assert alike(TEXT, "关于放假的通知。") == 0.0
