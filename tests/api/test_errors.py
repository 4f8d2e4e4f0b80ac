import logging
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Client, RemoteProtocolError, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive_api.document import Kind
from archive_api.errors import BusyError, DamagedError
from archive_api.index.base import Sort
from archive_api.reading import Reading
from archive_api.store import Store
from tests.api.samples import SUMMARY, hostile
from tests.exports.samples import Archive, page

EVERYWHERE = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "cache-control",
}


def problem(answer: Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.keys() >= EVERYWHERE
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert told.keys() >= {"type", "title", "status"}
    return told


def test_a_query_that_does_not_parse_says_where(empty: Client) -> None:
    told = problem(empty.get("/api/v1/search", params={"q": "志愿 (服务"}))
    assert (told["status"], told["title"], told["column"]) == (400, "Bad Request", 4)
    assert problem(empty.get("/api/v1/export", params={"q": "志愿 (服务"}))["column"] == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "poem"),
        ("period", "abc"),
        ("region", "320"),
        ("from", "2016-13"),
        ("to", "2016-02-30"),
        ("sort", "title"),
        ("limit", "201"),
        ("limit", "0"),
        ("colour", "red"),
    ],
)
def test_a_parameter_that_is_wrong_or_unknown_is_named(empty: Client, name: str, value: str) -> None:
    told = problem(empty.get("/api/v1/search", params={name: value}))
    assert told["status"] == 422
    assert told["errors"][0]["name"].split(".")[0] == name


def test_a_cursor_that_is_not_ours_is_refused(empty: Client) -> None:
    assert problem(empty.get("/api/v1/search", params={"cursor": "abc"}))["status"] == 400


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/documents/0000000000000000",
        "/api/v1/documents/0000000000000000/versions",
        "/api/v1/documents/0000000000000000/capture",
        "/api/v1/captures/99",
        "/api/v1/captures/99/metadata",
        "/api/v1/nothing",
    ],
)
def test_what_is_not_there_is_a_404(empty: Client, address: str) -> None:
    assert problem(empty.get(address))["status"] == 404


def test_a_wrong_method_is_a_405_that_names_the_right_one(empty: Client) -> None:
    answer = empty.post("/api/v1/search")
    assert problem(answer)["status"] == 405
    assert "GET" in answer.headers["allow"]


def test_an_error_of_ours_has_its_own_status(empty: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Store) -> int:
        raise BusyError("the index is being written: try again")

    monkeypatch.setattr(Store, "last_seq", busy)
    told = problem(empty.get("/api/v1/health"))
    assert (told["status"], told["detail"]) == (409, "the index is being written: try again")


@pytest.mark.parametrize("error", [RuntimeError("/srv/secret/archive.db"), DamagedError("/srv/secret/archive.db")])
def test_an_unexpected_error_is_logged_and_tells_a_stranger_nothing(
    empty: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Reading, "health", fail)
    monkeypatch.setattr(Reading, "search", fail)
    with caplog.at_level(logging.ERROR):
        told = problem(empty.get("/api/v1/health"))
        shown = empty.get("/", params={"q": "团"})
    assert told["status"] == shown.status_code == 500
    assert "secret" not in str(told) + shown.text
    assert shown.headers.keys() >= EVERYWHERE
    assert caplog.text.count("/srv/secret/archive.db") >= 2


def test_a_stream_that_fails_never_looks_whole(
    archive: Archive, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add(*(page(number) for number in range(1, 4)))
    monkeypatch.setattr("archive_api.exports.selection.CHUNK", 1)
    read = Store.records

    def fail(store: Store, ids: list[str], *, as_of: int | None = None) -> object:
        if ids == [archive.store.changes(0)[2].id]:
            raise DamagedError("a page of the store cannot be read")
        return read(store, ids, as_of=as_of)

    monkeypatch.setattr(Store, "records", fail)
    with pytest.raises(RemoteProtocolError):
        client.get("/api/v1/export")


WORD = st.text(max_size=12) | st.sampled_from(["志愿服务", '"', "(", "-", "OR", "title:", "\ud800", "\0", "ǀ", " "])
VALUES: dict[str, st.SearchStrategy[str]] = {
    "q": st.lists(WORD, max_size=4).map(" ".join),
    "kind": st.sampled_from([*Kind]) | WORD,
    "period": st.integers().map(str) | WORD,
    "region": st.sampled_from(["320000", "999999"]) | WORD,
    "issuer": WORD,
    "source": WORD,
    "from": st.dates().map(str) | WORD,
    "to": st.dates().map(lambda day: str(day)[:7]) | WORD,
    "sort": st.sampled_from([*Sort]) | WORD,
    "limit": st.integers(-1, 300).map(str),
    "cursor": WORD,
    "format": st.sampled_from(["csv", "jsonl"]) | WORD,
}
PLACES = [
    "/api/v1/captures/{}",
    "/api/v1/captures/{}/metadata",
    "/api/v1/documents/{}",
    "/api/v1/documents/0000000000000000?version={}",
    "/api/v1/runs?limit={}",
    "/api/v1/runs?source={}",
    "/documents/{}",
    "/documents/0000000000000000?version={}",
    "/runs?source={}",
]
ASKED = st.fixed_dictionaries({}, optional=VALUES)


@given(number=st.integers().map(str) | WORD, place=st.sampled_from(PLACES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_whatever_gives_a_500(empty: Client, number: str, place: str) -> None:
    clean = quote(number.encode("utf-8", "replace"), safe="")
    assert empty.get(place.format(clean)).status_code in {200, 404, 422}


@given(
    address=st.sampled_from(["/api/v1/search", "/api/v1/export", "/api/v1/trend", "/api/v1/explain", "/"]), asked=ASKED
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_question_whatever_gives_a_500(
    archive: Archive, client: Client, address: str, asked: dict[str, str]
) -> None:
    if not archive.clock:
        archive.add(SUMMARY, page(1), hostile("<b>'\"&"))
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in asked.items()}
    answer = client.get(address, params=clean)
    assert answer.status_code in {200, 400, 422}
    assert answer.headers.keys() >= EVERYWHERE
