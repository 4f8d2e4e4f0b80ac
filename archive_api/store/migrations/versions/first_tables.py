"""The first tables: captures, documents and their versions, changes, list rows, sources, runs, problems."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates every table, and the counter that `seq` is taken from."""
    counters = op.create_table(
        "counters",
        sa.Column("name", plain, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "seq", "value": 0}])
    _documents()
    _captures()
    _versions()
    _crawling()
    _runs()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", plain, primary_key=True),
        sa.Column("url", plain, nullable=False),
        sa.Column("source", plain, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("state", plain, nullable=False),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("first_seen", plain, nullable=False),
        sa.Column("last_seen", plain, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, unique=True),
    )


def _captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("file", plain, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("url", plain, nullable=False),
        sa.Column("url_key", plain, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("fetched_at", plain, nullable=False),
        sa.Column("payload_sha256", plain, nullable=False),
        sa.Column("media_type", plain),
        sa.Column("run", sa.Integer),
        sa.Column("source", plain),
        sa.Column("outcome", plain),
        sa.Column("reason", plain),
        sa.Column("document", plain, sa.ForeignKey("documents.id")),
        sa.Column("version", sa.Integer),
        sa.UniqueConstraint("file", "offset"),
    )
    op.create_index("captures_by_url", "captures", ["url_key", "fetched_at"])
    _partial("captures_by_document", ["document", "fetched_at", "file", "offset"], "version IS NOT NULL")
    _partial("captures_pending", ["file", "offset"], "outcome IS NULL")
    _partial("captures_failed", ["fetched_at"], "outcome = 'failed'")


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "captures", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("document", plain, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body_hash", plain, nullable=False),
        sa.Column("by", plain, nullable=False),
        sa.Column("capture", sa.Integer, sa.ForeignKey("captures.id"), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("content", plain, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document", plain, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("current", sa.Integer, nullable=False),
        sa.Column("what", plain, nullable=False),
    )
    op.create_index("changes_by_document", "changes", ["document", "seq"])


def _crawling() -> None:
    op.create_table(
        "list_rows",
        sa.Column("source", plain, primary_key=True),
        sa.Column("url_key", plain, primary_key=True),
        sa.Column("url", plain, nullable=False),
        sa.Column("list_url", plain, nullable=False),
        sa.Column("title", plain),
        sa.Column("date", plain),
        sa.Column("pinned", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("name", plain, primary_key=True),
        sa.Column("config", plain, nullable=False),
        sa.Column("next_due_at", plain),
        sa.Column("lease_owner", plain),
        sa.Column("lease_until", plain),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", plain),
        sa.Column("command", plain, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("status", plain, nullable=False),
        sa.Column("started_at", plain, nullable=False),
        sa.Column("ended_at", plain),
        sa.Column("counts", plain, nullable=False),
        sa.Column("error", plain),
    )
    op.create_index("runs_by_source", "runs", ["source", "id"])
    op.create_table(
        "problems",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", plain, nullable=False),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id")),
        sa.Column("source", plain),
        sa.Column("url", plain),
        sa.Column("url_key", plain),
        sa.Column("reason", plain, nullable=False),
        sa.Column("detail", plain, nullable=False),
    )
    op.create_index("problems_by_url", "problems", ["url_key", "at"])
