"""Article pages in the markup of the common CMSs; all names and texts are invented."""

from __future__ import annotations

import pytest

from crawler.extraction import Extraction, Hints, Page, PageType, read

FIRST = "2016年，云汀县共青团在县委和上级团委的领导下，围绕中心、服务大局，较好地完成了全年工作任务。"
SECOND = "一年来，全县新建青年之家12个，开展志愿服务活动86场，参与青年3,200人次，服务时长达到9,600小时。"
SIGNATURE = "共青团云汀县委员会"
TITLE = "共青团云汀县委员会2016年工作总结"
MENU = (
    '<div id="nav"><ul><li><a href="/">首 页</a></li><li><a href="/tzgg/">通知公告</a></li>'
    '<li><a href="/gzdt/">工作动态</a></li><li><a href="/ldbz/">领导班子</a></li></ul></div>'
)
FOOT = (
    '<div class="footer"><p>版权所有：共青团云汀县委员会 地址：云汀县清溪路8号 邮编：000000</p>'
    "<p>云ICP备00000000号 技术支持：清岚软件</p></div>"
)


def page(html: str, *, title: str = f"{TITLE}-云汀共青团", url: str = "http://www.yunting.example/gzzj/1.html") -> Page:
    whole = f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{MENU}{html}{FOOT}</body></html>"
    return Page(url=url, body=whole.encode(), media_type="text/html")


def lines(extraction: Extraction) -> list[str]:
    return extraction.document.text.split("\n")


TRS = f"""
<div class="bread">当前位置：<a href="/">首页</a> &gt; <a href="/gzzj/">工作总结</a></div>
<div class="con"><h1>{TITLE}</h1>
<div class="info">发布时间：2017-01-12 09:30　来源：团县委办公室　字体：【大 中 小】
浏览次数：<script>hits(3)</script></div>
<div class=TRS_Editor><div class=Custom_UnionStyle><div>　　{FIRST}</div><div>&nbsp;&nbsp;{SECOND}</div>
<div align="right">{SIGNATURE}</div><div align="right">2016年12月28日</div></div></div>
<p>【<a href="javascript:window.print()">打印</a>】【<a href="javascript:window.close()">关闭</a>】</p>
<div class="rel">相关链接</div><ul><li><a href="2.html">云汀县2015年共青团工作总结</a></li></ul></div>
"""

VSB = f"""
<form name="_newscontent_fromname"><h2 class="tit">{TITLE}</h2>
<div class="info">作者：办公室　　时间：2017-01-12　　点击数：<span>
<script>_showDynClicks("wbnews", 1, 2)</script></span></div>
<div id="vsb_content_4">
<div class="v_news_content"><p><span>　　2016年，云汀县共青团</span><strong
>在县委和上级团委的领导下</strong>，围绕中心、服务大局，较好地完成了全年工作任务。</p>
<p>{SECOND}</p><p>{SIGNATURE}</p><p>2016年12月28日</p></div></div><div id="div_vote_id"></div>
<ul style="list-style-type:none;">
<li>附件【<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=77">先进名单.docx</a>】
已下载<span>12</span>次</li></ul>
<p>上一条：<a href="5944.htm">关于开展读书活动的通知</a></p>
<p>下一条：<a href="5946.htm">关于召开例会的通知</a></p></form>
"""

SUDY = f"""
<div class="article"><h1 class="arti_title">{TITLE}</h1>
<p class="arti_metas"><span class="arti_publisher">发布者：团县委</span>
<span class="arti_update">发布时间：2017-01-12</span>
<span class="arti_views">浏览次数：<span class="WP_VisitCount" url="/_visitcountdisplay?siteId=1">88</span>
</span></p>
<div class="entry"><div class="read"><div class="wp_articlecontent"><p>{FIRST}</p><p>{SECOND}</p>
<p>{SIGNATURE}</p><p>2016年12月28日</p>
<p><a href="/_upload/article/files/ab/cd/x.pdf" sudyfile-attr="{{'title':'活动名单.pdf'}}">活动名单</a></p>
</div></div></div></div>
"""

JPAGE = f"""
<table width="1000"><tr>
<td>您现在的位置：<a href="/">首页</a> &gt;&gt; <a href="/col/col9/index.html">计划总结</a></td></tr></table>
<table width="1000"><tr><td align="center" class="bt">{TITLE}</td></tr><tr>
<td align="center">发布日期：2017-01-12　信息来源：团县委　【字号：大 中 小】</td></tr>
<tr><td><div id="zoom"><!--ZJEG_RSS.content.begin--><p>{FIRST}</p><p>{SECOND}</p><p>{SIGNATURE}</p>
<p>2016年12月28日</p><!--ZJEG_RSS.content.end--></div></td></tr></table>
"""

ASPX = f"""
<form method="post" action="./Show.aspx?id=7"><input type="hidden" name="__VIEWSTATE" value="5bel5L2c5oC757uT">
<div class="left"><div class="where"><a href="/">首页</a> &gt;&gt; <a href="/gzzj/">工作总结</a></div>
<div id="box"><h3><span id="ctl00_lblName">{TITLE}</span></h3><h4>来源：<span>
</span> 发布时间：<span>2017-01-12</span> 作者：<span>团县委</span></h4>
<div id="bodybox">　　{FIRST}<br><br>　　{SECOND}<br>{SIGNATURE}<br>2016年12月28日<br></div></div></div></form>
"""

BARE = f"""
<center><font size="5"><b>{TITLE}</b></font></center><center>[2017-01-12]</center>
　　{FIRST}<br>　　{SECOND}<br><br>{SIGNATURE}<br>2016年12月28日<br>
"""

PAGES = {"trs": TRS, "vsb": VSB, "sudy": SUDY, "jpage": JPAGE, "aspx": ASPX, "bare": BARE}


@pytest.mark.parametrize("family", PAGES)
def test_an_article_gives_its_title_and_exactly_its_body(family: str) -> None:
    found = read(page(PAGES[family]))
    assert found.type is PageType.ARTICLE
    assert found.document.title == TITLE
    assert lines(found)[:4] == [FIRST, SECOND, SIGNATURE, "2016年12月28日"]
    assert not any(word in found.document.text for word in ("打印", "浏览", "版权", "上一条", "相关链接", "发布"))


@pytest.mark.parametrize("family", PAGES)
def test_the_dateline_reaches_the_published_date(family: str) -> None:
    assert (read(page(PAGES[family])).document.published or "")[:10] == "2017-01-12"


def test_a_title_that_is_the_same_on_every_page_is_not_taken_from_the_title_tag() -> None:
    found = read(page(ASPX, title="云汀共青团"))
    assert found.document.title == TITLE
    assert found.type is PageType.ARTICLE


def test_the_state_guidelines_tag_gives_the_title_where_no_line_does() -> None:
    html = f"<div id=zoom><p>{FIRST}</p><p>{SECOND}</p></div>"
    head = f'<head><meta name="ArticleTitle" content="{TITLE}"><title>云汀</title></head>'
    found = read(Page(url="http://a.example/1.html", body=f"<html>{head}<body>{html}</body></html>".encode()))
    assert found.document.title == TITLE
    assert found.document.evidence["title"].rule == "meta"


def test_a_title_cut_by_the_page_is_completed_from_the_list() -> None:
    cut = ASPX.replace(TITLE, "共青团云汀县委员会2016年…")
    found = read(page(cut, title="云汀共青团"), Hints(row_title=f"·{TITLE}"))
    assert found.document.title == TITLE


def test_a_title_broken_into_two_lines_is_one() -> None:
    html = ASPX.replace(TITLE, "共青团云汀县委员会<br>2016年工作总结")
    assert read(page(html)).document.title == "共青团云汀县委员会 2016年工作总结"


def test_a_subtitle_does_not_become_the_title() -> None:
    html = ASPX.replace("</h3>", "</h3><h3>——在全委（扩大）会议上</h3>")
    assert read(page(html, title="云汀共青团")).document.title == TITLE


def test_a_short_notice_is_an_article() -> None:
    html = ASPX.replace(FIRST, "各团支部：定于5月6日下午3时在县委礼堂召开团干部例会，请准时参加。").replace(
        SECOND, "请勿缺席。"
    )
    found = read(page(html, title="云汀共青团"))
    assert found.type is PageType.ARTICLE
    assert lines(found)[0] == "各团支部：定于5月6日下午3时在县委礼堂召开团干部例会，请准时参加。"


def test_inline_elements_do_not_break_lines_and_blocks_do() -> None:
    html = ASPX.replace(FIRST, "<span>青年</span><b>志愿</b>者<font>协会</font><div>另起一行</div>再起一行")
    assert lines(read(page(html)))[:3] == ["青年志愿者协会", "另起一行", "再起一行"]


def test_a_table_gives_a_line_a_row() -> None:
    rows = "<tr><td>姓名</td><td>单位</td></tr><tr><td><p>林知遥</p></td><td><p>云汀一中</p><p>团委</p></td></tr>"
    table = f"<table>{rows}</table>"
    text = lines(read(page(VSB.replace(f"<p>{SECOND}</p>", table))))
    assert text[1:3] == ["姓名 单位", "林知遥 云汀一中 团委"]


def test_a_body_in_several_containers_is_whole() -> None:
    html = ASPX.replace(f"<br><br>　　{SECOND}", f"</div><div class='part'><p>{SECOND}</p></div><div class='part'>")
    assert lines(read(page(html)))[:3] == [FIRST, SECOND, SIGNATURE]


def test_attachments_near_the_body_are_kept_with_their_names() -> None:
    vsb = read(page(VSB)).document.attachments
    assert [(one.name, one.url.split("?")[0]) for one in vsb] == [
        ("先进名单.docx", "http://www.yunting.example/system/_content/download.jsp")
    ]
    sudy = read(page(SUDY)).document.attachments
    assert [(one.name, one.media_type) for one in sudy] == [("活动名单.pdf", "application/pdf")]


def test_an_empty_label_for_attachments_is_no_text() -> None:
    found = read(page(ASPX.replace("</div></div></div></form>", "</div><div>附件：<br></div></div></div></form>")))
    assert lines(found)[-1] == "2016年12月28日"


def test_text_that_a_browser_does_not_show_is_left_out() -> None:
    html = VSB.replace(
        f"<p>{SECOND}</p>", f"<p style='display: none'>隐藏的话</p><script>var a='脚本';</script><p>{SECOND}</p>"
    )
    assert lines(read(page(html)))[:2] == [FIRST, SECOND]


def test_an_article_of_pictures_is_one_with_an_empty_text() -> None:
    html = ASPX.replace(f"　　{FIRST}<br><br>　　{SECOND}<br>{SIGNATURE}<br>2016年12月28日<br>", '<img src="1.jpg">')
    found = read(page(html, title="云汀共青团"))
    assert (found.type, found.reason, found.document.text) == (PageType.ARTICLE, "pictures_only", "")


def test_an_undated_text_under_a_column_is_an_article() -> None:
    html = ASPX.replace("发布时间：<span>2017-01-12</span>", "").replace(TITLE, "入团申请书的写法")
    found = read(page(html, title="云汀共青团"))
    assert (found.type, found.reason) == (PageType.ARTICLE, "body_under_column")


def test_an_undated_text_named_like_its_column_is_the_columns_own_page() -> None:
    html = (
        ASPX.replace("发布时间：<span>2017-01-12</span>", "")
        .replace(TITLE, "机构职责")
        .replace('/gzzj/">工作总结', '/jgzz/">机构职责')
    )
    found = read(page(html, title="云汀共青团"))
    assert (found.type, found.reason) == (PageType.COLUMN, "title_is_column")


def test_an_undated_text_named_like_a_menu_entry_is_the_columns_own_page() -> None:
    html = ASPX.replace("发布时间：<span>2017-01-12</span>", "").replace(TITLE, "领导班子")
    assert read(page(html, title="云汀共青团")).type is PageType.COLUMN
