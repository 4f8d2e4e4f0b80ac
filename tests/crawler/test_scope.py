import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.frontier import BARREN_PAGES, QUERY_FORMS, Frontier
from crawler.scope import Scope, is_listing, pattern, trap
from crawler.source import Limits, Source


def a_source(*start_urls: str, **limits: object) -> Source:
    return Source(name="x", title="x", start_urls=start_urls or ("http://tw.yt.example/",), limits=Limits(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("http://tw.yt.example/a", True),
        ("https://tw.yt.example/a", True),
        ("http://www.tw.yt.example/a", True),
        ("http://tw.yt.example:80/a", True),
        ("http://tw.yt.example:8080/a", False),
        ("http://yt.example/a", False),
        ("http://x.tw.yt.example/a", False),
        ("http://tw.yt.example.evil.example/a", False),
        ("http://files.yt.example/a", True),
    ],
)
def test_a_source_holds_its_hosts_and_their_www_twins(url: str, *, holds: bool) -> None:
    assert Scope.of(a_source(hosts=("files.yt.example",))).holds(url) is holds


def test_a_source_with_paths_holds_nothing_else() -> None:
    scope = Scope.of(a_source("http://www.qinglan.example/gqt/", paths=("/gqt/",)))
    assert scope.holds("http://qinglan.example/gqt/1.htm")
    assert not scope.holds("http://qinglan.example/czj/1.htm")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://x.example/tzgg/2017/12.htm", None),
        ("http://x.example/info/1065/1065.htm", None),
        ("http://x.example/news/news/3.htm", None),
        ("http://x.example/28/28/28/page.htm", None),
        ("http://x.example/a.pdf", None),
        ("http://x.example/list.aspx?id=3&page=2", None),
        ("http://x.example/printing/1.htm", None),
        ("mailto:a@x.example", "scheme"),
        ("javascript:void(0)", "scheme"),
        ("http://x.example/" + "a" * 2000, "too_long"),
        ("http://x.example/images/1.JPG", "media"),
        ("http://x.example/app.apk?x=1", "media"),
        ("http://x.example/a/b/a/b/", "repeated_path"),
        ("http://x.example/a/b/a/b", "repeated_path"),
        ("http://x.example/n/n/n/1.htm", "repeated_path"),
        ("http://x.example/?" + "&".join(f"p{n}=1" for n in range(17)), "query"),
        ("http://x.example/?a=1&a=2&a=3&a=4", "query"),
        ("http://x.example/AdminLogin.html", "function"),
        ("http://x.example/user/logout.do", "function"),
        ("http://x.example/show.aspx?id=3&print=1", "function"),
        ("http://x.example/system/resource/code/news/click/dynclicks.jsp", "function"),
        ("http://x.example/comment/12.htm", "function"),
    ],
)
def test_addresses_that_are_no_pages_are_told_by_a_word(url: str, reason: str | None) -> None:
    assert trap(url) == reason


def test_a_row_of_a_list_may_lead_to_a_column_that_is_called_comment() -> None:
    assert trap("http://x.example/comment/12.htm", row=True) is None
    assert trap("http://x.example/logout.htm", row=True) == "function"


@pytest.mark.parametrize(
    "path", ["", "tzgg/", "index.html", "index_3.html", "list12.htm", "Default.html", "col/col88/"]
)
def test_addresses_of_lists_are_told_by_their_looks(path: str) -> None:
    assert is_listing(f"http://x.example/{path}")


@pytest.mark.parametrize(
    "path", ["t20160205_7609788.htm", "info/1065/2890.htm", "Detail-0123456789abcdef.html", "listing"]
)
def test_other_addresses_are_not(path: str) -> None:
    assert is_listing(f"http://x.example/{path}") is (path == "listing")


def test_sisters_have_one_pattern() -> None:
    assert pattern("http://x.example/cal/2026/11?day=3") == pattern("https://www.x.example/cal/2027/01?day=30")
    assert pattern("http://x.example/Detail-0123456789abcdef.html") == pattern(
        "http://x.example/Detail-fedcba9876543210.html"
    )
    assert pattern("http://x.example/a/1.htm") != pattern("http://x.example/b/1.htm")
    assert pattern("http://x.example/a?x=1") != pattern("http://x.example/a?y=1")


def test_each_address_is_wanted_once_whatever_it_is_spelt_like() -> None:
    frontier = Frontier(a_source())
    assert frontier.admit("http://tw.yt.example/a#top", "link", 1) is None
    for twin in ("http://tw.yt.example/a", "https://tw.yt.example/a", "http://TW.yt.example:80/./a"):
        assert frontier.admit(twin, "row", 1) == "seen"


def test_a_refusal_is_given_once() -> None:
    frontier = Frontier(a_source())
    assert frontier.admit("http://elsewhere.example/", "link", 1) == "outside"
    assert frontier.admit("http://elsewhere.example/", "link", 1) == "seen"


def test_what_is_no_address_at_all_is_refused() -> None:
    assert Frontier(a_source()).admit("http://[x/", "link", 1) == "bad_address"


def test_depth_is_limited() -> None:
    frontier = Frontier(a_source(max_depth=3))
    assert frontier.admit("http://tw.yt.example/deep", "link", 4) == "depth"
    assert frontier.admit("http://tw.yt.example/1", "link", 3) is None


def test_the_number_of_pages_is_limited_by_those_that_go_out_and_attachments_are_none() -> None:
    frontier = Frontier(a_source(max_pages=2))
    assert [frontier.spend("row"), frontier.spend("attachment"), frontier.spend("link")] == [None, None, None]
    assert [frontier.spend("next"), frontier.spend("attachment")] == ["max_pages", None]
    assert frontier.admit("http://tw.yt.example/3", "row", 1) == "max_pages"
    assert frontier.admit("http://tw.yt.example/3.doc", "attachment", 1) is None
    frontier.refund()
    assert frontier.spend("row") is None


def test_a_path_is_not_asked_with_ever_new_parameters() -> None:
    frontier = Frontier(a_source())
    reasons = [frontier.admit(f"http://tw.yt.example/list?{'x' * n}=1", "link", 1) for n in range(1, QUERY_FORMS + 3)]
    assert reasons == [None] * QUERY_FORMS + ["query"] * 2


def test_a_pattern_that_gives_nothing_for_long_is_given_up_and_no_other() -> None:
    frontier = Frontier(a_source())
    for day in range(BARREN_PAGES):
        assert frontier.admit(f"http://tw.yt.example/calendar/{day}", "link", 1) is None
        frontier.note(f"http://tw.yt.example/calendar/{day}", fruitful=False)

    assert frontier.is_barren("http://tw.yt.example/calendar/7", "link")
    assert not frontier.is_barren("http://tw.yt.example/calendar/7", "row")
    assert frontier.admit("http://tw.yt.example/calendar/777", "link", 1) == "barren"
    assert frontier.admit("http://tw.yt.example/tzgg/777", "link", 1) is None


def test_one_document_makes_a_pattern_good_again() -> None:
    frontier = Frontier(a_source())
    for number in range(BARREN_PAGES * 2):
        frontier.note(f"http://tw.yt.example/info/{number}", fruitful=number % 50 == 49)
    assert not frontier.is_barren("http://tw.yt.example/info/1", "link")


def test_a_redirect_may_come_back_to_itself_but_not_leave_the_site_or_repeat_a_page() -> None:
    frontier = Frontier(a_source())
    frontier.admit("http://tw.yt.example/a", "link", 1)
    frontier.admit("http://tw.yt.example/b", "link", 1)

    assert frontier.admit_redirect("http://tw.yt.example/a", ["http://tw.yt.example/a"]) is None
    assert frontier.admit_redirect("https://tw.yt.example/a", ["http://tw.yt.example/a"]) is None
    assert frontier.admit_redirect("http://tw.yt.example/new", ["http://tw.yt.example/a"]) is None
    assert frontier.admit_redirect("http://tw.yt.example/b", ["http://tw.yt.example/a"]) == "seen"
    assert frontier.admit_redirect("http://elsewhere.example/", ["http://tw.yt.example/a"]) == "outside"


@given(
    st.text(max_size=40), st.sampled_from(["", "http://", "http://tw.yt.example/", "http://[", "http://a:99999/", "//"])
)
def test_no_link_is_too_strange_to_be_decided_on(text: str, before: str) -> None:
    frontier, url = Frontier(a_source()), before + text
    if frontier.admit(url, "link", 1) is None:
        Request(url)
        frontier.note(url, fruitful=False)
        assert not frontier.is_barren(url, "link")
    assert frontier.admit(url, "link", 1) == "seen"
    assert frontier.admit_redirect(url, ["http://tw.yt.example/"]) != ""
