import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Record
from archive_api.index.analysis import fold
from archive_api.index.query import Term, parse
from archive_api.index.spans import find
from tests.index.making import cut, random_text, record
from tests.index.oracle import contains


def shown(query: str, one: Record) -> list[tuple[str, str]]:
    fields = {"title": one.document.title or "", "text": one.document.text}
    return [(span.field, fields[span.field][span.start : span.end]) for span in find(parse(query), one)]


def test_spans_are_the_originals_own_characters() -> None:
    one = record(
        "a", 1, "第一　（二０１６　年），共青\u200b團…\n２０１６ 年的Youth  League。", title="二〇一六年 共青團"
    )
    assert shown("共青团", one) == [("title", "共青團"), ("text", "共青\u200b團")]
    assert shown('"2016年"', one) == [("text", "２０１６ 年")]
    assert shown('"youth league"', one) == [("text", "Youth  League")]
    assert shown('"一，二"', one) == [("text", "一　（二")]
    assert shown('"团，"', one) == [("text", "團…")]


def test_every_positive_term_is_shown_and_no_negative_one() -> None:
    one = record("a", 1, "志愿服务，志愿者", title="服务")
    assert shown("志愿 OR 没有 -服务", one) == [("text", "志愿"), ("text", "志愿")]
    assert shown("title:服务 愿者", one) == [("title", "服务"), ("text", "愿者")]
    assert shown("", one) == shown("-志愿", one) == []


def test_overlapping_terms_are_one_span_and_neighbours_two() -> None:
    one = record("a", 1, "哈哈哈志愿服务")
    assert shown("哈哈 志愿 愿服", one) == [("text", "哈哈哈"), ("text", "志愿服")]
    assert shown("志愿 服务", one) == [("text", "志愿"), ("text", "服务")]


def test_words_are_marked_whole_only() -> None:
    assert shown("2016", record("a", 1, "20161 2016年 h2016")) == [("text", "2016")]


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_a_document_that_matches_has_a_span_and_every_span_matches(seed: int) -> None:
    rng = random.Random(seed)
    one = record("a", 1, random_text(rng, 50), title=random_text(rng, 10))
    term = fold(cut(rng, [one.document.text, one.document.title or ""], 5).replace("\n", "")).strip("ǁ")
    if not term.strip("ǀ") or "ǁ" in term:
        return
    spans = find(Term(term), one)
    assert bool(spans) == any(contains(fold(text), term) for text in (one.document.text, one.document.title or ""))
    assert list(spans) == sorted(spans, key=lambda span: (span.field != "title", span.start))
    for before, after in itertools.pairwise(spans):
        assert before.field != after.field or before.end <= after.start
