"""Which encoding a body is in, whatever is declared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.encoding import decode

TEXT = "共青团云汀县委员会2016年工作总结，团员青年踊跃参加志愿服务"


@pytest.mark.parametrize(
    ("body", "declared", "used"),
    [
        (TEXT.encode(), "gb2312", "utf-8"),
        (TEXT.encode(), None, "utf-8"),
        (TEXT.encode("gb18030"), "utf-8", "gb18030"),
        (TEXT.encode("gbk"), "gb2312", "gb18030"),
        (TEXT.encode("gbk"), None, "gb18030"),
        (TEXT.encode("utf-8-sig"), "gbk", "utf-8"),
        (TEXT.encode("utf-16"), None, "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "gbk", "utf-16-be"),
        (TEXT.encode("gbk"), "base64", "gb18030"),
        (TEXT.encode("gbk"), "no-such-encoding", "gb18030"),
    ],
)
def test_the_bytes_decide(body: bytes, declared: str | None, used: str) -> None:
    found = decode(body, declared)
    assert (found.text, found.encoding.used, found.replaced) == (TEXT, used, 0)
    assert found.encoding.declared == declared


def test_traditional_chinese_is_read_as_its_page_declares() -> None:
    body = '<meta http-equiv="Content-Type" content="text/html; charset=big5">團縣委工作總結'.encode("big5")
    found = decode(body)
    assert found.text.endswith("團縣委工作總結")
    assert (found.encoding.declared, found.encoding.used) == ("big5", "big5")


def test_the_page_says_its_encoding_where_the_server_does_not() -> None:
    assert decode(b"<meta charset='GBK'>" + TEXT.encode("gbk")).encoding.declared == "gbk"


def test_utf8_with_one_broken_byte_stays_utf8() -> None:
    found = decode(TEXT.encode() + b"\xff" + TEXT.encode())
    assert (found.encoding.used, found.replaced) == ("utf-8", 1)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_written_in_utf8_comes_back(text: str) -> None:
    assert decode(text.encode(), "gb2312").text == text.removeprefix("\ufeff")


@given(st.binary())
def test_any_bytes_give_a_text(body: bytes) -> None:
    found = decode(body)
    assert found.replaced == found.text.count("\ufffd")
