import pytest

from archive_api.document import Level
from crawler.extraction.gazetteer import called, is_under, leading, mentions, names, place, trailing


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("淮安市", {"320800"}),
        ("淮安区", {"320803"}),
        ("普陀", {"310107", "330903"}),
        ("朝阳区", {"110105", "220104"}),
        ("鼓楼区", {"320106", "320302", "350102", "410204"}),
        ("恩施州", {"422800"}),
        ("内蒙古", {"150000"}),
        ("大厂", {"131028"}),
        ("济源", {"419001"}),
        ("东莞", {"441900"}),
        ("台湾省", {"710000"}),
        ("云汀县", set()),
    ],
)
def test_a_name_in_full_or_short_gives_every_division_that_bears_it(name: str, codes: set[str]) -> None:
    assert {one.code for one in called(name)} == codes


@pytest.mark.parametrize(
    ("name", "code", "until"),
    [("闸北区", "310108", "201511"), ("居巢区", "341402", "201012"), ("巢湖地区", "342600", "199812")],
)
def test_abolished_divisions_are_known_with_their_last_revision(name: str, code: str, until: str) -> None:
    (found,) = called(name)
    assert (found.code, found.until) == (code, until)


def test_names_run_from_the_province_down() -> None:
    assert names("320803") == ("江苏省", "淮安市", "淮安区")
    assert names("310107") == ("上海市", "普陀区")
    assert names("419001") == ("河南省", "济源市")
    assert names("999999") == ()


def test_levels_follow_the_division_and_not_the_word_for_it() -> None:
    levels = {
        code: found.level for code in ("310000", "330200", "330282", "522300", "520102") if (found := place(code))
    }
    assert levels == {
        "310000": Level.PROVINCE,
        "330200": Level.PREFECTURE,
        "330282": Level.COUNTY,
        "522300": Level.PREFECTURE,
        "520102": Level.COUNTY,
    }


def test_runs_of_names_are_read_at_both_ends_of_a_text() -> None:
    assert leading("北京市朝阳区第十一届委员会") == ("北京市", "朝阳区")
    assert trailing("2017年重庆市荣昌") == ("重庆市", "荣昌")
    assert leading("全市共青团") == ()


def test_a_code_lies_under_its_province_and_its_prefecture() -> None:
    assert is_under("320803", "320000")
    assert is_under("320803", "320800")
    assert is_under("320803", "320803")
    assert not is_under("320903", "320800")


def test_mentions_count_full_names_and_the_short_ones_that_are_no_words() -> None:
    counts = mentions("淮安市青年与淮安学子合作，推动和平发展；南京市鼓楼区。")
    assert counts["320800"] == 2
    assert counts["320106"] == counts["350102"] == 1
    assert "120101" not in counts
    assert "623001" not in counts
