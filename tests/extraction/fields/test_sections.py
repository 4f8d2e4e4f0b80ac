from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.sections import sections

TEXT = """今年以来，工作有序推进。
一、思想引领
（一）理论学习。坚持每周一学，覆盖全县青年，累计开展宣讲一百二十场，受众两万余人次，反响良好，成效明显。
1.办好青年讲堂
投入1.5亿元。
2.用好网络阵地
（二）实践教育
二、服务大局
3、助力就业"""


def test_headings_form_a_tree_by_their_marks() -> None:
    assert [(one.level, one.number, one.heading) for one in sections(TEXT)] == [
        (1, "一、", "思想引领"),
        (2, "（一）", "理论学习"),
        (3, "1.", "办好青年讲堂"),
        (3, "2.", "用好网络阵地"),
        (2, "（二）", "实践教育"),
        (1, "二、", "服务大局"),
        (2, "3、", "助力就业"),
    ]


def test_a_section_holds_everything_under_its_heading() -> None:
    first, _, talks, *_ = sections(TEXT)
    assert TEXT[first.start : first.end].startswith("一、思想引领\n")
    assert TEXT[first.start : first.end].rstrip().endswith("（二）实践教育")
    assert TEXT[talks.start : talks.end] == "1.办好青年讲堂\n投入1.5亿元。\n"


def test_chapters_and_articles_nest() -> None:
    text = "第一章 总则\n第一条 为规范管理。\n第二条 本办法适用于全县。\n第二章 附则\n第三条 自发布之日起施行。"
    assert [(one.level, one.number) for one in sections(text)] == [
        (1, "第一章"),
        (2, "第一条"),
        (2, "第二条"),
        (1, "第二章"),
        (2, "第三条"),
    ]


def test_numbers_that_do_not_count_up_are_no_headings() -> None:
    assert sections("3.14是圆周率。\n（五）是孤立的。\n7、也是。") == ()


@given(st.text(alphabet="一二三、（）1.2\n团工作。第条章 ", max_size=80))
def test_sections_lie_in_the_text_in_order_and_children_inside_their_parents(text: str) -> None:
    found = sections(text)
    for before, after in pairwise(found):
        assert before.start < after.start
        assert after.start >= before.end or (after.level > before.level and after.end <= before.end)
    for one in found:
        assert one.level >= 1
        assert text[one.start : one.end].startswith(one.number)
