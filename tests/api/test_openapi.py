import json
from typing import Any

import pytest
from httpx import Client

from tests.api.samples import SUMMARY
from tests.exports.samples import Archive

PATHS = {
    "/api/v1/search",
    "/api/v1/trend",
    "/api/v1/explain",
    "/api/v1/export",
    "/api/v1/documents/{id}",
    "/api/v1/documents/{id}/versions",
    "/api/v1/documents/{id}/capture",
    "/api/v1/captures/{id}",
    "/api/v1/captures/{id}/metadata",
    "/api/v1/sources",
    "/api/v1/runs",
    "/api/v1/conditions",
    "/api/v1/health",
}


@pytest.fixture
def described(empty: Client) -> dict[str, Any]:
    answer: dict[str, Any] = empty.get("/api/v1/openapi.json").json()
    return answer


def test_the_description_has_every_route_and_no_page(described: dict[str, Any]) -> None:
    assert described["paths"].keys() == PATHS
    assert all(path.keys() == {"get"} for path in described["paths"].values())


def test_every_error_is_described_as_a_problem(described: dict[str, Any]) -> None:
    for path in described["paths"].values():
        for status in ("400", "404", "422", "500"):
            content = path["get"]["responses"][status]["content"]
            assert content.keys() == {"application/problem+json"}


def test_the_examples_of_a_question_are_answered(archive: Archive, client: Client, described: dict[str, Any]) -> None:
    archive.add(SUMMARY)
    examples = {
        parameter["name"]: parameter["schema"]["examples"][0]
        for parameter in described["paths"]["/api/v1/search"]["get"]["parameters"]
        if "examples" in parameter["schema"]
    }
    assert examples.keys() >= {"q", "kind", "period", "region", "issuer", "source", "from", "to", "sort"}
    assert client.get("/api/v1/search", params=examples).status_code == 200


def test_every_reference_in_the_description_leads_somewhere(described: dict[str, Any]) -> None:
    named = {f'"#/components/schemas/{name}"' for name in described["components"]["schemas"]}
    used = {part.split("}")[0].split(",")[0].strip() for part in json.dumps(described).split('"$ref": ')[1:]}
    assert used <= named
