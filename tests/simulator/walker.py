"""A reader that knows each family's documented rules for lists, and nothing of how the simulator keeps them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from tests.simulator.model import Asked
from tests.simulator.site import Site

ARTICLES = {
    "trs": r"/t\d{8}_\d+\.s?html$",
    "hanweb": r"/art/\d{4}/",
    "boda": r"/info/\d+/\d+\.htm$|wbnewsid=",
    "sudy": r"/page\.htm$",
    "dedecms": r"/\d{4}/\d{4}/\d+\.html$",
    "phpcms": r"a=show&|^/html/",
    "empire": r"/\d{4}-\d\d-\d\d/\d+\.html$|ShowInfo",
    "jeecms": r"/\d+\.jhtml$",
    "webforms": r"NewsDetail",
    "powereasy": r"ShowArticle",
    "wordpress": r"/archives/\d+$",
    "government": r"/content_\d+\.html$",
    "generic": r"/\d{6}/\d+\.html$",
}
_SESSION = re.compile(r";jsessionid=\w+|[?&]PHPSESSID=\w+")


def walk(site: Site) -> set[str]:
    """The addresses of all articles that the site's lists lead to."""
    name = site.family.name
    if name in _APIS:
        return set(_APIS[name](site))
    pages = _PAGES.get(name, _linked)
    found = {link for start in _columns(site) for text in pages(site, start) for link in _links(text)}
    return {link for link in found if re.search(ARTICLES[name], link)}


def ask(site: Site, target: str, **form: str) -> str:
    """The text of a page that must be there."""
    answer = site.answer(Asked(target, tuple(form.items())))
    assert answer.status == 200, (site.name, target, answer.status)
    assert isinstance(answer.body, str)
    return answer.body


def _links(text: str) -> set[str]:
    return {_SESSION.sub("", html.unescape(link)) for link in re.findall(r"href='([^']+)'", text)}


def _columns(site: Site) -> list[str]:
    nav = re.search(r"<ul class=nav>(.*?)</ul>", ask(site, "/"))
    assert nav
    return sorted(_links(nav[1]))


def _linked(site: Site, start: str) -> Iterator[str]:
    """Pagers of plain links."""
    wanted, seen = [start], set[str]()
    while wanted:
        here = wanted.pop()
        if here in seen:
            continue
        seen.add(here)
        text = ask(site, here)
        yield text
        pager = re.search(r"<(?:div|nav|li) class=(?:pages|archive|nav-links|page_nav)>(.*?)</(?:div|nav|li)>", text)
        wanted += [link for link in _links(pager[1] if pager else "") if link.startswith("/")]


def _trs(site: Site, start: str) -> Iterator[str]:
    """createPageHTML(total, 0, "index", suffix): index_1 … index_{total-1}."""
    first = ask(site, start)
    yield first
    said = re.search(r'createPageHTML\((\d+), 0, "(\w+)", "(\w+)"\)', first)
    assert said
    for page in range(1, int(said[1])):
        yield ask(site, urljoin(start, f"{said[2]}_{page}.{said[3]}"))


def _hanweb(site: Site, start: str) -> Iterator[str]:
    """The datastore in the page, then dataproxy.jsp by records, or by the page that `nextgroup` names."""
    text = ask(site, start)
    yield text
    said = re.search(r"perpage:(\d+),totalRecord:(\d+),proxyUrl:'([^']+)',param:'([^']+)'", text)
    assert said
    onward = re.search(r"<nextgroup><!\[CDATA\[<a href='([^']+)'", text)
    while onward:
        text = ask(site, onward[1])
        yield text
        onward = re.search(r"<nextgroup><!\[CDATA\[<a href='([^']+)'", text)
    if not site.variant:
        size, total = int(said[1]), int(said[2])
        for begin in range(size + 1, total + 1, size):
            records = f"startrecord={begin}&endrecord={min(begin + size - 1, total)}&perpage={size}"
            yield ask(site, f"{said[3]}?{records}&{said[4]}")


def _boda(site: Site, start: str) -> Iterator[str]:
    """Page k of T is /slug/{T-k+1}.htm; of list.jsp, PAGENUM=k and totalpage=T."""
    first = ask(site, start)
    yield first
    total = first.count("<span class=p_no>")
    for page in range(2, total + 1):
        is_static = start.endswith(".htm")
        stem = start.removesuffix(".htm")
        yield ask(site, f"{stem}/{total - page + 1}.htm" if is_static else f"{start}&PAGENUM={page}&totalpage={total}")


def _sudy(site: Site, start: str) -> Iterator[str]:
    """a.next until javascript:void(0)."""
    here = start
    while here.startswith("/"):
        text = ask(site, here)
        yield text
        onward = re.search(r"<a class=next href='([^']+)'", text)
        assert onward
        here = onward[1]


def _webforms(site: Site, start: str) -> Iterator[str]:
    """The pager's arguments, posted with the state of the page that was read last."""
    text = ask(site, start)
    yield text
    for target, page in re.findall(r"__doPostBack\('([^']+)','(\d+)'\)", text):
        state = re.search(r"name=__VIEWSTATE value='([^']+)'", text)
        assert state
        text = ask(site, start, __EVENTTARGET=target, __EVENTARGUMENT=page, __VIEWSTATE=state[1])
        yield text


def _wordpress(site: Site, start: str) -> Iterator[str]:
    if not site.variant:
        yield from _linked(site, start)
        return
    page = 1
    while (answer := site.answer(Asked(f"/wp-json/wp/v2/posts?per_page=5&page={page}"))).status == 200:
        yield "".join(f"href='{post['link']}'" for post in json.loads(answer.body))
        page += 1


def _gkmlpt(site: Site) -> Iterator[str]:
    text = ask(site, "/gkmlpt/index")
    sid = re.search(r"SID: '(\d+)'", text)
    tree = re.search(r"TREE: (\[.*?\])}", text)
    assert sid
    assert tree
    for category in json.loads(tree[1]):
        found: list[str] = []
        total, page = 1, 1
        while len(found) < total:
            listed = json.loads(ask(site, f"/gkmlpt/api/all/{category['id']}?page={page}&sid={sid[1]}"))
            total, page = listed["classify"]["post_count"], page + 1
            found += [one["url"] for one in listed["articles"]]
        yield from found


def _shell(site: Site) -> Iterator[str]:
    source = re.search(r"<script src='([^']+)'", ask(site, "/"))
    assert source
    script = ask(site, source[1])
    assert "/api/list?type=" in script
    for column in re.findall(r"type:(\d+)", script):
        page = 1
        while items := json.loads(ask(site, f"/api/list?type={column}&pageNo={page}"))["data"]["list"]:
            yield from (one["url"] for one in items)
            page += 1


_PAGES: dict[str, Callable[[Site, str], Iterator[str]]] = {
    "trs": _trs,
    "hanweb": _hanweb,
    "boda": _boda,
    "sudy": _sudy,
    "webforms": _webforms,
    "wordpress": _wordpress,
}
_APIS: dict[str, Callable[[Site], Iterator[str]]] = {"gkmlpt": _gkmlpt, "js_shell": _shell}
