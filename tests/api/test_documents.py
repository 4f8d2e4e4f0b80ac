from dataclasses import replace

from httpx import Client

from archive_api.document import document_id
from tests.api.samples import SUMMARY
from tests.exports.samples import HEADERS, Archive, page

ID = document_id(SUMMARY.url)


def known(value: object) -> object:
    """The value without what is None, at any depth: JSON for storing leaves it out, the API says null."""
    match value:
        case dict():
            return {name: known(part) for name, part in value.items() if part is not None}
        case list():
            return [known(part) for part in value]
        case _:
            return value


def test_a_document_is_given_whole_under_its_own_field_names(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)

    answer = client.get(f"/api/v1/documents/{ID}").json()

    record = archive.store.record(ID).to_json()
    assert answer.keys() == record.keys()
    assert known(answer) == known(record)


def test_every_version_can_be_read(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, replace(SUMMARY, text="改动后的正文。"))

    versions = client.get(f"/api/v1/documents/{ID}/versions").json()["versions"]
    assert [(version["version"], version["seq"]) for version in versions] == [(1, 1), (2, 2)]
    assert "text" not in versions[0]
    assert client.get(f"/api/v1/documents/{ID}").json()["text"] == "改动后的正文。"
    assert client.get(f"/api/v1/documents/{ID}", params={"version": 1}).json()["text"] == SUMMARY.text
    assert client.get(f"/api/v1/documents/{ID}", params={"version": 3}).status_code == 404


def test_a_capture_is_downloaded_byte_for_byte_and_never_shown(archive: Archive, client: Client) -> None:
    body = b"\x1f\x8b\x00<script>alert(1)</script>\xff"
    (capture,) = archive.add(SUMMARY, body=body)

    for address in (f"/api/v1/captures/{capture}", f"/api/v1/documents/{ID}/capture"):
        answer = client.get(address)
        assert answer.content == body
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "content-encoding" not in answer.headers


def test_an_older_version_has_its_own_capture(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, body=b"first")
    archive.add(replace(SUMMARY, text="改动后的正文。"), body=b"second")

    assert client.get(f"/api/v1/documents/{ID}/capture").content == b"second"
    assert client.get(f"/api/v1/documents/{ID}/capture", params={"version": 1}).content == b"first"


def test_a_captures_metadata_tells_what_became_of_it(archive: Archive, client: Client) -> None:
    (capture,) = archive.add(SUMMARY, body=b"as it came")

    told = client.get(f"/api/v1/captures/{capture}/metadata").json()

    record = archive.store.record(ID)
    assert told["address"] == {"file": record.capture.file, "offset": record.capture.offset}
    assert (told["outcome"], told["document"], told["bytes"]) == ("document", ID, 10)
    assert [tuple(header) for header in told["headers"]] == list(HEADERS)


def test_sources_and_runs_are_listed(archive: Archive, client: Client) -> None:
    archive.store.put_source("yunting", {"issuer": "共青团云汀县委员会", "start": ["http://tuan.yunting.example/"]})
    run = archive.store.start_run("yunting", command="crawl", pid=1, now="2026-11-22T01:00:00.000000Z")
    archive.store.end_run(run, status="done", now="2026-11-22T01:01:00.000000Z", counts={"pages": 7})

    (source,) = client.get("/api/v1/sources").json()
    assert (source["name"], source["config"]["issuer"]) == ("yunting", "共青团云汀县委员会")
    (told,) = client.get("/api/v1/runs", params={"source": "yunting"}).json()
    assert (told["id"], told["status"], told["counts"]) == (run, "done", {"pages": 7})
    assert client.get("/api/v1/runs", params={"source": "qinglan"}).json() == []


def test_an_unchanged_document_is_not_sent_twice(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY)
    first = client.get(f"/api/v1/documents/{ID}")
    known_tag = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}

    again = client.get(f"/api/v1/documents/{ID}", headers=known_tag)
    assert (again.status_code, again.content) == (304, b"")
    archive.add(replace(SUMMARY, text="改动后的正文。"))
    assert client.get(f"/api/v1/documents/{ID}", headers=known_tag).status_code == 200


def test_head_is_get_without_the_body(archive: Archive, client: Client) -> None:
    archive.add(SUMMARY, page(1))
    for address in ("/api/v1/search", f"/api/v1/documents/{ID}", "/", f"/documents/{ID}", "/static/style.css"):
        head, get = client.head(address), client.get(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]
    streamed = client.head("/api/v1/export")
    assert (streamed.headers["league-rows"], streamed.content) == ("2", b"")
