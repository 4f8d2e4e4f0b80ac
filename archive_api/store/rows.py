"""What the store takes and gives: one frozen dataclass for each kind of row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from archive_api.document import Address, Document

What = Literal[
    "document",
    "list",
    "not_article",
    "redirect",
    "robots",
    "attachment",
    "missing",
    "blocked",
    "failed",
    "ignored",
]
"""What became of a capture."""

By = Literal["publisher", "extractor"]
"""Who changed a document: its publisher, or a newer reading of the same page."""


class Capture(Protocol):
    """What the store keeps of a capture; `archive_api.captures.Capture` has this shape."""

    @property
    def address(self) -> Address:
        """Where it lies."""

    @property
    def end(self) -> int:
        """The offset after its last record in that file."""

    @property
    def url(self) -> str:
        """The address that was asked."""

    @property
    def fetched_at(self) -> str:
        """UTC, with microseconds."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def payload_sha256(self) -> str:
        """Hex, of the entity bytes as they came."""

    @property
    def media_type(self) -> str | None:
        """From Content-Type, lower case, without parameters."""

    @property
    def run(self) -> int | None:
        """The run that made it."""

    @property
    def source(self) -> str | None:
        """The source that it was made for."""

    @property
    def asked(self) -> str | None:
        """Why the crawler asked, in one word."""

    @property
    def etag(self) -> str | None:
        """The ETag header."""

    @property
    def last_modified(self) -> str | None:
        """The Last-Modified header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a capture; `reason` is a short stable word, `document` the id of the document it belongs to."""

    what: What
    reason: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A capture as the store knows it. `outcome` is None until it was processed.

    `version` is the version of `document` that it observed, None where it observed no document's text.
    """

    id: int
    address: Address
    end: int
    url: str
    status: int
    fetched_at: str
    payload_sha256: str
    media_type: str | None
    run: int | None
    source: str | None
    outcome: str | None
    reason: str | None
    document: str | None
    version: int | None
    asked: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A capture, and the version of a document that it was read as. `is_origin`: the version's text comes from it."""

    capture: CaptureRow
    version: int
    document: Document
    is_origin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a save did. `seq` is the document's, after it.

    `refreshed`: the same version, with more known of it than before (an attachment's text).
    """

    id: str
    version: int
    seq: int
    change: Literal["new", "version", "refreshed", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row of a list page: an address, and what the list says of it."""

    url: str
    title: str | None
    date: str | None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page that is a list, and what it held when it was seen last.

    `head` is the address of the list's first page, its own for a first page. `rows` are addresses in their order, each
    with a short digest of what the page said of it; `newest` is the newest date among them, and `pages` says how many
    further pages it named.
    """

    source: str
    url: str
    head: str
    kind: Literal["list", "home"]
    rows: tuple[tuple[str, str], ...]
    newest: str | None
    pages: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A night on which the publisher did not show a document.

    `what`: `http_404`, `http_410`, `soft_404` (an error page sent as a page), `home` (its address leads to the home
    page), `delisted` (the page is there, but its row is gone from the lists).
    """

    document: str
    run: int
    what: str
    at: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A further address that a document was found at."""

    url: str
    document: str
    at: str


SourceState = Literal["ok", "quiet", "suspect", "blocked", "broken", "migrated"]
"""How a source is: `quiet` publishes nothing for longer than ever; `suspect` may be misread; `blocked` by a wall;
`broken` gives no pages or no rows; `migrated` seems to be rebuilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a source is after its last crawl, why, and since when. `evidence` are the figures behind it.

    `told` is the state that people were told of last.
    """

    source: str
    state: SourceState
    reason: str
    evidence: Mapping[str, int | float | str]
    since: str
    at: str
    told: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """When a document is looked at again; `days` is how long it is left alone at most."""

    document: str
    source: str
    url: str
    checked_at: str
    due_at: str
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """What is known of a host. `distrusted` says why its ETag and Last-Modified are not asked by any more.

    `error_page` is what its answer to an address that cannot exist says. A lease in the future: somebody crawls it.
    `asked` counts the requests of one night.
    """

    name: str
    lease_owner: str | None = None
    lease_until: str | None = None
    distrusted: str | None = None
    distrusted_at: str | None = None
    error_page: str | None = None
    error_page_at: str | None = None
    night: str | None = None
    asked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source that is crawled; `next_due_at` None is due at once. A lease in the future: somebody is at work on it."""

    name: str
    config: Mapping[str, object]
    next_due_at: str | None
    lease_owner: str | None
    lease_until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a command; `status` is `running` until it ended; `plan` is a crawl's: full, deep or nightly."""

    id: int
    source: str | None
    command: str
    pid: int
    status: str
    started_at: str
    ended_at: str | None
    counts: Mapping[str, int]
    error: str | None
    plan: str | None = None
    machine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that failed and was not made good since. `capture` is where its bytes lie, None where none came."""

    at: str
    run: int | None
    source: str | None
    url: str | None
    reason: str
    detail: str
    capture: Address | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An address that a source saw and did not fetch, on purpose; `reason` is a short stable word, such as `robots`."""

    at: str
    run: int | None
    source: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """Where a list named an address: the source, the list page, and what it said."""

    source: str
    list_url: str
    title: str | None
    date: str | None
