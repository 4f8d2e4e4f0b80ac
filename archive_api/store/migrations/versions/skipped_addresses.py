"""Addresses that were seen and not fetched on purpose; list rows found by address."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the table, and the index of list rows by address."""
    op.create_table(
        "skipped",
        sa.Column("source", plain, primary_key=True),
        sa.Column("url_key", plain, primary_key=True),
        sa.Column("url", plain, nullable=False),
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id")),
        sa.Column("reason", plain, nullable=False),
        sa.Column("at", plain, nullable=False),
    )
    op.create_index("skipped_by_url", "skipped", ["url_key", "at"])
    op.create_index("list_rows_by_url", "list_rows", ["url_key"])
