"""What an export says of itself: enough to cite it, to check it, and to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from archive_api.exports.fields import FIELDS
from archive_api.exports.writers import Format
from archive_api.index.base import Query
from archive_api.index.filters import words_of
from archive_api.index.related import canonical_text

SOFTWARE = "league-archive"
RIGHTS = (
    "文本的权利属于原发布者；本导出不授予任何许可。 "
    "The texts remain their publishers'; this export grants no licence to them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One data file: its name, size in bytes, number of rows, and SHA-256 (hex)."""

    name: str
    bytes: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the rows add up to. Each row is one version of its document: the one current at `seq`.

    `long_cells`: values longer than Excel can show (32,767 characters); they are whole in the file.
    """

    documents: int = 0
    versions: int = 0
    attachments: int = 0
    characters: int = 0
    long_cells: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One export: `query` as parsed (its tree as text, and the filters that are set), `seq`, counts, files."""

    query: Mapping[str, object]
    seq: int
    created_at: str
    format: Format
    counts: Counts
    files: tuple[DataFile, ...]
    extractors: Mapping[str, int]
    software: str
    cite: str

    def to_json(self) -> str:
        """The manifest as indented JSON, fields in a fixed order."""
        fields = [{"name": field.name, "zh": field.chinese, "en": field.english} for field in FIELDS]
        data = {**asdict(self), "rights": RIGHTS, "fields": fields}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def software() -> str:
    """`league-archive/<version>`, as installed."""
    return f"{SOFTWARE}/{version(SOFTWARE)}"


def asked(query: Query) -> dict[str, object]:
    """The query as the manifest gives it: text, tree, and the filters that are set. An export has no pages or sort."""
    filters: dict[str, object] = {**words_of(query)}
    if left_out := words_of(query.without):
        filters["without"] = left_out
    return {"text": query.text, "match": query.match.value, "tree": canonical_text(query), "filters": filters}


def citation(*, seq: int, created_at: str, file: DataFile) -> str:
    """How to cite the export, in one line."""
    return (
        f"League Archive（共青团文献档案）导出 export, seq {seq}, {created_at}, {file.rows} 篇 documents, "
        f"{file.name} SHA-256 {file.sha256}"
    )
