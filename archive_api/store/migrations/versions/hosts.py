"""What is known of a host, whatever sources it has: who crawls it, whether its validators lie, its error page."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")
COLUMNS = ("lease_owner", "lease_until", "distrusted", "distrusted_at", "error_page", "error_page_at")


def upgrade() -> None:
    """Creates the table."""
    op.create_table("hosts", sa.Column("name", plain, primary_key=True), *(sa.Column(name, plain) for name in COLUMNS))
