"""How the sources are: as JSON, and for Prometheus."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from archive_api.store import Condition
from tests.exports.samples import Archive

AT = "2026-03-01T14:00:00.000000Z"


def test_conditions_and_metrics_say_how_each_source_is(archive: Archive, client: httpx.Client) -> None:
    found = Condition(source="yunting", state="blocked", reason="一面墙", evidence={"pages": 0}, since=AT, at=AT)
    archive.store.put_condition(found)

    assert client.get("/api/v1/conditions").json() == [
        {
            "source": "yunting",
            "state": "blocked",
            "reason": "一面墙",
            "evidence": {"pages": 0},
            "since": AT,
            "at": AT,
        }
    ]
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples["league_source_state", "blocked", "yunting"] == 1
    assert samples["league_source_state", "ok", "yunting"] == 0
    assert samples["league_store_rows", "documents"] == 0
    assert samples["league_index_lag",] == 0


def test_the_page_of_sources_shows_the_state_with_its_reason(archive: Archive, client: httpx.Client) -> None:
    archive.store.put_source("yunting", {"issuer": "共青团云汀县委员会"})
    found = Condition(source="yunting", state="blocked", reason="一面墙 <b>", evidence={}, since=AT, at=AT)
    archive.store.put_condition(found)
    page = client.get("/sources").text
    assert "blocked" in page
    assert "一面墙 &lt;b&gt;" in page
