"""What the query language promises, on both engines: the corners that random queries seldom reach."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive_api.errors import UserError
from archive_api.index import open_index
from archive_api.index.analysis import LONGEST_WORD
from archive_api.index.base import Match, Query, SearchIndex
from tests.index.conftest import Engine
from tests.index.making import found, record

LONG = "volunteer" + "s" * LONGEST_WORD
ACCENTED = "élan" + "é" * 60
WORDS = 20_000


@pytest.fixture(scope="module")
def index(engine: Engine) -> Iterator[SearchIndex]:
    records = [
        record("near", 1, "志愿者们服务社会。\n服务：志愿2016年服务a志愿", title="团县委", issuer="云汀县团委"),
        record(
            "long", 2, f"甲{LONG} {ACCENTED}乙 élan2", issuer_printed="Vol. 7", document_number="云青发〔2016〕13号"
        ),
        record("self", 3, "哈哈哈 工作工作，工作"),
        record("end", 4, "完a1", title="5"),
        record("many", 5, " ".join(f"第qx{word:05}" for word in range(WORDS))),
    ]
    with closing(open_index(engine())) as index:
        index.rebuild(records, seq=100)
        yield index


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # 志愿 者们 服务: two characters between; over a paragraph's end 社会 ǀ ǁ 服务
        ("NEAR/1(志愿, 服务)", ["near"]),
        ("NEAR/2(志愿者, 社会)", []),
        ("NEAR/3(志愿者, 社会)", ["near"]),
        ("NEAR/3(社会, 志愿)", []),
        ("NEAR/5(社会, 志愿)", ["near"]),
        ("NEAR/1(会。, 服务)", ["near"]),
        ("NEAR/0(会。, 服务)", []),
        # a word counts its letters: 志愿 2016 年
        ('NEAR/3("：志愿", 年)', []),
        ('NEAR/4("：志愿", 年)', ["near"]),
        ("NEAR/0(志愿, 2016)", ["near"]),
        ("NEAR/0(2016年, 服务)", ["near"]),
        ("NEAR/0(a, 志愿)", ["near"]),
        ("NEAR/0(a, 服)", []),
        ("NEAR/0(务, a)", ["near"]),
        ("NEAR/1(年, a)", []),
        ("NEAR/2(年, a)", ["near"]),
        # title and text are not one field
        ("NEAR/50(团县委, 志愿)", []),
        ("title:NEAR/0(县, 团)", ["near"]),
        ("title:NEAR/0(团县, 县委)", []),
        ("issuer:NEAR/2(云汀, 团委)", ["near"]),
        # a term is never near itself alone, nor one that it overlaps
        ("NEAR/50(哈哈, 哈哈)", []),
        ("NEAR/0(哈, 哈)", ["self"]),
        ("NEAR/0(工作, 工作)", ["self"]),
        ("NEAR/50(工作工作, 工作)", ["self"]),
        ("NEAR/50(作工, 工作)", ["self"]),
        ("NEAR/0(完, a1)", ["end"]),
        ("NEAR/0(a1, 完)", ["end"]),
        # beginnings of words
        ("volunteer*", ["long"]),
        (f"{LONG[:32]}*", ["long"]),
        (f"{LONG}", ["long"]),
        (f"{LONG}s", []),
        ("é*", ["long"]),
        ("élan*", ["long"]),
        ("élané*", ["long"]),
        ("“乙 élan”*", ["long"]),
        ("“乙 lan”*", []),
        ('"乙élan2"*', ["long"]),
        ('"甲vol"*', ["long"]),
        ('"甲v"*', ["long"]),
        ("a*", ["near", "end"]),
        ("2016*", ["near"]),
        ("20*", ["near"]),
        ("6*", []),
        ("完a*", ["end"]),
        ("title:5*", ["end"]),
        ("title:5", ["end"]),
        ("issuer:v*", ["long"]),
        ("issuer:“vol 7”", ["long"]),
        ("number:1*", ["long"]),
        ("number:〔2016〕13", ["long"]),
        ("number:13号 -title:5", ["long"]),
        ("text:团县委", []),
        ("NOT q* NOT 志愿 NOT 哈", ["long", "end"]),
        ("NEAR/7(第, 第) q*", ["many"]),
        ("NEAR/6(第, 第)", []),
    ],
)
def test_a_query_finds(index: SearchIndex, query: str, ids: list[str]) -> None:
    assert found(index, query) == ids
    assert index.count(Query(text=query)) == len(ids)


def test_a_beginning_stands_for_any_number_of_words(index: SearchIndex) -> None:
    for query in ("q*", "qx0*", '"第qx1999"*'):
        assert found(index, query) == ["many"]


def test_too_many_words_in_a_phrase_are_an_error_that_says_so(index: SearchIndex) -> None:
    for ask in (index.count, index.search, lambda query: list(index.scan(query))):
        with pytest.raises(UserError, match="write more before the"):
            ask(Query(text='志愿 OR "第qx"*'))


def test_many_nears_and_beginnings_in_one_query_are_answered(index: SearchIndex) -> None:
    nears = " OR ".join(f"NEAR/50(志愿者{at}, 服务工作{at})" for at in range(19))
    assert found(index, f"{nears} OR NEAR/50(志愿者, 服务社会)") == ["near"]
    assert found(index, " ".join(["a*"] * 1000)) == ["near", "end"]


def test_an_explanation_says_how_a_query_is_read_folded_and_asked(index: SearchIndex) -> None:
    query = Query(text='志願服務 OR -title:NEAR/3(團委, "a b") ab*', kinds=("plan",))
    told = index.explain(query)
    assert told.text == query.text
    assert told.folded == '"志愿服务" OR NOT title:NEAR/3("团委", "aǀb") "ab"*'
    assert told.tree == (
        "或 any of",
        "  含 contains：“志愿服务”（标题或正文 title or text）",
        "  且 all of",
        "    非 not",
        "      相距不过 3 字 within 3 characters：“团委”、“aǀb”（标题 title）",
        "    含此开头的词 contains a word that begins so：“ab”（标题或正文 title or text）",
    )
    assert "plan" in told.compiled
    if told.engine == "elasticsearch":
        assert json.loads(told.compiled)["bool"]["must"]
    else:
        assert '(1, Term(field text_places, "志愿")),' in told.compiled


@pytest.mark.parametrize(
    ("query", "line"),
    [
        (Query(), "全部 every document"),
        (Query(text="issuer:甲"), "含 contains：“甲”（发文机关 issuer）"),
        (Query(text="志愿 服务在哪里", match=Match.RELATED), "相关：下列词合计分量不少于"),
    ],
)
def test_an_explanation_begins_with_what_is_asked_first(index: SearchIndex, query: Query, line: str) -> None:
    assert index.explain(query).tree[0].startswith(line)
