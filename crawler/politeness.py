"""How often a host is asked: one connection, never below the floor, slower where it is slow or says so."""

from __future__ import annotations

import ipaddress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive_api.errors import SettingsError
from crawler.browser import SHELL, SLOT

POLITE_FLOOR = 3.0
"""Seconds between two requests to one host, at least; only a loopback address may be asked for more."""
LATENCY_FACTOR = 5.0
"""A host rests five times as long as it took to answer: Heritrix's delayFactor."""
LONGEST_THROTTLE = 60.0
LONGEST_BACKOFF = 300.0
LOOPBACK_CONNECTIONS = 8
_TICK = 0.001
"""Seconds. Scrapy 2.19 counts a slot's requests once they run: without any delay it starts more than its limit."""
GIVE_UP_AFTER = 30
"""Exchanges with a host that failed or met a wall in a row, retries among them, before it is left alone."""

_BACK_OFF = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_REFUSALS = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.TOO_MANY_REQUESTS})


class HostGivenUpError(IgnoreRequest):
    """The host failed too often in a row: it is left alone for the rest of the crawl."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_delay(delay: float, hosts: frozenset[str]) -> None:
    """SettingsError where a delay below the floor is meant for a host that is not this machine."""
    if delay >= POLITE_FLOOR:
        return
    for host in sorted(hosts):
        if not is_loopback(host):
            message = (
                f"a delay of {delay:g} s is too short for {host}: "
                f"at least {POLITE_FLOOR:g} s, except for loopback addresses such as 127.0.0.1"
            )
            raise SettingsError(message)


class Politeness:
    """Gives each host a slot of its own, and moves the slot's delay.

    `delay` is what was asked for; a host that is not this machine gets the floor at least. `www.` shares a slot with
    the bare name. The AutoThrottle of Scrapy is not used: its least delay is one for all hosts, and a host whose
    robots.txt asks for a longer one would fall below it.
    """

    def __init__(self, crawler: Crawler, delay: float) -> None:
        self.crawler, self.delay = crawler, delay
        self._floors: dict[str, float] = {}
        self._failures: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """The middleware of a crawler, with the delay of its settings."""
        return cls(crawler, crawler.settings.getfloat("LEAGUE_DELAY", POLITE_FLOOR))

    def process_request(self, request: Request) -> None:
        """Puts the request into its host's slot; HostGivenUpError where the host failed too often."""
        if SHELL in request.meta:  # rendering asks no host
            request.meta["download_slot"] = SLOT
            self.crawler.engine.downloader.per_slot_settings[SLOT] = {"delay": 0.0, "concurrency": 1}
            return
        key = _slot_key(request)
        # Set anew at every hop: a redirect carries the first host's slot along.
        request.meta["download_slot"] = key
        if self._failures.get(key, 0) >= GIVE_UP_AFTER:
            message = f"{key} failed {GIVE_UP_AFTER} times in a row"
            raise HostGivenUpError(message)
        if key not in self._floors:
            self._set_floor(key, self.delay if is_loopback(key) else max(self.delay, POLITE_FLOOR))

    def process_response(self, request: Request, response: Response) -> Response:
        """The response; the slot's delay follows how long it took, and what it said."""
        if SHELL in request.meta:
            return response
        key = _slot_key(request)
        failed = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status in _REFUSALS
        self._failures[key] = self._failures.get(key, 0) + 1 if failed else 0
        slot = self._slot(key)
        if slot is None:
            return response
        if response.status in _BACK_OFF:
            slot.delay = min(max(slot.delay * 2, 1.0, _retry_after(response)), LONGEST_BACKOFF)
        elif not failed:
            slot.delay = max(self._floors[key], self._throttled(key, slot, request), _TICK)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Counts the failure."""
        if SHELL not in request.meta and not isinstance(exception, IgnoreRequest):
            key = _slot_key(request)
            self._failures[key] = self._failures.get(key, 0) + 1

    def ask_for(self, request: Request, delay: float) -> None:
        """A robots.txt asks for so many seconds between requests: never less for this host from now on."""
        key = _slot_key(request)
        self._set_floor(key, max(self._floors.get(key, 0.0), delay))

    def _throttled(self, key: str, slot: Slot, request: Request) -> float:
        if self._floors[key] < POLITE_FLOOR:
            return 0.0
        target = min(LATENCY_FACTOR * float(request.meta.get("download_latency", 0.0)), LONGEST_THROTTLE)
        return max(target, (slot.delay + target) / 2)

    def _set_floor(self, key: str, floor: float) -> None:
        self._floors[key] = floor
        connections = LOOPBACK_CONNECTIONS if is_loopback(key) and floor < POLITE_FLOOR else 1
        # The downloader makes a slot from these, and again after it has dropped one that was idle.
        self.crawler.engine.downloader.per_slot_settings[key] = {
            "delay": max(floor, _TICK),
            "concurrency": connections,
        }
        slot = self._slot(key)
        if slot is not None:
            slot.delay, slot.concurrency = max(slot.delay, floor, _TICK), connections

    def _slot(self, key: str) -> Slot | None:
        return self.crawler.engine.downloader.slots.get(key)


def _slot_key(request: Request) -> str:
    return (urlsplit(request.url).hostname or "").removeprefix("www.")


def _retry_after(response: Response) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3); 0 where there is none to be understood."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    date = (response.headers.get("Date") or b"").decode("latin-1").strip()
    try:
        return max(0.0, (parsedate_to_datetime(text) - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
