"""The archive's figures for Prometheus, read from the store when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.responses import Response

from archive_api.reading import Reading
from archive_api.routes.archive import Archive
from archive_api.store import SourceState

router = APIRouter(include_in_schema=False)


class _Figures(Collector):
    """What one look at the archive gives; nothing is kept between two looks."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def collect(self) -> Iterator[Metric]:
        """Every figure, with its help text."""
        store, health = self._reading.store, self._reading.health()
        state = GaugeMetricFamily(
            "league_source_state", "1 for the state that a source is in", labels=["source", "state"]
        )
        since = GaugeMetricFamily(
            "league_source_since_seconds", "Unix time of its last change of state", labels=["source"]
        )
        judged = GaugeMetricFamily(
            "league_source_judged_seconds", "Unix time of its last crawl's end", labels=["source"]
        )
        for one in store.conditions():
            for name in get_args(SourceState):
                state.add_metric([one.source, name], float(one.state == name))
            since.add_metric([one.source], _seconds(one.since))
            judged.add_metric([one.source], _seconds(one.at))
        yield from (state, since, judged)
        count = GaugeMetricFamily("league_store_rows", "How much the store holds, by what is counted", labels=["what"])
        for what, number in store.counts().items():
            count.add_metric([what], number)
        yield count
        yield GaugeMetricFamily("league_index_lag", "Changes that a search does not know of yet", value=health.lag)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


@router.get("/metrics")
def metrics(archive: Archive) -> Response:
    """The figures as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Figures(archive))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
