import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import canonical


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("HTTP://WWW.Yunting.Example:80", "http://www.yunting.example/"),
        ("https://www.yunting.example:443/a", "https://www.yunting.example/a"),
        ("https://www.yunting.example:80/a", "https://www.yunting.example:80/a"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://www.yunting.example./tzgg/", "http://www.yunting.example/tzgg/"),
        ("http://a.example/b/../c/./d.htm#top", "http://a.example/c/d.htm"),
        ("http://a.example/b/..", "http://a.example/"),
        ("http://a.example/../../b", "http://a.example/b"),
        ("http://a.example//b//c", "http://a.example//b//c"),
        ("http://a.example/show.jsp;jsessionid=0A1B?id=1", "http://a.example/show.jsp?id=1"),
        ("http://a.example/show?PHPSESSID=0a1b", "http://a.example/show"),
        ("http://a.example/show?a=show&PHPSESSID=0a1b&id=7", "http://a.example/show?a=show&id=7"),
        ("http://a.example/show?id=7&phpsessid=0a1b", "http://a.example/show?id=7"),
        ("http://a.example/show?id=7&", "http://a.example/show?id=7&"),
        ("http://a.example/show?MYPHPSESSID=7", "http://a.example/show?MYPHPSESSID=7"),
        ("http://a.example/show.do;JSESSIONID=0A1B", "http://a.example/show.do"),
        ("http://a.example/(S(abcdefghij0123456789klmn))/Show.aspx?id=1", "http://a.example/Show.aspx?id=1"),
        ("http://a.example/(2016)/a.htm", "http://a.example/(2016)/a.htm"),
        ("http://a.example/?b=2&a=1&b=%e5", "http://a.example/?b=2&a=1&b=%e5"),
        ("http://a.example/?", "http://a.example/"),
        ("http://a.example/%e5%9b%a2%7e/总结.htm", "http://a.example/%E5%9B%A2~/%E6%80%BB%E7%BB%93.htm"),
        ("http://云汀.example/团?年=2016", "http://xn--9kqp73e.example/%E5%9B%A2?%E5%B9%B4=2016"),
        (" http://a.example/ ", "http://a.example/"),
    ],
)
def test_one_publication_has_one_address(given_address: str, expected: str) -> None:
    assert canonical(given_address) == expected


@pytest.mark.parametrize(
    "address",
    ["javascript:;", "mailto:tuan@yunting.example", "file:///a/../b", "", "http://", "http://[", "http://a:b/"],
)
def test_what_is_no_web_address_comes_back_as_it_is(address: str) -> None:
    assert canonical(address) == address


@given(st.text() | st.from_regex(r"https?://[a-zA-Z0-9.:@\[\]-]{0,12}[/?#;%().a-zA-Z0-9 团]{0,20}", fullmatch=True))
def test_a_second_call_changes_nothing(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_web_address_comes_out_in_ascii_without_blanks(path: str, query: str) -> None:
    found = canonical(f"http://a.example/{path}?{query}")
    assert found.isascii()
    assert not any(character.isspace() for character in found)
