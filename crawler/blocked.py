"""Walls: answers that keep readers out. They are told apart and recorded, never got round."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_STATUSES: Final = {
    401: "login",
    403: "forbidden",
    407: "login",
    412: "ruishu",  # 瑞数: HTTP 412 with an obfuscated script
    429: "too_many_requests",
    451: "legal",
    521: "jiasule",  # 加速乐: HTTP 521 with a cookie to compute
}
_COOKIES: Final = {"__jsluid": "jiasule", "__jsl_clearance": "jiasule", "acw_sc__v": "aliyun"}
# what the scripts and cookies of each wall are called; all of them are ASCII in any encoding
_SCRIPTS: Final = (
    (re.compile(rb"\$_ts\s*=|\$_ts\.(?:cd|nsd)"), "ruishu"),
    (re.compile(rb"__jsl_clearance"), "jiasule"),
    (re.compile(rb"acw_sc__v[23]|var\s+arg1\s*=\s*'[0-9A-F]{20,}'"), "aliyun"),
    (re.compile(rb"/cdn-cgi/challenge-platform/|cf-browser-verification"), "cloudflare"),
    (re.compile(rb"eo-bot-js-token"), "edgeone"),
    (re.compile(rb"C3VK="), "cookie_script"),
)
_VSB_CAPTCHA: Final = (b"createimage.jsp", b"codeValue")  # 博达, before its downloads
_CAPTCHA_TEXT: Final = re.compile(
    r"请.{0,6}输入.{0,6}验证码|请完成.{0,6}(?:安全)?验证|环境异常[\s\S]{0,80}完成验证|滑动.{0,4}验证"
)
_CAPTCHA_PARTS: Final = re.compile(rb"<(?:input|img|canvas|iframe|button|script)\b", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    rb"<(script|style|noscript|template)\b[\s\S]*?(?:</\1\s*>|\Z)|<!--[\s\S]*?(?:-->|\Z)", re.IGNORECASE
)
_TAG: Final = re.compile(rb"<[^>]*>?")
_SHELL_BYTES: Final = 256 * 1024
_SHELL_CHARACTERS: Final = 200
"""A wall says little to its reader: a page with more text than this is a page, whatever scripts it carries."""


def wall(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str | None:
    """The wall that answered in place of the site, None where none did. `body` has its content encoding undone.

    Signatures of 瑞数, 加速乐, 阿里云, Cloudflare, EdgeOne, captchas and logins as seen in November 2026.
    """
    pairs = [(name.lower(), value) for name, value in headers]
    if any(name == "cf-mitigated" and "challenge" in value for name, value in pairs):
        return "cloudflare"
    shell = _shell(body)
    by_script = _by_script(body, shell) if shell is not None else None
    if status in _STATUSES:
        return by_script or _by_cookie(pairs) or _STATUSES[status]
    return by_script


def _by_script(body: bytes, shell: str) -> str | None:
    for signature, name in _SCRIPTS:
        if signature.search(body):
            return name
    if all(name in body for name in _VSB_CAPTCHA):
        return "captcha"
    return "captcha" if _CAPTCHA_TEXT.search(shell) and _CAPTCHA_PARTS.search(body) else None


def _by_cookie(pairs: list[tuple[str, str]]) -> str | None:
    cookies = [value for name, value in pairs if name == "set-cookie"]
    return next((name for mark, name in _COOKIES.items() if any(mark in cookie for cookie in cookies)), None)


def _shell(body: bytes) -> str | None:
    """What a reader would see of a page that says next to nothing; None for any other body."""
    if len(body) > _SHELL_BYTES or b"<" not in body[:1024]:
        return None
    visible = _TAG.sub(b" ", _HIDDEN.sub(b" ", body))
    try:
        text = visible.decode("utf-8")
    except UnicodeDecodeError:
        text = visible.decode("gb18030", "replace")
    return text if len("".join(text.split())) <= _SHELL_CHARACTERS else None
