"""What a cluster says in bad moments, spoken by a server of ours."""

import json
from collections.abc import Callable

import pytest

from archive_api.errors import ArchiveError, SettingsError, StorageError, UserError
from archive_api.index import elastic_writing
from archive_api.index.base import Query
from archive_api.index.elastic import ElasticIndex
from archive_api.index.elastic_address import parse_address
from archive_api.index.elastic_entries import index_name
from tests.elasticsearch.answering import Answer, answering
from tests.index.making import record

INDEX = index_name("league", 1)


def refusal(kind: str, reason: str) -> object:
    return {"error": {"type": kind, "reason": reason}}


TOO_OLD = refusal("media_type_header_exception", "Invalid media-type value")
CLAUSES = refusal("too_many_nested_clauses", "Query contains too many nested clauses; maxClauseCount is set to 9")
TOO_MANY = refusal("es_rejected_execution_exception", "rejected")


def cluster(bulk: Callable[[list[str]], object]) -> Answer:
    """One with an empty index, whose bulk requests are answered so."""

    def answer(_method: str, path: str, body: bytes) -> tuple[int, object] | None:
        if path.endswith("/_bulk"):
            ids = [json.loads(line)["index"]["_id"] for line in body.decode().splitlines()[::2]]
            said = bulk(ids)
            return said if said is None or isinstance(said, tuple) else (200, {"items": said})
        if path.endswith("/_refresh"):
            return 200, {"_shards": {"failed": 0}}
        if "/_alias" in path:
            return 200, {INDEX: {}}
        return 200, {"_index": INDEX, "_id": "@cursor", "_source": {"cursor": 0}, "found": True}

    return answer


def item(key: str, status: int = 201, kind: str = "", reason: str = "") -> dict[str, object]:
    error = {"error": {"type": kind, "reason": reason}} if kind else {}
    return {"index": {"_id": key, "status": status, **error}}


def test_documents_refused_for_the_moment_are_sent_again_and_only_those() -> None:
    asked: list[list[str]] = []

    def bulk(ids: list[str]) -> object:
        asked.append(ids)
        match len(asked):
            case 1:
                return None  # the connection is lost
            case 2:
                return 429, TOO_MANY
            case 3:
                return [item("a"), item("b", 429, "es_rejected_execution_exception", "queue full"), item("c", 409, "x")]
            case _:
                return [item(key) for key in ids]

    with answering(cluster(bulk)) as url:
        assert ElasticIndex(parse_address(url)).apply([record(key, 1, "志愿") for key in "abc"], seq=1) == 2
    assert asked == [["a", "b", "c"]] * 3 + [["b"]]


def test_a_request_that_is_too_large_is_halved_down_to_the_document_that_is_too_large() -> None:
    asked: list[list[str]] = []

    def bulk(ids: list[str]) -> object:
        asked.append(ids)
        if "b" in ids:
            return 413, refusal("content_too_long_exception", "entity content is too long")
        return [item(key) for key in ids]

    with (
        answering(cluster(bulk)) as url,
        pytest.raises(StorageError, match=r"1 documents were refused, first b: .*long"),
    ):
        ElasticIndex(parse_address(url)).apply([record(key, 1, "志愿") for key in "abcd"], seq=1)
    assert asked == [["a", "b", "c", "d"], ["a", "b"], ["a"], ["b"], ["c", "d"]]


def test_a_request_ends_by_the_number_or_by_the_size_of_its_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic_writing, "BULK_DOCUMENTS", 3)
    monkeypatch.setattr(elastic_writing, "BULK_BYTES", 50_000)
    texts = ["短"] * 4 + ["长" * 40_000, "短", "中" * 8_000, "中" * 8_000, "中" * 8_000]
    requests = elastic_writing.chunks(record(f"d{at}", at, text) for at, text in enumerate(texts))
    assert [[operation.id[1:] for operation in request] for request in requests] == [
        ["0", "1", "2"],
        ["3", "4"],
        ["5", "6", "7"],
        ["8"],
    ]


def test_a_cluster_that_takes_nothing_is_given_up_in_the_end() -> None:
    with answering(cluster(lambda _: (429, TOO_MANY))) as url:
        index = ElasticIndex(parse_address(url), patience=0.3)
        with pytest.raises(StorageError, match=r"nothing was taken .*es_rejected_execution_exception"):
            index.apply([record("a", 1)], seq=1)


def test_a_document_that_is_never_taken_is_named_and_the_cursor_stays() -> None:
    moved = []

    def bulk(ids: list[str]) -> object:
        return [item(key, 400, "document_parsing_exception", "bad") if key == "b" else item(key) for key in ids]

    inner = cluster(bulk)

    def answer(method: str, path: str, body: bytes) -> tuple[int, object] | None:
        if method == "PUT" and path.endswith("/_doc/@cursor"):
            moved.append(path)
        return inner(method, path, body)

    with answering(answer) as url, pytest.raises(StorageError, match="1 documents were refused, first b: document_par"):
        ElasticIndex(parse_address(url)).apply([record(key, 1) for key in "abc"], seq=1)
    assert moved == []


@pytest.mark.parametrize(
    ("answer", "product", "error", "says"),
    [
        ((400, TOO_OLD), "Elasticsearch", SettingsError, "older than Elasticsearch 9"),
        ((200, {"hello": "world"}), "", SettingsError, "is not Elasticsearch"),
        ((403, refusal("security_exception", "unauthorized")), "Elasticsearch", SettingsError, "may not do that"),
        ((400, CLAUSES), "Elasticsearch", UserError, "more terms than the cluster takes: .*maxClauseCount is set to 9"),
        ((500, refusal("odd", "two\nlines")), "Elasticsearch", StorageError, "answered 500: odd: two lines"),
    ],
)
def test_answers_that_nothing_can_be_done_with_are_told_in_one_line(
    answer: tuple[int, object], product: str, error: type[ArchiveError], says: str
) -> None:
    with answering(lambda *_: answer, product=product) as url:
        index = ElasticIndex(parse_address(url.replace("//", "//league:geheim@")))
        for ask in (index.seq, lambda: index.count(Query()), lambda: index.apply([], seq=1), index.check):
            with pytest.raises(error, match=says) as caught:
                ask()
            assert "geheim" not in str(caught.value)
            assert "\n" not in str(caught.value)
