import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive_api.errors import QueryError
from archive_api.index.query import And, Everything, Near, Node, Not, Or, Term, canonical, parse, positive_terms

A, B, C = Term("甲"), Term("乙"), Term("丙")
SYNTAX = [*'甲乙a1 　\n()（）"＂“”„「」『』-－−:：*，。%\u200bǀǁ\ud800', " OR ", " ＯＲ ", " NOT ", " AND "]
SYNTAX += [
    "title:",
    "ｔｉｔｌｅ：",
    "kind:",
    "issuer：",
    "number:",
    "text:",
    " NEAR/3(",
    "ＮＥＡＲ／２（",
    "NEAR(",
    "，",
    "、",
    "＊",
]
queries = st.one_of(st.text(), st.lists(st.sampled_from(SYNTAX)).map("".join))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        (" 　\n", Everything()),
        ("志願服務", Term("志愿服务")),
        ("志愿服务 年度", And((Term("志愿服务"), Term("年度")))),
        ("志愿服务　年度", And((Term("志愿服务"), Term("年度")))),
        ("甲 AND 乙", And((A, B))),
        ('"志愿 服务，年度"', Term("志愿服务ǀ年度")),
        ("“志愿 服务”", Term("志愿服务")),
        ("”志愿 服务“", Term("志愿服务")),
        ("「志愿 服务」『甲』", And((Term("志愿服务"), A))),
        ("＂Youth　League＂", Term("youthǀleague")),
        ('"“两学”一做"', Term("ǀ两学ǀ一做")),
        ('"甲 OR (乙) -丙"', Term("甲orǀ乙ǀ丙")),
        ("甲 OR 乙", Or((A, B))),
        ("甲　ＯＲ　乙", Or((A, B))),
        ("甲 乙 OR 丙", Or((And((A, B)), C))),
        ("甲 (乙 OR 丙)", And((A, Or((B, C))))),
        ("甲（乙　OR　丙）", And((A, Or((B, C))))),
        ("甲 or 乙", And((A, Term("or"), B))),
        ("NOT 甲", Not(A)),
        ("-甲", Not(A)),
        ("－甲", Not(A)),
        ("ＮＯＴ 甲", Not(A)),
        ("NOT NOT 甲", Not(Not(A))),
        ("甲 -(乙 丙)", And((A, Not(And((B, C)))))),
        ('甲 -"乙"', And((A, Not(B)))),
        ("-甲 OR 乙", Or((Not(A), B))),
        ("2016-2017", Term("2016ǀ2017")),
        ("——甲", Term("ǀ甲")),
        ("--help", Term("ǀhelp")),
        ("《甲》", Term("ǀ甲ǀ")),
        ("**县委", Term("ǀ县委")),
        ("云汀**", Term("云汀ǀ")),
        ("title:甲 乙", And((Term("甲", "title"), B))),
        ("ｔｉｔｌｅ：“甲 乙”", Term("甲乙", "title")),
        ("TITLE:(甲 OR -乙) 丙", And((Or((Term("甲", "title"), Not(Term("乙", "title")))), C))),
        ("-title:甲", Not(Term("甲", "title"))),
        ("通知：甲", Term("通知ǀ甲")),
        ("10:30", Term("10ǀ30")),
        ('"kind:plan" "NEAR" "title:"', And((Term("kindǀplan"), Term("near"), Term("titleǀ")))),
        ("((甲))", A),
        ("text:甲", Term("甲", "text")),
        ("issuer：（甲　OR　“乙”）", Or((Term("甲", "issuer"), Term("乙", "issuer")))),
        ("ＮＵＭＢＥＲ：团发〔2016〕3号", Term("团发ǀ2016ǀ3号", "number")),
        ("title:(甲 issuer:乙) 丙", And((And((Term("甲", "title"), Term("乙", "issuer"))), C))),
        ("title:甲 OR 乙", Or((Term("甲", "title"), B))),
        ("甲 乙 OR NOT 丙 甲", Or((And((A, B)), And((Not(C), A))))),
        ("甲 OR 乙 丙 OR 甲", Or((A, And((B, C)), A))),
        ("-甲 乙", And((Not(A), B))),
        ("-(甲 乙)", Not(And((A, B)))),
        ("vol*", Term("vol", is_prefix=True)),
        ("２０１＊ -é*", And((Term("201", is_prefix=True), Not(Term("é", is_prefix=True))))),
        ("第20*", Term("第20", is_prefix=True)),
        ("title:H5*", Term("h5", "title", is_prefix=True)),
        ('"green vol"*', Term("greenǀvol", is_prefix=True)),
        ("“green　vol”＊", Term("greenǀvol", is_prefix=True)),
        ('number:"ab"* 甲', And((Term("ab", "number", is_prefix=True), A))),
        ("vol**", Term("volǀ")),
        ("v*l", Term("vǀl")),
        ("NEAR/5(甲, 乙)", Near("甲", "乙", 5)),
        ("NEAR/5(甲,乙)", Near("甲", "乙", 5)),
        ("ＮＥＡＲ／０５（甲　，　“乙 丙”）", Near("甲", "乙丙", 5)),
        ("NEAR/0 (甲、乙)", Near("甲", "乙", 0)),
        ("NEAR(甲﹐乙) 丙", And((Near("甲", "乙", 10), C))),
        ('-title:NEAR/50("甲，乙", 2016)', Not(Near("甲ǀ乙", "2016", 50, "title"))),
        ("issuer:(NEAR/1(甲,乙) OR 丙)", Or((Near("甲", "乙", 1, "issuer"), Term("丙", "issuer")))),
        ("1,000 NEAR/2(1,000)", And((Term("1ǀ000"), Near("1", "000", 2)))),
        ("near/5 nearest NEARBY", And((Term("nearǀ5"), Term("nearest"), Term("nearby")))),
    ],
)
def test_a_query_has_its_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("，。", 1, "nothing but marks"),
        ("甲 -", 3, "nothing but marks"),
        ("甲 | 乙", 3, "nothing but marks"),
        ('甲 ""', 3, "nothing but marks"),
        ("\u200b", 1, "nothing but marks"),
        ('甲 "乙', 3, "never closed"),
        ("「乙", 1, "never closed"),
        ("甲」", 2, "nothing was opened"),
        ("(甲 OR 乙", 1, "never closed"),
        ("甲 （乙 (丙)", 3, "never closed"),
        ("甲 OR 乙)", 7, "nothing was opened"),
        ("()", 2, "term is missing"),
        ("OR 甲", 1, "term is missing"),
        ("甲 OR", 5, "term is missing"),
        ("甲 OR OR 乙", 6, "term is missing"),
        ("甲 AND", 6, "term is missing"),
        ("甲 NOT", 6, "term is missing"),
        ("title:", 1, "right after it"),
        ("title: 甲", 1, "right after it"),
        ("甲 title:-乙", 3, "right after it"),
        ("甲 kind:plan", 3, "no field kind:"),
        ("年 author：甲", 3, "no field author："),
        ("issuer：", 1, "right after it"),
        ("number: 甲", 1, "right after it"),
        ("title:text:甲", 1, "right after it"),
        ("甲 NEAR/3 乙", 3, "needs two terms in parentheses"),
        ("甲 ＮＥＡＲ 乙", 3, "needs two terms in parentheses"),
        ("NEAR/(甲, 乙)", 1, "whole number"),
        ("NEAR/-1(甲, 乙)", 1, "whole number"),
        ("甲 NEAR/51(甲, 乙)", 3, "at most 50"),
        ("NEAR/" + "9" * 5000 + "(甲, 乙)", 1, "at most 50"),
        ("NEAR/3(甲 乙)", 10, "comma is missing"),
        ("NEAR/3(甲)", 9, "comma is missing"),
        ("NEAR/3(甲", 7, "never closed"),
        ("NEAR/3(甲, 乙", 7, "never closed"),
        ("NEAR/3(甲, 乙 丙)", 13, "quote a phrase"),
        ("NEAR/3()", 8, "two words or phrases"),
        ("NEAR/3(甲,)", 10, "two words or phrases"),
        ("NEAR/3((甲), 乙)", 8, "two words or phrases"),
        ("NEAR/3(title:甲, 乙)", 8, "two words or phrases"),
        ("NEAR/3(甲, 乙, 丙)", 12, "NEAR takes two terms"),
        ("NEAR/3(甲, vol*)", 14, "no * inside NEAR"),
        ('NEAR/3(甲, "。")', 11, "nothing but marks"),
        ("NEAR(甲,乙) " * 21, 201, "more than 20"),
        ("志愿*", 3, "may only follow a Latin letter"),
        ('"volunteer。"*', 13, "may only follow a Latin letter"),
        ("a" * 33 + "*", 34, "more than 32 characters"),
        ("(" * 60 + "甲" + ")" * 60, 52, "deep"),
        ("-" + "(-" * 60 + "甲" + ")" * 60, 52, "deep"),
        ("甲" * 10_001, 10_000, "at most"),
    ],
)
def test_a_query_without_a_tree_is_an_error_that_says_where(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError, match=f" / .*{re.escape(says)}") as caught:
        parse(text)
    assert caught.value.column == column


@settings(deadline=None)
@given(queries)
@example("甲" + " 乙" * 1000)
def test_any_string_has_a_tree_or_an_error_with_a_column_inside_it(text: str) -> None:
    tree, column = _outcome(text)
    assert 1 <= column <= len(text) + 1
    assert tree is None or parse(canonical(tree)) == tree


def _outcome(text: str) -> tuple[Node | None, int]:
    try:
        return parse(text), 1
    except QueryError as error:
        return None, error.column


folded = st.sampled_from(["甲", "2016年", "ǀ乙ǀ", "youthǀleague", "or", "near", "kindǀplan"])
fields = st.sampled_from([None, "title", "text", "issuer", "number"])
trees = st.recursive(
    st.one_of(
        st.builds(Term, folded, fields),
        st.builds(Term, st.sampled_from(["vol", "2016", "年2", "greenǀvol"]), fields, st.booleans()),
        st.builds(Near, folded, folded, st.integers(0, 50), fields),
    ),
    lambda nodes: st.one_of(
        nodes.map(Not),
        st.builds(And, st.lists(nodes, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(nodes, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(trees)
def test_a_tree_written_as_a_query_parses_to_itself(tree: Node) -> None:
    assert parse(canonical(tree)) == tree


def test_positive_terms_are_under_an_even_number_of_negations() -> None:
    tree = parse('甲 OR (title:乙 -(丙 NOT 丁)) -"戊"')
    assert list(positive_terms(tree)) == [A, Term("乙", "title"), Term("丁")]
    assert not list(positive_terms(parse("")))
