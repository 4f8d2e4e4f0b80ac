"""The address of an index in an Elasticsearch cluster, and the client that speaks to it.

    https://user:secret@host:9200/league?ca=/etc/league/ca.pem
    https://host:9200/league?api_key=…          an API key as Kibana shows it ("encoded")
    http://host:9200/league?shards=3            a number of shards for indexes that are made from now on
    https://…@es1:9200,es2:9200/league          several nodes: while one is away, the others are asked

Every part may be percent-encoded; a `+` is itself.
"""

from __future__ import annotations

import base64
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

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

    nodes: tuple[str, ...]
    name: str
    authorization: str | None = field(default=None, repr=False)
    ca: Path | None = None
    shards: int = 1

    @property
    def shown(self) -> str:
        """The address without what is secret in it."""
        first, *others = self.nodes
        return f"{','.join([first, *(other.partition('//')[2] for other in others)])}/{self.name}"

    @property
    def is_encrypted(self) -> bool:
        """Whether it is asked by https."""
        return self.nodes[0].startswith("https:")

    def client(self) -> Elasticsearch:
        """A client; it connects with its first request. A SettingsError where the CA file cannot be read."""
        if self.ca and not self.is_encrypted:
            raise SettingsError(f"index {self.shown}: ca is for https addresses only")
        context = self._context() if self.is_encrypted else None
        headers = {"authorization": self.authorization} if self.authorization else {}
        return Elasticsearch(
            [*self.nodes],
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
        user, _, hosts = parts.netloc.rpartition("@")
        nodes = tuple(_node(parts.scheme, host) for host in hosts.split(","))
    except ValueError:
        raise SettingsError("the index address has no valid host and port") from None
    shown = ",".join(nodes)
    name = unquote(parts.path.strip("/"))
    if not _NAME.fullmatch(name) or parts.fragment:
        raise SettingsError(
            f"index address {shown}/…: the path must be the index's name: lower-case letters, digits, . _ -"
        )
    options = _options(parts.query, shown)
    ca = options.get("ca")
    return Address(
        nodes=nodes,
        name=name,
        authorization=_authorization(user, options.get("api_key"), shown),
        ca=Path(ca) if ca else None,
        shards=_shards(options.get("shards", "1"), shown),
    )


def _node(scheme: str, text: str) -> str:
    """One of the hosts as the client takes it. A ValueError where there is no such port."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.path:
        raise SettingsError("the index address names no host: expected https://user:secret@host:9200/league")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{parts.port or DEFAULT_PORT}"


def _options(query: str, node: str) -> dict[str, str]:
    options = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name not in _OPTIONS or not value:
            raise SettingsError(f"index address {node}: only {', '.join(sorted(_OPTIONS))} with a value may follow ?")
        options[name] = unquote(value)
    return options


def _authorization(login: str, api_key: str | None, node: str) -> str | None:
    if api_key is not None and login:
        raise SettingsError(f"index address {node}: give a user or an api_key, not both")
    if api_key is not None:
        if not re.fullmatch(r"[A-Za-z0-9+/_=-]+", api_key):
            raise SettingsError(f"index address {node}: api_key is not an encoded API key")
        return f"ApiKey {api_key}"
    if not login:
        return None
    user, colon, secret = login.partition(":")
    if not colon:
        raise SettingsError(f"index address {node}: the user has no secret: https://user:secret@host:9200/league")
    # the client itself takes ASCII only
    both = f"{unquote(user)}:{unquote(secret)}"
    return f"Basic {base64.b64encode(both.encode()).decode()}"


def _shards(value: str, node: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", value) or int(value) > MOST_SHARDS:
        raise SettingsError(f"index address {node}: shards must be between 1 and {MOST_SHARDS}")
    return int(value)
