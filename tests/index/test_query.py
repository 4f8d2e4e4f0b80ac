import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive_api.errors import QueryError
from archive_api.index.query import And, Everything, Node, Not, Or, Term, canonical, parse, positive_terms

A, B, C = Term("甲"), Term("乙"), Term("丙")
SYNTAX = [*'甲乙a1 　\n()（）"＂“”„「」『』-－−:：*，。%\u200bǀǁ\ud800', " OR ", " ＯＲ ", " NOT ", " AND "]
SYNTAX += ["title:", "ｔｉｔｌｅ：", "NEAR/3", "kind:"]
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
        ("issuer：甲", 1, "no field issuer："),
        ("甲 NEAR/3 乙", 3, "NEAR"),
        ("甲 ＮＥＡＲ 乙", 3, "NEAR"),
        ("志愿*", 3, "trailing *"),
        ("volunteer＊", 10, "trailing *"),
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


trees = st.recursive(
    st.builds(
        Term,
        st.sampled_from(["甲", "2016年", "ǀ乙ǀ", "youthǀleague", "or", "near", "kindǀplan"]),
        st.sampled_from([None, "title"]),
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
