"""One frozen Settings, built once at an entry point and passed down; nothing else reads the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024


class Settings(BaseSettings):
    """Where the archive lives and how it behaves; each field can be set by `LEAGUE_<NAME>`.

    `store` and `index` are addresses; left empty they are files below `home`
    (`sqlite:///<home>/archive.db` and `tantivy://<home>/index`).
    """

    model_config = SettingsConfigDict(env_prefix="LEAGUE_", frozen=True, extra="ignore")

    home: Path = Path("data")
    """The folder that holds captures, store and index."""
    store: str = ""
    """SQLAlchemy address of the store: `sqlite:///…` or `postgresql+psycopg://…`."""
    index: str = ""
    """Address of the index: `tantivy:///folder`, or `https://user:secret@host:9200/name` (Elasticsearch)."""
    contact: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    """A page or a mail address that a site's owner can reach you at; goes into the user agent."""
    delay: float = Field(default=3.0, ge=0)
    """Seconds between two requests to one host: the polite floor. Only loopback addresses may be asked for faster."""
    capture_file_bytes: int = Field(default=1024 * MIB, ge=1)
    """A WARC file is closed and a new one begun once it is this large."""
    page_bytes: int = Field(default=50 * MIB, ge=1)
    """A response larger than this is cut off, and listed as a problem."""
    crawl_seconds: int = Field(default=4 * 3600, ge=1)
    """A crawl started by the scheduler is ended after this long."""
    crawl_memory: int = Field(default=2048 * MIB, ge=1)
    """Bytes of memory a crawl started by the scheduler may use."""
    chromium: Path | None = None
    """The browser for pages that scripts fill; by default the `chromium` or `google-chrome` that is on the PATH."""

    night_pages: int = Field(default=0, ge=0)
    """A host is asked for so many pages in a night, attachments too, from noon to noon in Shanghai; 0: no limit."""
    window: str = Field(default="", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    """The scheduler crawls only at these times, such as `22:00-06:00` in Asia/Shanghai; empty: at any time."""

    webhook: str = ""
    """An http(s) address that is told when a source's state changes."""
    mail_to: str = ""
    """A mail address that is told the same."""
    mail_server: str = "localhost:25"
    """The SMTP server that takes the mail."""

    @property
    def captures_folder(self) -> Path:
        """The folder of WARC files."""
        return self.home / "captures"

    @property
    def store_url(self) -> str:
        """The store's address, with the default filled in."""
        return self.store or f"sqlite:///{self.home.absolute() / 'archive.db'}"

    @property
    def index_url(self) -> str:
        """The index's address, with the default filled in."""
        return self.index or f"tantivy://{self.home.absolute() / 'index'}"
