"""How each source is: seeing, quiet, or blind, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "conditions",
        sa.Column("source", plain, primary_key=True),
        sa.Column("state", plain, nullable=False),
        sa.Column("reason", plain, nullable=False),
        sa.Column("evidence", plain, nullable=False),
        sa.Column("since", plain, nullable=False),
        sa.Column("at", plain, nullable=False),
        sa.Column("told", plain),
    )
