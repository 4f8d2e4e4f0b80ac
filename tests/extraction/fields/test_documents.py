from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_api.document import Document, Evidence
from crawler.extraction.fields import document
from crawler.extraction.paragraphs import join, wrapped
from crawler.extraction.parts import Hints, Parts
from crawler.extraction.plaintext import parts_of

FIELDS = (
    "title", "kinds", "periods", "published", "written", "issuer", "issuer_printed", "level", "region", "column",
    "document_number", "index_number", "author", "origin", "reposted_by",
)  # fmt: skip
WORDS = st.sampled_from(
    [
        *(
            "2016年",
            "团市委",
            "团县委",
            "工作总结",
            "和",
            "工作计划",
            "上半年",
            "**",
            "淮安市",
            "共青团",
            "委员会",
            "关于",
            "的通知",
        ),
        *(
            "发布时间：",
            "2016-12-28",
            "来源：admin",
            "一、",
            "（一）",
            "。",
            "，",
            "\n",
            "——",
            "首页",
            " > ",
            "附件",
            "第一条",
        ),
        *("二〇一六年", "讲话", "在", "同志", "某", "13900000000", "《", "》", "…"),
    ]
)
TEXTS = st.lists(WORDS, max_size=24).map("".join)


def known_or_reasoned(made: Document) -> bool:
    values = {name: getattr(made, name) for name in FIELDS}
    return all(
        (evidence.rule is not None and evidence.reason is None)
        if values[name] not in {None, ()}
        else (evidence.reason is not None and evidence.rule is None)
        for name, evidence in ((name, made.evidence[name]) for name in FIELDS)
    )


@settings(deadline=None)  # the gazetteer is read on the first call
@given(st.lists(TEXTS, max_size=8))
def test_every_field_has_a_rule_or_a_reason_whatever_the_text(lines: list[str]) -> None:
    made = document(
        parts_of("https://tw.example/a", [line for text in lines for line in text.split("\n") if line]), Hints()
    )
    assert known_or_reasoned(made)
    assert Document.from_json(made.to_json()) == made


def test_the_number_is_cut_from_the_title_and_kept(made: Callable[..., Document]) -> None:
    found = made("团云办发〔2018〕35号关于公布示范校的通知")
    assert (found.title, found.document_number) == ("关于公布示范校的通知", "团云办发〔2018〕35号")


def test_a_labelled_number_and_a_line_of_its_own_are_read(made: Callable[..., Document]) -> None:
    labelled = made("关于公布的通知", head=("发文字号：团云发〔2019〕3号", "索引号：11320800-2016-00123"))
    assert (labelled.document_number, labelled.index_number) == ("团云发〔2019〕3号", "11320800-2016-00123")
    lined = made("关于公布的通知", "团云发[2019] 3 号\n各团委：\n请认真学习。")
    assert lined.document_number == "团云发〔2019〕3号"
    cited = made("关于公布的通知", "根据团云发〔2019〕3号文件，现予公布。")
    assert cited.document_number is None


def test_parts_flags_come_first_and_none_twice() -> None:
    parts = Parts(
        url="https://tw.example/a",
        title="工作总结",
        title_evidence=Evidence(rule="given"),
        text="**县与**乡的工作。",
        flags=("soft_404", "masked"),
    )
    assert document(parts, Hints()).flags == ("soft_404", "masked")


def test_hostile_lengths_take_no_hostile_time(made: Callable[..., Document]) -> None:
    """A backtracking pattern or a quadratic join would hang here, and the run's own time limit would end it."""
    made("（一）" * 400 + "x", "团委" * 20_000)
    made("工作 " * 2_000, "2016-12-28" * 20_000)
    lines = ["（" + "各级团组织紧紧围绕中心工作扎实推进" * 3] * 20_000
    assert sum(map(len, join(wrapped(lines)))) == sum(map(len, lines))
