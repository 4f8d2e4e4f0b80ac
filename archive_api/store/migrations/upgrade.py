"""Bringing a database to the newest revision; apart from `env`, which only Alembic may import."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def configuration() -> Config:
    """Alembic's configuration, made here: an installed archive has no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def knows(revision: str) -> bool:
    """Whether this version of the software has the migration that a database was last brought to."""
    return revision in {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations inside the connection's transaction; the caller commits."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
