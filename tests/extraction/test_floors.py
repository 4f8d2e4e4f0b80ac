"""What extraction reaches on the real pages kept beside the project; no commit may fall below it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from crawler.extraction import PageType

_BENCH = Path(__file__).parents[1] / "bench" / "extraction.py"


def _bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_extraction", _BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


# text F1, titles, dates, share of articles typed article, of lists typed list, of list rows found; measured 2026-11-22
FLOORS = {
    "qccy_org_cn": (0.995, 0.99, 0.99, 0.99, 1.0, 0.99),
    "puchengedu_com": (0.99, 0.97, 0.97, 0.97, 1.0, 0.98),
    # gold titles are the column's name on 12 of its pages, and two of its articles are a column's own page
    "tztvu_com_cn": (0.98, 0.78, 0.97, 0.95, 1.0, 1.0),
    "lgedu_net": (0.99, 0.97, 0.97, 0.97, 1.0, 0.98),
    "hncic_net": (0.99, 0.97, 0.93, 0.97, 1.0, 0.98),
    "capda_org_cn": (0.99, 0.97, 0.97, 0.97, 1.0, 0.98),
    "gxpopss_cn": (0.99, 0.97, 0.97, 0.97, 1.0, 0.98),
}
NAMES = ("text F1", "titles", "dates", "articles", "lists", "rows")


@pytest.fixture(scope="module")
def figures() -> Mapping[str, tuple[float, ...]]:
    bench = _bench()
    if not bench.SHARED.is_dir():
        pytest.skip(f"the real pages are absent: {bench.SHARED}")
    found = {}
    for site, score in bench.measure().items():
        typed = {
            kind: [count for (gold, _), count in score.types.items() if gold == kind] for kind in ("article", "list")
        }
        articles = score.types[("article", PageType.ARTICLE.value)] / max(1, sum(typed["article"]))
        lists = score.types[("list", PageType.LIST.value)] / sum(typed["list"]) if typed["list"] else 1.0
        rows = score.rows_found / score.rows_gold if score.rows_gold else 1.0
        means = (bench.mean(score.f1), bench.mean(score.titles), bench.mean(score.dates))
        found[site] = (*means, articles, lists, rows)
    return found


@pytest.mark.parametrize("site", FLOORS)
def test_no_site_is_read_worse_than_it_was(figures: Mapping[str, tuple[float, ...]], site: str) -> None:
    fallen = [
        f"{name} {got:.3f} < {floor}"
        for name, got, floor in zip(NAMES, figures[site], FLOORS[site], strict=True)
        if got < floor
    ]
    assert fallen == []
