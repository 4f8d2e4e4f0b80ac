"""How much a host was asked in a night, the machine of a run, captures by their run."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds the columns and the index."""
    op.add_column("hosts", sa.Column("night", plain))
    op.add_column("hosts", sa.Column("asked", sa.Integer))
    op.add_column("runs", sa.Column("machine", plain))
    op.create_index("captures_by_run", "captures", ["run"])
