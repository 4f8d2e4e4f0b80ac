import pytest

from crawler.blocked import wall

ARTICLE = "各镇团委：现将二〇一六年工作要点印发给你们，请结合实际认真贯彻执行。" * 20


@pytest.mark.parametrize(
    ("status", "headers", "body", "name"),
    [
        (412, (), b"<html><script>$_ts=window['$_ts'];</script></html>", "ruishu"),
        (412, (), b"", "ruishu"),
        (202, (), b"<html><meta content='x'><script>$_ts = {};$_ts.cd='q';</script></html>", "ruishu"),
        (521, (("Set-Cookie", "__jsluid_s=1; path=/"),), b"<script>document.cookie</script>", "jiasule"),
        (521, (), b"", "jiasule"),
        (403, (), b"<html><h1>403 Forbidden</h1></html>", "forbidden"),
        (403, (("Set-Cookie", "acw_sc__v2=1"),), b"", "aliyun"),
        (403, (("CF-Mitigated", "challenge"),), b"", "cloudflare"),
        (429, (), b"", "too_many_requests"),
        (401, (), b"", "login"),
        (200, (), b"<html><script>var arg1='0123456789ABCDEF0123456789';</script></html>", "aliyun"),
        (200, (), b"<html><script src='/cdn-cgi/challenge-platform/x.js'></script></html>", "cloudflare"),
        (200, (), b"<form><img src='createimage.jsp'><input name=codeValue></form>", "captcha"),
        (200, (), "<p>请输入验证码</p><img src=/vc.jpg><input>".encode("gbk"), "captcha"),
        (
            200,
            (),
            "<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><button>去验证</button>".encode(),
            "captcha",
        ),
    ],
)
def test_a_wall_is_told_by_its_signature(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, name: str
) -> None:
    assert wall(status, headers, body) == name


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, f"<html><script>$_ts={{}}</script><p>{ARTICLE}</p></html>".encode()),
        (200, f"<html><input placeholder=请输入验证码><p>{ARTICLE}请输入验证码</p></html>".encode()),
        (200, "<p>关于网站登录时请输入验证码的通知</p>".encode()),
        (200, b"<html></html>"),
        (200, b"%PDF-1.4 $_ts= "),
        (404, b"<h1>404</h1>"),
        (500, b""),
        (302, b""),
    ],
)
def test_a_page_is_no_wall(status: int, body: bytes) -> None:
    assert wall(status, (), body) is None
