import errno
import json
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive_api.errors import DamagedError, SettingsError
from archive_api.index import open_index
from archive_api.index.base import Query
from archive_api.index.catchup import catch_up, rebuild
from archive_api.index.embedded import EmbeddedIndex
from archive_api.index.entries import FORMAT
from tests.index.making import Shelf, found, generations, only_generation, record


@pytest.fixture
def index(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, wait=0.2)


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _garble(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


@pytest.mark.parametrize("harm", [_truncate, _garble, Path.unlink])
@pytest.mark.parametrize(
    "what", ["meta.json", "*.idx", "*.term", "*.pos", "*.store", "*.fast", "*.fieldnorm", "current", ""]
)
def test_a_damaged_folder_says_so_and_is_built_anew(
    folder: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture, what: str, harm: Callable[[Path], None]
) -> None:
    catch_up(shelf, EmbeddedIndex(folder))
    if what:
        harm(min([*only_generation(folder).glob(what), *folder.glob(what)]))
    else:
        only_generation(folder).rename(folder / "g00000099")
    index = EmbeddedIndex(folder)
    for ask in (index.seq, lambda: index.search(Query()), lambda: index.count(Query()), lambda: index.apply([], seq=9)):
        with pytest.raises(DamagedError, match="league index --rebuild"):
            ask()
    assert len(index.check()) == 1
    assert catch_up(shelf, index) == 5
    assert len(caplog.records) == 1
    assert caplog.records[0].levelno == logging.WARNING
    assert "building it anew" in caplog.text
    assert (found(index), len(generations(folder)), index.check()) == (["d1", "d2", "d3", "d4", "d5"], 1, [])


def test_a_single_changed_byte_is_found_by_the_check(folder: Path, index: EmbeddedIndex, shelf: Shelf) -> None:
    catch_up(shelf, index)
    path = min(only_generation(folder).glob("*.store"))
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)
    assert [line.split(":")[0] for line in EmbeddedIndex(folder).check()] == [str(path)]


def test_the_check_reads_every_committed_file_and_deletions_too(
    folder: Path, index: EmbeddedIndex, shelf: Shelf
) -> None:
    shelf = Shelf(*(record(f"d{at}", at, "志愿" * 50) for at in range(1, 50)))
    catch_up(shelf, index)
    index.apply([record("d1", 50, "换了")], seq=50)
    assert index.check() == []
    files = [path for path in only_generation(folder).iterdir() if path.suffix not in {".json", ".lock"}]
    assert ".del" in {path.suffix for path in files}
    for path in files:
        data = path.read_bytes()
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    broken = index._folder.broken_files(index._folder.current() or pytest.fail("nothing is current"))
    assert len(broken) == len(files)


@pytest.mark.parametrize("changed", [{"format": FORMAT - 1}, {"folding": "fold 0, Unicode 1.0"}])
def test_an_index_of_other_rules_is_built_anew(
    folder: Path, shelf: Shelf, caplog: pytest.LogCaptureFixture, changed: dict[str, object]
) -> None:
    catch_up(shelf, EmbeddedIndex(folder))
    current = json.loads((folder / "current").read_text())
    (folder / "current").write_text(json.dumps({**current, **changed}))
    index = EmbeddedIndex(folder)
    with pytest.raises(DamagedError, match="other rules"):
        index.seq()
    assert catch_up(shelf, index) == 5
    assert "other rules" in caplog.text
    assert found(index, "志愿3") == ["d3"]


def test_an_index_of_a_newer_version_is_left_alone(folder: Path, shelf: Shelf) -> None:
    index = EmbeddedIndex(folder)
    catch_up(shelf, index)
    newer = json.dumps({"format": FORMAT + 1, "folding": "fold 9", "generation": "h1", "more": True})
    (folder / "current").write_text(newer)
    for act in (lambda: open_index(f"tantivy://{folder}"), index.seq, lambda: catch_up(shelf, index)):
        with pytest.raises(SettingsError, match="newer League Archive"):
            act()
    with pytest.raises(SettingsError, match="newer League Archive"):
        rebuild(shelf, index)
    assert (folder / "current").read_text() == newer
    assert len(generations(folder)) == 1


def test_a_folder_of_something_else_is_left_alone(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    index = EmbeddedIndex(folder)
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match=r"holds 'notes\.txt'"):
        open_index(f"tantivy://{folder}")
    with pytest.raises(SettingsError, match="no index folder"):
        rebuild(shelf, index)
    assert (folder / "notes.txt").read_text() == "mine"
    with pytest.raises(SettingsError, match="is a file"):
        open_index(f"tantivy://{folder / 'notes.txt'}")
    assert EmbeddedIndex(tmp_path / "other").seq() == 0


@pytest.mark.parametrize("url", ["", "tantivy://", "elastic://es.qinglan.example", "/data/index", "sqlite:///x"])
def test_an_address_that_is_no_indexs_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="tantivy:///folder"):
        open_index(url)


def test_a_lock_file_made_in_an_old_generation_while_it_is_removed_stops_no_writer(
    folder: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = EmbeddedIndex(folder)
    catch_up(shelf, index)
    remove = shutil.rmtree

    def late(path: Path) -> None:
        monkeypatch.setattr(shutil, "rmtree", remove)
        raise OSError(errno.ENOTEMPTY, "Directory not empty", str(path))

    monkeypatch.setattr(shutil, "rmtree", late)
    assert rebuild(shelf, index) == 5
    assert (len(generations(folder)), index.seq()) == (1, 5)
