"""`league sources add`: a source file for a site by its address, written for a person to read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive_api.errors import UserError
from crawler.clones import named_hosts
from crawler.extraction import PageType, gazetteer
from crawler.extraction.issuers import site_owner
from crawler.extraction.leagues import Committee, committee
from crawler.scope import Scope, host_of
from crawler.source import Limits, Source, load_all, load_source, source_for_url
from crawler.urls import canonical
from scheduler.probe import Probe, probe
from scheduler.seen import SeenPage, family_seen

if TYPE_CHECKING:
    from archive_api.settings import Settings

_NO_NAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of adding a site: what was found there, and the file, None where none was written."""

    name: str
    found: Probe
    path: Path | None


def add(settings: Settings, url: str, *, today: str) -> Added:
    """Look at a site and write `<home>/sources/NAME.yaml`, unverified and switched off.

    No file is written for a clone, or where no page could be read. UserError where the catalogue has the site already,
    or a file of that name is there; nothing is asked for then.
    """
    source = _source_at(url)
    path = settings.home / "sources" / f"{source.name}.yaml"
    catalogue = load_all(path.parent)
    if path.exists():
        raise UserError(f"{path}: is there already; 'league sources check {source.name}' looks at it")
    for known in catalogue.sources:
        if known.name == source.name or Scope.of(known).holds(source.start_urls[0]):
            raise UserError(f"{url}: the catalogue has it already, as {known.name}")
    found = probe(source, settings, named_hosts(catalogue.sources))
    if found.refused or not found.pages:
        return Added(name=source.name, found=found, path=None)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write("\n".join(draft(source, found, today=today)) + "\n")
    load_source(path)  # what we write, we can read
    return Added(name=source.name, found=found, path=path)


def draft(source: Source, found: Probe, *, today: str) -> Iterator[str]:
    """The lines of the file: what was seen, with the evidence as comments; what was not seen is left out."""
    yield f"# Written on {today} by 'league sources add' from {len(found.pages)} pages of the site."
    yield "# Read it and correct it; who says that this is the owner's own site belongs into 'evidence'."
    yield f"# Then: league sources check {source.name}"
    yield f"title: {_quoted(_title(found.pages) or source.title)}"
    yield from _owner(found.pages)
    yield "start_urls:"
    yield f"  - {_quoted(source.start_urls[0])}"
    for page in _columns(source, found.pages):
        dated = sum(row.date is not None for row in page.reading.rows)
        yield f"  # {_plain(page.head) or 'a list'}: {len(page.reading.rows)} rows, {dated} of them with a date"
        yield f"  - {_quoted(page.url)}"
    family, says = family_seen(found.pages)
    yield f"# {says}"
    if family:
        yield f"family: {family}"
    yield "enabled: false"
    yield "status: unverified"
    if source.limits.paths:
        yield "# The folder of the address that was given; files that lie elsewhere need their folder here, too."
        yield "limits:"
        yield f"  paths: [{', '.join(map(_quoted, source.limits.paths))}]"
    yield "evidence:"
    seen = f"looked at on {today}: {found.counts['rows']} list rows, {found.counts['documents']} articles"
    yield f"  - {_quoted(seen)}"


def _source_at(url: str) -> Source:
    """The source of an address: its whole host, or the folder that the address is in."""
    made = source_for_url(url)
    parts = urlsplit(canonical(url))
    folder = parts.path[: parts.path.rindex("/") + 1]
    words = [host_of(parts), *folder.strip("/").split("/")]
    name = _NO_NAME.sub("-", "-".join(word.lower() for word in words if word)).strip("-.")[:80]
    return replace(
        made,
        name=name or made.name,
        start_urls=(canonical(url),),
        limits=Limits(paths=(folder,)) if folder != "/" else made.limits,
    )


def _title(pages: Sequence[SeenPage]) -> str | None:
    names = Counter(name for page in pages if (name := page.reading.parts.site_name))
    return names.most_common(1)[0][0] if names else pages[0].head or None


def _owner(pages: Sequence[SeenPage]) -> Iterator[str]:
    """Issuer, level and region, each with what says so, or with why it is not known."""
    owners = [(page, owner) for page in pages if (owner := site_owner(page.reading.parts))]
    counts = Counter(owner.printed for _, owner in owners)
    if not counts:
        yield "# No foot and no site name names a committee: issuer, level and region are not known."
        return
    printed, times = counts.most_common(1)[0]
    page, owner = next(pair for pair in owners if pair[1].printed == printed)
    parts = page.reading.parts
    around = gazetteer.mentions("\n".join((parts.site_name or "", *parts.footer)))
    meant = committee(owner, around)
    yield f"# {_plain(printed)}, in the foot or the site's name of {times} of {len(pages)} pages"
    if others := [other for other in counts if other != printed]:
        yield f"# on others: {_plain('、'.join(others))}"
    yield from _told(meant)


def _told(meant: Committee) -> Iterator[str]:
    if meant.name:
        yield f"issuer: {_quoted(meant.name)}"
    if meant.level:
        yield f"level: {meant.level.value}"
    if meant.place:
        yield f"# {''.join(gazetteer.names(meant.place.code))}"
        yield f'region: "{meant.place.code}"'
    else:
        yield f"# region is not known: {_plain(meant.reason or 'nothing names it')}"


def _columns(source: Source, pages: Sequence[SeenPage]) -> list[SeenPage]:
    """The list pages seen, each once: without the further pages of a list, and without the home page's second name."""
    further = {canonical(url) for page in pages for url in page.reading.next_pages}
    shown = {page.text for page in pages if page.url in source.start_urls}
    found: dict[str, SeenPage] = {}
    for page in pages:
        is_list = page.reading.type is PageType.LIST and bool(page.reading.rows)
        if is_list and page.url not in further and page.text not in shown:
            found.setdefault(page.text, page)
    return list(found.values())


def _plain(text: str) -> str:
    """A text as a comment can hold it: one line, printable."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _quoted(text: str) -> str:
    """A text in YAML's double quotes, which are JSON's."""
    return json.dumps(_plain(text), ensure_ascii=False)
