"""When a source is seen, quiet, or gone blind."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from crawler.condition import Rhythm, judge, rhythm

TODAY = "2026-03-01"
MONTHLY = [(date(2025, 3, 1) + timedelta(days=30 * number)).isoformat() for number in range(12)]
BEFORE = [{"document": 20, "list": 5, "pages": 30, "family.trs": 30}]


def test_a_rhythm_is_how_many_a_month_the_longest_silence_and_how_long_it_is_silent_now() -> None:
    assert rhythm(MONTHLY, TODAY) == Rhythm(a_month=1.11, days=30, silence=35)


def test_too_few_dates_give_no_rhythm_and_dates_to_come_are_none() -> None:
    assert rhythm(MONTHLY[:5], TODAY) is None
    assert rhythm([*MONTHLY, "2099-01-01", "无日期"], TODAY) == rhythm(MONTHLY, TODAY)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"pages": 30, "list": 5, "document": 2}, "ok"),
        ({"pages": 2, "blocked.ruishu": 5}, "blocked"),
        ({"pages": 30, "blocked.captcha": 2, "list": 5}, "ok"),
        ({"blocked.jiasule": 1}, "blocked"),
        ({}, "broken"),
        ({"failed.dns": 2}, "broken"),
        ({"pages": 3, "list": 2, "lists_empty": 2}, "broken"),
        ({"pages": 3, "lists_lost": 2}, "broken"),
        ({"pages": 9, "list": 5, "lists_empty": 1}, "suspect"),
        ({"pages": 9, "list": 5, "lists_lost": 1}, "suspect"),
        ({"pages": 9, "list": 5, "document": 4, "undated": 4}, "suspect"),
        ({"pages": 9, "list": 5, "document": 4, "untitled": 2}, "suspect"),
        ({"pages": 9, "list": 5, "document": 4, "foreign_issuer": 1}, "ok"),
        ({"pages": 9, "list": 5, "document": 2, "undated": 2}, "ok"),
        ({"pages": 9, "list": 5, "family.boda": 9}, "suspect"),
        ({"pages": 9, "list": 5, "family.trs": 9}, "ok"),
        ({"pages": 9, "list": 5, "source_migrated": 1}, "migrated"),
    ],
)
def test_a_crawl_is_judged_by_its_counts_beside_those_before(counts: Mapping[str, int], state: str) -> None:
    verdict = judge(counts, BEFORE, None)
    assert verdict.state == state
    assert verdict.reason


def test_what_a_source_never_had_is_no_sign() -> None:
    before = [{"document": 20, "undated": 15}]
    assert judge({"pages": 9, "list": 5, "document": 4, "undated": 4}, before, None).state == "ok"


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (Rhythm(a_month=4, days=40, silence=39), "ok"),
        (Rhythm(a_month=4, days=40, silence=60), "quiet"),
        (Rhythm(a_month=4, days=40, silence=90), "suspect"),
        (Rhythm(a_month=0.2, days=200, silence=300), "ok"),
        (Rhythm(a_month=30, days=3, silence=20), "ok"),
    ],
)
def test_a_source_that_is_silent_for_longer_than_ever_is_quiet_and_then_suspect(known: Rhythm, state: str) -> None:
    assert judge({"pages": 3, "list": 2}, BEFORE, known).state == state
