"""The address of an index in an Elasticsearch cluster, and the client that speaks to it.

    https://user:secret@host:9200/league?ca=/etc/league/ca.pem
    https://host:9200/league?api_key=…          an API key as Kibana shows it ("encoded")
    http://host:9200/league?shards=3            a number of shards for indexes that are made from now on

Every part may be percent-encoded; a `+` is itself.
"""

from __future__ import annotations

import base64
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from elasticsearch import Elasticsearch

from archive_api.errors import SettingsError

DEFAULT_PORT = 9200
MOST_SHARDS = 1024
REQUEST_SECONDS = 120

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_OPTIONS = {"api_key", "ca", "shards"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an index is. `shown` names it in messages; the secrets are in no message and no `repr`."""

    node: str
    name: str
    authorization: str | None = field(default=None, repr=False)
    ca: Path | None = None
    shards: int = 1

    @property
    def shown(self) -> str:
        """The address without what is secret in it."""
        return f"{self.node}/{self.name}"

    def client(self) -> Elasticsearch:
        """A client; it connects with its first request. A SettingsError where the CA file cannot be read."""
        if self.ca and not self.node.startswith("https:"):
            raise SettingsError(f"index {self.shown}: ca is for https addresses only")
        context = self._context() if self.node.startswith("https:") else None
        headers = {"authorization": self.authorization} if self.authorization else {}
        return Elasticsearch(
            self.node,
            headers=headers,
            ssl_context=context,
            request_timeout=REQUEST_SECONDS,
            retry_on_timeout=False,
            http_compress=False,
        )

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
        except OSError as error:  # ssl.SSLError is one
            raise SettingsError(
                f"index {self.shown}: the CA file {self.ca} cannot be read: {error.strerror}"
            ) from error


def parse_address(url: str) -> Address:
    """The parts of an address; a SettingsError that does not repeat its secrets where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
    except ValueError:
        raise SettingsError("the index address has no valid host and port") from None
    if not parts.hostname:
        raise SettingsError("the index address names no host: expected https://user:secret@host:9200/league")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    node = f"{parts.scheme}://{host}:{port}"
    name = unquote(parts.path.strip("/"))
    if not _NAME.fullmatch(name) or parts.fragment:
        raise SettingsError(
            f"index address {node}/…: the path must be the index's name: lower-case letters, digits, . _ -"
        )
    options = _options(parts.query, node)
    ca = options.get("ca")
    return Address(
        node=node,
        name=name,
        authorization=_authorization(parts, options.get("api_key"), node),
        ca=Path(ca) if ca else None,
        shards=_shards(options.get("shards", "1"), node),
    )


def _options(query: str, node: str) -> dict[str, str]:
    options = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name not in _OPTIONS or not value:
            raise SettingsError(f"index address {node}: only {', '.join(sorted(_OPTIONS))} with a value may follow ?")
        options[name] = unquote(value)
    return options


def _authorization(parts: SplitResult, api_key: str | None, node: str) -> str | None:
    if api_key is not None and parts.username is not None:
        raise SettingsError(f"index address {node}: give a user or an api_key, not both")
    if api_key is not None:
        if not re.fullmatch(r"[A-Za-z0-9+/_=-]+", api_key):
            raise SettingsError(f"index address {node}: api_key is not an encoded API key")
        return f"ApiKey {api_key}"
    if parts.username is None:
        return None
    if parts.password is None:
        raise SettingsError(f"index address {node}: the user has no secret: https://user:secret@host:9200/league")
    # the client itself takes ASCII only
    both = f"{unquote(parts.username)}:{unquote(parts.password)}"
    return f"Basic {base64.b64encode(both.encode()).decode()}"


def _shards(value: str, node: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value) or int(value) > MOST_SHARDS:
        raise SettingsError(f"index address {node}: shards must be between 1 and {MOST_SHARDS}")
    return int(value)
