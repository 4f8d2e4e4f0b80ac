from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from archive_api.errors import SettingsError
from crawler.politeness import GIVE_UP_AFTER, HostGivenUpError, Politeness, check_delay, is_loopback

AWAY = "http://tw.yunting.example/a"
HERE = "http://127.0.0.1:8000/a"


class Downloader:
    """The two things of Scrapy's downloader that Politeness uses, with slots made as Scrapy makes them."""

    def __init__(self) -> None:
        self.per_slot_settings: dict[str, dict[str, Any]] = {}
        self.slots: dict[str, Slot] = {}

    def slot(self, key: str) -> Slot:
        settings = self.per_slot_settings[key]
        return self.slots.setdefault(key, Slot(settings["concurrency"], settings["delay"], jitter=0.0))


@pytest.fixture
def downloader() -> Downloader:
    return Downloader()


def politeness(downloader: Downloader, delay: float) -> Politeness:
    crawler = SimpleNamespace(engine=SimpleNamespace(downloader=downloader))
    return Politeness(cast("Crawler", crawler), delay)


def ask(polite: Politeness, downloader: Downloader, url: str) -> tuple[Request, Slot]:
    request = Request(url)
    polite.process_request(request)
    return request, downloader.slot(request.meta["download_slot"])


def answered(
    polite: Politeness, request: Request, status: int = 200, latency: float = 0.1, headers: dict[str, str] | None = None
) -> None:
    request.meta["download_latency"] = latency
    polite.process_response(request, Response(request.url, status=status, headers=cast("Any", headers or {})))


@pytest.mark.parametrize("delay", [0.0, 1.0, 3.0, 8.0])
def test_a_host_elsewhere_is_asked_over_one_connection_and_never_below_the_floor(
    downloader: Downloader, delay: float
) -> None:
    _, slot = ask(politeness(downloader, delay), downloader, AWAY)
    assert (slot.delay, slot.concurrency) == (max(3.0, delay), 1)


def test_this_machine_may_be_asked_faster_and_over_several_connections(downloader: Downloader) -> None:
    _, slot = ask(politeness(downloader, 0.0), downloader, HERE)
    assert (slot.delay, slot.concurrency) == (0.001, 8)


def test_this_machine_too_gets_the_floor_where_nothing_else_was_asked_for(downloader: Downloader) -> None:
    _, slot = ask(politeness(downloader, 3.0), downloader, HERE)
    assert (slot.delay, slot.concurrency) == (3.0, 1)


def test_www_and_the_bare_name_share_a_slot_and_a_redirect_gets_its_own(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    first, _ = ask(polite, downloader, "http://www.yunting.example/")
    twin, _ = ask(polite, downloader, "https://yunting.example/")
    redirected = Request("http://files.yunting.example/", meta=first.meta)
    polite.process_request(redirected)
    assert first.meta["download_slot"] == twin.meta["download_slot"] == "yunting.example"
    assert redirected.meta["download_slot"] == "files.yunting.example"


def test_a_slow_host_is_asked_less_often_and_a_quick_one_falls_back_to_the_floor(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    request, slot = ask(polite, downloader, AWAY)
    answered(polite, request, latency=2.0)
    assert slot.delay == 10.0
    for _ in range(20):
        answered(polite, request, latency=0.1)
    assert slot.delay == 3.0


def test_a_crawl_delay_is_a_floor_of_its_own(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    request, slot = ask(polite, downloader, AWAY)
    polite.ask_for(request, 12.0)
    answered(polite, request, latency=0.1)
    assert slot.delay == 12.0
    downloader.slots.clear()  # as Scrapy does with a slot that was idle
    assert ask(polite, downloader, AWAY)[1].delay == 12.0


def test_a_crawl_delay_below_the_floor_changes_nothing(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    request, slot = ask(polite, downloader, AWAY)
    polite.ask_for(request, 0.5)
    assert slot.delay == 3.0


def test_a_crawl_delay_holds_on_this_machine_too(downloader: Downloader) -> None:
    polite = politeness(downloader, 0.0)
    request, slot = ask(polite, downloader, HERE)
    polite.ask_for(request, 2.0)
    answered(polite, request)
    assert slot.delay == 2.0


def test_too_many_requests_doubles_the_delay_and_retry_after_is_heeded(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    request, slot = ask(polite, downloader, AWAY)
    answered(polite, request, 429)
    assert slot.delay == 6.0
    answered(polite, request, 503, headers={"Retry-After": "40"})
    assert slot.delay == 40.0
    date, later = "Sun, 22 Nov 2026 00:00:00 GMT", "Sun, 22 Nov 2026 00:02:00 GMT"
    answered(polite, request, 503, headers={"Retry-After": later, "Date": date})
    assert slot.delay == 120.0
    answered(polite, request, 503, headers={"Retry-After": "tomorrow"})
    assert slot.delay == 240.0
    answered(polite, request, 503, headers={"Retry-After": "999999"})
    assert slot.delay == 300.0


def test_a_host_that_always_fails_is_left_alone(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    for number in range(GIVE_UP_AFTER):
        request, _ = ask(polite, downloader, AWAY)
        if number % 2:
            polite.process_exception(request, DownloadTimeoutError())
        else:
            answered(polite, request, 500)
    with pytest.raises(HostGivenUpError):
        ask(polite, downloader, AWAY)
    ask(polite, downloader, HERE)


def test_one_good_answer_makes_up_for_failures_and_what_we_refuse_ourselves_is_none(downloader: Downloader) -> None:
    polite = politeness(downloader, 3.0)
    request, _ = ask(polite, downloader, AWAY)
    for _ in range(GIVE_UP_AFTER - 1):
        answered(polite, request, 500)
    answered(polite, request, 404)
    for _ in range(GIVE_UP_AFTER):
        polite.process_exception(request, IgnoreRequest())
    ask(polite, downloader, AWAY)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost"])
def test_loopback_is_told(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "tw.yunting.example", "127.0.0.1.example", "", "0.0.0.0"])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_a_delay_below_the_floor_is_refused_for_other_hosts_and_names_them() -> None:
    check_delay(0.0, frozenset({"127.0.0.1", "localhost"}))
    check_delay(3.0, frozenset({"tw.yunting.example"}))
    with pytest.raises(SettingsError, match=r"a delay of 0.5 s is too short for tw\.yunting\.example: at least 3 s"):
        check_delay(0.5, frozenset({"127.0.0.1", "tw.yunting.example"}))
