import pytest

from crawler.extraction.numbers import document_number, index_number, split_title


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("团云办发〔2018〕35号", "团云办发〔2018〕35号"),
        ("团云办发 [2013] 52号", "团云办发〔2013〕52号"),
        ("云青【2014】4号", "云青〔2014〕4号"),
        ("团云委发（2021）9 号", "团云委发〔2021〕9号"),
        ("云团字[２０１１]４号", "云团字〔2011〕4号"),
        ("云经贸团委〔2009〕第13号", "云经贸团委〔2009〕13号"),
    ],
)
def test_every_form_of_bracket_and_space_becomes_one(printed: str, number: str) -> None:
    found = document_number(printed)
    assert found is not None
    assert (found.number, found.raw) == (number, printed)


@pytest.mark.parametrize("line", ["根据团云发〔2018〕35号文件要求", "〔2018〕35号", "2018年35号", "团云发35号"])
def test_a_line_with_anything_else_is_no_number(line: str) -> None:
    assert document_number(line) is None


def test_a_number_before_a_title_is_cut_from_it() -> None:
    found, title = split_title("团云办发〔2018〕35号关于公布示范校的通知")
    assert found is not None
    assert (found.number, title) == ("团云办发〔2018〕35号", "关于公布示范校的通知")
    found, title = split_title("【2009】10号关于进行团员注册的通知")
    assert found is not None
    assert (found.number, title) == ("〔2009〕10号", "关于进行团员注册的通知")


def test_a_number_in_final_brackets_stays_and_is_read() -> None:
    found, title = split_title("第八届全委会会议纪要（云团办〔2016〕25号）")
    assert found is not None
    assert (found.number, title) == ("云团办〔2016〕25号", "第八届全委会会议纪要（云团办〔2016〕25号）")


def test_a_forwarded_number_is_not_the_texts_own() -> None:
    title = "转发省青联发〔2020〕19号关于开展检查的通知"
    assert split_title(f"团县委{title}") == (None, f"团县委{title}")


def test_an_index_number_is_digits_and_marks() -> None:
    assert index_number(" 11320800 - 2016 - 00123 ") == "11320800-2016-00123"
    assert index_number("关于印发") is None
