import re
from dataclasses import replace

import pytest
from httpx import Client, Response
from lxml import html

from archive_api.document import Kind, Period, document_id
from tests.api.samples import SUMMARY, hostile
from tests.exports.samples import Archive, page

ID = document_id(SUMMARY.url)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</title></textarea></style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;",
]


def seen(client: Client, address: str, **asked: str) -> html.HtmlElement:
    """The page as a browser reads it."""
    answer = client.get(address, params=asked or None)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return parsed(answer)


def parsed(answer: Response) -> html.HtmlElement:
    return html.document_fromstring(answer.text, parser=html.HTMLParser())


def words(element: html.HtmlElement) -> str:
    """What a reader gets, a space between elements."""
    return " ".join(" ".join(str(text) for text in element.itertext()).split())


def test_the_first_page_asks_and_explains(client: Client) -> None:
    shown = seen(client, "/")
    assert shown.get("lang") == "zh-Hans"
    assert shown.xpath("//form[@role='search']//input[@name='q']")
    assert "league-archive/" in words(shown.xpath("//footer")[0])


def test_every_box_has_a_label(client: Client) -> None:
    shown = seen(client, "/")
    named = set(shown.xpath("//label/@for"))
    boxes = shown.xpath("//form//input[not(ancestor::label)] | //form//select")
    assert {box.get("id") for box in boxes} <= named
    assert len(boxes) == 14


def test_hits_show_the_words_where_they_stand(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1))

    shown = seen(client, "/", q="志愿服务 工作总结")

    assert words(shown.find_class("total")[0]) == "1 篇 document"
    (hit,) = shown.xpath("//ol[@class='hits']/li")
    assert hit.xpath(".//h3/a/@href") == [f"/documents/{ID}"]
    assert hit.xpath(".//mark/text()") == ["工作总结", "志愿服务", "志愿服务"]
    facts = words(hit.xpath(".//p[@class='facts']")[0])
    assert facts == "总结 summary 2016年 masked 共青团云汀县委员会 发布 published 2017-01-05"


def test_the_form_keeps_what_was_asked(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)
    shown = seen(
        client, "/", q="工作", kind="summary", period="2016，2017", region="320000", sort="-published", to="2018"
    )

    assert shown.xpath("//input[@name='q']/@value") == ["工作"]
    assert shown.xpath("//input[@type='checkbox'][@checked]/@value") == ["summary"]
    assert shown.xpath("//input[@name='period']/@value") == ["2016, 2017"]
    assert shown.xpath("//option[@selected]/@value") == ["-published"]
    chips = [words(chip) for chip in shown.xpath("//ul[@class='chips']/li")]
    assert [chip.partition(" ×")[0] for chip in chips] == [
        "文种：总结",
        "所属时间：2016",
        "所属时间：2017",
        "区划代码：320000",
        "发布日期止：2018",
    ]
    assert len(seen(client, shown.xpath("//ul[@class='chips']//a/@href")[1]).xpath("//ul[@class='chips']/li")) == 4
    assert words(shown.find_class("total")[0]) == "1 篇 document"


def test_what_is_not_wanted_stays_unwanted_when_the_form_is_sent_again(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1))
    shown = seen(client, "/", not_kind="notice", not_level="none")

    assert words(shown.find_class("total")[0]) == "1 篇 document"
    hidden = shown.xpath("//form//input[@type='hidden']")
    assert [(box.get("name"), box.get("value")) for box in hidden] == [("not_kind", "notice"), ("not_level", "none")]


def test_a_question_in_plain_words_keeps_being_one_on_the_next_page(archive: Archive, client: Client) -> None:
    archive.add(*(page(number) for number in range(1, 26)))
    first = seen(client, "/", q="怎样做志愿服务？", match="related")

    second = seen(client, first.xpath("//a[@rel='next']/@href")[0])

    for shown in (first, second):
        assert shown.xpath("//input[@name='match'][@checked]/@value") == ["related"]
        assert words(shown.find_class("total")[0]) == "25 篇 documents"
    assert len(second.xpath("//ol[@class='hits']/li")) == 5


def test_every_number_of_a_facet_is_what_its_link_gives(archive: Archive, client: Client) -> None:
    archive.add(
        SUMMARY,
        page(1, issuer="共青团清岚市委员会", region="320800", published="2016-05-04"),
        page(2, kinds=(), flags=("masked", "template")),
        page(3, kinds=(Kind.NOTICE, Kind.PLAN), periods=(Period(year=2015, end_year=2017),), region="320000"),
    )
    walked = 0
    for asked in ({"q": "志愿服务"}, {"q": "志愿服务", "kind": "notice", "not_flag": "masked", "from": "2016"}):
        for bucket in seen(client, "/", **asked).xpath("//nav[@class='facets']//li[a]"):
            (link, _) = bucket.xpath("./a/@href")
            number = int(bucket.find_class("count")[0].text)
            if bucket.xpath("./a[@aria-current]"):
                continue
            found = seen(client, f"/{link}")
            assert words(found.find_class("total")[0]).split()[0] == str(number), (asked, link)
            assert found.xpath("//nav[@class='facets']//a[@aria-current]")
            walked += 1
    assert walked > 40


def test_a_value_can_be_left_out_and_a_chosen_one_let_go(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1), page(2))
    shown = seen(client, "/", q="志愿服务", kind="notice")
    (chosen,) = shown.xpath("//nav[@class='facets']//a[@aria-current]/@href")
    assert words(seen(client, f"/{chosen}").find_class("total")[0]) == "3 篇 documents"
    (without,) = shown.xpath("//a[@class='leave'][contains(@href, 'not_kind=summary')]/@href")
    assert words(seen(client, f"/{without}").find_class("total")[0]) == "2 篇 documents"


def test_a_trend_is_a_table_and_a_picture_of_the_same_numbers(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1), page(2, periods=(Period(year=2018),)), page(3, periods=()))
    (address,) = seen(client, "/", q="志愿服务", not_kind="plan").xpath(
        "//section//a[starts-with(@href, '/trend')]/@href"
    )
    shown = seen(client, address)
    rows = [words(row) for row in shown.xpath("//table//tr")]
    assert rows == [
        "所属时间 period 志愿服务",
        "2016 2 / 2 100.0%",
        "2017 0 / 0",
        "2018 1 / 1 100.0%",
        "未详 unknown 1 / 1 100.0%",
    ]
    assert [title.text for title in shown.xpath("//svg//title")] == [
        "志愿服务 2016: 2 / 2",
        "志愿服务 2017: 0 / 0",
        "志愿服务 2018: 1 / 1",
    ]
    assert shown.xpath("//form//input[@type='hidden']/@value") == ["plan"]
    split = seen(client, "/trend", q="志愿服务\n活动", date="published", by="month", split="region")
    assert [words(head) for head in split.xpath("//thead//th")][1:] == [
        "志愿服务 · 云海省",
        "志愿服务 · 未详",
        "活动 · 云海省",
        "活动 · 未详",
    ]


def test_a_trend_that_cannot_be_counted_says_why(archive: Archive, client: Client) -> None:
    archive.add(page(1))
    for asked in ({"q": "("}, {"by": "day"}, {"period": "x"}, {"as_of": "99"}):
        answer = client.get("/trend", params=asked)
        assert (answer.status_code, len(parsed(answer).find_class("complaint"))) == (400, 1), asked


def test_pages_follow_one_another_by_their_links(archive: Archive, client: Client) -> None:
    archive.add(*(page(number) for number in range(1, 26)))
    first = seen(client, "/", q="志愿服务", period="2016, 2015", sort="seq")

    (following,) = first.xpath("//a[@rel='next']/@href")
    second = seen(client, following)

    titles = [title.text_content() for shown in (first, second) for title in shown.xpath("//ol[@class='hits']//h3")]
    assert titles == [f"云汀县第{number}次志愿服务通知" for number in range(1, 26)]
    assert not second.xpath("//a[@rel='next']")
    assert seen(client, second.xpath("//nav[@class='pages']/a/@href")[0]).xpath("//ol[@class='hits']/li")


def test_the_download_links_give_all_that_was_found(archive: Archive, client: Client) -> None:
    archive.add(*(page(number) for number in range(1, 26)), SUMMARY)
    shown = seen(client, "/", q="志愿服务", kind="notice", period="2016 2015", sort="seq", to="")

    addresses = shown.xpath("//a[starts-with(@href, '/api/v1/export')]/@href")
    assert len(addresses) == 2
    assert [client.get(address).headers["league-rows"] for address in addresses] == ["25", "25"]


def test_a_query_that_does_not_parse_shows_the_place(client: Client) -> None:
    answer = client.get("/", params={"q": "志愿 (服务"})
    shown = parsed(answer)

    assert answer.status_code == 400
    assert shown.xpath("//p[@class='where']//mark/text()") == ["("]
    assert words(shown.find_class("where")[0]) == "志愿 ( 服务"
    assert shown.xpath("//input[@name='q']/@value") == ["志愿 (服务"]


def test_a_box_that_cannot_be_understood_is_named(client: Client) -> None:
    answer = client.get("/", params={"period": "去年", "from": "2016-13"})
    complaint = words(parsed(answer).find_class("complaint")[0])

    assert answer.status_code == 400
    assert complaint == (
        "所属时间 period ：应为 2016、2016H1、2016Q3、2016-03 或 2016..2019 "
        "2016, 2016H1, 2016Q3, 2016-03 or 2016..2019 "
        "发布日期起 published from ：应为 2016、2016-05 或 2016-05-04 2016, 2016-05 or 2016-05-04"
    )


def test_changes_that_the_index_has_not_read_are_told(archive: Archive, client: Client) -> None:
    archive.add(page(1))
    archive.save(page(2), page(3))
    assert "另有 2 处变更尚未编入索引" in words(seen(client, "/", q="志愿服务"))


def test_a_document_shows_where_everything_comes_from(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)
    shown = seen(client, f"/documents/{ID}")

    provenance = words(shown.xpath("//dl[@class='provenance']")[0])
    record = archive.store.record(ID)
    for told in (
        "发布日期 published 2017-01-05 09:30:00+08:00 精确到分 to the minute 依据 rule dateline",
        "成文日期 written 未详 unknown 原因 reason no date of writing on the page",
        "所属年度 period 2016年",
        "采集 Seen (UTC) 2026-11-22 01:00 — 2026-11-22 01:00 原站在线 live",
        f"{record.capture.file} @ {record.capture.offset}",
        "发文字号 document number 云青发〔2017〕1号",
        "发文机关 issuer 共青团云汀县委员会",
    ):
        assert told in provenance
    (original,) = shown.xpath(f"//a[@href='{SUMMARY.url}']")
    assert original.get("rel") == "noopener noreferrer nofollow"
    (download,) = shown.xpath("//a[@download]/@href")
    assert client.get(download).content == b"<html>1</html>"


def test_sections_are_anchors_that_the_contents_lead_to(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)
    shown = seen(client, f"/documents/{ID}")

    links = shown.xpath("//details[@class='toc']//a")
    assert [words(link) for link in links] == ["一、主要工作", "（一）志愿服务", "二、存在的问题"]
    targets = [shown.get_element_by_id(link.get("href").removeprefix("#")) for link in links]
    assert [target.tag for target in targets] == ["h2", "span", "h2"]
    assert words(shown.xpath("//div[@class='text']")[0]) == " ".join(SUMMARY.text.split())


def test_versions_tell_what_changed(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, replace(SUMMARY, text=SUMMARY.text.replace("十二次", "十三次")))
    shown = seen(client, f"/documents/{ID}")

    assert [words(line) for line in shown.iter("ins")] == ["+ 2016年，云汀县团委组织志愿服务活动十三次。"]
    assert [words(line) for line in shown.iter("del")] == ["− 2016年，云汀县团委组织志愿服务活动十二次。"]
    old = seen(client, f"/documents/{ID}", version="1")
    assert "这是第 1 版，不是现行版本" in words(old)
    assert "十二次" in words(old.xpath("//div[@class='text']")[0])


def test_what_is_not_there_is_a_friendly_page(client: Client) -> None:
    for address in ("/documents/0000000000000000", "/nowhere"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "这里没有您要找的内容" in answer.text
        assert 'href="/"' in answer.text
    assert client.get("/documents/x", params={"version": "x"}).status_code == 422
    assert client.post("/").status_code == 405


def test_sources_and_runs_are_shown(archive: Archive, client: Client) -> None:
    assert "还没有采集源" in words(seen(client, "/sources"))
    assert "还没有运行记录" in words(seen(client, "/runs"))
    config = {"issuer": "共青团云汀县委员会", "start": ["http://tuan.yunting.example/", "javascript:alert(1)"]}
    archive.store.put_source("yunting", config)
    run = archive.store.start_run("yunting", command="crawl", pid=1, now="2026-11-22T01:00:00.000000Z")
    archive.store.end_run(run, status="failed", now="2026-11-22T01:01:00.000000Z", counts={"pages": 1234}, error="<b>")

    sources = seen(client, "/sources")
    assert "yunting 共青团云汀县委员会" in words(sources)
    assert not sources.xpath("//a[starts-with(@href, 'javascript')]")
    assert f"#{run} failed" in words(sources)
    runs = words(seen(client, "/runs"))
    assert "failed <b>" in runs
    assert "1,234" in runs
    assert "还没有运行记录" in words(seen(client, "/runs", source="qinglan"))


def test_text_from_the_web_stays_text(archive: Archive, client: Client) -> None:
    plain = hostile("云汀")
    documents = [hostile(attack) for attack in ATTACKS]
    for document in (plain, *documents):
        archive.add(document, replace(document, text=document.text + "\n改动"))
    like = elements(seen(client, f"/documents/{document_id(plain.url)}"))
    for document, attack in zip(documents, ATTACKS, strict=True):
        shown = seen(client, f"/documents/{document_id(document.url)}")
        assert elements(shown) == like
        assert shown.text_content().count(attack) > 30
        assert harmless(shown)
    results = seen(client, "/?sort=seq")
    hits = results.xpath("//ol[@class='hits']/li")
    assert len(hits) == len(ATTACKS) + 1
    assert all(elements(hit) == elements(hits[0]) for hit in hits)
    assert harmless(results)


def elements(shown: html.HtmlElement) -> list[str]:
    return sorted(str(element.tag) for element in shown.iter())


def harmless(shown: html.HtmlElement) -> bool:
    """Nothing in it runs, loads or leads to anything but a web address."""
    runs = shown.xpath("//script | //svg | //img | //iframe | //@*[starts-with(name(), 'on')] | //@autofocus")
    leads = [str(link.get("href")) for link in shown.iter("a")]
    return not runs and all(link.startswith(("/", "#", "?", "http://tuan.yunting.example/")) for link in leads)


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_a_reader_stays_text(empty: Client, attack: str) -> None:
    boxes = dict.fromkeys(
        ("q", "kind", "period", "issuer", "not_flag", "not_level", "region", "source", "from", "to", "sort", "cursor"),
        attack,
    )
    for asked in (boxes, {"q": f"({attack}"}, {"cursor": attack}):
        for address in ("/", "/trend"):
            assert harmless(seen(empty, address, **asked))


def test_no_page_needs_anything_from_elsewhere(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)
    for address in ("/", "/?q=工作", f"/documents/{ID}", "/trend", "/sources", "/runs", "/nowhere"):
        answer = client.get(address)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        shown = parsed(answer)
        loaded = [element.get("href") or element.get("src") or "" for element in shown.cssselect("link, [src]")]
        assert all(part.startswith("/static/") for part in loaded)
        assert {client.get(part).status_code for part in loaded} == {200}
        assert not shown.xpath("//@style | //style")
    assert not re.search(r"url\(|@import", client.get("/static/style.css").text)
