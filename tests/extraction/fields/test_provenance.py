from collections.abc import Callable

import pytest

from archive_api.document import Document, Level
from crawler.extraction.parts import Hints

Make = Callable[..., Document]
COUNTY = Hints(issuer="共青团安吉县委员会", level=Level.COUNTY, region="330523", site_name="青春安吉")


@pytest.mark.parametrize(
    ("breadcrumb", "column"),
    [
        (("首页", "通知公告"), "通知公告"),
        (("首页", "政务公开", "计划总结", "正文"), "计划总结"),
        (("清岚在线", "清岚新闻网"), None),
        (("首页",), None),
        (("首页", "工作动态", "团县委2019年工作总结"), "工作动态"),
        ((), None),
    ],
)
def test_the_column_is_the_last_entry_that_is_one(made: Make, breadcrumb: tuple[str, ...], column: str | None) -> None:
    document = made("团县委2019年工作总结", breadcrumb=breadcrumb)
    assert document.column == column
    assert bool(document.evidence["column"].reason) == (column is None)


def test_a_label_or_a_meta_tag_names_the_column_where_no_breadcrumb_does(made: Make) -> None:
    assert made("总结", head=("所属栏目：团务公开 发布时间：2019-1-2",)).column == "团务公开"
    assert made("总结", meta={"columnname": "通知公告"}).column == "通知公告"


@pytest.mark.parametrize(
    ("head", "author", "origin"),
    [
        (("来源：admin 点击：10",), None, None),
        (("来源：本站 作者：佚名",), None, None),
        (("来源：清岚日报 作者：李清川",), "李清川", "清岚日报"),
        (("文章来源:本站作者:云汀团县委",), "云汀团县委", None),
        (("发布者：团市委宣传部",), "团市委宣传部", None),
        ((), None, None),
    ],
)
def test_standing_names_of_a_site_are_nobody(
    made: Make, head: tuple[str, ...], author: str | None, origin: str | None
) -> None:
    document = made("总结", head=head)
    assert (document.author, document.origin) == (author, origin)
    assert bool(document.evidence["author"].reason) == (author is None)
    assert bool(document.evidence["origin"].reason) == (origin is None)


@pytest.mark.parametrize(
    ("others", "by"),
    [
        ({"site_name": "清岚分类信息网"}, "清岚分类信息网"),
        ({"footer": ("好帮手文秘网 https://mill.example Copyright © 2015 版权所有",)}, "好帮手文秘网"),
        ({"footer": ("Powered by 云上范文网 © All Rights Reserved",)}, "云上范文网"),
        ({"site_name": "青春安吉"}, None),
        ({"site_name": "安吉县人民政府"}, None),
        ({"footer": ("版权所有：共青团安吉县委",)}, None),
        ({}, None),
    ],
)
def test_a_site_of_others_papers_reposts(made: Make, others: dict[str, object], by: str | None) -> None:
    document = made("安吉团县委2019年工作总结", **others)
    assert document.reposted_by == by
    assert bool(document.evidence["reposted_by"].reason) == (by is None)


def test_a_committees_site_reposts_what_another_committee_issued(made: Make) -> None:
    own = made("安吉团县委2019年工作总结", hints=COUNTY)
    other = made("共青团中央关于开展青年志愿服务的通知", hints=COUNTY)
    unnamed = made("青年志愿者走进社区", hints=COUNTY)
    assert (own.reposted_by, other.reposted_by, unnamed.reposted_by) == (None, "青春安吉", None)
