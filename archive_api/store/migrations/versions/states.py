"""What became of documents: absences seen, further addresses, the state after each change."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the tables, and the column; until now every document was live."""
    op.create_table(
        "absences",
        sa.Column("document", plain, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("what", plain, primary_key=True),
        sa.Column("at", plain, nullable=False),
        sa.Column("url", plain, nullable=False),
    )
    op.create_table(
        "moves",
        sa.Column("url_key", plain, primary_key=True),
        sa.Column("url", plain, nullable=False),
        sa.Column("document", plain, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("at", plain, nullable=False),
    )
    op.create_index("moves_by_document", "moves", ["document", "at"])
    op.create_index("list_rows_vanished", "list_rows", ["source", "vanished_at"])
    op.add_column("changes", sa.Column("state", plain))
    op.execute("UPDATE changes SET state = 'live'")
