"""The simulator itself: the same by seed, true to what it serves, every article within reach."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from archive_api.document import Address, Document, Record, State
from tests.simulator.__main__ import new_home
from tests.simulator.events import EVENTS
from tests.simulator.families.every import FAMILIES
from tests.simulator.model import Asked, key
from tests.simulator.score import score_site
from tests.simulator.server import Seen, Served, serve
from tests.simulator.site import Site
from tests.simulator.walker import ask, walk
from tests.simulator.world import World, make_world

NIGHTS = 25
NAMES = [site.name for site in make_world(1).sites]


def played(seed: int, nights: int, family: str | None = None) -> World:
    world = make_world(seed, family=family)
    for _ in range(nights):
        world.pass_night()
    return world


@pytest.fixture(scope="module")
def old_world() -> World:
    """A world that went on until a night on which no site had a wall, a 502 or a moving list."""
    world = played(7, NIGHTS)
    for site in world.sites:
        while site.tonight:
            site.pass_night()
    return world


def record(url: str, site: Site, **fields: str) -> Record:
    return Record(
        id=url[-16:],
        version=1,
        seq=1,
        source=site.name,
        state=State.LIVE,
        edited=False,
        first_seen="2026-01-01T00:00:00.000000Z",
        last_seen="2026-01-01T00:00:00.000000Z",
        capture=Address(file="a.warc.gz", offset=0),
        document=Document(url=url, **fields),  # type: ignore[arg-type]  # a test's own shorthand
    )


def test_thirty_sites_play_every_family_in_two_variants() -> None:
    sites = make_world(1).sites
    assert len(sites) >= 30
    assert Counter(site.family.name for site in sites) == {family.name: 2 for family in FAMILIES}
    assert {(site.family.name, site.variant) for site in sites} == {(f.name, v) for f in FAMILIES for v in (0, 1)}


def test_a_seed_gives_the_same_world_and_another_seed_another() -> None:
    one, same, other = (played(seed, 12) for seed in (3, 3, 4))
    for site, twin in zip(one.sites, same.sites, strict=True):
        assert (site.articles, site.events) == (twin.articles, twin.events)
        assert dict(site.family.pages(site)) == dict(twin.family.pages(twin))
    assert [site.articles for site in one.sites] != [site.articles for site in other.sites]


def test_a_family_that_plays_alone_has_the_same_fate() -> None:
    alone = played(3, 6, "boda").sites
    among_others = [site for site in played(3, 6).sites if site.family.name == "boda"]
    assert [site.articles for site in alone] == [site.articles for site in among_others]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_lists_lead_to_every_article_and_to_nothing_else(number: int, old_world: World) -> None:
    for site in (make_world(7).sites[number], old_world.sites[number]):
        reached = [site.article_at(target) for target in walk(site)]
        assert None not in reached
        standing = {one.number for one in site.articles if not one.is_deleted}
        assert {one.number for one in reached if one} == standing


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_every_page_says_what_the_truth_says(number: int, old_world: World) -> None:
    site = old_world.sites[number]
    for one in site.articles:
        for target in (site.family.address(site, one), *site.family.aliases(site, one)):
            answer = site.answer(Asked(target))
            if one.is_deleted:
                assert answer.role == "error"
                continue
            assert answer.article == one.number
            text = str(answer.body)
            if site.family.name == "js_shell" and site.variant:  # its articles are shells as well
                text = json.loads(ask(site, f"/api/detail?id={one.number}"))["content"] + one.title
            elif site.family.name == "trs" and site.variant:
                parts = [page for page in dict(site.family.pages(site)).values() if page.article == one.number]
                text = "".join(str(page.body) for page in parts if page.role in {"article", "part"})
            assert one.title in text
            assert all(paragraph in text for paragraph in one.paragraphs)


def test_everything_happens_that_may(old_world: World) -> None:
    happened = Counter(event.what for site in old_world.sites for event in site.events)
    assert not {kind.what for kind in EVENTS} - happened.keys() - {"shift"}
    assert happened["posted"] > 10 * len(old_world.sites)


def test_a_back_dated_post_is_not_at_the_head_and_a_pinned_one_is(old_world: World) -> None:
    for site in old_world.sites:
        for event in site.events:
            back_dated = [one for one in site.articles if event.what == "back_dated" and one.number == event.article]
            assert all(one.published < site.today - timedelta(days=30) for one in back_dated)
        for column in site.columns:
            rows = site.rows(column)
            assert all(rows[0].pinned for one in rows if one.pinned)


def test_a_silent_swap_leaves_title_date_and_row() -> None:
    world = make_world(5)
    swapped = 0
    for _ in range(15):
        before = {
            site.name: {one.number: (one.title, one.day, one.paragraphs) for one in site.articles}
            for site in world.sites
        }
        world.pass_night()
        for site in world.sites:
            tonight = [event for event in site.events if event.night == site.night]
            edited = {event.article for event in tonight if event.what == "edited"}
            for number in {event.article for event in tonight if event.what == "swapped"} - edited:
                now = next(one for one in site.articles if one.number == number)
                assert number is not None
                title, day, paragraphs = before[site.name].get(number, (now.title, now.day, ()))
                assert (now.title, now.day) == (title, day)
                assert now.paragraphs != paragraphs
                swapped += 1
    assert swapped


def test_walls_errors_and_moving_lists_are_met() -> None:
    site = make_world(1, family="generic").sites[0]
    site.tonight.add("wall_521")
    assert (site.answer(Asked("/")).status, site.fewest()) == (521, 2)
    assert site.answer(Asked("/robots.txt")).status == 200
    site.tonight.clear()
    site.tonight.add("errors")
    site.asked = 0
    assert [site.answer(Asked("/")).status for _ in range(11)].count(502) == 3
    site.tonight.clear()
    site.tonight.add("shift")
    before = len(site.rows(site.columns[0]))
    ask(site, site.family.list_address(site, site.columns[0], 1))
    assert len(site.rows(site.columns[0])) < before


def test_traps_are_endless_and_are_told_from_pages() -> None:
    sites = make_world(1).sites
    calendar = next(site for site in sites if site.traps.has_calendar)
    assert all(calendar.answer(Asked(f"/rili/?m={month}")).role == "trap" for month in (1, 999))
    loop = next(site for site in sites if site.traps.has_loop)
    assert loop.answer(Asked("/wstx/1")).headers == (("Location", "/wstx/2"),)
    assert loop.answer(Asked("/wstx/2")).headers == (("Location", "/wstx/1"),)
    soft = [site.answer(Asked("/no/such.htm")).status for site in sites]
    assert set(soft) == {200, 404}
    with_sessions = next(site for site in sites if site.traps.has_sessions and site.family.name == "phpcms")
    assert "PHPSESSID=" in ask(with_sessions, "/")
    captcha = next(site for site in sites if site.has_captcha)
    downloads = [page for page in dict(captcha.family.pages(captcha)).values() if page.role == "attachment"]
    assert downloads
    assert all("createimage.jsp" in str(page.body) for page in downloads)


def test_an_address_is_the_same_with_a_session_and_in_any_order() -> None:
    assert key("/a;jsessionid=0AF?b=2&a=1") == key("/a?a=1&b=2") == key("/a?a=1&PHPSESSID=9&b=2")


def test_what_goes_over_the_wire_is_in_the_sites_encoding_whatever_the_header_says() -> None:
    sites = make_world(1).sites[:5]
    with serve(sites) as served:
        for one in served:
            with urllib.request.urlopen(one.url, timeout=10) as answer:
                body, said = answer.read(), answer.headers["Content-Type"]
            assert one.site.owner in body.decode(one.site.encoding)
            assert said == "text/html" + one.site.header
            assert [(seen.target, seen.role) for seen in one.log] == [("/", "home")]
    assert len({(site.encoding, site.charset, site.header) for site in sites}) == 5


def test_a_page_that_is_known_by_its_etag_is_not_sent_again() -> None:
    sites = make_world(1).sites[:4]
    with serve(sites) as served:
        tags = []
        for one in served:
            with urllib.request.urlopen(one.url, timeout=10) as answer:
                tags.append(answer.headers["ETag"])
        again = urllib.request.Request(served[0].url, headers={"If-None-Match": tags[0]})
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(again, timeout=10)
    assert [tag is None for tag in tags] == [False, False, True, True]


def test_a_redesign_moves_articles_and_the_truth_knows_both_addresses() -> None:
    site = make_world(1, family="hanweb").sites[0]
    one = site.articles[0]
    old = site.family.address(site, one)
    while not site.design:
        site.pass_night()
    new = site.family.address(site, one)
    assert new != old
    assert site.article_at(old) is site.article_at(new) is one
    assert site.answer(Asked(old)).role == "error"


def test_a_perfect_archive_scores_full_marks_and_every_fault_is_counted() -> None:
    site = make_world(1, family="boda").sites[0]
    served = Served(site, port=8001)
    base = served.url.rstrip("/")

    def perfect() -> list[Record]:
        return [
            record(
                base + site.family.address(site, one),
                site,
                title=one.title,
                text="\n".join(one.paragraphs),
                published=one.day,
            )
            for one in site.articles
        ]

    everything = len(site.articles)
    good = score_site(served, perfect())
    assert (good.published, good.found, good.titles, good.dates, good.texts) == (everything,) * 5
    assert (good.false, good.duplicates) == (0, 0)

    alias = record(base + site.family.aliases(site, site.articles[0])[0], site)
    faulty = [*perfect()[1:-1], perfect()[1], alias, alias, record(base + "/rili/?m=3", site)]
    bad = score_site(served, [*faulty, record("http://127.0.0.1:9/else.htm", site)])
    assert (bad.found, bad.duplicates, bad.false) == (everything - 1, 2, 1)
    assert bad.titles == everything - 2


def test_manners_are_measured() -> None:
    site = make_world(1, family="trs").sites[0]
    served = Served(site)
    for target in ("/robots.txt", "/", "/private/neibu.htm"):
        served.exchange(Asked(target))
    score = score_site(served, [])
    assert (score.requests, score.robots, score.traps, score.most_at_once) == (3, 1, 1, 1)
    assert score.fewest > len(site.articles)
    served.log = [Seen(began, began + 2.5, "/", "home", 200) for began in (1.0, 2.0, 3.0, 9.0)]
    score = score_site(served, [])
    assert (score.most_at_once, score.shortest_gap) == (3, 1.0)


def test_nothing_is_asked_for_in_vain_on_a_quiet_night() -> None:
    site = make_world(1, family="trs").sites[0]
    while [event.what for event in site.events if event.night == site.night] or not site.night:
        site.pass_night()
    assert site.fewest() == 1 + len(site.columns)


def test_names_are_invented_once_a_site() -> None:
    for site in make_world(2).sites:
        titles = [one.title for one in site.articles]
        assert len(set(titles)) == len(titles)


def test_the_command_crawls_each_site_and_prints_a_line_for_each(tmp_path: Path) -> None:
    home = tmp_path / "home"
    options = ["--nights", "1", "--family", "dedecms", "--articles", "2", "--home", str(home)]
    command = [sys.executable, "-m", "tests.simulator", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    table = [line.split() for line in done.stdout.splitlines()]
    header = next(line for line in table if line[:1] == ["family"])
    sites = {
        line[0]: dict(zip(header, line, strict=True)) for line in table if line[:1] in (["dedecms-10"], ["dedecms-11"])
    }
    assert [site["published"] for site in sites.values()] == ["2", "2"]
    assert [site["found"] for site in sites.values()] == ["1.000", "1.000"]
    assert all(int(site["asked"]) >= int(site["fewest"]) for site in sites.values())
    with pytest.raises(SystemExit, match="exists already"):
        new_home(home)
