"""A source: one site, or one part of it, described by a YAML file or made from an address."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from apscheduler.triggers.cron import CronTrigger

from archive_api.document import Level
from archive_api.errors import SourceError
from crawler.families import FAMILIES
from crawler.yaml_reader import Reader, load_mapping

Status = Literal["unverified", "verified"]
Tls = Literal["default", "legacy"]
Browser = Literal["auto", "always", "never"]
FAMILY_NAMES = ("auto", *(family.name for family in FAMILIES))
COUNTRY = "100000"

WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
"""Two times of the day."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_INTERVAL = re.compile(r"every (\d{1,4}) ?([hd])")
_CRON_FIELDS = 5
# GB/T 2260: the first two digits are a province, an autonomous region, a municipality, or 71 81 82.
_ADCODE = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a crawl may go. `delay` is in seconds and can only be longer than the polite floor.

    `hosts` (`name` or `name:port`) are crawled besides the hosts of the start URLs; `paths` are prefixes, and where
    there are any, nothing else on those hosts is fetched. `night_pages` is what a host is asked for in one night, and
    `window` (`22:00-06:00`, Asia/Shanghai) when the scheduler may crawl; they go before the settings. Depth counts
    links from the start, not the pages of a list.
    """

    max_pages: int = 10_000
    max_depth: int = 10
    delay: float | None = None
    night_pages: int | None = None
    window: str | None = None
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many documents a full crawl should give; fewer or more is a sign that the site or the reading changed."""

    min: int = 0
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a site before it is crawled. `schedule` is `every 24h`, `every 7d` or five cron fields.

    Cron fields are read in Asia/Shanghai. `tls: legacy` lets the crawler speak TLS 1.0 and weak ciphers to this site.
    `browser` says which pages are rendered: those that are empty shells for scripts, all, or none.
    """

    name: str
    title: str
    start_urls: tuple[str, ...]
    issuer: str | None = None
    level: Level | None = None
    region: str | None = None
    family: str = "auto"
    enabled: bool = True
    status: Status = "unverified"
    limits: Limits = field(default_factory=Limits)
    schedule: str | None = None
    expected: Expected | None = None
    tls: Tls = "default"
    browser: Browser = "auto"
    evidence: tuple[str, ...] = ()
    notes: str | None = None

    def to_json(self) -> dict[str, object]:
        """The source as plain JSON values, without what is not set: `parse_source` reads it back."""
        values = _plain(self)
        values["limits"] = _plain(self.limits)
        if self.expected is not None:
            values["expected"] = _plain(self.expected)
        return values


class BrokenSourceError(SourceError):
    """A file of the catalogue that is no source; `name` is the source's that it would be."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sources of some folders, by name, and an error for each file that is none."""

    sources: tuple[Source, ...]
    errors: tuple[BrokenSourceError, ...]

    def get(self, name: str) -> Source:
        """The source of that name; a SourceError says what is wrong with it, or which names are near."""
        for source in self.sources:
            if source.name == name:
                return source
        for error in self.errors:
            if error.name == name:
                raise error
        near = difflib.get_close_matches(name, [source.name for source in self.sources], n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else "; 'league sources' lists them"
        message = f"no source is called {name!r}{hint}"
        raise SourceError(message)


def load_source(path: Path) -> Source:
    """The source that a file describes; a SourceError names the file, the key, and what was expected."""
    data = load_mapping(path)
    source = parse_source({"name": path.stem, **{str(key): value for key, value in data.items()}}, where=str(path))
    if source.name != path.stem:
        message = f"{path}: 'name' must be the file's own name, {path.stem!r}, got {source.name!r}"
        raise SourceError(message)
    return source


def parse_source(data: Mapping[str, object], *, where: str) -> Source:
    """The source in plain values, checked; `where` begins every error message."""
    top = Reader(where, data, Source)
    level = top.one_of("level", tuple(Level), None)
    return Source(
        name=top.matching("name", _NAME, "small letters, digits, '.', '_' and '-'"),
        title=top.text("title"),
        start_urls=top.texts("start_urls", _url, required=True),
        issuer=top.optional("issuer"),
        level=None if level is None else Level(level),
        region=top.checked("region", _adcode),
        family=top.one_of("family", FAMILY_NAMES, "auto"),
        enabled=top.flag("enabled", default=True),
        status=top.one_of("status", get_args(Status), "unverified"),
        limits=_limits(top.inner("limits", Limits)),
        schedule=top.checked("schedule", _schedule),
        expected=_expected(top.inner("expected", Expected)) if "expected" in data else None,
        tls=top.one_of("tls", get_args(Tls), "default"),
        browser=top.one_of("browser", get_args(Browser), "auto"),
        evidence=top.texts("evidence"),
        notes=top.optional("notes"),
    )


def source_for_url(url: str) -> Source:
    """A source for any site by its address: the whole host, family `auto`, started at `url`."""
    problem = _url(url)
    if problem:
        message = f"{url}: {problem}"
        raise SourceError(message)
    parts = urlsplit(url)
    name = re.sub(r"[^a-z0-9._-]+", "-", parts.netloc.rpartition("@")[2].lower()).strip("-.")
    return Source(name=name or "site", title=parts.netloc, start_urls=(url,))


def load_all(*more: Path) -> Catalogue:
    """The sources that come with the archive, and those of further folders.

    A file that is wrong gives an error and stops nothing but itself; of two with one name the first counts.
    """
    bundled = Path(__file__).parents[1] / "spiders" / "sources"
    sources: dict[str, Source] = {}
    errors: list[BrokenSourceError] = []
    for path in (path for folder in (bundled, *more) for path in sorted(folder.glob("*.yaml"))):
        if path.stem in sources:
            errors.append(BrokenSourceError(f"{path}: another file has this name already", name=path.stem))
            continue
        try:
            sources[path.stem] = load_source(path)
        except SourceError as error:
            errors.append(BrokenSourceError(str(error), name=path.stem))
    return Catalogue(tuple(sources.values()), tuple(errors))


def _limits(reader: Reader) -> Limits:
    default = Limits()
    return Limits(
        max_pages=reader.whole("max_pages", least=1) or default.max_pages,
        max_depth=reader.whole("max_depth", least=1) or default.max_depth,
        delay=reader.number("delay", least=0),
        night_pages=reader.whole("night_pages", least=1),
        window=reader.checked("window", _window),
        hosts=reader.texts("hosts", _host),
        paths=reader.texts("paths", _path),
    )


def _expected(reader: Reader) -> Expected:
    least, most = reader.whole("min", least=0) or 0, reader.whole("max", least=0)
    if most is not None and most < least:
        raise reader.bad("max", f"at least 'min', {least}")
    return Expected(min=least, max=most)


def _url(value: str) -> str | None:
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good = False
    return None if good else "must be an address that begins with http:// or https://"


def _window(value: str) -> str | None:
    return None if WINDOW.fullmatch(value) else "must be two times of the day such as '22:00-06:00' (in quotes)"


def _host(value: str) -> str | None:
    return None if _HOST.fullmatch(value.strip()) else "must hold host names such as tw.example.cn or 127.0.0.1:8000"


def _path(value: str) -> str | None:
    return None if value.strip().startswith("/") else "must hold paths that begin with /"


def _adcode(value: str) -> str | None:
    good = value == COUNTRY or _ADCODE.fullmatch(value)
    return None if good else f"must be an adcode of six digits by GB/T 2260 (in quotes), or {COUNTRY}"


def _schedule(value: str) -> str | None:
    interval = _INTERVAL.fullmatch(value)
    if interval:
        return None if int(interval[1]) else "must be an interval longer than nothing"
    fields = value.split()
    expected = "must be 'every 24h', 'every 7d' or five cron fields such as '30 1 * * *'"
    if len(fields) != _CRON_FIELDS:
        return expected
    if re.search(r"\d", fields[-1]):
        return "must name the day of the week (mon … sun): its numbers mean different days to different crons"
    try:
        CronTrigger.from_crontab(value)
    except ValueError as error:
        return f"{expected} ({error})"
    return None


def _plain(thing: Source | Limits | Expected) -> dict[str, object]:
    values = {name: getattr(thing, name) for name in thing.__dataclass_fields__}
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v is not None and v != ()}
