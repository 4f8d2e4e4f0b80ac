"""What became of a document since it was found: its versions, its addresses, the nights on which it was missed."""

from __future__ import annotations

import difflib
from dataclasses import fields
from itertools import pairwise
from typing import Any

from archive_api.document import Document, Record
from archive_api.store import Store

_SHOWN = tuple(one.name for one in fields(Document) if one.name not in {"extractor", "evidence", "sections"})


def fate_of(store: Store, record: Record) -> dict[str, Any]:
    """As plain JSON values; what did not happen is left out."""
    known = {
        "changed": [_change(one, other) for one, other in pairwise(store.versions(record.id))],
        "also_at": [{"url": move.url, "since": move.at} for move in store.moves(record.id)],
        "missed": [{"at": one.at, "what": one.what, "url": one.url} for one in store.absences(record.id)],
    }
    return {name: entries for name, entries in known.items() if entries}


def _change(one: Record, other: Record) -> dict[str, Any]:
    """What is different in the later of two versions; of the text, the paragraphs that went and came."""
    names = [name for name in _SHOWN if getattr(one.document, name) != getattr(other.document, name)]
    found: dict[str, Any] = {"version": other.version, "seen": other.first_seen, "fields": names}
    if "text" in names:
        lines = difflib.ndiff(one.document.text.split("\n"), other.document.text.split("\n"))
        found["text"] = [line for line in lines if line.startswith(("- ", "+ "))]
    return found
