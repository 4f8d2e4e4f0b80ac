"""Sites of no known make, crawled by their address alone: every article is found once, nothing else is taken for one."""

# ruff: noqa: E501 - a piece of markup is read best on one line

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive_api.settings import Settings
from archive_api.store import open_store
from tests.crawler.server import Answer, Site, redirect, serve

SENTENCES = (
    "为深入学习贯彻上级会议精神，团县委决定在全县各级团组织中开展主题团日活动。",
    "各乡镇团委要高度重视，结合实际制定方案，确保活动取得实效。",
    "活动期间共有三百余名青年志愿者参加，服务群众一千余人次。",
    "下一步，团县委将继续完善工作机制，把服务青年的各项举措落到实处。",
)
TITLES = (
    "关于开展主题团日活动的通知",
    "关于做好暑期志愿服务工作的通知",
    "云汀团县委召开二季度工作推进会",
    "我县举办青年岗位能手技能比赛",
    "关于表彰优秀共青团干部的决定",
    "青年突击队助力秋收一线",
    "团县委走访慰问困难青少年",
    "共青团云汀县委年度工作总结",
    "关于推荐先进集体的函",
    "少先队鼓号队展演圆满结束",
    "云汀县青年人才座谈会发言摘登",
    "关于召开团代会的预备通知",
)


@dataclass
class Made:
    """A site in the making: its pages, and which of them are articles."""

    site: Site
    articles: set[str] = field(default_factory=set)

    def page(self, path: str, title: str, body: str, status: int = 200) -> None:
        raw = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
        self.site.pages[path] = Answer(raw.encode(), status)


def text(number: int, lines: int = 4) -> str:
    return "".join(f"<p>　　{SENTENCES[(number + n) % len(SENTENCES)]}</p>" for n in range(lines))


def day(number: int) -> str:
    return f"2024-0{1 + number % 9}-{10 + number % 18}"


def title(number: int) -> str:
    return TITLES[number % len(TITLES)] + (f"（第{number // len(TITLES) + 1}批）" if number >= len(TITLES) else "")


MENU = (
    "<ul class=menu><li><a href='/'>首页</a></li><li><a href='/tzgg/'>通知公告</a></li><li><a href='/gzdt/'>工作动态</a></li>"
    "<li><a href='/jgsz.html'>机构设置</a></li><li><a href='/search?wd='>搜索</a></li><li><a href='/login'>登录</a></li></ul>"
)
FOOT = "<div class=foot>版权所有：共青团云汀县委员会　地址：云汀县人民路1号　电话：0000-0000000</div>"


def modern() -> Made:
    """Cards with abstracts, a carousel, tags, a sidebar of related rows, seven pages of one list."""
    made = Made(Site())
    side = "<div class=side><h3>热门文章</h3><ul>" + "".join(
        f"<li><a href='/a/{n}.html?from=hot'>{title(n)}</a></li>" for n in range(8)
    )
    side += "</ul></div><div class=tags><a href='/tag/zhiyuan/'>志愿</a><a href='/tag/tuanjian/'>团建</a></div>"
    for n in range(21):
        body = text(n)
        if n == 3:
            body = "<p>附件：<a href='/files/3.pdf'>技能比赛获奖名单.pdf</a></p>"
        if n == 5:
            body = "<p>今日无新增事项，特此公告。</p>"
        if n == 7:
            body += (
                "<h4>相关阅读</h4><ul>"
                + "".join(
                    f"<li><a href='/a/{one}.html'>{title(one)}</a><span>{day(one)}</span></li>" for one in range(12)
                )
                + "</ul>"
            )
        more = f"<div class=tools><a href='/print/{n}'>打印</a> <a href='javascript:window.close()'>关闭</a></div>"
        crumb = "<div class=crumb>当前位置：<a href='/'>首页</a> &gt; <a href='/tzgg/'>通知公告</a></div>"
        made.page(
            f"/a/{n}.html",
            f"{title(n)} - 云汀共青团",
            f"{MENU}{crumb}<div class=main><h1>{title(n)}</h1><div class=meta>发布时间：{day(n)}　浏览：<i>7</i></div>"
            f"<div class=txt>{body}</div>{more}</div>{side}{FOOT}",
        )
        made.site.pages[f"/a/{n}.html?from=hot"] = made.site.pages[f"/a/{n}.html"]
        made.site.pages[f"/A/{n}.html"] = made.site.pages[f"/a/{n}.html"]
        made.site.pages[f"/print/{n}"] = made.site.pages[f"/a/{n}.html"]
        made.articles.add(f"/a/{n}.html")
    for page in range(1, 8):
        cards = "".join(
            f"<div class=card><a class=pic href='/a/{n}.html'><img src='/i/{n}.jpg'></a><h3><a href='/a/{n}.html'>{title(n)}"
            f"</a></h3><p class=abs>{SENTENCES[n % 4]}{SENTENCES[(n + 1) % 4]}</p><span class=date>{day(n)}</span></div>"
            for n in range((page - 1) * 3, page * 3)
        )
        onward = f"<a href='/tzgg/?page={page + 1}'>下一页</a>" if page < 7 else ""
        path = "/tzgg/" if page == 1 else f"/tzgg/?page={page}"
        made.page(
            path,
            "通知公告 - 云汀共青团",
            f"{MENU}<h2>通知公告</h2><div class=cards>{cards}</div><div class=pages>{onward}</div>{side}{FOOT}",
        )
    slides = "".join(
        f"<div class=swiper-slide><a href='/a/{n}.html'><img src='/i/{n}.jpg' alt='{title(n)}'></a></div>"
        for n in (21, 22)
    )
    for n in (21, 22):  # reached by the carousel alone
        made.page(
            f"/a/{n}.html",
            f"{title(n)} - 云汀共青团",
            f"{MENU}<h1>{title(n)}</h1><div class=meta>{day(n)}　来源：团县委</div><div class=txt>{text(n)}</div>{FOOT}",
        )
        made.articles.add(f"/a/{n}.html")
    for tag in ("zhiyuan", "tuanjian"):
        rows = "".join(f"<div class=item><a href='/A/{n}.html'>{title(n)}</a><em>{day(n)}</em></div>" for n in range(6))
        made.page(f"/tag/{tag}/", "标签 - 云汀共青团", f"{MENU}<h2>标签</h2>{rows}{FOOT}")
    made.page(
        "/",
        "云汀共青团",
        f"{MENU}<div class=swiper>{slides}</div><p>{'欢迎访问共青团云汀县委网站。' * 12}</p>{side}{FOOT}",
    )
    made.page(
        "/search?wd=",
        "搜索结果",
        f"{MENU}<form><input name=wd></form><p>没有找到与您的输入相符的内容，请更换关键词重试。</p>{FOOT}",
    )
    made.page("/login", "登录", f"{MENU}<form>用户名<input name=u>密码<input type=password name=p></form>{FOOT}")
    made.page(
        "/jgsz.html",
        "机构设置 - 云汀共青团",
        f"{MENU}<div class=crumb>当前位置：<a href='/'>首页</a> &gt; 机构设置</div><h1>机构设置</h1>"
        f"<div class=txt><p>办公室：负责文电、会务、机要等机关日常运转工作。</p><p>组织部：负责团的组织建设和团员队伍建设。</p></div>{FOOT}",
    )
    photos = "".join(f"<li><a href='/photo/{n}.html'><img src='/p/{n}.jpg'></a></li>" for n in range(6))
    made.page("/gzdt/", "工作动态 - 云汀共青团", f"{MENU}<h2>图片新闻</h2><ul class=photos>{photos}</ul>{FOOT}")
    for n in range(6):
        made.page(
            f"/photo/{n}.html",
            f"{title(n + 30)} - 云汀共青团",
            f"{MENU}<h1>{title(n + 30)}</h1><div class=meta>发布日期：{day(n)}</div><div class=txt><img src='/p/{n}.jpg'>"
            f"<p>{SENTENCES[n % 4]}</p></div>{FOOT}",
        )
        made.articles.add(f"/photo/{n}.html")
    made.site.otherwise = Answer(  # an address that is none gets a page with a 200
        f"<html><head><meta charset=utf-8><title>提示</title></head><body>{MENU}<h1>提示信息</h1><p>您访问的页面不存在或已被删除！</p>"
        f"{FOOT}</body></html>".encode()
    )
    return made


def ancient() -> Made:
    """Nested tables, frames, a START page that only sends on, rows in scripts' clutches, GBK under no label."""
    made = Made(Site())

    def old(path: str, name: str, body: str) -> None:
        raw = f"<html><head><title>{name}</title></head><body bgcolor=#ffffff>{body}</body></html>"
        made.site.pages[path] = Answer(raw.encode("gb18030"), headers=(("Content-Type", "text/html"),))

    old("/", "进入网站", '<script language=javascript>\nwindow.location.href="default.asp";\n</script>')
    old(
        "/default.asp",
        "云汀团县委",
        "<table width=760><tr><td><a href=news.asp?type=1>更多&gt;&gt;</a></td><td><iframe src=tzgg.asp></iframe></td>"
        "</tr><tr><td onclick=\"location.href='zhuanti.asp'\">专题</td>"
        "<td><a href=\"javascript:openwin('show.asp?id=40')\">公告</a></td></tr>"
        "</table>",
    )
    rows = "".join(
        f"<tr><td>·<a href='show.asp?id={n}' target=_blank title='标题：{title(n)}\n点击数：5'>{title(n)[:9]}</a></td>"
        f"<td>{day(n).replace('-', '/')}</td></tr>"
        for n in range(8)
    )
    pager = "共3页 <a href='news.asp?type=1&page=1'>首页</a> <a href='news.asp?type=1&page=2'>下一页</a>"
    old("/news.asp?type=1", "工作动态", f"<table>{rows}</table>{pager}")
    rows = "".join(
        f"<tr><td>·<a href='show.asp?id={n}'>{title(n)}</a></td><td>{day(n)}</td></tr>" for n in range(8, 16)
    )
    old("/news.asp?type=1&page=2", "工作动态", f"<table>{rows}</table><a href='news.asp?type=1&page=3'>下一页</a>")
    rows = "".join(
        f"<tr><td>·<a href='show.asp?id={n}'>{title(n)}</a></td><td>{day(n)}</td></tr>" for n in range(16, 18)
    )
    old("/news.asp?type=1&page=3", "工作动态", f"<table>{rows}</table>")
    made.site.pages["/news.asp?type=1&page=1"] = made.site.pages["/news.asp?type=1"]
    rows = "".join(
        f"<tr><td><a href='show.asp?id={n}'>{title(n)}</a></td><td>{day(n)}</td></tr>" for n in range(18, 22)
    )
    old("/tzgg.asp", "通知公告", f"<table>{rows}</table>")
    rows = "".join(f"<li><a href='show.asp?id={n}'>{title(n)}</a> ({day(n)})</li>" for n in range(22, 26))
    old("/zhuanti.asp", "专题", f"<ul>{rows}</ul>")
    for n in (*range(26), 40):
        old(
            f"/show.asp?id={n}",
            "云汀团县委",
            f"<table width=760><tr><td align=center><b>{title(n)}</b></td></tr><tr><td align=center>发布者：admin　"
            f"发布时间：{day(n)}　阅读：<script src='count.asp?id={n}'></script>次</td></tr><tr><td>{text(n)}</td></tr><tr><td>"
            f"上一篇：<a href='show.asp?id={n + 1}'>{title(n + 1)}</a>　<a href='print.asp?id={n}'>【打印】</a></td></tr></table>",
        )
        made.articles.add(f"/show.asp?id={n}")
    old("/show.asp?id=26", "云汀团县委", "<p>参数错误！</p>")
    old("/show.asp?id=41", "云汀团县委", "<p>参数错误！</p>")
    made.site.pages["/old.asp"] = redirect("/")
    return made


def crawled(home: Path, made: Made) -> set[str]:
    with serve(made.site) as site:
        command = [sys.executable, "-m", "scheduler.cli", "--home", str(home), "crawl", "--url", f"{site.url}/"]
        done = subprocess.run([*command, "--delay", "0"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {0, 1}, done.stderr
    store = open_store(Settings(home=home).store_url)
    try:
        parts = [urlsplit(record.document.url) for record in store.changes(0, 1000)]
    finally:
        store.close()
    # the site takes capitals for small letters, as its server does: either address will do
    found = [part.path.lower() + (f"?{part.query}" if part.query else "") for part in parts]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("make", [modern, ancient])
def test_every_article_is_found_once_and_nothing_else_is_taken_for_one(tmp_path: Path, make: object) -> None:
    assert callable(make)
    made = make()
    found = crawled(tmp_path / "home", made)
    assert (made.articles - found, found - made.articles) == (set(), set())
