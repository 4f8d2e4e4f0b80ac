"""Alembic's environment: runs the migrations on the connection, and in the transaction, that `upgrade` hands over.

Each revision in `versions` stands on its own and never imports `schema`, which moves on.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
