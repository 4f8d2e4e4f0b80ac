"""Questions in plain language: what is found is brute force's on both engines, and the right passage comes first."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest

from archive_api.document import Kind, Record
from archive_api.errors import QueryError
from archive_api.index import open_index
from archive_api.index.analysis import fold, fold_term
from archive_api.index.base import Hit, Match, Query, SearchIndex, Sort
from archive_api.index.query import Everything, Related
from archive_api.index.related import MOST_WORDS, tree_of
from archive_api.index.words import read, shorter
from tests.index.conftest import Engine
from tests.index.making import record
from tests.index.oracle import contains, passes

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "retrieval"
QUESTIONS = 200
SENTENCES = (
    "云汀县团委开展主题团日活动。",
    "基层团支部如何推优入党，",
    "2016年青年志愿服务工作总结；",
    "青年大学习参学率公布",
    "清岚市举办创业就业培训班！",
    "团费收缴标准由团县委规定",
    "志愿者在湖边拾捡垃圾\n",
    "预算公开情况说明",
    "H5 页面 Youth League 2016 号召",
    "什么是团员先进性评价？",
    "三会两制一课制度落实到支部，",
    "暑期社会实践返家乡报名",
)
ASKED = (
    "基层团支部怎样推优入党？",
    "什么是青年大学习",
    "志愿者都做了些什么",
    "2016年有哪些志愿服务？",
    "Youth League H5",
    "的",
    "怎么样",
    "创业就业 培训 NOT OR (",
    "火星团支部的预算",
    "蓝鲸",
    "团員先進性評價",
    "　",
)


def _records(number: int) -> list[Record]:
    rng = random.Random(3)
    made = []
    for at in range(1, number + 1):
        text = "".join(rng.choices(SENTENCES, weights=range(len(SENTENCES), 0, -1), k=rng.randrange(1, 5)))
        title = rng.choice(SENTENCES) if rng.random() < 0.3 else None
        made.append(record(f"d{at}", at, text, title=title, kinds=(rng.choice([Kind.PLAN, Kind.NEWS]),)))
    return made


RECORDS = _records(300)
FOLDED = [(fold(one.document.title or ""), fold(one.document.text)) for one in RECORDS]


@pytest.fixture(scope="module")
def corpus(engine: Engine) -> Iterator[SearchIndex]:
    with closing(open_index(engine())) as index:
        index.apply(RECORDS, seq=len(RECORDS))
        yield index


def _holding(word: str) -> set[str]:
    holds = [contains(title, word) or contains(text, word) for title, text in FOLDED]
    return {one.id for one, it_does in zip(RECORDS, holds, strict=True) if it_does}


def _weight(held: int) -> int:
    limits = (Fraction(1, 2), Fraction(1, 8), Fraction(1, 32), Fraction(1, 128), Fraction(1, 512))
    return sum(Fraction(held, len(RECORDS)) <= limit for limit in limits)


def _expected(question: str) -> set[str]:
    if not question.strip():
        return {one.id for one in RECORDS}
    words: dict[str, set[str]] = {}
    for word in read(fold_term(question)).words:
        for used in [word] if _holding(word) else shorter(word):
            if found := _holding(used):
                words[used] = found
    weights = {word: _weight(len(found)) for word, found in words.items()}
    if not any(weights.values()):
        weights = dict.fromkeys(words, 1)
    sums = {one.id: sum(weights[word] for word in words if one.id in words[word]) for one in RECORDS}
    return {key for key, weight in sums.items() if weight and 4 * weight >= sum(weights.values())}


@pytest.mark.parametrize("question", ASKED)
def test_a_question_finds_what_holds_a_quarter_of_its_weight_on_every_page(corpus: SearchIndex, question: str) -> None:
    query = Query(text=question, match=Match.RELATED, limit=17)
    expected = _expected(question)
    assert set(corpus.scan(query)) == expected
    assert corpus.count(query) == len(expected)
    hits: list[Hit] = []
    cursor = None
    while True:
        page = corpus.search(Query(text=question, match=Match.RELATED, limit=17, cursor=cursor))
        assert page.total == len(expected)
        hits += page.hits
        cursor = page.cursor
        if cursor is None:
            break
    assert {hit.id for hit in hits} == expected
    assert len(hits) == len(expected)
    assert [(-hit.score, -hit.seq) for hit in hits] == sorted((-hit.score, -hit.seq) for hit in hits)


def test_a_filter_takes_away_and_changes_nothing_else(corpus: SearchIndex) -> None:
    for question in ASKED:
        query = Query(text=question, match=Match.RELATED, kinds=("plan",), sort=Sort.SEQ)
        expected = _expected(question)
        assert list(corpus.scan(query)) == [one.id for one in RECORDS if one.id in expected and passes(query, one)]


def test_the_words_that_matched_are_marked(corpus: SearchIndex) -> None:
    by_id = {one.id: one for one in RECORDS}
    asked = Query(text="基层团支部怎样推优入党？", match=Match.RELATED, limit=5)
    marked = {
        by_id[hit.id].document.text[span.start : span.end]
        for hit in corpus.search(asked, lambda ids: [by_id[key] for key in ids]).hits
        for span in hit.spans
        if span.field == "text"
    }
    assert marked == {"基层", "团支部", "推优入党"}


def test_the_tree_tells_what_each_word_weighs(corpus: SearchIndex) -> None:
    tree = corpus.tree(Query(text="什么是青年大学习", match=Match.RELATED))
    assert isinstance(tree, Related)
    (word,) = tree.words
    held = len(_holding("青年大学习"))
    assert (word.folded, word.documents, word.weight, tree.need) == ("青年大学习", held, _weight(held), 1)


def test_an_index_never_written_finds_nothing(index: SearchIndex) -> None:
    assert index.search(Query(text="志愿服务", match=Match.RELATED)).total == 0
    assert index.count(Query(match=Match.RELATED)) == 0


def test_the_leagues_terms_are_words_and_question_words_are_none() -> None:
    assert read(fold_term("基层团支部怎么推优入党的？")).words == ("基层", "团支部", "推优入党")
    assert read(fold_term("2016年三会两制一课")).words == ("2016", "年", "三会两制一课")
    assert read(fold_term("智慧團建是什麼")).words == ("智慧团建",)
    assert read(fold_term("什么是什么")).words == ("什么", "是")
    assert read(fold_term("covid-19怎么办")).words == ("covid", "19")


def test_pairs_reach_over_no_mark_and_no_word_of_another_script() -> None:
    assert read(fold_term("团课，H5团日")).pairs == ("团课", "团日")
    assert read(fold_term("的了团课")).pairs == ("了团", "团课")


def test_a_question_that_cannot_be_asked_is_refused_and_an_empty_one_is_not() -> None:
    for question in ("？！", "甲" * 10_001, " ".join(f"w{at}" for at in range(MOST_WORDS + 1))):
        with pytest.raises(QueryError):
            tree_of(Query(text=question, match=Match.RELATED), lambda nodes: [1] * len(nodes))
    assert tree_of(Query(text=" ", match=Match.RELATED), lambda nodes: [1] * len(nodes)) == Everything()


def test_the_longest_question_is_answered(index: SearchIndex) -> None:
    question = " ".join(f"w{at}" for at in range(MOST_WORDS))
    records = [record(f"d{at}", at + 1, f"w{at}") for at in range(600)]
    index.apply(records, seq=600)
    assert index.count(Query(text=question, match=Match.RELATED)) == 0
    index.apply([record("all", 601, question)], seq=601)
    assert list(index.scan(Query(text=question, match=Match.RELATED))) == ["all"]


def test_the_passage_that_answers_a_question_comes_first(engine: Engine) -> None:
    folder = SHARED / "cmrc2018"
    if not folder.is_dir():
        pytest.skip(f"the passages and questions are not here: {folder}")
    passages, questions = (
        [json.loads(line) for line in _lines(folder / f"{name}.jsonl")] for name in ("corpus", "queries")
    )
    answers = dict(line.split("\t")[:2] for line in _lines(folder / "qrels.tsv"))
    ranks: list[float] = []
    with closing(open_index(engine())) as index:
        texts = [record(one["_id"], at, one["text"], title=one["title"]) for at, one in enumerate(passages, 1)]
        index.apply(texts, seq=len(texts))
        for one in random.Random(4).sample(questions, QUESTIONS):
            hits = index.search(Query(text=one["text"], match=Match.RELATED, limit=10)).hits
            ids = [hit.id for hit in hits]
            ranks.append(1 / (ids.index(answers[one["_id"]]) + 1) if answers[one["_id"]] in ids else 0.0)
    assert sum(ranks) / len(ranks) >= 0.975


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
