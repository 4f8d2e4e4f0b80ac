"""The frame of a page, by its words and by the names of its elements: menus, feet, pagers, share bars, breadcrumbs."""

from __future__ import annotations

import re
from functools import lru_cache

_OPEN, _CLOSE = r"[\[【〔（(<《|·•\s]*", r"[\]】〕）)>》|·•\s]*"
_LONGEST_LABEL = 120
_LONGEST_FOOT = 200
_CRUMB_LABEL = 24
_LONGEST_CRUMB = 200  # the longest of 582 real ones has 93 characters

# Whole lines that no publication contains: navigation between pages, tools for the reader, labels without content.
_TOOL = (
    r"(?:我要)?(?:打印|打印本[页文]|关闭|关闭(?:窗口|本页|页面)?|返回|返回(?:顶部|列表|首页|上[一级]页?|目录)|收藏|加入收藏|"
    r"设为首页|分享(?:到|至)?(?:[:：].*)?|复制链接|保存(?:本页|网页)|推荐给好友|繁體(?:中文)?|简体(?:中文)?|无障碍(?:浏览)?|首\s?页|尾\s?页|"
    r"top|更多.{0,4}|more.{0,2}|点赞|收起|展开|放大|缩小|默认|大|中|小|"
    r"字[体号大小]{1,3}[:：]?(?:[\s\[【]*[大中小特默认][\]】\s]*)*|视力保护色[:：]?|保护视力色[:：]?|"
    r"上一[张页]|下一[张页]|自动\s*/\s*暂停播放|[顶踩赞]一?下?(?:\s?\(?\d+\)?)?|好文要顶.{0,20}|我要(?:投稿|评论|反馈|纠错|留言)|"
    r"未经(?:允许|授权|许可)不得转载.{0,80}|纠错|举报|投诉|挑错|投稿|[-—_=·.]*\s?分割?隔?线\s?[-—_=·.]*|\(0\)|0%|下载附件|只看(?:该作者|楼主)|倒序(?:浏览|阅读)|阅读模式|电梯直达|本文共\s?\d+\s?页(?:\s?\d{1,2})*)"
)
_NEIGHBOUR = (
    r"(?:上|下|前一|后一)一?\s?(?:篇|条|则|章|页|个)(?:文章|新闻|信息|内容)?"
    r"(?:\s?[:：].*|\s?[>»→].*|\s.*)?|没有了[。.]?"
)
_RELATED = (
    r"【.{2,60}】\s?(?:的?相关|推荐|延伸)\S{0,8}[:：]?|相关(?:热词|推荐)?(?:搜索|文章|阅读|推荐)\s?[:：].*|(?:阅读下一篇|延伸阅读|猜你喜欢)\s?[:：]?.*|"
    r"(?:本[周月日站栏]|最近|随机|精彩|今日|点击|阅读|热)\S{0,2}(?:热点|热门|热文|推荐|更新|排行榜?|文章|阅读)|"
    r"(?:相关|热点|热门|推荐|最新|猜你|延伸)\S{0,2}(?:链接|文章|新闻|报道|阅读|信息|文档|资讯|推荐|喜欢|内容|专题|图集)[:：]?|"
    r"(?:(?:最新|网友|全部|热门|精彩|读者)?评论(?:列表|区|内容)?|\d+\s?条评论|(?:发表|参与)(?:评论|回复|留言)|我要评论)"
    r"\s?[(（]?\d*[)）]?[:：]?|友情链接[:：]?|(?:快速|常用)(?:链接|导航|通道)[:：]?|站内搜索[:：]?|扫[一码].{0,20}|"
    r".{0,8}(?:扫描|扫一扫|长按).{0,6}二维码.{0,20}|用户?登录|会员登录"
)
_EMPTY_LABEL = (
    r"(?:附件|附件下载|相关附件|附\s?件列表|文件下载|评论|网友评论|发表评论|标签|关键词|关键字|作者|来源|编辑|责任编辑|摘要|"
    r"今天是)[:：]?"
)
_COUNTER = (
    r"(?:已?(?:点击|阅读|浏览|访问|查看|下载|点赞)(?:次数|数|量|人数)?[:：]?\s?\[?\d*\]?\s?次?)|"
    r"共?有?\s*\d*\s*[人条位个]\S{0,3}(?:点评|评论|参与|留言)|本帖最后由.{1,60}编辑|"
    r".{1,80}\(\d[\d.]* [KM]B, 下载次数: \d+\)|"
    r"\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2} 上传|"
    r"您是第\s*\d*\s*位(?:访客|访问者|浏览者).*|今日访问.*"
)
_LABELS = f"{_TOOL}|{_EMPTY_LABEL}|{_COUNTER}"
_LINE = re.compile(f"{_OPEN}(?:{_LABELS}){_CLOSE}", re.IGNORECASE)
_END = re.compile(f"{_OPEN}(?:{_NEIGHBOUR}|{_RELATED}){_CLOSE}", re.IGNORECASE)
# Several tools on one line: 【打印】【关闭】, 打印本页 | 关闭窗口
_TOOLS = re.compile(rf"(?:{_OPEN}{_TOOL}{_CLOSE}){{1,8}}", re.IGNORECASE)

_FOOT = re.compile(
    r"版权所有|copyright|©|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀黔贵滇云藏陕甘青宁新]\s?ICP|ICP\s?(?:备|证)|"
    r"公网安备|网站标识码|技术支持\s?[:：]|主办(?:单位)?\s?[:：].{0,40}(?:承办|备案|地址|$)|建议(?:您)?使用.{0,30}(?:浏览器|分辨率)|"
    r"最佳(?:浏览|分辨率)|all rights reserved|地\s?址\s?[:：].{2,50}(?:邮\s?编|邮政编码|电\s?话)|"
    r"网站(?:地图|声明|管理)\s.*(?:联系我们|关于我们)|未经.{0,12}(?:授权|许可|允许).{0,20}(?:转载|复制|镜像)",
    re.IGNORECASE,
)
# one of them stands in every line that _FOOT finds; looking for them takes a tenth of its time
_FOOT_SIGNS = (
    *("版权", "copyright", "©", "icp", "公网", "标识码", "技术支持", "主办", "建议", "最佳", "all rights", "址"),
    *("网站地图", "网站声明", "网站管理", "未经"),
)
_CRUMB = re.compile(
    r"(?:您?(?:的)?(?:当前|现在|所在|目前)?(?:的|所在|所处)?(?:位置|位于)(?:是|在)?\s?[:：]|"
    r"(?:你|您)(?:现在)?(?:所)?在(?:这里|的位置)?\s?[:：]?\s?(?=首页))"
)
_HOME = re.compile(r"^[^\w]*(?:网站|本站)?(?:首\s?页|主\s?页|home)(?:页面)?$", re.IGNORECASE)
_SEPARATORS = re.compile(
    r"\s*(?:-+>+|=+>+|>+|»+|›+|→|＞+|≫|/|\\|\||::|·|－+|—+|(?<=\s)-+(?=\s)|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff]))\s*"
)

_FRAME_NAME = re.compile(
    r"(?:^|[^a-z])(?:foot(?:er)?\w{0,6}|bottom|copy(?:right)?\w{0,4}|(?:sub|main|top|left|second|third)?-?_?(?:nav|menu)\w{0,8}|"
    r"side(?:bar)?\w{0,3}|bread-?_?crumbs?|crumbs?|bd-?share\w*|share\w*|pager?|pages|paging|pagination|friend-?links?|"
    r"flink|toolbar|comments?(?:-?_?(?:area|list|box|form|wrap))?|respond|related?|recommend(?:s|ed)?|widgets?|search\w*|login\w*|weather)(?:$|[^a-z])",
    re.IGNORECASE,
)
# names of bodies that a name of the frame is a part of: pages_content
_NO_FRAME = re.compile(r"pages?[-_]?(?:content|detail|text|body|con)", re.IGNORECASE)
_FRAME_TAGS = frozenset({"nav", "footer", "aside", "menu"})


def is_chrome(text: str) -> bool:
    """Whether a whole line is a page's furniture: a tool for the reader, a counter, a label with nothing behind it."""
    return len(text) <= _LONGEST_LABEL and bool(_LINE.fullmatch(text) or _TOOLS.fullmatch(text))


def is_end(text: str) -> bool:
    """Whether a whole line stands behind an article: 上一篇：…, 相关链接, 友情链接."""
    return len(text) <= _LONGEST_LABEL and bool(_END.fullmatch(text))


def is_foot(text: str) -> bool:
    """Whether a line belongs to a site's foot: copyright, ICP number, address with postcode."""
    if len(text) > _LONGEST_FOOT:
        return False
    lower = text.lower()
    return any(sign in lower for sign in _FOOT_SIGNS) and bool(_FOOT.search(text))


def is_home(text: str) -> bool:
    """Whether a link's text names the home page."""
    return bool(_HOME.match(text))


def crumbs(text: str) -> tuple[str, ...]:
    """The entries of a line that is a breadcrumb (当前位置：首页 > 通知公告), as printed; empty for any other line."""
    if len(text) > _LONGEST_CRUMB:
        return ()
    start = text[:_CRUMB_LABEL]
    labelled = _CRUMB.search(start) if "位" in start or "在" in start else None
    if labelled:
        text = text[labelled.end() :]
    elif "页" not in text and "home" not in text.lower():
        return ()
    entries = tuple(entry for entry in _SEPARATORS.split(text.strip()) if entry)
    if labelled or (len(entries) > 1 and is_home(entries[0])):
        return entries
    return ()


def is_crumb_name(classes: str, identity: str) -> bool:
    """Whether an element's class or id says breadcrumb."""
    names = f"{classes} {identity}".lower()
    return "crumb" in names or "weizhi" in names or "position" in names


@lru_cache(maxsize=4096)
def is_frame(tag: str, classes: str, identity: str) -> bool:
    """Whether an element's tag, class or id says that it is part of the frame (footer, nav, sidebar …)."""
    if tag in _FRAME_TAGS:
        return True
    names = f"{classes} {identity}"
    return bool(classes or identity) and bool(_FRAME_NAME.search(names)) and not _NO_FRAME.search(names)
