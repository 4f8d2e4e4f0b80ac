"""When each document is looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "rechecks",
        sa.Column("document", plain, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("source", plain, nullable=False),
        sa.Column("url", plain, nullable=False),
        sa.Column("checked_at", plain, nullable=False),
        sa.Column("due_at", plain, nullable=False),
        sa.Column("days", sa.Float, nullable=False),
    )
    op.create_index("rechecks_due", "rechecks", ["source", "due_at"])
