"""The tables. Times are UTC ISO text with microseconds, which sorts as it stands. `migrations` has the history."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

REVISION = "0009"
"""The newest migration; a test holds it to the migrations folder."""


class PlainText(TypeDecorator[str]):
    """Text that any store takes, compared byte by byte.

    NUL and lone surrogates, which PostgreSQL or UTF-8 refuse, become U+FFFD: the bytes as they came are in the capture.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text in the C collation on PostgreSQL, so that order and `<` are the same there as on SQLite."""
        postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(String(collation="C") if postgresql else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (the base's signature)
        """The text without what cannot be stored."""
        return None if value is None else storable(value)


def storable(value: str) -> str:
    """`value` with U+FFFD in place of NUL and lone surrogates."""
    if value.isascii() and "\0" not in value:
        return value
    clean = value.replace("\0", "\ufffd")
    try:
        clean.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in clean)
    return clean


metadata = MetaData()

counters = Table(
    "counters",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("source", PlainText, nullable=False),
    Column("version", Integer, nullable=False),  # the current one: that of the newest observation
    Column("versions", Integer, nullable=False),  # the highest number given
    Column("state", PlainText, nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("first_seen", PlainText, nullable=False),
    Column("last_seen", PlainText, nullable=False),
    Column("seq", BigInteger, nullable=False, unique=True),
)

captures = Table(
    "captures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", PlainText, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("url", PlainText, nullable=False),
    Column(
        "url_key", PlainText, nullable=False
    ),  # document_id(url): a PostgreSQL index takes no address of 3,000 bytes
    Column("status", Integer, nullable=False),
    Column("fetched_at", PlainText, nullable=False),
    Column("payload_sha256", PlainText, nullable=False),
    Column("media_type", PlainText),
    # run and source are what the WARC file says: an imported one may name those of another archive
    Column("run", Integer),
    Column("source", PlainText),
    Column("outcome", PlainText),
    Column("reason", PlainText),
    Column("document", PlainText, ForeignKey("documents.id")),
    Column("version", Integer),  # the version that was observed; None for what is no observation of a document's text
    Column("asked", PlainText),  # why the crawler asked, in one word
    Column("etag", PlainText),  # what the answer can be asked about again by (RFC 9110, 8.8)
    Column("last_modified", PlainText),
    UniqueConstraint("file", "offset"),
)
Index("captures_by_run", captures.c.run)
Index("captures_by_url", captures.c.url_key, captures.c.fetched_at)
_observations = text("version IS NOT NULL")
Index(
    "captures_by_document",
    captures.c.document,
    captures.c.fetched_at,
    captures.c.file,
    captures.c.offset,
    sqlite_where=_observations,
    postgresql_where=_observations,
)
_pending = text("outcome IS NULL")
Index("captures_pending", captures.c.file, captures.c.offset, sqlite_where=_pending, postgresql_where=_pending)
_failed = text("outcome = 'failed'")
Index("captures_failed", captures.c.fetched_at, sqlite_where=_failed, postgresql_where=_failed)

versions = Table(
    "versions",
    metadata,
    Column("document", PlainText, ForeignKey("documents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body_hash", PlainText, nullable=False),
    Column("by", PlainText, nullable=False),  # publisher or extractor
    Column("capture", Integer, ForeignKey("captures.id"), nullable=False),  # the one that its text was read from
    Column("seq", BigInteger, nullable=False),
    Column("content", PlainText, nullable=False),  # Document.to_json()
)

changes = Table(
    "changes",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("document", PlainText, ForeignKey("documents.id"), nullable=False),
    Column("version", Integer, nullable=False),  # the one that the change made or touched
    Column("current", Integer, nullable=False),  # the one current after it: `as_of` reads this
    Column("what", PlainText, nullable=False),
    # the document's own, after it
    Column("state", PlainText),
    Column("edited", Boolean),
    Column("first_seen", PlainText),
)
Index("changes_by_document", changes.c.document, changes.c.seq)

superseded = Table(
    "superseded",
    metadata,
    Column("document", PlainText, ForeignKey("documents.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),  # of the change that replaced it
    Column("content", PlainText, nullable=False),  # the fields that it changed, as they were
)

list_rows = Table(
    "list_rows",
    metadata,
    Column("source", PlainText, primary_key=True),
    Column("url_key", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("list_url", PlainText, nullable=False),
    Column("title", PlainText),
    Column("date", PlainText),
    Column("pinned", Boolean, nullable=False),
    Column("seen_at", PlainText),  # when a list showed it last
    Column("vanished_at", PlainText),  # since when the lists do not show it any more
)

list_pages = Table(
    "list_pages",
    metadata,
    Column("source", PlainText, primary_key=True),
    Column("url_key", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("head", PlainText, nullable=False),  # the url_key of the first page of the list that it belongs to
    Column("kind", PlainText, nullable=False),  # list or home
    Column("rows", PlainText, nullable=False),  # JSON: what it held last time, ListPage.rows
    Column("newest", PlainText),  # the newest date among its rows
    Column("pages", Integer, nullable=False),  # how many further pages it named
    Column("at", PlainText, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("lease_owner", PlainText),
    Column("lease_until", PlainText),
    Column("distrusted", PlainText),  # why its ETag and Last-Modified are not asked by any more
    Column("distrusted_at", PlainText),
    Column("error_page", PlainText),  # what its answer to an address that cannot exist says
    Column("error_page_at", PlainText),
    Column("night", PlainText),  # the one that `asked` is counted in
    Column("asked", Integer),
)

absences = Table(
    "absences",
    metadata,
    Column("document", PlainText, ForeignKey("documents.id"), primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("what", PlainText, primary_key=True),  # how the publisher did not show it: Absence.what
    Column("at", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
)

moves = Table(
    "moves",
    metadata,
    Column("url_key", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("document", PlainText, ForeignKey("documents.id"), nullable=False),
    Column("at", PlainText, nullable=False),
)
Index("moves_by_document", moves.c.document, moves.c.at)

conditions = Table(
    "conditions",
    metadata,
    Column("source", PlainText, primary_key=True),
    Column("state", PlainText, nullable=False),
    Column("reason", PlainText, nullable=False),
    Column("evidence", PlainText, nullable=False),  # JSON, Condition.evidence
    Column("since", PlainText, nullable=False),
    Column("at", PlainText, nullable=False),
    Column("told", PlainText),  # the state that people were told of last
)

rechecks = Table(
    "rechecks",
    metadata,
    Column("document", PlainText, ForeignKey("documents.id"), primary_key=True),
    Column("source", PlainText, nullable=False),
    Column("url", PlainText, nullable=False),
    Column("checked_at", PlainText, nullable=False),
    Column("due_at", PlainText, nullable=False),
    Column("days", Float, nullable=False),  # how long it is left alone at most
)
Index("rechecks_due", rechecks.c.source, rechecks.c.due_at)

sources = Table(
    "sources",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("config", PlainText, nullable=False),
    Column("next_due_at", PlainText),
    Column("lease_owner", PlainText),
    Column("lease_until", PlainText),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", PlainText),
    Column("command", PlainText, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("started_at", PlainText, nullable=False),
    Column("ended_at", PlainText),
    Column("counts", PlainText, nullable=False),
    Column("error", PlainText),
    Column("plan", PlainText),  # of a crawl: full, deep or nightly
    Column("machine", PlainText),  # whose number `pid` is
)
Index("runs_by_source", runs.c.source, runs.c.id)

problems = Table(
    "problems",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", PlainText, nullable=False),
    Column("run", Integer, ForeignKey("runs.id")),
    Column("source", PlainText),
    Column("url", PlainText),
    Column("url_key", PlainText),
    Column("reason", PlainText, nullable=False),
    Column("detail", PlainText, nullable=False),
)
Index("problems_by_url", problems.c.url_key, problems.c.at)

skipped = Table(
    "skipped",
    metadata,
    Column("source", PlainText, primary_key=True),
    Column("url_key", PlainText, primary_key=True),
    Column("url", PlainText, nullable=False),
    Column("run", Integer, ForeignKey("runs.id")),
    Column("reason", PlainText, nullable=False),
    Column("at", PlainText, nullable=False),
)
Index("skipped_by_url", skipped.c.url_key, skipped.c.at)
Index("list_rows_by_url", list_rows.c.url_key)
Index("list_rows_vanished", list_rows.c.source, list_rows.c.vanished_at)
