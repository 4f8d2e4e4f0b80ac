"""`league extract --from-list`: what a site's pages have in common is learnt from the list itself."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from scheduler.batch import Item
from scheduler.learning import learn
from tests.command.conftest import League

_TITLES = [
    "茶园冬管技术要点",
    "竹林害虫的识别与防治",
    "冷水鱼养殖水质管理",
    "高山蔬菜错季栽培",
    "蜜蜂越冬期的保温",
    "油茶修剪",
]


def _write(folder: Path, site: str, licence: str) -> list[Path]:
    """Pages of a site whose heading and <title> are its own name, and the article's title is a plain line."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, title in enumerate(_TITLES):
        text = f"{title}的第{number}条：{title * 6}，务必在{number + 2}月底前完成。"
        path = folder / f"{licence}-{number}.html"
        path.write_text(
            f"<title>{site}</title><div><h1>{site}技术推广</h1></div>"
            f"<div><div><div>{title}</div><div>2019-03-0{number + 1}</div><p>{text}</p><p>{text[::-1]}</p></div></div>"
            f"<div>赣ICP备{licence}号</div>",
            encoding="utf-8",
        )
        paths.append(path)
    return paths


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    return [*_write(tmp_path, "云岭农技", "00000021"), *_write(tmp_path, "汀江茶业", "00000022")]


def test_two_sites_in_one_folder_are_learnt_apart_and_the_answers_stay_in_order(
    league: League, pages: list[Path]
) -> None:
    listed = "".join(json.dumps({"path": str(path), "url": None}) + "\n" for path in pages)
    done = league("extract", "--from-list", "-", stdin=listed)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["path"] for answer in answers] == [str(path) for path in pages]
    assert [answer["title"] for answer in answers] == _TITLES * 2


def test_what_is_learnt_does_not_depend_on_the_lists_order(pages: list[Path]) -> None:
    items = [Item(path=str(path)) for path in pages]
    straight = learn(items, processes=1)
    random.Random(1).shuffle(items)
    assert learn(items, processes=1) == straight
    memory = straight.of(items[0])
    assert memory is not None
    assert len(memory.sites) == 2


def test_a_list_of_single_pages_teaches_nothing_and_a_bad_file_spoils_nothing(
    tmp_path: Path, pages: list[Path]
) -> None:
    assert learn([Item(path=str(pages[0]), url=f"http://{n}.example/") for n in range(8)], processes=1).places == {}
    (tmp_path / "gone.html").unlink(missing_ok=True)
    items = [Item(error="line 1 of the list is no JSON"), Item(path=str(tmp_path / "gone.html"))]
    assert learn([*items, *(Item(path=str(path)) for path in pages)], processes=1).places
