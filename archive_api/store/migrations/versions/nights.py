"""What a night needs to know: what list pages held, when rows were seen, validators, why something was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the table of list pages, and adds the columns."""
    op.create_table(
        "list_pages",
        sa.Column("source", plain, primary_key=True),
        sa.Column("url_key", plain, primary_key=True),
        sa.Column("url", plain, nullable=False),
        sa.Column("head", plain, nullable=False),
        sa.Column("kind", plain, nullable=False),
        sa.Column("rows", plain, nullable=False),
        sa.Column("newest", plain),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("at", plain, nullable=False),
    )
    for name in ("asked", "etag", "last_modified"):
        op.add_column("captures", sa.Column(name, plain))
    for name in ("seen_at", "vanished_at"):
        op.add_column("list_rows", sa.Column(name, plain))
    op.add_column("runs", sa.Column("plan", plain))
