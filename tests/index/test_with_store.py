"""The index and the real store together."""

from pathlib import Path

from archive_api.index import open_index
from archive_api.index.base import Query, SearchIndex
from archive_api.index.catchup import catch_up, rebuild
from archive_api.store import open_store
from tests.index.conftest import Engine
from tests.store.samples import found, keep, page

OTHER = "http://tw.yunting.example/gzzj/13.htm"


def counts(index: SearchIndex) -> list[int]:
    return [index.count(Query(text=text)) for text in ("", "云汀县", "全年工作", "志愿服务", "全年工作 OR 志愿服务")]


def test_an_index_follows_its_store_and_a_rebuilt_one_equals_it(tmp_path: Path, engine: Engine) -> None:
    store, index = open_store(f"sqlite:///{tmp_path / 'archive.db'}"), open_index(engine())
    keep(store, found(1), page())
    keep(store, found(2, OTHER), page("云汀县团委的志愿服务。", OTHER))
    assert catch_up(store, index) == 2
    assert (counts(index), index.seq()) == ([2, 2, 1, 1, 2], store.last_seq())

    saved = keep(store, found(3), page("改成志愿服务。"))
    assert catch_up(store, index) == 1
    assert catch_up(store, index) == 0
    assert (counts(index), index.seq()) == ([2, 2, 0, 2, 2], saved.seq)

    results = index.search(Query(text="志愿服务"), store.records)
    texts = [(store.record(hit.id).document.text, hit.spans[0]) for hit in results.hits]
    assert sorted(text[span.start : span.end] for text, span in texts) == ["志愿服务", "志愿服务"]

    rebuilt = open_index(engine())
    assert rebuild(store, rebuilt) == 2
    assert (counts(rebuilt), rebuilt.seq()) == (counts(index), index.seq())
    store.close()
