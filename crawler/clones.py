"""Hijacked clones: copies of league sites on foreign domains, mostly a university's, with a betting brand for its name.

They keep dates, document numbers, even the committee's mail address: what they say proves nothing. What tells them
apart is where they stand, what they call themselves, and a CMS that only universities run (seen on some 25 pages of
stored copies, November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.politeness import is_loopback
from crawler.scope import host_of
from crawler.source import Source

_UNIVERSITY_FAMILIES = {"vsb": "Boda", "sudy": "Sudy"}
_OFFICIAL = re.compile(r"(?:^|\.)(?:gov|edu)\.cn$")
_LEAGUE = re.compile(r"(?:^|\.)org\.cn$")
# Boda writes info/1065/2890.htm, Sudy 2022/0320/c12a34/page.htm; a copy's files often end in .html
_ADDRESSES = {
    "vsb": re.compile(r"/info/\d+/\d+\.(?P<end>html?)$"),
    "sudy": re.compile(r"/c\d+a\d+/page\.(?P<end>html?)$"),
}
# what betting sites are called, and what they offer; 赌博 alone is what a league warns of
_BRAND = re.compile(
    r"博彩|娱乐城|百家乐|老虎机|真人荷官|电子游艺|彩票平台|时时彩|六合彩|体育投注|在线投注|投注平台|"
    r"(?:棋牌|捕鱼|德州扑克)(?:游戏|平台|娱乐|官网|下载|app)|"
    r"葡京|威尼斯人|金沙娱乐|永利(?:娱乐|皇宫)|太阳城(?:集团|娱乐)|银河娱乐|新濠天地|皇冠体育|皇冠(?:足球|现金)网|开云体育|乐鱼体育|"
    r"亚博(?:体育|娱乐|官网|app)|米乐体育|华体会|九游(?:会|娱乐)|万博体育|必威(?:体育|官网|app)|伟德国际|云顶娱乐|"
    r"bet\s?365|188bet|(?<![a-z\d])(?:bwin|m88|w88)(?![a-z\d])|"
    r"(?:真人|国际|线上|在线)娱乐(?:平台|官网)|(?:体育|娱乐|游戏)[（(]?(?:中国)?[）)]?(?:app)?官(?:方网站|网)(?:入口|登录|下载|首页)",
    re.IGNORECASE,
)
_WARNING = re.compile(r"打击|禁止|严禁|抵制|远离|警惕|防范|反诈|违法|犯罪|拒绝|整治")
_SENTENCE = re.compile(r"[。！？；\n]+")
_FEWEST_IN_TEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen of a site: an address, the family of its pages, what it calls itself, and what stands on it.

    `names` are page titles and site names. Only the address is needed: it alone can be enough to refuse a site.
    """

    url: str
    family: str = "generic"
    names: tuple[str, ...] = ()
    text: str = ""


def named_hosts(sources: Iterable[Source]) -> frozenset[str]:
    """The hosts, without `www.`, of those sources that say in `evidence` how they are known."""
    known = [source for source in sources if source.evidence]
    started = (host_of(urlsplit(url)) for source in known for url in source.start_urls)
    return frozenset((*started, *(host.removeprefix("www.") for source in known for host in source.limits.hosts)))


def clone_signs(sight: Sight, named: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Why a site is taken for a clone, a sentence a sign; () where nothing speaks against it.

    `named` are hosts that somebody has vouched for (`named_hosts`). They, gov.cn and edu.cn may run any family; brand
    words are a sign anywhere. This machine's own addresses have no host rule.
    """
    where = _host_sign(sight, host_of(urlsplit(sight.url)), named)
    return tuple(sign for sign in (where, _brand_in_names(sight.names), _brand_in_text(sight.text)) if sign)


def _host_sign(sight: Sight, host: str, named: frozenset[str]) -> str | None:
    name = (urlsplit(sight.url).hostname or "").rstrip(".")
    if host in named or is_loopback(name) or _OFFICIAL.search(name):
        return None
    if sight.family in _UNIVERSITY_FAMILIES:
        return f"its pages are {_UNIVERSITY_FAMILIES[sight.family]}'s, a universities' CMS, and {host} is not in edu.cn"
    for family, pattern in _ADDRESSES.items():
        if match := pattern.search(urlsplit(sight.url).path):
            like = f"{sight.url} has the form of {_UNIVERSITY_FAMILIES[family]}'s addresses"
            twin = " (but for .html, which those never end in)" if match["end"] == "html" else ""
            return f"{like}{twin}, and {host} is not in edu.cn"
    if _LEAGUE.search(name):
        return None
    return f"{host} is in none of gov.cn, edu.cn and org.cn, and no source with evidence names it"


def _brand_in_names(names: Iterable[str]) -> str | None:
    for name in names:
        if (brand := _BRAND.search(name)) and not _WARNING.search(name):
            return f"it calls itself {name!r}: {brand.group()} is a betting brand's word"
    return None


def _brand_in_text(text: str) -> str | None:
    """A sign where sentences that do not warn of betting hold at least two different words of it."""
    sentences = (sentence for sentence in _SENTENCE.split(text) if not _WARNING.search(sentence))
    found = dict.fromkeys(match.group().lower() for sentence in sentences for match in _BRAND.finditer(sentence))
    return f"betting stands in its text: {', '.join(list(found)[:3])}" if len(found) >= _FEWEST_IN_TEXT else None
