"""What a document was after each change, so that the archive can answer as it stood then.

A document that was edited once stays so: from the first change on that brought another text of its publisher's. When a
first sight moved back in time was not written down, and what was read anew in place was not kept: before this revision,
both are as they are now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

plain = sa.Text().with_variant(sa.String(collation="C"), "postgresql")

_FILL = """
    UPDATE changes SET
    first_seen = (SELECT documents.first_seen FROM documents WHERE documents.id = changes.document),
    edited = (SELECT documents.edited FROM documents WHERE documents.id = changes.document) AND EXISTS (
        SELECT 1 FROM changes AS sooner
        JOIN versions ON versions.document = sooner.document AND versions.version = sooner.version
        WHERE sooner.document = changes.document AND sooner.seq <= changes.seq
        AND versions.version > 1 AND versions."by" = 'publisher'
    )
"""


def upgrade() -> None:
    """Adds the columns and fills them; creates the table of replaced contents."""
    op.add_column("changes", sa.Column("edited", sa.Boolean))
    op.add_column("changes", sa.Column("first_seen", plain))
    op.execute(_FILL)
    op.create_table(
        "superseded",
        sa.Column("document", plain, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("content", plain, nullable=False),
    )
