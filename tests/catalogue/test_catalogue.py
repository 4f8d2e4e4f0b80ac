"""The source files that come with the archive."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from urllib.parse import urlsplit

import pytest

from archive_api.document import Level
from crawler.extraction import gazetteer
from crawler.extraction.leagues import committee, mention
from crawler.scope import Scope, host_of, trap
from crawler.source import COUNTRY, Source, load_all

CATALOGUE = load_all()
BY_DIVISION = {Level.PROVINCE, Level.PREFECTURE, Level.COUNTY}
# sub-hosts and hosts that run 青年大学习 and other services: they publish nothing
PLATFORM = re.compile(
    r"^(?:service|dxx|qndxx|h5|api|home)\.|jxqingtuan\.cn$|youth54\.cn$|yngqt\.org\.cn$|gsgqt\.gov\.cn$|"
    r"cdcyl\.org\.cn$|szyouth\.cn$"
)
every_source = pytest.mark.parametrize("source", CATALOGUE.sources, ids=lambda source: source.name)


def test_every_file_holds_to_the_schema() -> None:
    assert CATALOGUE.errors == ()
    assert len(CATALOGUE.sources) > 90


def test_no_two_sources_have_a_title_and_no_two_have_a_page_in_common() -> None:
    titles = Counter(source.title for source in CATALOGUE.sources)
    assert [title for title, times in titles.items() if times > 1] == []
    scopes = {source.name: Scope.of(source) for source in CATALOGUE.sources}
    assert [pair for pair in combinations(scopes, 2) if _meet(scopes[pair[0]], scopes[pair[1]])] == []


@every_source
def test_a_source_that_nobody_has_checked_is_off_and_says_how_it_is_known(source: Source) -> None:
    assert source.status == "verified" or not source.enabled
    assert source.evidence


@every_source
def test_a_name_is_the_host_and_what_is_left_out_of_it(source: Source) -> None:
    host = host_of(urlsplit(source.start_urls[0])).replace(":", "-")
    assert source.name == host or (source.name.startswith(f"{host}-") and source.limits.paths)


@every_source
def test_every_address_is_well_formed_and_inside_the_source(source: Source) -> None:
    for url in source.start_urls:
        parts = urlsplit(url)
        assert url.isascii()
        assert re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", parts.hostname or "")
        assert parts.path.startswith("/")
        assert not parts.fragment
        assert Scope.of(source).holds(url)
        assert trap(url) is None
        assert not PLATFORM.search(parts.hostname or "")
    assert len(set(source.start_urls)) == len(source.start_urls)


@every_source
def test_a_region_exists_and_is_of_the_sources_level(source: Source) -> None:
    if source.region in {None, COUNTRY}:
        assert (source.level is Level.CENTRAL) == (source.region == COUNTRY)
        return
    place = gazetteer.place(str(source.region))
    assert place is not None
    # an administration zone (管理区) has lost its code, not its being
    assert place.until is None or place.name.endswith("管理区")
    if source.level in BY_DIVISION:
        assert place.level is source.level
    else:
        assert source.level is Level.UNIVERSITY
        assert place.level is not Level.COUNTY


@every_source
def test_an_issuer_is_in_its_normal_form_and_of_the_sources_level_and_region(source: Source) -> None:
    if source.issuer is None:
        return
    named = mention(source.issuer)
    assert named is not None
    meant = committee(named, Counter())
    assert (meant.name, meant.level) == (source.issuer, source.level)
    assert meant.place is None or meant.place.code == source.region
    assert meant.place is not None or source.level in {Level.CENTRAL, Level.UNIVERSITY}


@every_source
def test_a_part_of_a_site_is_fenced_in(source: Source) -> None:
    if "-" in source.name.removeprefix(host_of(urlsplit(source.start_urls[0]))):
        assert source.limits.paths
        assert all(path.endswith("/") and len(path) > 1 for path in source.limits.paths)


def _meet(one: Scope, other: Scope) -> bool:
    if not one.hosts & other.hosts:
        return False
    pairs = [(a, b) for a in one.paths or ("/",) for b in other.paths or ("/",)]
    return any(a.startswith(b) or b.startswith(a) for a, b in pairs)
