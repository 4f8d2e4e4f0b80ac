"""Facets and trends over HTTP."""

from dataclasses import replace
from typing import Any

from httpx import Client

from archive_api.document import Kind, Period
from archive_api.index.base import Query
from archive_api.index.views import FACETS, facets, trend
from tests.api.samples import SUMMARY
from tests.exports.samples import Archive, page


def test_facets_come_with_the_page_and_leave_their_own_filter_out(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1), page(2, kinds=()))

    asked: dict[str, Any] = {"q": "志愿服务", "kind": "notice", "facet": ["kind", "level", "attachment"]}
    answer = client.get("/api/v1/search", params=asked).json()

    assert answer["total"] == 1
    kinds, levels, attachments = answer["facets"]
    assert kinds == {
        "name": "kind",
        "buckets": [{"word": word, "count": 1} for word in ("notice", "summary", "none")],
        "others": 0,
        "other_count": 0,
    }
    assert levels["buckets"] == [{"word": "none", "count": 1}]
    assert attachments["buckets"] == [{"word": "no", "count": 1}]
    cut = client.get("/api/v1/search", params={"facet": "kind", "facet_limit": 1}).json()["facets"][0]
    assert ([one["word"] for one in cut["buckets"]], cut["others"], cut["other_count"]) == (["notice", "none"], 1, 1)
    assert client.get("/api/v1/search").json()["facets"] == []


def test_all_facets_are_those_of_the_index(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, *(page(number) for number in range(1, 5)))
    answer = client.get("/api/v1/search", params={"q": "志愿服务", "facet": [*FACETS]}).json()
    found = facets(archive.index, Query(text="志愿服务"), [*FACETS])
    assert [(one["name"], [(b["word"], b["count"]) for b in one["buckets"]]) for one in answer["facets"]] == [
        (one.name, [(bucket.word, bucket.count) for bucket in one.buckets]) for one in found
    ]


def test_a_trend_has_several_queries_shares_and_empty_cells(archive: Archive, client: Client) -> None:
    archive.add(page(1), page(2, text="没有", title="没有"), page(3, periods=(Period(year=2018, half=1),)), SUMMARY)

    asked: dict[str, Any] = {"q": ["志愿服务", "没有"], "by": "half", "split": "kind", "kind": ["notice", "plan"]}
    answer = client.get("/api/v1/trend", params=asked).json()

    assert answer["times"] == ["2016H1", "2016H2", "2017H1", "2017H2", "2018H1"]
    first, second = answer["lines"]
    assert (first["q"], first["value"], second["q"]) == ("志愿服务", "notice", "没有")
    assert [(one["count"], one["of"], one["share"]) for one in first["cells"]] == [
        (1, 2, 0.5),
        (1, 2, 0.5),
        (0, 0, None),
        (0, 0, None),
        (1, 1, 1.0),
    ]
    assert first["unknown"] == {"count": 0, "of": 0, "share": None}
    direct = trend(archive.index, Query(kinds=("notice", "plan")), ["志愿服务", "没有"], by="half", split="kind")
    assert [one["cells"][0]["count"] for one in answer["lines"]] == [line.cells[0].count for line in direct.lines]


def test_a_trend_without_a_query_is_of_everything(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, replace(SUMMARY, url=f"{SUMMARY.url}?2", kinds=(Kind.PLAN,), published=None))
    answer = client.get("/api/v1/trend", params={"date": "published", "by": "month"}).json()
    (line,) = answer["lines"]
    assert (answer["times"], [one["count"] for one in line["cells"]], line["unknown"]["count"]) == (["2017-01"], [1], 1)


def test_what_no_trend_has_is_refused(empty: Client) -> None:
    for name, value in {"date": "seen", "by": "day", "split": "source", "facet": "kind", "colour": "red"}.items():
        assert empty.get("/api/v1/trend", params={name: value}).status_code == 422, name
    assert empty.get("/api/v1/trend", params={"q": ["(", "志愿"]}).json()["column"] == 2
    assert empty.get("/api/v1/search", params={"facet": "colour"}).status_code == 422


def test_a_query_is_explained_and_a_wrong_one_is_not(empty: Client) -> None:
    answer = empty.get("/api/v1/explain", params={"q": "title:志願服務 vol*", "kind": "plan"}).json()
    assert (answer["text"], answer["folded"]) == ("title:志願服務 vol*", 'title:"志愿服务" "vol"*')
    assert answer["tree"][0] == "且 all of"
    assert answer["engine"] == "tantivy"
    assert "plan" in answer["compiled"]
    assert empty.get("/api/v1/explain", params={"q": "NEAR/3(志愿)"}).json()["column"] == 10
