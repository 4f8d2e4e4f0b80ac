import pytest

from archive_api.errors import UnreadableError
from crawler.extraction.paragraphs import join, unbold, wrapped
from crawler.extraction.parts import Page, Parts
from crawler.extraction.plaintext import read_text

LONG = "各级团组织紧紧围绕中心工作，扎实推进青年志愿服务、青年创业就业、青少年维权等各项工作，影响力不断提升。"


def parts(text: str, encoding: str = "utf-8") -> Parts:
    return read_text(Page(url="file:///a.txt", body=text.encode(encoding), media_type="text/plain")).parts


def test_frame_title_dateline_body_and_foot_are_told_apart() -> None:
    found = parts(
        "今天是:\n\n通知公告\n\n您当前位置:首页 > 通知公告\n\n云汀共青团2020年工作要点\n\n"
        "2020/3/13 15:21:14 来源:admin 点击:27\n\n"
        f"{LONG}\n\n一、抓思想\n\n{LONG}\n\n上一篇：无\n版权所有:共青团云汀县委 邮编:313300\n浙ICP备12345678号"
    )
    assert found.title == "云汀共青团2020年工作要点"
    assert found.title_evidence.rule == "above_dateline"
    assert found.text == f"{LONG}\n一、抓思想\n{LONG}"
    assert found.head == ("2020/3/13 15:21:14 来源:admin 点击:27",)
    assert found.breadcrumb == ("首页", "通知公告")
    assert found.footer == ("上一篇：无", "版权所有:共青团云汀县委 邮编:313300", "浙ICP备12345678号")


def test_a_subtitle_belongs_to_the_title_and_a_short_line_below_to_the_body() -> None:
    found = parts(f"奋力开创新局面\n\n——团县委上半年工作总结\n\n（2017年7月8日）\n\n{LONG}")
    assert found.title == "奋力开创新局面——团县委上半年工作总结"
    assert found.text == f"（2017年7月8日）\n{LONG}"


def test_a_copiers_line_gives_the_title_and_leaves_the_text() -> None:
    found = parts(
        f"下面是小编为大家整理的区团委工作总结(全文),供大家参考。\n{LONG}\n扩展阅读文章\n推荐阅读文章\n某某网"
    )
    assert (found.title, found.title_evidence.rule) == ("区团委工作总结(全文)", "copiers_line")
    assert found.text == LONG


def test_a_greeting_names_the_site_and_its_columns_below_the_body_go() -> None:
    found = parts(
        "您好,欢迎来到清岚分类信息网\n免费发信息\n清岚分类信息网 > 清岚新闻网\n\n青春云汀 共青团2017工作巡礼\n\n"
        "2018-4-27 15:13:22发布82次查看\n\n"
        f"围绕发展大局\n凝心聚力、奉献青春\n{LONG}\n清岚新闻\n\nVIP推荐\n\n清岚分类信息网-清岚免费发布信息"
    )
    assert found.site_name == "清岚分类信息网"
    assert found.title == "青春云汀 共青团2017工作巡礼"
    assert found.text == f"围绕发展大局\n凝心聚力、奉献青春\n{LONG}"


def test_markdown_headings_lose_their_marks_and_its_bold_is_no_mask() -> None:
    found = parts(f"# 2022年工作总结\n\n## 一、抓思想\n\n**一是办讲堂。**{LONG}\n")
    assert (found.title, found.text) == ("2022年工作总结", f"一、抓思想\n一是办讲堂。{LONG}")


def test_stars_that_blot_out_names_stay() -> None:
    masked = "今年以来,**团区委围绕**高质量发展,招募***名青年。"
    assert unbold(masked) == masked
    assert unbold("**县与**乡\n的工作。") == "**县与**乡\n的工作。"


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["举办志愿服务项目，", "", "目前共筹措资金五百万元。"], ["举办志愿服务项目，目前共筹措资金五百万元。"]),
        (["活动有序。广泛参与“五水", "共治”工作。"], ["活动有序。广泛参与“五水共治”工作。"]),
        ([f"{LONG}这些问题都需要我们高度", "", "重视，认真解决。"], [f"{LONG}这些问题都需要我们高度重视，认真解决。"]),
        ([f"{LONG}这些问题需要", "- 3 -", "重视。"], [f"{LONG}这些问题需要重视。"]),
        (["围绕发展大局", "凝心聚力", LONG], ["围绕发展大局", "凝心聚力", LONG]),
        (["各团委：", LONG], ["各团委：", LONG]),
        ([f"{LONG}下一步，", "二、服务大局"], [f"{LONG}下一步，", "二、服务大局"]),
        (
            [f"{LONG}继续努力", "共青团云汀县委员会", "2020年1月2日", "上一篇：无"],
            [f"{LONG}继续努力", "共青团云汀县委员会", "2020年1月2日", "上一篇：无"],
        ),
        (["建好 APP", "1", LONG, "2", LONG], ["建好 APP", LONG, LONG]),
    ],
)
def test_cut_sentences_are_joined_and_headings_are_not(lines: list[str], joined: list[str]) -> None:
    assert join(wrapped(lines)) == joined


def test_a_text_wrapped_at_one_width_is_unwrapped() -> None:
    width = 20
    body = [LONG[i : i + width] for i in range(0, len(LONG), width)] * 4
    assert join(wrapped(body)) == [LONG] * 4


def test_a_title_broken_over_two_lines_is_one() -> None:
    found = parts(
        f"共青团云汀县委文件\n团云发〔2020〕12号\n关于开展“清岚青年”评选活动\n暨志愿服务月的通知\n各团委：\n{LONG}"
    )
    assert found.title == "关于开展“清岚青年”评选活动暨志愿服务月的通知"
    assert found.head == ("共青团云汀县委文件", "团云发〔2020〕12号")
    assert found.text == f"各团委：\n{LONG}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert parts(f"2020年工作总结\n{LONG}", encoding).title == "2020年工作总结"


@pytest.mark.parametrize("body", [b"", b" \n\r\n\t", "\u3000\n".encode()])
def test_a_file_without_text_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError) as error:
        read_text(Page(url="file:///a.txt", body=body))
    assert error.value.reason == "no_text"


def test_a_letter_keeps_its_title_and_a_sites_name_behind_one_goes() -> None:
    assert parts(f"关于报送工作总结的函\n团省委：\n{LONG}").title == "关于报送工作总结的函"
    assert parts(f"2018年工作总结 - 清岚文库\n{LONG}").title == "2018年工作总结"


def test_a_body_without_a_title_is_kept_and_the_title_unknown_with_a_reason() -> None:
    found = parts(LONG)
    assert (found.title, found.text) == (None, LONG)
    assert found.title_evidence.reason


def test_bytes_in_no_encoding_are_no_text() -> None:
    noise = bytes((index * 193 + index // 7) % 256 for index in range(3000))
    with pytest.raises(UnreadableError) as raised:
        read_text(Page(url="file:///noise.txt", body=noise, media_type="text/plain"))
    assert raised.value.reason == "bad_encoding"


def test_a_text_with_one_broken_byte_is_read_and_flagged() -> None:
    body = "2023年云汀团县委工作总结\n\n".encode() + ("团县委组织青年志愿者开展护河行动。" * 9).encode() + b"\xff"
    reading = read_text(Page(url="file:///a.txt", body=body, media_type="text/plain"))
    assert reading.parts.title == "2023年云汀团县委工作总结"
    assert "bad_encoding" in reading.parts.flags


def test_a_markdown_files_marks_are_no_part_of_its_text_and_a_mask_stays() -> None:
    heading = "# 2023年云汀团县委工作总结\n\n**一、思想引领**\n\n"
    body = heading + "- 开展**志愿服务**三次，参加的青年共二百余人。\n\n**县青年代表参加。\n"
    parts = read_text(Page(url="file:///a.md", body=body.encode(), media_type="text/markdown")).parts
    assert parts.text == "一、思想引领\n开展志愿服务三次，参加的青年共二百余人。\n**县青年代表参加。"


def test_a_short_sentence_is_the_body_and_not_the_title() -> None:
    assert (found := parts("2023年云汀团县委工作总结\n\n今年以来，开展活动三次。")).title == "2023年云汀团县委工作总结"
    assert found.text == "今年以来，开展活动三次。"
