import csv
import io
import json
from dataclasses import replace

from httpx import Client

from archive_api.document import Kind
from archive_api.exports import export
from archive_api.index.base import Query
from tests.api.samples import SUMMARY, TEXT
from tests.exports.samples import NOW, Archive, page


def test_a_hit_tells_its_document_and_where_the_words_stand(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1))

    answer = client.get("/api/v1/search", params={"q": "志愿服务 工作总结"}).json()

    assert (answer["total"], answer["seq"], answer["cursor"]) == (1, 2, None)
    (hit,) = answer["hits"]
    known = archive.store.record(hit["id"])
    assert (hit["url"], hit["title"], hit["kinds"]) == (SUMMARY.url, SUMMARY.title, ["summary"])
    assert hit["capture"] == {"file": known.capture.file, "offset": known.capture.offset}
    assert "text" not in hit
    title, text = hit["snippets"]
    assert title["field"] == "title"
    assert [title["text"][start:end] for start, end in title["marks"]] == ["工作总结"]
    assert [text["text"][start:end] for start, end in text["marks"]] == ["志愿服务", "志愿服务"]
    assert TEXT[text["start"] :].startswith(text["text"])


def test_every_filter_reaches_the_index(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1), page(2))
    for name, value in {
        "kind": "summary",
        "region": "320000",
        "issuer": "云汀县委",
        "from": "2017",
        "to": "2017-01",
    }.items():
        asked = {"q": "志愿服务", name: value}
        assert client.get("/api/v1/search", params=asked).json()["total"] == 1, name
    assert client.get("/api/v1/search", params={"period": ["2016", "2015"]}).json()["total"] == 3
    assert client.get("/api/v1/search", params={"kind": ["summary", "notice"]}).json()["total"] == 3
    assert client.get("/api/v1/search", params={"source": "yunting"}).json()["total"] == 3
    assert client.get("/api/v1/search", params={"source": "qinglan"}).json()["total"] == 0
    for name, value in {
        "published": "2017-01..",
        "written": "none",
        "first_seen": "2026",
        "level": "county",
        "state": "live",
        "flag": "masked",
        "attachment": "yes",
    }.items():
        wanted = client.get("/api/v1/search", params={"q": "志愿服务", "kind": "summary", name: value}).json()
        unwanted = client.get("/api/v1/search", params={"kind": "summary", f"not_{name}": value}).json()
        assert (wanted["total"], unwanted["total"]) == (1, 0), name
    both = client.get("/api/v1/search", params={"published": "2016", "from": "2016"})
    assert (both.status_code, "not both" in both.json()["detail"]) == (400, True)


def test_the_cursor_walks_through_every_document_once(archive: Archive, client: Client) -> None:
    archive.add(*(page(number) for number in range(1, 8)))
    asked: dict[str, str | int] = {"q": "志愿服务", "sort": "-seq", "limit": 3}
    found = []
    while True:
        answer = client.get("/api/v1/search", params=asked).json()
        found += [hit["seq"] for hit in answer["hits"]]
        if answer["cursor"] is None:
            break
        asked["cursor"] = answer["cursor"]

    assert found == [7, 6, 5, 4, 3, 2, 1]


def test_a_document_saved_while_the_server_runs_is_found(archive: Archive, client: Client) -> None:
    archive.add(page(1))
    assert client.get("/api/v1/search").json()["total"] == 1
    archive.add(page(2))
    assert client.get("/api/v1/search").json()["total"] == 2


def test_an_index_built_anew_while_the_server_runs_is_read(archive: Archive, client: Client) -> None:
    archive.add(page(1))
    assert client.get("/api/v1/search").json()["total"] == 1
    archive.save(page(2))
    archive.index.rebuild(archive.store.changes(0), seq=archive.store.last_seq())
    assert client.get("/api/v1/search").json()["total"] == 2


def test_health_says_how_far_the_index_is_behind(archive: Archive, client: Client) -> None:
    archive.add(page(1))
    archive.save(page(2), page(3))

    behind = client.get("/api/v1/health").json()
    assert (behind["status"], behind["store_seq"], behind["index_seq"], behind["lag"]) == ("behind", 3, 1, 2)
    archive.add()
    assert client.get("/api/v1/health").json()["status"] == "ok"


def test_an_empty_archive_finds_nothing(client: Client) -> None:
    answer = client.get("/api/v1/search", params={"q": "团"}).json()
    assert (answer["total"], answer["hits"]) == (0, [])
    assert client.get("/api/v1/health").json()["lag"] == 0
    assert client.get("/api/v1/export").text == ""


def test_the_export_stream_is_the_data_file(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, *(page(number) for number in range(1, 6)))
    out = archive.settings.home / "out"

    for format_ in ("jsonl", "csv"):
        folder = out / format_
        export(archive.store, archive.index, Query(text="志愿服务", kinds=(Kind.NOTICE,)), folder, format_, now=NOW)
        asked = {"q": "志愿服务", "kind": "notice", "format": format_}
        streamed = client.get("/api/v1/export", params=asked)
        assert streamed.content == (folder / f"data.{format_}").read_bytes()
        assert (streamed.headers["league-rows"], streamed.headers["league-seq"]) == ("5", "6")
        assert streamed.headers["content-disposition"] == f'attachment; filename="league-export-6.{format_}"'


def test_page_api_and_export_count_the_same(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, *(page(number) for number in range(1, 30)))
    asked = {"q": "志愿服务", "period": "2016"}

    total = client.get("/api/v1/search", params=asked).json()["total"]
    lines = client.get("/api/v1/export", params=asked).text.splitlines()
    table = client.get("/api/v1/export", params={**asked, "format": "csv"}).content.decode("utf-8-sig")
    shown = client.get("/", params=asked).text

    assert total == 30
    assert len(lines) == len(list(csv.DictReader(io.StringIO(table, newline="")))) == total
    assert {json.loads(line)["id"] for line in lines} == {record.id for record in archive.store.changes(0)}
    assert f"{total} 篇" in shown


def test_a_question_is_answered_by_page_api_and_export_alike(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, *(page(number) for number in range(1, 30)))
    asked = {"q": "怎样做好工作总结？", "match": "related"}

    found = client.get("/api/v1/search", params=asked).json()
    assert found["total"] == len(client.get("/api/v1/export", params=asked).text.splitlines()) == 1
    assert f"{found['total']} 篇" in client.get("/", params=asked).text
    assert client.get("/api/v1/search", params={"q": asked["q"]}).json()["total"] == 0
    assert client.get("/api/v1/search", params={**asked, "match": "clever"}).status_code == 422


def test_half_a_surrogate_pair_from_a_page_breaks_no_answer(archive: Archive, client: Client) -> None:
    archive.add(replace(SUMMARY, title="半个\ud83d字", text="半个\ud83d字"))

    answer = client.get("/api/v1/search", params={"q": "半个"})
    assert answer.status_code == 200
    assert answer.json()["hits"][0]["title"] == "半个\ud83d字"
    assert client.get("/", params={"q": "半个"}).status_code == 200
    assert client.get(f"/documents/{answer.json()['hits'][0]['id']}").status_code == 200


def test_an_answer_as_of_a_seq_is_the_one_that_was_given_then(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1))
    asked: dict[str, str | list[str]] = {"q": "志愿服务", "facet": ["kind", "level"]}
    then = client.get("/api/v1/search", params=asked).json()
    trend = client.get("/api/v1/trend", params={"q": "志愿服务"}).json()
    lines = client.get("/api/v1/export", params={"q": "志愿服务"}).content
    archive.add(replace(SUMMARY, title="另有题目", text="志愿者。", level=None), page(2))

    assert client.get("/api/v1/search", params=asked).json() != then
    again = client.get("/api/v1/search", params={**asked, "as_of": "2"}).json()
    for hit in (*then["hits"], *again["hits"]):
        del hit["score"], hit["last_seen"]  # what else is in the archive makes a difference to scores
    assert again == then
    assert client.get("/api/v1/trend", params={"q": "志愿服务", "as_of": 2}).json() == trend
    assert client.get("/api/v1/export", params={"q": "志愿服务", "as_of": 2}).content == lines
    assert "2 篇" in client.get("/", params={"q": "志愿服务", "as_of": 2}).text
    assert client.get("/api/v1/search", params={"as_of": 0}).json()["total"] == 0
    future = client.get("/api/v1/search", params={"as_of": 99})
    assert (future.status_code, "between 0 and 4" in future.json()["detail"]) == (400, True)
