"""What is known of an address besides its page, read back from the store."""

from __future__ import annotations

from collections.abc import Mapping

from archive_api.document import Level
from archive_api.errors import NotFoundError
from archive_api.store import Store
from crawler.extraction import Hints
from crawler.urls import canonical


def hints_for(store: Store, source: str, url: str) -> Hints:
    """The hints that a crawl of the source would give for this address: its row on a list, the source's facts."""
    row = store.row_for(source, canonical(url))
    try:
        config = store.source(source).config
    except NotFoundError:
        config = {}
    level, family = _text(config, "level"), _text(config, "family")
    return Hints(
        row_title=row.title if row else None,
        row_date=row.date if row else None,
        issuer=_text(config, "issuer"),
        level=Level(level) if level in set(Level) else None,
        region=_text(config, "region"),
        family=None if family == "auto" else family,
    )


def _text(config: Mapping[str, object], name: str) -> str | None:
    value = config.get(name)
    return value if isinstance(value, str) else None
