"""An error page is known again, and a short article is none."""

import pytest

from crawler.error_pages import impossible, is_error_page, lines_of

CHROME = "<ul><li>网站首页</li><li>通知公告</li><li>工作动态</li></ul><div>版权所有：共青团云汀县委员会</div>"


def page(text: str) -> str:
    return lines_of(f"<html><head><title>云汀</title></head><body>{CHROME}{text}</body></html>".encode(), "utf-8")


ERROR = page("<p>抱歉，这里什么也没有</p><p>/a/1.htm</p>")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("<p>抱歉，这里什么也没有</p><p>/b/22.htm</p>", True),
        ("<p>抱歉，这里什么也没有</p><p>3 秒后返回</p>", True),
        ("<h1>关于放假的通知</h1><p>各单位：明日放假。</p>", False),
        ("", False),
    ],
)
def test_a_page_that_says_next_to_nothing_more_is_the_error_page(text: str, *, same: bool) -> None:
    assert is_error_page(page(text), ERROR) is same


def test_a_shell_without_words_is_nobodys_error_page() -> None:
    shell = lines_of(b"<html><body><div id=app></div><script>let a = 1</script></body></html>", None)
    assert not is_error_page(shell, shell)


def test_the_impossible_address_lies_beside_the_start() -> None:
    assert impossible("http://tw.yunting.example/tw/index.htm").startswith(
        "http://tw.yunting.example/tw/league-archive-"
    )
